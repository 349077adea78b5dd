import { vi } from "vitest";

const { waitFor, waitUntil } = vi;

/**
 * Maximum wait for any condition, ms. It only guards against hanging; how long a condition takes depends on the
 * machine.
 */
const hangMs = 150_000;

vi.waitFor = (callback, options) => waitFor(callback, { timeout: hangMs, ...intervalOf(options) });
vi.waitUntil = (callback, options) => waitUntil(callback, { timeout: hangMs, ...intervalOf(options) });

function intervalOf(options: number | { interval?: number; timeout?: number } | undefined) {
	return typeof options === "object" && options.interval !== undefined ? { interval: options.interval } : {};
}
