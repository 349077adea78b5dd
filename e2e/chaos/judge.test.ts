import { expect, test } from "vitest";
import type { LoggedEvent } from "../kit/room-log.ts";
import { judge, type RoomTruth } from "./judge.ts";

/** A room that said `a` to `j` in one broadcast, all of it sent. */
const said = [..."abcdefghij"];
/** When each was sent: a second after the other. */
const sentAt = (ids: Iterable<string>) => new Map([...ids].map((id) => [id, (said.indexOf(id) + 1) * 1_000]));
/** An attempt to connect, and when its first frame came; default at once. */
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

/** A log of messages, and of the service's own events: `gap`, `ended:<reason>`, `started`. Each a second later. */
function log(...items: string[]): LoggedEvent[] {
	return items.map((item, i) => {
		const at = { seq: i + 1, received_at: (i + 1) * 1000 };
		if (item.length === 1) return { ...at, id: item, type: "chat", method: "WebcastChatMessage" };
		const [what = "", reason = ""] = item.split(":");
		const type = what === "gap" ? "gap" : `broadcast_${what}`;
		return { ...at, id: `lk:${i}`, type, method: "livekeeper", reason };
	});
}

test("a log that is what was said is whole", () => {
	expect(judge(truth, log(...said))).toMatchObject({ messages: 10, gaps: 0, broken: [] });
});

test("a message that comes twice, was never said, or comes too late is a broken promise", () => {
	expect(judge(truth, log(..."abccdefghij")).broken).toEqual(["1: seq 4: c comes twice, first as seq 3"]);
	expect(judge(truth, log(..."abcxdefghij")).broken).toEqual(["1: seq 4: x was never said"]);
	expect(judge(truth, log(..."abdcefghij")).broken).toEqual(["1: seq 4: c, the 3. said, comes after the 4."]);
});

