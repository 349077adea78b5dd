import type { ManualClock } from "@livekeeper/douyin/testing";
import { vi } from "vitest";

/**
 * Advances time in small steps until `assertion` no longer throws. The log's timers follow the clock, but its threads
 * answer in real time.
 * @returns the result of the assertion
 */
export function eventually<T>(clock: ManualClock, assertion: () => T | Promise<T>, stepMs = 5): Promise<T> {
	const attempt = async () => {
		await clock.advance(stepMs);
		return assertion();
	};
	return vi.waitFor(attempt, { interval: 2 });
}
