import { ManualClock } from "@livekeeper/douyin/testing";
import { errors } from "@nats-io/transport-node";
import { expect, test } from "vitest";
import { guardOf } from "./guard.ts";

const failing = (times: number) => {
	let left = times;
	return async () => {
		if (left-- > 0) throw new errors.TimeoutError();
		return "read";
	};
};

test("takes its patience from the beginning of a call", async () => {
	let patienceMs = 60_000;
	const guard = guardOf(new AbortController().signal, () => patienceMs);
	expect(await guard(failing(3))).toBe("read");
	patienceMs = 0;
	await expect(guard(failing(1))).rejects.toMatchObject({ code: "storage_failing" });
	expect(await guard(failing(0))).toBe("read");
});

test("rejects a waiting call at once when the log closes", async () => {
	const clock = new ManualClock();
	const closing = new AbortController();
	const guard = guardOf(closing.signal, () => 60_000, clock);
	const call = guard(failing(9));
	await clock.advance(0);
	expect(clock.pendingTimers).toBe(1);
	closing.abort();
	await expect(call).rejects.toMatchObject({ code: "storage_closed" });
	await expect(guard(failing(0))).rejects.toMatchObject({ code: "storage_closed" });
	expect(clock.pendingTimers).toBe(0);
});