test("a gift that the upstream withheld, and brings with a replay, may come late; nothing else may", () => {
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

test("what was due while the upstream swapped frames may come late, and nothing else", () => {
	const late = log(..."abdefghij", "c").map((event) => ({ ...event, received_at: event.received_at * 30 }));
	const swapping = (from: number, to: number) => ({ ...truth, windows: [{ what: "reorder" as const, from, to }] });
	expect(judge(swapping(70_000, 80_000), late).broken).toEqual([]);
	expect(judge(swapping(100_000, 110_000), late).broken).toHaveLength(1);
	expect(judge(swapping(10_000, 20_000), late).broken).toHaveLength(1);
});

test("a withheld gift may come late in a room that says next to nothing, where its neighbours came long before and after", () => {
	const quiet = log(..."abdecfghij").map((event) => ({ ...event, received_at: event.received_at * 60 }));
	const windows = [{ what: "no_gifts" as const, from: 150_000, to: 155_000 }];
	expect(judge({ ...truth, gifts: new Set(["c"]), windows }, quiet).broken).toEqual([]);
	const long = [{ what: "no_gifts" as const, from: 30_000, to: 35_000 }];
	expect(judge({ ...truth, gifts: new Set(["c"]), windows: long }, quiet).broken).toHaveLength(1);
});

test("a withheld gift may come late also where what was said beside it was held up until the gifts were back", () => {
	const windows = [{ what: "no_gifts" as const, from: 100, to: 500 }];
	expect(judge({ ...truth, gifts: new Set(["c"]), windows }, log(..."abdecfghij")).broken).toEqual([]);
});

test("a hole in seq is a broken promise", () => {
	const events = log(...said).map((event) => (event.seq < 4 ? event : { ...event, seq: event.seq + 1 }));
	expect(judge(truth, events).broken[0]).toBe("1: seq 5 is at place 4");
});

test("what is missing has to be told, at its place", () => {
	expect(judge(truth, log(..."abcghij")).broken).toEqual([
		"1: 3 missing after seq 3 (the 4. to 6. said, 3 sent), untold; received 3000 and 4000; attempts around, with their first frames: none; the 3. was last sent at 3000",
	]);
	expect(judge(truth, log("a", "b", "c", "gap", "g", "h", "i", "j"))).toMatchObject({
		told: 3,
		idleGaps: 0,
		broken: [],
	});
	const elsewhere = judge(truth, log("a", "gap", "b", "c", "g", "h", "i", "j"));
	expect(elsewhere.broken).toHaveLength(1);
	expect(elsewhere.idleGaps).toBe(1);
});

test("not one message may go untold, whatever the upstream did with the cursor", () => {
	const unsent = { ...truth, attempts: [tried(3_500)], sentAt: sentAt("abcefghij") };
	expect(judge(unsent, log(..."abcefghij")).broken).toHaveLength(1);
	expect(judge(unsent, log("a", "b", "c", "gap", ..."efghij")).broken).toEqual([]);
});

test("messages left out by the upstream can't be noticed on an open socket, but on a new one they have to be", () => {
	const unsent = { ...truth, sentAt: sentAt("abcghij") };
	expect(judge(unsent, log(..."abcghij"))).toMatchObject({ unnoticeable: 3, broken: [] });
	const anew = { ...unsent, attempts: [tried(3_500)] };
	expect(judge(anew, log(..."abcghij")).broken).toHaveLength(1);
	// Unless the new one has begun with what was known, before the upstream left something out.
	const repeated = { ...anew, sentAt: new Map([...unsent.sentAt, ["c", 3_600]]) };
	expect(judge(repeated, log(..."abcghij"))).toMatchObject({ unnoticeable: 3, broken: [] });
});

test("a new socket that brought nothing until then has left nothing out", () => {
	const unsent = { ...truth, sentAt: sentAt("abcghij") };
	for (const attempt of [tried(3_500, 4_201), { ...tried(3_500), provenAt: undefined }]) {
		expect(judge({ ...unsent, attempts: [attempt] }, log(..."abcghij"))).toMatchObject({ unnoticeable: 3, broken: [] });
	}
	// The service's clock may be behind.
	expect(judge({ ...unsent, attempts: [tried(3_500, 4_200)] }, log(..."abcghij")).broken).toHaveLength(1);
	// A new one beside one that stood shows nothing.
	const stood = { ...tried(500), heardAt: 9_000 };
	const beside = { ...unsent, attempts: [stood, tried(3_500, 4_200)] };
	expect(judge(beside, log(..."abcghij"))).toMatchObject({ unnoticeable: 3, broken: [] });
});

test("only gifts may be missing while the upstream leaves them out", () => {
	const windows = [{ what: "no_gifts" as const, from: 2_500, to: 3_500 }];
	const withheld = { ...truth, windows, gifts: new Set(["d", "e"]), attempts: [tried(3_500)] };
	expect(judge(withheld, log(..."abcfghij"))).toMatchObject({ unnoticeable: 2, broken: [] });
	expect(judge(withheld, log(..."abcghij")).broken).toHaveLength(1);
	expect(judge({ ...withheld, windows: [] }, log(..."abcfghij")).broken).toHaveLength(1);
});

test("swapped frames may come swapped while the upstream swaps them", () => {
	const windows = [{ what: "reorder" as const, from: 2_500, to: 3_500 }];
	expect(judge({ ...truth, windows }, log(..."abdcefghij")).broken).toEqual([]);
});

test("the end of a broadcast may be missing only where the log says that nobody saw it", () => {
	const two = { ...truth, begins: [0, 5] };
	expect(judge(two, log("a", "b", "c", "ended:offline", "started", "f", "g", "h", "i", "j"))).toMatchObject({
		unattended: 2,
		broken: [],
	});
	expect(judge(two, log("a", "b", "c", "ended:ended", "started", "f", "g", "h", "i", "j")).broken).toHaveLength(1);
	expect(judge(two, log("a", "b", "c", "f", "g", "h", "i", "j")).broken).toHaveLength(1);
});

test("what was said before the service came to a broadcast is not missing", () => {
	expect(judge({ ...truth, begins: [0, 5] }, log("c", "d", "e", "ended:ended", "h", "i", "j"))).toMatchObject({
		unattended: 4,
		broken: [],
	});
});

test("a socket that repeats known messages as it opens is synced from then on, and may skip what it was never given", () => {
	const skipped = { ...truth, sentAt: sentAt("abcghij") };
	expect(judge({ ...skipped, attempts: [tried(3_000)] }, log(..."abcghij"))).toMatchObject({
		unnoticeable: 3,
		broken: [],
	});
	expect(judge({ ...skipped, attempts: [tried(3_001)] }, log(..."abcghij")).broken).toHaveLength(1);
});

test("for a room that waits for a connection nobody was there, and only what it had seen no end of has to be told", () => {
	const three = { ...truth, begins: [0, 3, 6], sentAt: sentAt("abcghij") };
	// In line for the whole of the second broadcast: the log has nothing of it, and says when the third began.
	const log3 = log("a", "b", "c", "ended:new_broadcast", "started", "g", "h", "i", "j");
	expect(judge(three, log3)).toMatchObject({ unattended: 3, broken: [] });
	// Back within one broadcast it goes on from where it was, or tells.
	const one = { ...truth, sentAt: sentAt("abcghij"), attempts: [tried(3_500)] };
	expect(judge(one, log(..."abcghij")).broken).toHaveLength(1);
	expect(judge(one, log("a", "b", "c", "gap", "g", "h", "i", "j"))).toMatchObject({ told: 3, broken: [] });
});

test("what was heard and could not be stored before the service was killed has to be told like the rest", () => {
	// All of it was sent; the service started over behind it without saying so.
	const anew = log("a", "b", "c", "started", "g", "h", "i", "j");
	expect(judge({ ...truth, attempts: [tried(4_500)] }, anew).broken).toEqual([
		"1: 3 missing after seq 3 (the 4. to 6. said, 3 sent), untold; received 3000 and 5000, between them: broadcast_started; attempts around, with their first frames: 4500 (4500); the 3. was last sent at 3000",
	]);
	const told = log("a", "b", "c", "gap", "g", "h", "i", "j");
	expect(judge({ ...truth, attempts: [tried(4_500)] }, told)).toMatchObject({ told: 3, broken: [] });
});
