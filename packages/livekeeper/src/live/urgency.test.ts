import { expect, test } from "vitest";
import { verbatim } from "../text/index.ts";
import { isFailing, urgencyOf } from "./urgency.ts";

type Judged = Parameters<typeof urgencyOf>[0];

const room = (state: Judged["state"], more: Partial<Judged> = {}): Judged => ({
	state,
	identity: "anonymous",
	...more,
});
const connected = (more: Partial<Judged> = {}) => room("connected", { health: "fine", ...more });

test("the worst come first: refused, not there, cut off, not stored, silent, short of something, then what waits", () => {
	const worstFirst = [
		room("blocked"),
		room("not_found"),
		room("reconnecting"),
		connected({ health: "silent" }),
		connected({ health: "degraded" }),
		connected({ identity: "expired" }),
		room("queued"),
		room("connecting"),
		connected({ health: "quiet" }),
		connected(),
		room("waiting"),
	];
	expect(worstFirst.map(urgencyOf)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
	expect(worstFirst.filter(isFailing)).toHaveLength(6);
});

test("a room whose messages can't be stored is failing, however well it is connected", () => {
	expect(urgencyOf(connected({ unstoredSince: 1 }))).toBe(urgencyOf(room("reconnecting")));
});

test("a login that ends soon wants to be looked at before it has ended", () => {
	expect(isFailing(connected({ loginWarning: verbatim("It ends in 3 h.") }))).toBe(true);
});
