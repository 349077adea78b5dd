import { GiftCoverage } from "@livekeeper/douyin";
import { describe, expect, test } from "vitest";
import type { LiveRoomStatus } from "../room-host.ts";
import { type IdentityFacts, judgeIdentity, type Shown, shownTo } from "./identity-state.ts";

const nothingYet = shownTo([]);
const facts = (more: Partial<IdentityFacts> = {}): IdentityFacts => ({
	login: "logged_in",
	shown: nothingYet,
	cooldown: undefined,
	emptySessions: { sessions: 0, rooms: [] },
	...more,
});
const shown = (more: Partial<Shown>): Shown => ({ ...nothingYet, diamonds: { seen: 60, given: 100 }, ...more });
const cooldown = { since: 1, until: 2, times: 2, sessions: 4, rooms: ["1", "2"], refused: false };

test.each([
	["unknown", facts(), "Can't tell yet"],
	["fine", facts({ shown: shown({}) }), "60% of the gift value"],
	["first_only", facts({ shown: shown({ stopped: ["1"] }) }), "Only the first gifts arrived"],
	["nothing", facts({ shown: shown({ none: ["1", "2"], stopped: ["3"] }) }), "rooms 1, 2"],
	[
		"nothing",
		facts({ emptySessions: { sessions: 2, rooms: ["1"] }, shown: shown({}) }),
		"2 connections in a row received nothing",
	],
	[
		"resting",
		facts({ cooldown, emptySessions: { sessions: 2, rooms: ["1"] } }),
		"4 connections in a row received nothing",
	],
	["unknown", facts({ login: "anonymous" }), "Not logged in"],
	["fine", facts({ login: "anonymous", shown: shown({ none: ["1"] }) }), "Not logged in"],
] as const)("judges an identity as %s by certain evidence", (state, given, evidence) => {
	const verdict = judgeIdentity(given);
	expect(verdict.state).toBe(state);
	expect(verdict.evidence.map(({ en }) => en).join(" ")).toContain(evidence);
	expect(verdict.advice.length > 0).toBe(state !== "fine" && state !== "unknown" ? true : given.login === "anonymous");
});

describe("identity", () => {
	const unknown = new GiftCoverage().estimate();
	const share = (brought: number, coverage: number | undefined, others: number, missedInARow = 0) => {
		return { brought, only: 0, gain: 0, coverage, missedInARow, others };
	};
	const beside = (missedInARow: number, gifts: number, brought: number): LiveRoomStatus =>
		({
			liveId: "1",
			activity: { coverage: unknown, giftsPerHour: 30 },
			compared: {
				messages: { total: 1_000, coverage: 0.8 },
				diamonds: { total: 500, coverage: 0.9 },
				gifts: 40,
				forMs: 7_200_000,
			},
			connections: [
				{ kind: "polling" },
				{ kind: "socket" },
				{
					kind: "socket",
					compared: {
						messages: share(500, 0.5, 800),
						diamonds: share(brought, brought / 400, 400, missedInARow),
						gifts,
						stoodMs: 3_600_000,
					},
				},
			],
		}) as unknown as LiveRoomStatus;

	test("is judged by what others in the room receive", () => {
		expect(shownTo([{ status: beside(3, 10, 200), source: 1 }])).toMatchObject({
			diamonds: { seen: 200, given: 400 },
			messages: { shared: 400, others: 800 },
			giftsPerHour: 10,
			giftsPerHourOfAll: 20,
			stopped: [],
			none: [],
		});
	});

	test("needs a run of missed gifts to exclude chance", () => {
		expect(shownTo([{ status: beside(12, 2, 20), source: 1 }])).toMatchObject({ stopped: ["1"], none: [] });
		expect(shownTo([{ status: beside(12, 4, 20), source: 1 }])).toMatchObject({ stopped: [], none: [] });
		expect(shownTo([{ status: beside(12, 0, 0), source: 1 }])).toMatchObject({ stopped: [], none: ["1"] });
	});

	test("is judged by the room's totals when alone", () => {
		const coverage = { ...unknown, unknown: undefined, coverage: 0.1, seen: 10, missing: 90, pattern: "stopped" };
		const status = { liveId: "7", activity: { coverage, giftsPerHour: 4 } } as unknown as LiveRoomStatus;
		expect(shownTo([{ status, source: 0 }])).toMatchObject({
			diamonds: { seen: 10, given: 100 },
			giftsPerHour: 4,
			stopped: ["7"],
		});
	});
});
