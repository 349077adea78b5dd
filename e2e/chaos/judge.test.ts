import { expect, test } from "vitest";
import type { LoggedEvent } from "../kit/room-log.ts";
import { judge, type RoomTruth } from "./judge.ts";

/** Messages `a` to `j` of one broadcast, all of them sent. */
const said = [..."abcdefghij"];
/** Returns the send time of each message: one per second. */
const sentAt = (ids: Iterable<string>) => new Map([...ids].map((id) => [id, (said.indexOf(id) + 1) * 1_000]));
/** Returns an attempt to connect, and the time of its first frame, by default immediately. */
const tried = (at: number, provenAt: number | undefined = at) => ({ at, provenAt, heardAt: provenAt });
const truth: RoomTruth = {
	liveId: "1",
	generated: said,
	sentAt: sentAt(said),
	gifts: new Set(),
	begins: [0],
	windows: [],
	attempts: [],
};

/** Builds a log of messages and service events (`gap`, `ended:<reason>`, `started`), one per second. */
function log(...items: string[]): LoggedEvent[] {
	return items.map((item, i) => {
		const at = { seq: i + 1, received_at: (i + 1) * 1000 };
		if (item.length === 1) return { ...at, id: item, type: "chat", method: "WebcastChatMessage" };
		const [what = "", reason = ""] = item.split(":");
		const type = what === "gap" ? "gap" : `broadcast_${what}`;
		return { ...at, id: `lk:${i}`, type, method: "livekeeper", reason };
	});
}

test("accepts a complete log", () => {
	expect(judge(truth, log(...said))).toMatchObject({ messages: 10, gaps: 0, broken: [] });
});

test("reports duplicate, unknown and late messages", () => {
	expect(judge(truth, log(..."abccdefghij")).broken).toEqual(["1: seq 4: c comes twice, first as seq 3"]);
	expect(judge(truth, log(..."abcxdefghij")).broken).toEqual(["1: seq 4: x was never said"]);
	expect(judge(truth, log(..."abdcefghij")).broken).toEqual(["1: seq 4: c, the 3. said, comes after the 4."]);
});

test("accepts a late gift only if the upstream withheld it", () => {
	const withheld = {
		...truth,
		gifts: new Set(["c"]),
		windows: [{ what: "no_gifts" as const, from: 1_900, to: 2_100 }],
	};
	const late = log(..."abdecfghij");
	expect(judge(withheld, late).broken).toEqual([]);
	expect(judge({ ...withheld, gifts: new Set() }, late).broken).toHaveLength(1);
	const two = { ...withheld, gifts: new Set(["c", "d"]) };
	expect(judge(two, log(..."abefghijcd")).broken).toEqual([]);
	const elsewhere = { ...withheld, windows: [{ what: "no_gifts" as const, from: 60_000, to: 61_000 }] };
	expect(judge(elsewhere, late).broken).toHaveLength(1);
});

test("accepts late messages only from a time of swapped frames", () => {
	const late = log(..."abdefghij", "c").map((event) => ({ ...event, received_at: event.received_at * 30 }));
	const swapping = (from: number, to: number) => ({ ...truth, windows: [{ what: "reorder" as const, from, to }] });
	expect(judge(swapping(70_000, 80_000), late).broken).toEqual([]);
	expect(judge(swapping(100_000, 110_000), late).broken).toHaveLength(1);
	expect(judge(swapping(10_000, 20_000), late).broken).toHaveLength(1);
});

test("accepts a late withheld gift between distant neighbours", () => {
	const quiet = log(..."abdecfghij").map((event) => ({ ...event, received_at: event.received_at * 60 }));
	const windows = [{ what: "no_gifts" as const, from: 150_000, to: 155_000 }];
	expect(judge({ ...truth, gifts: new Set(["c"]), windows }, quiet).broken).toEqual([]);
	const long = [{ what: "no_gifts" as const, from: 30_000, to: 35_000 }];
	expect(judge({ ...truth, gifts: new Set(["c"]), windows: long }, quiet).broken).toHaveLength(1);
});

test("accepts a late withheld gift after delayed neighbours", () => {
	const windows = [{ what: "no_gifts" as const, from: 100, to: 500 }];
	expect(judge({ ...truth, gifts: new Set(["c"]), windows }, log(..."abdecfghij")).broken).toEqual([]);
});

test("reports a hole in seq", () => {
	const events = log(...said).map((event) => (event.seq < 4 ? event : { ...event, seq: event.seq + 1 }));
	expect(judge(truth, events).broken[0]).toBe("1: seq 5 is at place 4");
});

test("requires a gap event exactly where messages are missing", () => {
	expect(judge(truth, log(..."abcghij")).broken).toEqual([
		"1: 3 missing after seq 3 (the 4. to 6. said, 3 sent), unreported; received 3000 and 4000; attempts around, with their first frames: none; the 3. was last sent at 3000",
	]);
	expect(judge(truth, log("a", "b", "c", "gap", "g", "h", "i", "j"))).toMatchObject({
		reported: 3,
		idleGaps: 0,
		broken: [],
	});
	const elsewhere = judge(truth, log("a", "gap", "b", "c", "g", "h", "i", "j"));
	expect(elsewhere.broken).toHaveLength(1);
	expect(elsewhere.idleGaps).toBe(1);
});

test("requires a gap event even for one unsent message", () => {
	const unsent = { ...truth, attempts: [tried(3_500)], sentAt: sentAt("abcefghij") };
	expect(judge(unsent, log(..."abcefghij")).broken).toHaveLength(1);
	expect(judge(unsent, log("a", "b", "c", "gap", ..."efghij")).broken).toEqual([]);
});

