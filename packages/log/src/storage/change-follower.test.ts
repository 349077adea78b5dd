import { setImmediate } from "node:timers/promises";
import { ManualClock } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { ChangeFollower } from "./change-follower.ts";

const retryMs = 1_000;

test("applies every change, one task at a time, despite failures", async () => {
	const change = fc.record({ key: fc.nat(2), failures: fc.nat(2), waits: fc.nat(3) });
	await fc.assert(
		fc.asyncProperty(fc.array(change, { maxLength: 20 }), fc.boolean(), async (changes, gathers) => {
			const clock = new ManualClock();
			const onError = vi.fn();
			const follower = new ChangeFollower({ clock, retryMs, onError, gatherMs: gathers ? 100 : 0 });
			const [stored, applied, failures] = [
				new Map<number, number>(),
				new Map<number, number>(),
				new Map<number, number>(),
			];
			let [running, maxRunning] = [0, 0];
			const apply = (key: number) => async () => {
				maxRunning = Math.max(maxRunning, ++running);
				try {
					// Read before the pause, so a change in the pause needs another run.
					const value = stored.get(key) ?? 0;
					await setImmediate();
					const left = failures.get(key) ?? 0;
					failures.set(key, left - 1);
					if (left > 0) throw new Error("no answer");
					applied.set(key, value);
				} finally {
					running--;
				}
			};
			for (const [n, { key, failures: fails, waits }] of changes.entries()) {
				stored.set(key, n + 1);
				failures.set(key, fails);
				follower.due(`${key}`, apply(key));
				for (let n = 0; n < waits; n++) await setImmediate();
			}
			for (let n = 0; n < 200; n++) {
				await clock.advance(retryMs);
				await setImmediate();
			}
			expect(applied).toEqual(stored);
			expect(maxRunning).toBeLessThanOrEqual(1);
			await follower.stop();
			expect(clock.pendingTimers).toBe(0);
		}),
		{ numRuns: 30 },
	);
});

test("runs nothing after it is stopped, and ends its watches", async () => {
	const clock = new ManualClock();
	const onError = vi.fn();
	const follower = new ChangeFollower({ clock, retryMs, onError });
	const [ended, task] = [vi.fn(), vi.fn(async () => Promise.reject(new Error("no answer")))];
	follower.until(ended);
	follower.due("one", task);
	await vi.waitFor(() => expect(onError).toHaveBeenCalledTimes(1));
	await follower.stop();
	follower.due("two", task);
	follower.until(ended);
	await clock.advance(10 * retryMs);
	expect([task.mock.calls.length, ended.mock.calls.length, clock.pendingTimers]).toEqual([1, 2, 0]);
});
