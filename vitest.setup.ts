import fc from "fast-check";
import { inject, vi } from "vitest";

const { waitFor, waitUntil } = vi;

/**
 * Maximum wait for any condition, ms. It only guards against hanging; how long a condition takes depends on the
 * machine.
 */
const hangMs = 150_000;

vi.waitFor = (callback, options) => waitFor(callback, { timeout: hangMs, ...intervalOf(options) });
vi.waitUntil = (callback, options) => waitUntil(callback, { timeout: hangMs, ...intervalOf(options) });

// `npm test` sets a seed, so a commit fails or passes its random tests each time. Longer runs draw other values.
const seed = process.env["PROPERTY_SEED"];
fc.configureGlobal({
	...(seed !== undefined && { seed: (Number(seed) + inject("rounds")) | 0 }),
	// A planted fault is found by the first failure. Shrinking it to a small one may take minutes.
	endOnFailure: process.env["LIVEKEEPER_FAULTS"] === "1",
});

function intervalOf(options: number | { interval?: number; timeout?: number } | undefined) {
	return typeof options === "object" && options.interval !== undefined ? { interval: options.interval } : {};
}
