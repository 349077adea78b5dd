import { verbatim } from "@livekeeper/base/text";
import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, test, vi } from "vitest";
import { LogHealth, maxPendingMs } from "./log-health.ts";

function setUp() {
	const clock = new ManualClock();
	const waits = { oldest: undefined as number | undefined };
	const onChange = vi.fn();
	const health = new LogHealth(clock, () => waits.oldest, onChange);
	return { clock, waits, onChange, health };
}

test("fails while the oldest event waits too long", async () => {
	const { clock, waits, onChange, health } = setUp();
	waits.oldest = clock.elapsed();
	await clock.advance(maxPendingMs);
	health.look();
	expect(health.state.state).toBe("ok");
	await clock.advance(1);
	health.look();
	health.look();
	expect(health.state).toMatchObject({ state: "failing", fault: "stalled", since: clock.now() });
	// The store works again, but the remaining events have waited too long too.
	health.recover();
	expect(health.state.state).toBe("failing");
	waits.oldest = undefined;
	health.look();
	expect(health.state.state).toBe("ok");
	expect(onChange).toHaveBeenCalledTimes(2);
});

test("keeps the fault that the store names", async () => {
	const { clock, waits, health } = setUp();
	waits.oldest = clock.elapsed();
	health.fail("disk_full", verbatim("full"));
	await clock.advance(maxPendingMs + 1);
	health.look();
	expect(health.state.fault).toBe("disk_full");
	waits.oldest = undefined;
	// Only an answer of the store ends it.
	health.look();
	expect(health.state.fault).toBe("disk_full");
	health.recover();
	expect(health.state.state).toBe("ok");
});
