import { setTimeout as pause } from "node:timers/promises";

/**
 * Waits until `condition` holds and gives back what it returned. Where it never does, the error says what was waited
 * for and `describe()` tells how things stood. The limit only guards against hanging: it is no assertion about time.
 */
export async function until<T>(
	what: string,
	condition: () => T | Promise<T>,
	options: { limitMs?: number; describe?: () => unknown } = {},
): Promise<NonNullable<T>> {
	const begunAt = performance.now();
	const endsAt = begunAt + (options.limitMs ?? 150_000);
	for (;;) {
		const result = await condition();
		if (result) return result as NonNullable<T>;
		if (performance.now() > endsAt) {
			const state = options.describe ? `\nIt stood at: ${JSON.stringify(options.describe(), undefined, 2)}` : "";
			throw new Error(`Timed out waiting until ${what}.${state}`);
		}
		await pause(nextLookMs(performance.now() - begunAt));
	}
}

/** What takes long is looked at less often: each look is a request, on the processor that others wait for. */
function nextLookMs(waitedMs: number): number {
	return Math.min(100, Math.max(10, waitedMs / 20));
}
