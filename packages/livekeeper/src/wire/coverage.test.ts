import { type CoverageEstimate, GiftCoverage } from "@livekeeper/douyin";
import { expect, test } from "vitest";
import type { OfficialStatus } from "../official/index.ts";
import { areGiftsWithheld, toWireRoomCoverage } from "./coverage.ts";

const estimate = (more: Partial<CoverageEstimate>): CoverageEstimate => ({
	...new GiftCoverage().estimate(),
	unknown: undefined,
	source: "room_total",
	unit: { value: 10, basis: "learned" },
	from: 1,
	to: 2,
	...more,
});
type Identity = "anonymous" | "logged_in" | "expired";
const summaryOf = (identity: Identity, coverage: CoverageEstimate, language: "en" | "zh" = "en", diamonds = 0) =>
	toWireRoomCoverage(
		{
			identity,
			activity: { perMinute: [], lastMinute: 0, viewers: undefined, diamonds, giftsPerHour: undefined, coverage },
		},
		language,
	);

const none = estimate({ coverage: 0, missing: 300, pattern: "none" });
const stopped = estimate({ coverage: 0.1, seen: 30, missing: 270, pattern: "stopped" });
const some = estimate({ coverage: 0.6, seen: 60, missing: 40, pattern: "some" });
const all = estimate({ coverage: 1, seen: 60, pattern: "all" });

type Task = OfficialStatus["broadcasts"][number]["tasks"][number];

/** A room whose gifts the open platform pushes, with 12 deliveries so far. */
function pushed(coverage: CoverageEstimate, task: Partial<Task> = {}, language: "en" | "zh" = "en") {
	const match = { official: 9, web: 0, matched: 0 };
	const counts = { callbacks: 12, entries: 12, lookedUp: 0, tests: 0, unreadable: 0, failedDeliveries: 0 };
	const gifts = {
		callbacks: 12,
		lastCallbackAt: 50,
		failedDeliveries: 0,
		missing: 0,
		unreadable: 0,
		since: 40,
		error: undefined,
	};
	const tasks: Task[] = [{ type: "live_gift", state: "running", ...gifts, ...task }];
	const official: OfficialStatus = {
		liveId: "1001",
		appId: "tt1",
		types: ["live_gift"],
		token: { endsAt: undefined, error: undefined },
		refused: 0,
		lastRefused: undefined,
		broadcasts: [
			{
				roomId: "7",
				endedAt: undefined,
				tasks,
				counts: task.error === undefined,
				...counts,
				lookedUpAt: 60,
				lookUpError: undefined,
				acknowledged: 12,
				match,
			},
		],
	};
	const missingBeforePush = coverage.missing;
	const activity = {
		perMinute: [],
		lastMinute: 0,
		viewers: undefined,
		diamonds: 90,
		giftsPerHour: undefined,
		coverage,
		missingBeforePush,
	};
	return toWireRoomCoverage({ identity: "anonymous", activity, official }, language);
}

test("trusts the platform's deliveries with or without a login", () => {
	expect(pushed(new GiftCoverage().estimate())).toEqual({
		before: null,
		earlier: [],
		missing_in_all: 0,
		share: 1,
		verdict: "all",
		diamonds_seen: 90,
		diamonds_missing: 0,
		diamonds_lost: 0,
		source: "official",
		unit: null,
		unit_learned: false,
		from: 40,
		to: 60,
		summary: "All gifts are received: the open platform pushes every gift; 12 of 12 deliveries arrived.",
		why: null,
		advice: [],
		evidence: "Based on the open platform: what it sent, and what it reports as failed.",
	});
	expect(pushed(all, {}, "zh").summary).toBe("礼物全部收到：开放平台推送每一个礼物；12 次推送收到 12 次。");
});

test("reports what was missing before the push began", () => {
	expect(pushed(some)).toMatchObject({ verdict: "all", why: expect.stringContaining("bout 40 diamonds") });
});

test("shows partial coverage while deliveries are missing", () => {
	const missing = pushed(some, { failedDeliveries: 4, missing: 2 });
	expect(missing).toMatchObject({ share: 0.875, verdict: "some", diamonds_missing: null });
	expect(missing.summary).toContain("14 of 16 deliveries");
});

test("falls back to the site's totals on push failure", () => {
	const error = { errNo: 5_003_019, message: "not mounted" };
	const failing = pushed(none, { state: "refused", error, since: undefined });
	expect(failing).toMatchObject({ verdict: "none", source: "room_total" });
	expect(failing.why).toMatch(/^The open platform refuses to push: not mounted .* Without a login/);
	expect(failing.advice[0]).toContain("added the app");
	expect(failing.advice.join()).toContain("Log in");
	expect(failing.advice.join()).not.toContain("If it is your own room");
	expect(pushed(all, { state: "refused", error, since: undefined })).toMatchObject({ verdict: "all", advice: [] });
});

