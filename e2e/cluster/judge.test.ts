import { expect, test } from "vitest";
import { isKept, judge } from "./judge.ts";

const sent = ["a", "b", "c", "d", "e"];

/**
 * Builds a log: `.` is a gap event, `!` one with the reason `memory_lost`, `|` a `truncated`; a digit sets the next
 * event's `seq`.
 */
function log(text: string) {
	const events = [];
	const cuts: number[] = [];
	let seq = 1;
	for (const one of text) {
		if (one === "|") cuts.push(events.length);
		else if (/\d/.test(one)) seq = Number(one);
		else {
			const isGap = one === "." || one === "!";
			const of = isGap
				? { id: `gap-${seq}`, type: "gap", method: "livekeeper", reason: one === "!" ? "memory_lost" : "network" }
				: { id: one, type: "chat", method: "WebcastChatMessage" };
			events.push({ seq: seq++, received_at: 0, ...of });
		}
	}
	return { events, cuts };
}

const nothing = { lost: 0, reported: 0, doubled: 0, repeated: 0, outOfOrder: 0, foreign: 0, holes: 0, falseGaps: 0 };

test.each([
	["abcde", {}],
	["abde", { lost: 1 }],
	["abcd", { lost: 1 }],
	["ab.de", { reported: 1 }],
	["ab|8de", { reported: 1 }],
	["|8de", { reported: 3 }],
	["8de", { lost: 3, holes: 1 }],
	["abc.de", { falseGaps: 1 }],
	["abcd.", { reported: 1 }],
	["abbcde", { doubled: 1 }],
	["abdce", { lost: 1, outOfOrder: 1 }],
	["abxcde", { foreign: 1 }],
	["ab8cde", { holes: 1 }],
	["ab8.de", { reported: 1 }],
	["8!abcde", {}],
	["ab8!abcde", { repeated: 2 }],
	["ab8!de", { reported: 1 }],
	["ab8!abbcde", { repeated: 2, doubled: 1 }],
	["ab.cxe", { falseGaps: 1, foreign: 1, lost: 1 }],
])("judges a log of %s for five messages", (text, verdict) => {
	expect(judge(sent, log(text))).toEqual({ ...nothing, ...verdict });
});

test("accepts missing messages that are reported", () => {
	expect(isKept({ ...nothing, reported: 7 })).toBe(true);
	expect(isKept({ ...nothing, lost: 1 })).toBe(false);
	expect(isKept({ ...nothing, falseGaps: 1 })).toBe(false);
});

test("counts memory_lost as false if nothing can be lost", () => {
	expect(judge(sent, log("ab!cde"), 0)).toEqual({ ...nothing, falseGaps: 1 });
	expect(judge(sent, log("ab!cde"), 1)).toEqual(nothing);
	expect(judge(sent, log("a!b!cde"), 1)).toEqual({ ...nothing, falseGaps: 1 });
});
