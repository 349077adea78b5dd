import fc from "fast-check";
import { vi } from "vitest";

const { waitFor, waitUntil } = vi;

/**
 * Maximum wait for any condition, ms. It only guards against hanging; how long a condition takes depends on the
 * machine.
 */
const hangMs = 150_000;

vi.waitFor = (callback, options) => waitFor(callback, { timeout: hangMs, ...intervalOf(options) });
vi.waitUntil = (callback, options) => waitUntil(callback, { timeout: hangMs, ...intervalOf(options) });

// A planted fault is found by the first failure. Shrinking it to a small one may take minutes.
if (process.env["LIVEKEEPER_FAULTS"] === "1") fc.configureGlobal({ endOnFailure: true });

function intervalOf(options: number | { interval?: number; timeout?: number } | undefined) {
	return typeof options === "object" && options.interval !== undefined ? { interval: options.interval } : {};
}