test("names a missing login and the next step", () => {
	expect(summaryOf("anonymous", none)).toMatchObject({
		share: 0,
		verdict: "none",
		diamonds_missing: 300,
		summary: "No gifts are received, though viewers send some: about 300 diamonds so far.",
		why: "Without a login, Douyin sends no gifts.",
		advice: [expect.stringContaining("Log in"), expect.stringContaining("open platform")],
		evidence:
			"Based on the room's own running total, where one diamond seems to count as 10 (learned from received gifts).",
	});
	expect(summaryOf("anonymous", none, "zh").why).toBe("没有登录，抖音不发礼物消息。");
	expect(summaryOf("expired", none).why).toMatch(/^The login has expired/);
});

test("advises another account if a login gets nothing", () => {
	expect(summaryOf("logged_in", none)).toMatchObject({ why: expect.stringContaining("restricted") });
	expect(summaryOf("logged_in", stopped)).toMatchObject({
		verdict: "stopped",
		why: expect.stringContaining("first few gifts"),
	});
	expect(summaryOf("logged_in", some).why).toContain("only part");
	expect(summaryOf("logged_in", some).advice[0]).toContain("another of your accounts");
	expect(summaryOf("logged_in", stopped).advice.join()).toContain("break");
	expect(summaryOf("logged_in", some).advice.join()).not.toContain("break");
});

test("does not blame the site for losses while disconnected", () => {
	expect(
		summaryOf("logged_in", estimate({ coverage: 0.6, seen: 60, missing: 40, lost: 30, pattern: "some" })).why,
	).toContain("the connection was down");
	expect(summaryOf("anonymous", estimate({ coverage: 0, missing: 40, lost: 30, pattern: "none" })).why).toContain(
		"Without a login",
	);
});

test("limits claims from scores to the scored viewers", () => {
	expect(summaryOf("logged_in", some).summary).toBe(
		"Only some gifts are received, about 60% by value: 60 of about 100 diamonds.",
	);
	expect(summaryOf("logged_in", { ...some, source: "contributor" }).summary).toBe(
		"Only some gifts are received, share of the total unknown: 60 of about 100 diamonds from the top gifters.",
	);
});

test("formats large totals like the page", () => {
	const { summary } = summaryOf("logged_in", { ...some, seen: 37_216, missing: 298 });
	expect(summary).toContain("37,216 of about 37,514 diamonds");
});

test("explains nothing if complete, and admits unknown coverage", () => {
	expect(summaryOf("logged_in", all)).toMatchObject({
		share: 1,
		why: null,
		advice: [],
		summary: "All gifts are received: 60 of about 60 diamonds.",
	});
	const unknown = summaryOf("logged_in", new GiftCoverage().estimate());
	expect(unknown).toMatchObject({ share: null, verdict: "unknown", diamonds_missing: null, evidence: null });
	expect(unknown.summary).toContain("shows no total");
	expect(summaryOf("anonymous", new GiftCoverage().estimate()).why).toContain("Without a login");
});

test("never claims that no gifts arrive beside received ones", () => {
	const unknown = { ...new GiftCoverage().estimate() };
	expect(summaryOf("anonymous", unknown).summary).toBe(
		"Gifts are probably not arriving, and there is no way to tell how many were sent.",
	);
	expect(summaryOf("anonymous", unknown, "en", 12).summary).toMatch(/^Can't tell/);
});

test("never calls an exact match uncertain", () => {
	const assumed = { value: 10, basis: "assumed" } as const;
	const matched = summaryOf("logged_in", { ...all, unit: assumed });
	expect([matched.verdict, matched.evidence]).toEqual([
		"all",
		"Based on the room's own running total, where one diamond seems to count as 10 (this fits the received gifts exactly).",
	]);
	expect(summaryOf("logged_in", { ...some, unit: assumed }).evidence).toContain("not verified");
	for (const language of ["en", "zh"] as const) {
		const { summary, evidence } = summaryOf("logged_in", { ...all, unit: assumed }, language);
		expect(`${summary} ${evidence}`).not.toMatch(/not verified|未核实/);
	}
});

test("adds up missing gifts from before login and push", () => {
	const changed = estimate({
		...some,
		login: "a",
		earlier: [
			{ ...none, login: "" },
			{ ...all, login: "b" },
		],
	});
	expect(summaryOf("logged_in", changed).missing_in_all).toBe(340);
	expect(summaryOf("logged_in", estimate({ ...all, missing: 1 })).missing_in_all).toBe(0);
	expect(pushed(some).missing_in_all).toBe(40);
	expect(summaryOf("anonymous", new GiftCoverage().estimate()).missing_in_all).toBe(0);
});

test.each([
	["none", none, true],
	["stopped", stopped, true],
	["some", some, true],
	["all", all, false],
	["unknown", new GiftCoverage().estimate(), false],
	// They are missing, and current ones arrive: a look at the room would change nothing.
	["mostly lost", estimate({ ...some, lost: 30 }), false],
])("calls gifts that are %s withheld: %s", (_, coverage, withheld) => {
	expect(areGiftsWithheld(summaryOf("logged_in", coverage))).toBe(withheld);
});
