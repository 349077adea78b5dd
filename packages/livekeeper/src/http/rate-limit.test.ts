import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, test } from "vitest";
import { partyOf } from "../outputs/readers/index.ts";
import { RateLimit } from "./rate-limit.ts";

test("limits requests per minute, and says when to retry", async () => {
	const clock = new ManualClock();
	const limit = new RateLimit(2, clock);
	expect([
		limit.take(partyOf("stranger", "1.1.1.1")),
		limit.take(partyOf("stranger", "1.1.1.1")),
		limit.take(partyOf("stranger", "1.1.1.1")),
	]).toEqual([undefined, undefined, 60]);
	await clock.advance(59_500);
	expect([limit.take(partyOf("stranger", "1.1.1.1")), limit.take(partyOf("stranger", "2.2.2.2"))]).toEqual([
		1,
		undefined,
	]);
	await clock.advance(500);
	expect(limit.take(partyOf("stranger", "1.1.1.1"))).toBeUndefined();
});

test("sets no limit for zero", () => {
	const limit = new RateLimit(0, new ManualClock());
	for (let i = 0; i < 100; i++) expect(limit.take(partyOf("stranger", "1.1.1.1"))).toBeUndefined();
});

test.each([
	["2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true],
	["2001:db8:0:1::1", "2001:db8:0:2::1", false],
	["2001:db8::1", "2001:db8:0:0:9::", true],
	["::1", "::2", true],
	["fe80::1%eth0", "fe80::2", true],
	["10.0.0.1", "10.0.0.2", false],
])("%s and %s share a limit: %s", (one, other, shared) => {
	const limit = new RateLimit(1, new ManualClock());
	limit.take(partyOf("stranger", one));
	expect(limit.take(partyOf("stranger", other)) !== undefined).toBe(shared);
});

test.each([500_000, 270_000])("frees clients within a minute when set back %i ms", async (backMs) => {
	const clock = new ManualClock();
	let aheadMs = 0;
	const limit = new RateLimit(1, Object.assign(clock, { now: () => 1_000_000 + clock.elapsed() + aheadMs }));
	const isRefused = () => limit.take(partyOf("stranger", "1.1.1.1")) !== undefined;
	expect([isRefused(), isRefused()]).toEqual([false, true]);
	await clock.advance(300_000);
	aheadMs = -backMs;
	expect(isRefused()).toBe(false);
});

test("forgets the first parties instead of growing", () => {
	const limit = new RateLimit(1, new ManualClock());
	for (let i = 0; i < 10_001; i++) limit.take(partyOf("stranger", `a${i}`));
	expect([limit.take(partyOf("stranger", "a0")), limit.take(partyOf("stranger", "a10000"))]).toEqual([undefined, 60]);
});
