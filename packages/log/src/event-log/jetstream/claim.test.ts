import { expect, test } from "vitest";
import { judge } from "./claim.ts";
import type { Head } from "./message.ts";

const head = (fields: Partial<Head>): Head => ({
	...{
		kind: "batch",
		epoch: 5,
		view: 1,
		owner: "me",
		n: 7,
		next: 1,
		count: 0,
		at: 0,
		skew: 0,
		ahead: 0,
		own: false,
		ownBefore: 0,
	},
	...fields,
});
const at = (sequence: number, fields: Partial<Head> = {}) => ({ sequence, head: head(fields) });

test.each([
	["the sent message", at(9), "stored"],
	["a later one of the same owner", at(9, { n: 8 }), "stored"],
	["an earlier one of the same owner", at(9, { n: 6 }), "passed"],
	["one of an older epoch", at(9, { epoch: 4, n: 9 }), "passed"],
	["another owner's of the same epoch", at(9, { owner: "other", n: 9 }), "passed"],
	["one of a newer epoch", at(9, { epoch: 6, owner: "other", n: 0 }), "fenced"],
	["older than expected", at(7, { n: 9 }), "lost"],
	["none", undefined, "lost"],
])("judges a refused message if the newest is %s", (_, last, verdict) => {
	expect(judge(last, head({}), 8)).toBe(verdict);
});
