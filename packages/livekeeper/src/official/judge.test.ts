import { expect, test } from "vitest";
import { toWireOfficial } from "../wire/index.ts";
import type { OfficialStatus, PushedStatus, TaskStatus } from "./broadcast-status.ts";
import { judgeOfficial } from "./judge.ts";

const gifts: TaskStatus = {
	type: "live_gift",
	state: "running",
	error: undefined,
	since: 1000,
	callbacks: 12,
	lastCallbackAt: 5000,
	failedDeliveries: 0,
	missing: 0,
	unreadable: 0,
};
const pushed: PushedStatus = {
	roomId: "7",
	endedAt: undefined,
	tasks: [],
	counts: true,
	callbacks: 12,
	entries: 12,
	lookedUp: 0,
	tests: 0,
	unreadable: 0,
	failedDeliveries: 0,
	lookedUpAt: 4000,
	lookUpError: undefined,
	acknowledged: 12,
	match: { official: 9, web: 3, matched: 3 },
};

function status(
	task: Partial<TaskStatus> = {},
	broadcast: Partial<PushedStatus> = {},
	change: Partial<OfficialStatus> = {},
): OfficialStatus {
	return {
		liveId: "1001",
		appId: "tt1",
		types: ["live_gift"],
		token: { endsAt: 9000, error: undefined },
		refused: 0,
		lastRefused: undefined,
		broadcasts: [{ ...pushed, tasks: [{ ...gifts, ...task }], ...broadcast }],
		...change,
	};
}

const refusedFor = (problem: NonNullable<OfficialStatus["lastRefused"]>["problem"], at: number) => ({
	refused: 3,
	lastRefused: { at, problem },
});
const noToken = { errNo: 40_015, message: "bad secret." };
const notMounted = { errNo: 5_003_019, message: "not mounted" };
const noAnswer = { errNo: undefined, message: "no answer" };

test.each<[string, OfficialStatus, string, RegExp, RegExp]>([
	[
		"unreadable entries",
		status({ unreadable: 2 }),
		"failing",
		/^Gifts are missing: 2 entries in 12 deliveries .* can't be read\.$/,
		/^$/,
	],
	["a push with all deliveries", status(), "running", /every gift; 12 of 12 deliveries arrived\.$/, /^$/],
	[
		"deliveries found by lookup",
		status({ failedDeliveries: 3 }),
		"running",
		/15 of 15 deliveries arrived, 3 of them recovered after a failure/,
		/^$/,
	],
	["a push without deliveries yet", status({ callbacks: 0 }), "running", /none has been sent yet/, /^$/],
	["missing deliveries", status({ failedDeliveries: 3, missing: 2 }), "catching_up", /^13 of 15 /, /^$/],
	[
		"a service unreachable for callbacks",
		status({ callbacks: 0, lastCallbackAt: undefined, failedDeliveries: 4 }),
		"running",
		/4 of 4/,
		/ends with \/api\/v1\/official\/1001/,
	],
	[
		"callbacks with a wrong signature",
		status({ failedDeliveries: 1 }, {}, refusedFor("signature", 6000)),
		"running",
		/13 of 13/,
		/callback_secrets/,
	],
	["callbacks refused before one was accepted", status({}, {}, refusedFor("signature", 4000)), "running", /./, /^$/],
	["callbacks outside the time window", status({}, {}, refusedFor("late", 6000)), "running", /./, /machine's clock/],
	[
		"an app without an access token",
		status(
			{ state: "refused", error: noToken, since: undefined },
			{ counts: false },
			{ token: { endsAt: undefined, error: { ...noToken, at: 1 } } },
		),
		"failing",
		/^The open platform did not give this app a token: bad secret \(err_no 40015\)\.$/,
		/app's ID and secret again/,
	],
	[
		"an app not mounted to the room",
		status({ state: "refused", error: notMounted, since: undefined }, { counts: false }),
		"failing",
		/^The open platform refuses to push: not mounted \(err_no 5003019\)\.$/,
		/added the app/,
	],
	["a silent platform", status({ error: noAnswer }), "failing", /can't be reached: no answer\.$/, /can reach/],
	[
		"failing lookups",
		status({}, { lookUpError: notMounted }),
		"failing",
		/^Failed deliveries can't be looked up: not mounted/,
		/added the app/,
	],
	["a task not yet started", status({ state: "starting", since: undefined }), "starting", /asked to push/, /^$/],
	["a room without a broadcast", status({}, {}, { broadcasts: [] }), "idle", /when the broadcast starts/, /^$/],
	["an ended broadcast", status({ state: "stopped" }, { endedAt: 8000 }), "ended", /of the last broadcast/, /^$/],
	["an app for comments only", status({}, {}, { types: ["live_comment"] }), "other_kinds", /not for gifts/, /^$/],
])("judges %s, with advice", (_what, given, state, summary, advice) => {
	const judged = judgeOfficial(given);
	expect(judged.state).toBe(state);
	expect(judged.summary.en).toMatch(summary);
	expect(judged.advice.map(({ en }) => en).join(" ")).toMatch(advice);
});

test("explains whether the web counts after a failure", () => {
	const refused = status({ state: "refused", error: notMounted }, { counts: false });
	expect(judgeOfficial(refused).why?.en).toContain("gifts from Douyin's website are counted");
	expect(judgeOfficial(status({ error: noAnswer })).why?.en).toContain("no way to tell");
});

test("serialises in one language, with null for unknown values", () => {
	const wire = toWireOfficial(status({ since: undefined }, {}, refusedFor("signature", 6000)), "zh");
	expect(wire).toMatchObject({
		state: "starting",
		summary: "正在请求开放平台开始推送。",
		why: null,
		token: { expires_at: 9000, error: null },
		last_refused: { at: 6000, problem: "signature", message: "推送的签名不正确。" },
		broadcasts: [{ look_up_error: null, tasks: [{ since: null, missing: 0 }], match: { matched_diamonds: 3 } }],
	});
});
