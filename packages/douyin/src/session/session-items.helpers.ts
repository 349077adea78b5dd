import type { SessionItem } from "../upstream.ts";

/** What a session gives, to be read one by one: it is begun with the first `next()`, and fails behind all that it gave. */
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