test("requires a gap event on new sockets only", () => {
	const unsent = { ...truth, sentAt: sentAt("abcghij") };
	expect(judge(unsent, log(..."abcghij"))).toMatchObject({ unnoticeable: 3, broken: [] });
	const reconnected = { ...unsent, attempts: [tried(3_500)] };
	expect(judge(reconnected, log(..."abcghij")).broken).toHaveLength(1);
	// Not if the new socket has repeated the last known message before the upstream omitted one.
	const repeated = { ...reconnected, sentAt: new Map([...unsent.sentAt, ["c", 3_600]]) };
	expect(judge(repeated, log(..."abcghij"))).toMatchObject({ unnoticeable: 3, broken: [] });
});

test("excuses a socket that had delivered nothing by then", () => {
	const unsent = { ...truth, sentAt: sentAt("abcghij") };
	for (const attempt of [tried(3_500, 4_201), { ...tried(3_500), provenAt: undefined }]) {
		expect(judge({ ...unsent, attempts: [attempt] }, log(..."abcghij"))).toMatchObject({ unnoticeable: 3, broken: [] });
	}
	// The service's clock may be behind.
	expect(judge({ ...unsent, attempts: [tried(3_500, 4_200)] }, log(..."abcghij")).broken).toHaveLength(1);
	// A new socket beside an older open one proves nothing.
	const stood = { ...tried(500), heardAt: 9_000 };
	const beside = { ...unsent, attempts: [stood, tried(3_500, 4_200)] };
	expect(judge(beside, log(..."abcghij"))).toMatchObject({ unnoticeable: 3, broken: [] });
});

test("excuses missing gifts only while the upstream withholds them", () => {
	const windows = [{ what: "no_gifts" as const, from: 2_500, to: 3_500 }];
	const withheld = { ...truth, windows, gifts: new Set(["d", "e"]), attempts: [tried(3_500)] };
	expect(judge(withheld, log(..."abcfghij"))).toMatchObject({ unnoticeable: 2, broken: [] });
	expect(judge(withheld, log(..."abcghij")).broken).toHaveLength(1);
	expect(judge({ ...withheld, windows: [] }, log(..."abcfghij")).broken).toHaveLength(1);
});

test("accepts swapped frames while the upstream swaps them", () => {
	const windows = [{ what: "reorder" as const, from: 2_500, to: 3_500 }];
	expect(judge({ ...truth, windows }, log(..."abdcefghij")).broken).toEqual([]);
});

test("excuses a missing end only if the log reports it", () => {
	const two = { ...truth, begins: [0, 5] };
	expect(judge(two, log("a", "b", "c", "ended:offline", "started", "f", "g", "h", "i", "j"))).toMatchObject({
		unattended: 2,
		broken: [],
	});
	expect(judge(two, log("a", "b", "c", "ended:ended", "started", "f", "g", "h", "i", "j")).broken).toHaveLength(1);
	expect(judge(two, log("a", "b", "c", "f", "g", "h", "i", "j")).broken).toHaveLength(1);
});

test("excuses messages before the service joined a broadcast", () => {
	expect(judge({ ...truth, begins: [0, 5] }, log("c", "d", "e", "ended:ended", "h", "i", "j"))).toMatchObject({
		unattended: 4,
		broken: [],
	});
});

test("counts a socket as synced once it repeats known messages", () => {
	const skipped = { ...truth, sentAt: sentAt("abcghij") };
	expect(judge({ ...skipped, attempts: [tried(3_000)] }, log(..."abcghij"))).toMatchObject({
		unnoticeable: 3,
		broken: [],
	});
	expect(judge({ ...skipped, attempts: [tried(3_001)] }, log(..."abcghij")).broken).toHaveLength(1);
});

test("excuses broadcasts missed in the queue, but no other gap", () => {
	const three = { ...truth, begins: [0, 3, 6], sentAt: sentAt("abcghij") };
	// Queued during the whole second broadcast: the log has nothing of it, and reports the start of the third.
	const log3 = log("a", "b", "c", "ended:new_broadcast", "started", "g", "h", "i", "j");
	expect(judge(three, log3)).toMatchObject({ unattended: 3, broken: [] });
	// Back within the same broadcast, it resumes where it was, or reports a gap.
	const one = { ...truth, sentAt: sentAt("abcghij"), attempts: [tried(3_500)] };
	expect(judge(one, log(..."abcghij")).broken).toHaveLength(1);
	expect(judge(one, log("a", "b", "c", "gap", "g", "h", "i", "j"))).toMatchObject({ reported: 3, broken: [] });
});

test("requires a gap event for messages lost by a kill", () => {
	// Everything was sent, but after a restart the service continued later without reporting it.
	const restarted = log("a", "b", "c", "started", "g", "h", "i", "j");
	expect(judge({ ...truth, attempts: [tried(4_500)] }, restarted).broken).toEqual([
		"1: 3 missing after seq 3 (the 4. to 6. said, 3 sent), unreported; received 3000 and 5000, between them: broadcast_started; attempts around, with their first frames: 4500 (4500); the 3. was last sent at 3000",
	]);
	const withGap = log("a", "b", "c", "gap", "g", "h", "i", "j");
	expect(judge({ ...truth, attempts: [tried(4_500)] }, withGap)).toMatchObject({ reported: 3, broken: [] });
});
