import fc from "fast-check";
import { afterAll, inject, vi } from "vitest";

type Waits = Pick<typeof vi, "waitFor" | "waitUntil">;
/** Vitest's own waits: files of a worker share `vi`, and each of them sets it up again. */
const kept = globalThis as { vitestWaits?: Waits };
kept.vitestWaits ??= { waitFor: vi.waitFor, waitUntil: vi.waitUntil };
const { waitFor, waitUntil } = kept.vitestWaits;

/**
 * Maximum wait for any condition, ms. It only guards against hanging; how long a condition takes depends on the
 * machine.
 */
const hangMs = 150_000;

// A wait ends with its file at the latest, because each poll advances the fake clock of whatever file follows.
let isOver = false;
afterAll(() => {
	isOver = true;
});
vi.waitFor = (callback, options) =>
	waitFor(() => (isOver ? (undefined as never) : callback()), { timeout: hangMs, ...intervalOf(options) });
vi.waitUntil = (callback, options) =>
	waitUntil(() => (isOver ? (true as never) : callback()), { timeout: hangMs, ...intervalOf(options) });

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
