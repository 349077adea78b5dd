import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LiveEvent, maxRemembered } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { type EventLog, openSqliteEventLog } from "@livekeeper/log";
import { cursorAt } from "@livekeeper/log/src/event-log/conformance.helpers.ts";
import { encodeBatch } from "@livekeeper/log/src/event-log/encoded-event.ts";
import { chat, chats, gift, service, startMs, user } from "@livekeeper/log/src/event-log/events.helpers.ts";
import { eventually } from "@livekeeper/log/src/event-log/eventually.helpers.ts";
import { FaultyStore } from "@livekeeper/log/src/event-log/sqlite/faulty-store.helpers.ts";
import { inThisThread } from "@livekeeper/log/src/event-log/sqlite/same-thread.helpers.ts";
import { quietLogger, temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { recall } from "./recall.ts";

let log: EventLog;
let clock: ManualClock;

beforeEach(async () => {
	clock = new ManualClock();
	log = await openSqliteEventLog({ startThread: inThisThread, dataDir: temporaryFolder(), clock, logger: quietLogger });
	onTestFinished(() => log.close());
});

const idsOf = ({ method, id }: LiveEvent) => ({ method, id });

/** Returns what is remembered while time passes. */
async function remembered(kept = false, down?: Parameters<typeof recall>[3]) {
	const memory = recall(log, "room", kept, down);
	let done = false;
	const settled = memory.finally(() => {
		done = true;
	});
	await eventually(clock, () => expect(done).toBe(true));
	return settled;
}

test("knows nothing of a room that was never seen", async () => {
	const memory = { cursor: undefined, lastAt: undefined, recent: [], knownStreaks: [] };
	expect(await remembered()).toStrictEqual(memory);
	expect(await remembered(true, { since: undefined, now: startMs })).toStrictEqual(memory);
});

test("knows cursor, broadcast and newest messages, including uncommitted ones", async () => {
	log.append({ liveId: "room", events: [service("broadcast_started", 1, { title: "早上好" })] });
	log.append({ liveId: "room", events: chats(2, 4), cursor: cursorAt(4) });
	expect(await remembered()).toEqual({
		cursor: cursorAt(4),
		broadcast: { roomId: "broadcast-1", title: "早上好", ended: false },
		lastAt: startMs + 4,
		lastMessageAt: chat(4).receivedAt,
		recent: chats(2, 4).map(idsOf),
		knownStreaks: [],
	});
});

test("knows which newest messages precede the newest gap", async () => {
	const gap = (n: number) => service("gap", n, { from: startMs, to: startMs + n, reason: "unverified" });
	const ofAnother = { ...gap(7), roomId: "broadcast-2" };
	const events = [chat(1), gap(2), chat(3), chat(4), gap(5), chat(6), ofAnother];
	log.append({ liveId: "room", events, cursor: cursorAt(4) });
	const recent = [1, 3, 4, 6].map((n) => idsOf(chat(n)));
	expect(await remembered()).toMatchObject({ cursor: cursorAt(4), recent, beforeGap: 3 });
});

test("knows a broadcast's end and skips service events", async () => {
	log.append({ liveId: "room", events: [service("broadcast_started", 1, { title: "早上好" })], cursor: cursorAt(1) });
	log.append({ liveId: "room", events: [service("broadcast_ended", 2, { reason: "ended" })] });
	expect(await remembered()).toEqual({
		cursor: cursorAt(1),
		broadcast: { roomId: "broadcast-1", title: "早上好", ended: true },
		recent: [],
		knownStreaks: [],
	});
});

test("ignores messages of another broadcast than the cursor's", async () => {
	log.append({ liveId: "room", events: chats(1, 3, { roomId: "broadcast-0" }) });
	log.append({ liveId: "room", events: [chat(4)], cursor: cursorAt(4) });
	expect(await remembered()).toMatchObject({ lastAt: startMs + 4, recent: [idsOf(chat(4))] });
});

test("knows both ids of a message", async () => {
	log.append({ liveId: "room", events: [chat(1, { envelopeId: "901" })], cursor: cursorAt(1) });
	const [message] = (await remembered()).recent;
	expect(message).toEqual({ ...idsOf(chat(1)), envelopeId: "901" });
});

test("knows the newest 500 messages, even over several pages", async () => {
	const content = "长".repeat(2_000);
	log.append({ liveId: "room", events: chats(1, 1_200, { content }), cursor: cursorAt(1_200) });
	const { recent, lastAt } = await remembered();
	expect(recent).toStrictEqual(chats(701, 1_200).map(idsOf));
	expect(lastAt).toBe(startMs + 1_200);
});

test("knows more messages when the cursor repeats more", async () => {
	log.append({ liveId: "room", events: chats(1, 6_000), cursor: { ...cursorAt(5_300), repeats: 700 } });
	expect((await remembered()).recent).toEqual(chats(4_801, 6_000).map(idsOf));
	log.append({ liveId: "room", events: chats(6_001, 40_000), cursor: { ...cursorAt(1), repeats: 39_999 } });
	expect((await remembered()).recent).toEqual(chats(40_001 - maxRemembered, 40_000).map(idsOf));
});

test("ignores pushed messages for the web's position", async () => {
	log.append({ liveId: "room", events: chats(1, 3), cursor: cursorAt(3) });
	log.append({ liveId: "room", events: chats(4, 9, { source: "official", method: "live_comment" }) });
	expect(await remembered()).toMatchObject({ lastAt: startMs + 3, recent: chats(1, 3).map(idsOf) });
});

test("sees no upstream gap in an event damaged in storage", async () => {
	const corrupt = service("gap", 4, { from: startMs, to: startMs, reason: "corrupt" });
	log.append({ liveId: "room", events: [...chats(1, 3), corrupt, ...chats(5, 6)], cursor: cursorAt(6) });
	const memory = await remembered();
	expect(memory).toMatchObject({ recent: [1, 2, 3, 5, 6].map((n) => idsOf(chat(n))) });
	expect(memory).not.toHaveProperty("beforeGap");
});

test("does not wait for a log that can't write", async () => {
	log.append({ liveId: "room", events: chats(1, 3) });
	const status = { ...log.status(), state: "failing" as const };
	const failing = new Proxy(log, {
		get: (target, name) => {
			if (name === "status") return () => status;
			if (name === "flush") throw new Error("It must not be waited for.");
			const value: unknown = Reflect.get(target, name, target);
			return typeof value === "function" ? value.bind(target) : value;
		},
	});
	expect(await recall(failing, "room", true)).toEqual({ cursor: undefined, recent: [], knownStreaks: [] });
});

test("reads everything from a read-only log, even before upkeep", async () => {
	const dataDir = temporaryFolder();
	const first = await openSqliteEventLog({ startThread: inThisThread, dataDir, clock, logger: quietLogger });
	first.append({ liveId: "room", events: [service("broadcast_started", 1, { title: "早上好" })] });
	// Each from a different user, so that counting them takes space.
	const said = Array.from({ length: 3_000 }, (_, n) => chat(n + 2, { user: user(n) }));
	first.append({ liveId: "room", events: said, cursor: cursorAt(3_001) });
	await first.close();
	const store = new FaultyStore(inThisThread);
	store.refuse("SQLITE_READONLY");
	log = await openSqliteEventLog({ startThread: store.startThread, dataDir, clock, logger: quietLogger });
	onTestFinished(() => log.close());
	expect(await remembered()).toMatchObject({
		cursor: cursorAt(3_001),
		broadcast: { roomId: "broadcast-1", title: "早上好", ended: false },
		lastAt: startMs + 3_001,
	});
});

test("knows the time of a last message that retention removed", async () => {
	log.append({ liveId: "room", events: chats(1, 9), cursor: cursorAt(9) });
	await eventually(clock, async () => expect(await log.lastSeq("room")).toBe(9));
	log.setRetention({ maxAgeMs: 60_000 });
	await clock.advance(70_000);
	await eventually(clock, async () => expect((await log.read("room")).oldestSeq).toBe(10));
	expect(await remembered()).toEqual({
		cursor: cursorAt(9),
		broadcast: { roomId: "broadcast-1", title: "", ended: false },
		lastAt: startMs + 9,
		recent: [],
		knownStreaks: [],
	});
});

/** Returns a log that replaces one set aside, which is damaged from `from` on. */
async function setAside(from: number): Promise<EventLog> {
	await clock.advance(3_600_000);
	const dataDir = temporaryFolder();
	const first = await openSqliteEventLog({ startThread: inThisThread, dataDir, clock, logger: quietLogger });
	first.append({ liveId: "room", events: chats(1, 2_000), cursor: cursorAt(2_000) });
	await first.close();
	const file = join(dataDir, "livekeeper.db");
	writeFileSync(file, readFileSync(file).fill(0xa5, from));
	const log = await openSqliteEventLog({ startThread: inThisThread, dataDir, clock, logger: quietLogger });
	onTestFinished(() => log.close());
	log.append({ liveId: "other", events: [chat(1)] });
	await eventually(clock, async () => expect(await log.lastSeq("other")).toBeGreaterThan(0));
	return log;
}

test("loses a kept room's memory with a log set aside", async () => {
	log = await setAside(0);
	expect(log.status().findings).toHaveLength(1);
	expect(await remembered(true)).toMatchObject({ cursor: undefined, lost: {} });
	expect(await remembered(false)).not.toHaveProperty("lost");
});

test("counts a partly recovered room as known and not lost", async () => {
	log = await setAside(20 * 4_096);
	// The table of events can't be read.
	await log.read("room").catch(() => undefined);
	await eventually(clock, async () => expect(log.status().findings).toHaveLength(1));
	expect(await remembered(false)).toMatchObject({ cursor: cursorAt(2_000), lost: {} });
	log.append({ liveId: "room", events: [chat(2_001)] });
	expect(await remembered(true)).not.toHaveProperty("lost");
});

test("continues a running gift streak", async () => {
	const step = (n: number, count: number) => gift(n, 10, { streakId: "streak", count, final: false });
	log.append({ liveId: "room", events: [step(1, 1), step(2, 4)], cursor: cursorAt(2) });
	expect((await remembered()).knownStreaks).toEqual([
		{ streakId: "streak", count: 1, final: false, at: startMs + 1 },
		{ streakId: "streak", count: 4, final: false, at: startMs + 2 },
	]);
});

test("knows messages without a cursor from the upstream", async () => {
	log.append({ liveId: "room", events: [service("broadcast_started", 1, { title: "早上好" }), ...chats(2, 3)] });
	expect(await remembered()).toMatchObject({
		cursor: undefined,
		lastAt: startMs + 3,
		recent: [chat(2), chat(3)].map(idsOf),
	});
});

describe("history of the last day", () => {
	const dayMs = 86_400_000;
	const connection = (n: number, state: string) => service("connection", n, { state, reason: "made_up", message: "" });

	/** Returns what is remembered of a room that was kept until `sinceMs` after the first message's time. */
	const past = async (sinceMs: number | undefined, nowMs: number) => {
		const since = sinceMs === undefined ? undefined : startMs + sinceMs;
		return (await remembered(true, { since, now: startMs + nowMs })).past;
	};

	test("has states, gaps and downtimes, and nothing else", async () => {
		const gap = service("gap", 4, { from: startMs + 1, to: startMs + 3, reason: "unverified" });
		const turnedBack = service("gap", 5, { from: startMs + 3, to: startMs + 1, reason: "unverified" });
		const down = service("service_down", 7, { from: startMs + 6, to: startMs + 7 });
		const events = [connection(1, "connected"), chat(2), gap, turnedBack, connection(6, "waiting"), down];
		log.append({ liveId: "room", events });
		expect(await past(9, 10)).toEqual({
			since: startMs + 9,
			changes: [
				{ at: startMs + 1, state: "connected" },
				{ at: startMs + 4, gapMs: 2 },
				{ at: startMs + 5, gapMs: 0 },
				{ at: startMs + 6, state: "waiting" },
				{ at: startMs + 6, state: "down" },
			],
		});
	});

	test("ends at the last message, or when the service stopped", async () => {
		log.append({ liveId: "room", events: [chat(5)] });
		const { receivedAt } = chat(5);
		expect(await past(-1_000_000, 10)).toMatchObject({ since: receivedAt });
		expect(await past(1_000_000, 1_000_010)).toMatchObject({ since: startMs + 1_000_000 });
		expect(await past(undefined, 10)).toBeUndefined();
		expect(await remembered(true)).not.toHaveProperty("past");
	});

	test("begins connected in a broadcast that is older", async () => {
		const broadcast = { roomId: "broadcast-1", title: "", startedAt: startMs, durationMs: 20, messages: {} };
		const changes = async (times: { startedAt?: number; endedAt?: number }) => {
			const log = logOf({
				broadcasts: async () => [{ ...broadcast, ...times }],
				read: async () => ({ events: [], nextAfter: 0, caughtUp: true }),
			});
			return (await recall(log, "room", true, { since: startMs, now: startMs + 2 * dayMs })).past?.changes;
		};
		const dayAgo = startMs + dayMs;
		expect(await changes({})).toEqual([{ at: dayAgo, state: "connected" }]);
		expect(await changes({ startedAt: dayAgo })).toEqual([]);
		expect(await changes({ endedAt: dayAgo + 1 })).toEqual([{ at: dayAgo, state: "connected" }]);
		expect(await changes({ endedAt: dayAgo })).toEqual([]);
	});

	test("reads a day of it, page by page", async () => {
		const read = vi.fn(async (_liveId: string, { after }: { after: number }) => ({
			events: [],
			nextAfter: after + 5_000,
			caughtUp: after > 0,
		}));
		await recall(logOf({ read }), "room", true, { since: startMs, now: startMs + dayMs });
		const types = ["connection", "gap", "service_down"];
		const asked = read.mock.calls.map(([, query]) => query).filter((query) => "types" in query);
		expect(asked).toEqual([0, 5_000].map((after) => ({ after, from: startMs, types, limit: 5_000 })));
	});
});

/** Returns a log that gives the scripted answers. */
function logOf(answers: Partial<Record<keyof EventLog, unknown>>): EventLog {
	const nothing = {
		status: () => ({ state: "ok" }),
		flush: async () => undefined,
		onStatus: () => () => undefined,
		cursor: async () => cursorAt(9),
		broadcasts: async () => [],
		afterNewest: async () => 0,
		lost: async () => undefined,
		read: async (_liveId: string, { after }: { after: number }) => ({ events: [], nextAfter: after }),
	};
	return { ...nothing, ...answers } as unknown as EventLog;
}

/** Returns events as a log does, numbered from 1. */
const storedEvents = (...ns: number[]) =>
	encodeBatch({ liveId: "room", events: ns.map((n) => chat(n)) }).events.map((event, index) => ({
		...event,
		seq: index + 1,
	}));

describe("time of the last message", () => {
	const broadcast = { roomId: "broadcast-1", title: "", startedAt: startMs, durationMs: 20, messages: { chat: 3 } };

	test("comes from the messages in any order", async () => {
		const read = async () => ({ events: storedEvents(30, 50, 40), nextAfter: 3 });
		const log = logOf({ read, broadcasts: async () => [broadcast] });
		expect((await recall(log, "room", false)).lastAt).toBe(startMs + 50);
	});

	test("ignores other broadcasts than the one to resume", async () => {
		const of = async (roomId: string) =>
			recall(logOf({ broadcasts: async () => [{ ...broadcast, roomId }] }), "room", true);
		expect((await of("broadcast-1")).lastAt).toBe(startMs + 20);
		expect((await of("broadcast-0")).lastAt).toBeUndefined();
	});
});

test("stops waiting for a log that begins to fail", async () => {
	const unsubscribe = vi.fn();
	let notify: () => void = () => undefined;
	const onStatus = (listener: () => void) => {
		notify = listener;
		return unsubscribe;
	};
	const log = logOf({ flush: () => new Promise(() => undefined), onStatus });
	const memory = recall(log, "room", false);
	notify();
	expect((await memory).cursor).toEqual(cursorAt(9));
	expect(unsubscribe).toHaveBeenCalledTimes(1);
});

test("asks for no further page after an empty one", async () => {
	const read = vi.fn(async (_liveId: string, { after }: { after: number }) => {
		if (read.mock.calls.length > 5) throw new Error("It must not ask again and again.");
		return { events: [], nextAfter: after };
	});
	await recall(logOf({ read, afterNewest: async () => 200 }), "room", false);
	expect(read.mock.calls).toEqual([["room", { after: 200, limit: 500 }]]);
});
