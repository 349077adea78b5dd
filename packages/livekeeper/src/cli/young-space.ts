import { PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/*
 * V8 keeps young objects in a space of their own, and collects it when that is full. Under load it doubles the space
 * again and again, up to 128 MB, which takes 20 to 50 ms to collect while all messages wait. A message's garbage dies
 * within a few commits: a small space holds it until then.
 */
const maxBytes = 8 * 1024 * 1024;

/**
 * Fixes the space's size in each thread while modules are loaded, because almost everything allocated then survives,
 * which V8 takes for load.
 */
export function holdYoungSpace(): void {
	letGrow(false);
}

/** Lets it grow to 8 MB. */
export function boundYoungSpace(): void {
	letGrow(true);
	// Objects that wait for their commit sometimes survive. V8 would then allocate similar ones in the old space, which
	// only the major collection frees: 94 ms every 60,000 messages.
	setFlagsFromString("--no-allocation-site-pretenuring");
	// It grows and shrinks with a collection.
	new PerformanceObserver(() => letGrow(youngBytes() < maxBytes)).observe({ entryTypes: ["gc"] });
}

function letGrow(may: boolean): void {
	setFlagsFromString(`--semi-space-growth-factor=${may ? 2 : 1}`);
}

function youngBytes(): number {
	return getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space")?.space_size ?? 0;
}
