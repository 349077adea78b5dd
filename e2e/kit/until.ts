import { setTimeout as pause } from "node:timers/promises";

/**
 * Waits until `condition` holds and returns its result. On a timeout, the error says what was awaited and includes
 * `describe()`. The limit only guards against hanging and is not an assertion about time.
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

/**
 * Returns the delay before the next check: long waits are checked less often, because each check is a request that
 * takes CPU time from the others.
 */
function nextLookMs(waitedMs: number): number {
	return Math.min(100, Math.max(10, waitedMs / 20));
}
