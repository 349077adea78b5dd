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
	const endsAt = performance.now() + (options.limitMs ?? 60_000);
	for (;;) {
		const result = await condition();
		if (result) return result as NonNullable<T>;
		if (performance.now() > endsAt) {
			const state = options.describe ? `\nIt stood at: ${JSON.stringify(options.describe(), undefined, 2)}` : "";
			throw new Error(`Waited in vain until ${what}.${state}`);
		}
		await pause(10);
	}
}
