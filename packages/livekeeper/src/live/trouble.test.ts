import { verbatim } from "@livekeeper/base/text";
import { expect, test } from "vitest";
import { maxUrgency, roomTroubles, troubleOf, urgencyOf } from "./trouble.ts";

type Judged = Parameters<typeof troubleOf>[0];

const room = (state: Judged["state"], more: Partial<Judged> = {}): Judged => ({
	state,
	identity: "anonymous",
	...more,
});
const connected = (more: Partial<Judged> = {}) => room("connected", { health: "fine", ...more });
const urgency = (status: Judged, giftsWithheld = false) => urgencyOf(status, troubleOf(status, giftsWithheld));

test("ranks the worst trouble first", () => {
	const worstFirst = [
		room("blocked"),
		room("not_found"),
		room("reconnecting"),
		connected({ unstoredSince: 1 }),
		connected({ health: "silent" }),
		connected({ health: "degraded" }),
		connected({ identity: "expired" }),
	];
	expect(worstFirst.map((status) => troubleOf(status, false))).toEqual(roomTroubles.slice(0, -1));
	expect(worstFirst.map((status) => urgency(status))).toEqual([0, 1, 2, 3, 4, 5, 6]);
	expect(urgency(connected(), true)).toBe(7);
	const calm = [room("queued"), room("connecting"), connected({ health: "quiet" }), connected(), room("waiting")];
	expect(calm.map((status) => urgency(status))).toEqual([8, 9, 10, 11, maxUrgency]);
	expect(calm.filter((status) => troubleOf(status, false))).toEqual([]);
});

test("names missing gifts only if nothing worse is wrong", () => {
	expect(troubleOf(connected({ health: "quiet" }), true)).toBe("gifts");
	expect(troubleOf(connected({ health: "silent" }), true)).toBe("silent");
	expect(troubleOf(connected({ identity: "expired" }), true)).toBe("login");
	// Nothing can be done about a broadcast that is over.
	for (const state of ["waiting", "queued", "connecting", "stopped"] as const)
		expect(troubleOf(room(state), true)).toBeUndefined();
});

test("flags a login before it ends", () => {
	expect(troubleOf(connected({ loginWarning: verbatim("It ends in 3 h.") }), false)).toBe("login");
});
