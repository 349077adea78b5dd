import type { SessionItem } from "../upstream.ts";

/**
 * Yields a session's items one by one. The session begins with the first `next()`; a failure comes after all its items.
 */
export async function* sessionItems(
	run: (take: (item: SessionItem) => void) => Promise<void>,
): AsyncGenerator<SessionItem, void> {
	const items: SessionItem[] = [];
	let wake: () => void = () => undefined;
	let outcome: { failure?: unknown } | undefined;
	const end = (ended: { failure?: unknown }) => {
		outcome = ended;
		wake();
	};
	run((item) => {
		items.push(item);
		wake();
	}).then(
		() => end({}),
		(failure: unknown) => end({ failure }),
	);
	for (;;) {
		const item = items.shift();
		if (item) yield item;
		else if (outcome && "failure" in outcome) throw outcome.failure;
		else if (outcome) return;
		else {
			await new Promise<void>((resolve) => {
				wake = resolve;
			});
		}
	}
}
