import { type Text, verbatim } from "@livekeeper/base/text";
import { ManagerHarness } from "@livekeeper/engine/src/connections/manager-harness.helpers.ts";
import { chat, live as liveRoom } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { type EventLog, openSqliteEventLog, type StoredEvent } from "@livekeeper/log";
import { eventually } from "@livekeeper/log/src/event-log/eventually.helpers.ts";
import { inThisThread } from "@livekeeper/log/src/event-log/sqlite/same-thread.helpers.ts";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { expect, onTestFinished, test } from "vitest";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { LiveService } from "./live-service.ts";
import { LocalRooms } from "./local-rooms.ts";

interface SetupOptions {
	maxRooms?: number;
	dataDir?: string;
	maxPendingBytes?: number;
	secret?: string;
	trouble?: () => Text | undefined;
	/** Wraps the log that the service uses. */
	wrap?: (log: EventLog) => EventLog;
}

/** Starts one life of the service over a real event log. */
async function setup(options: SetupOptions = {}) {
	const { maxRooms, dataDir = temporaryFolder(), maxPendingBytes, secret, trouble, wrap } = options;
	const { logger, lines } = recordingLogger();
	const harness = new ManagerHarness({ logger, ...(maxRooms !== undefined && { maxRooms }) });
	harness.connectAll();
	const { manager, clock } = harness;
	const log = await openSqliteEventLog({
		startThread: inThisThread,
		dataDir,
		clock,
		logger,
		groupCommitMs: 1,
		maxPendingBytes,
		secret,
	});
	const seen = wrap ? wrap(log) : log;
	const host = new LocalRooms({ manager, log: seen, clock, logger });
	const live = new LiveService({ host, pool: manager, log: seen, logger, ...(trouble && { trouble }) });
	let ended = false;
	const end = async () => {
		if (ended) return;
		ended = true;
		await manager.stop();
		host.close();
		await log.close();
		expect(clock.pendingTimers).toBe(0);
	};
	onTestFinished(end);
	const stored = async (liveId = "1001"): Promise<StoredEvent[]> => (await log.read(liveId, { limit: 5000 })).events;
	const until = <T>(assertion: () => T | Promise<T>) => eventually(clock, assertion);
	const connected = (liveId: string) => until(() => expect(live.getRoom(liveId)?.state).toBe("connected"));
	const sessions = () => harness.made.flatMap(({ upstream }) => upstream.sessions);
	return { harness, live, log, clock, stored, until, connected, sessions, end, lines, dataDir };
}

const seqsOf = (events: readonly StoredEvent[]) => events.map(({ seq }) => seq);
const typesOf = (events: readonly StoredEvent[]) => events.map(({ type }) => type);
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

test("stores a started room's events in order with a cursor", async () => {
	const { live, log, stored, until, connected } = await setup();
	expect(await live.startLive("1001")).toMatchObject({ liveId: "1001", created: true });
	await connected("1001");
	expect(live.getStatus()).toMatchObject({ activeRooms: ["1001"], rooms: [{ liveId: "1001" }] });
	await until(async () => expect(await stored()).toHaveLength(3));
	const events = await stored();
	expect(typesOf(events)).toEqual(["broadcast_started", "connection", "chat"]);
	expect(seqsOf(events)).toEqual(upTo(3));
	expect(await log.cursor("1001")).toMatchObject({ roomId: "r-1001", cursor: expect.stringMatching(/^c1-/) });
});

test("reuses the connection of an active room, also concurrently", async () => {
	const { live, connected, clock, sessions } = await setup();
	const started = await Promise.all([live.startLive("1001"), live.startLive("1001")]);
	expect(started.map(({ created }) => created)).toEqual([true, false]);
	await connected("1001");
	expect(await live.startLive("1001")).toMatchObject({ created: false, status: { state: "connected" } });
	await clock.advance(1000);
	expect(sessions()).toHaveLength(1);
});

test("refuses a start without storage and keeps active rooms", async () => {
	let trouble: Text | undefined;
	const { live, log } = await setup({ trouble: () => trouble });
	await live.startLive("1001");
	trouble = verbatim("cut off");
	const refused = {
		code: "storage_failing",
		message: expect.stringContaining("(cut off), so the room was not started"),
	};
	await expect(live.startLive("1002")).rejects.toMatchObject(refused);
	expect(live.getStatus().activeRooms).toEqual(["1001"]);
	expect((await log.registry.list()).map(({ liveId }) => liveId)).toEqual(["1001"]);
	expect(await live.startLive("1001")).toMatchObject({ created: false });
	trouble = undefined;
	expect(await live.startLive("1002")).toMatchObject({ created: true });
});

test("removes a stopped room at once, rejects an inactive one", async () => {
	const { harness, live, log, connected, lines } = await setup();
	await live.startLive("1001");
	await connected("1001");
	const stopped = live.stopLive("1001");
	expect(live.getStatus()).toEqual({ activeRooms: [], rooms: [] });
	expect(lines.at(-1)).toMatchObject({ event: "room_stopped", live_id: "1001", msg: "【√】已停止直播间 1001" });
	expect(live.getRoom("1001")).toBeUndefined();
	await stopped;
	expect(harness.openSessions).toEqual([]);
	expect(await log.registry.list()).toEqual([]);
	await expect(live.stopLive("1001")).rejects.toMatchObject({ code: "room_not_found", status: 404 });
});

test("resumes numbers and cursor of a restarted room", async () => {
	const { live, stored, until, connected, sessions } = await setup();
	for (let round = 0; round < 3; round++) {
		await live.startLive("1001");
		await connected("1001");
		// Its events may not be stored yet.
		await live.stopLive("1001");
	}
	await until(async () => expect(await stored()).toHaveLength(7));
	expect(seqsOf(await stored())).toEqual(upTo(7));
	expect(typesOf(await stored()).filter((type) => type === "broadcast_started")).toHaveLength(1);
	expect(sessions().map(({ request }) => request.cursor !== undefined)).toEqual([false, true, true]);
});

test("stores what a room sent just before it was stopped", async () => {
	const { harness, live, clock, stored, until, connected } = await setup();
	await live.startLive("1001");
	await connected("1001");
	harness.openSessions[0]?.frame(Array.from({ length: 2500 }, () => chat(clock.now())));
	await until(() => expect(live.getRoom("1001")?.frames).toBe(2));
	await live.stopLive("1001");
	await until(async () => expect(seqsOf(await stored())).toEqual(upTo(2503)));
});

test.each(["", ".", "..", "../x", "a/b", "x".repeat(65), "房间", "a b", 5, undefined, null])(
	"rejects %j as a live id",
	async (liveId) => {
		const { live, log } = await setup();
		await expect(live.startLive(liveId as string)).rejects.toMatchObject({ code: "invalid_live_id" });
		expect(live.getStatus().rooms).toEqual([]);
		expect(await log.registry.list()).toEqual([]);
	},
);

test("leaves nothing behind after a start past the limit", async () => {
	const { live, log } = await setup({ maxRooms: 1 });
	await live.startLive("1");
	await expect(live.startLive("2")).rejects.toMatchObject({ code: "too_many_rooms" });
	expect((await live.startLive("1")).created).toBe(false);
	await expect(live.stopLive("2")).rejects.toMatchObject({ code: "room_not_found" });
	expect(live.getStatus().activeRooms).toEqual(["1"]);
	expect((await log.registry.list()).map(({ liveId }) => liveId)).toEqual(["1"]);
});

test("reconnects only for different options and continues numbering", async () => {
	const { harness, live, clock, stored, until, connected } = await setup();
	await live.startLive("1001", { cookie: "sessionid=1" });
	await connected("1001");
	await live.startLive("1001");
	await live.startLive("1001", { cookie: "sessionid=1" });
	await clock.advance(1000);
	expect(harness.made).toHaveLength(1);
	expect(await live.startLive("1001", {})).toMatchObject({ created: false, status: { identity: "anonymous" } });
	await connected("1001");
	expect(harness.made).toHaveLength(2);
	await until(async () => expect((await stored()).length).toBeGreaterThan(4));
	const events = await stored();
	expect(seqsOf(events)).toEqual(upTo(events.length));
});

test("merges partial options, stores them, reconnects only when needed", async () => {
	const { harness, live, log, connected } = await setup();
	await live.startLive("1001", { cookie: "sessionid=1" });
	await connected("1001");
	await live.startLive("1001", { pinned: true }, "merge");
	expect(await log.registry.load()).toMatchObject([{ options: { cookie: "sessionid=1", pinned: true } }]);
	expect(live.getRoom("1001")).toMatchObject({ state: "connected", identity: "logged_in" });
	expect(harness.made).toHaveLength(1);
	await live.startLive("1001", { pinned: true });
	expect(await log.registry.load()).toMatchObject([{ options: { pinned: true } }]);
	expect(live.getRoom("1001")).toMatchObject({ identity: "anonymous" });
});

test("keeps all partial changes that arrive at once", async () => {
	const { live, log, connected } = await setup();
	await live.startLive("1001", { cookie: "sessionid=1" });
	await connected("1001");
	await Promise.all([
		live.startLive("1001", { pinned: true }, "merge"),
		live.startLive("1001", { redundancy: 2 }, "merge"),
	]);
	const options = { cookie: "sessionid=1", pinned: true, redundancy: 2 };
	expect(await log.registry.load()).toMatchObject([{ options }]);
});

test("keeps a room stopped when its options change meanwhile", async () => {
	const { live, log, connected } = await setup();
	await live.startLive("1001", { cookie: "sessionid=1" });
	await connected("1001");
	const changes = [live.startLive("1001", {}), live.startLive("1001", { pinned: true }, "merge")];
	const outcomes = Promise.allSettled(changes);
	await live.stopLive("1001");
	const notFound = { status: "rejected", reason: { code: "room_not_found" } };
	expect(await outcomes).toMatchObject([notFound, notFound]);
	expect(live.getStatus().activeRooms).toEqual([]);
	expect(await log.registry.load()).toEqual([]);
});

test("uses the restart's options after a concurrent change", async () => {
	const { live, log, connected } = await setup();
	await live.startLive("1001");
	await connected("1001");
	const outcome = Promise.allSettled([live.startLive("1001", { cookie: "sessionid=1" })]);
	const stopped = live.stopLive("1001");
	await live.startLive("1001", { pinned: true });
	await stopped;
	expect(await outcome).toMatchObject([{ status: "rejected", reason: { code: "room_not_found" } }]);
	expect(live.getRoom("1001")).toMatchObject({ identity: "anonymous", pinned: true });
	expect(await log.registry.load()).toMatchObject([{ options: { pinned: true } }]);
});

test("keeps the options of an active room after unusable ones", async () => {
	const { harness, live, log, connected } = await setup();
	await live.startLive("1001", { cookie: "sessionid=1" });
	await connected("1001");
	harness.prepare = () => {
		throw new Error("no such proxy");
	};
	await expect(live.startLive("1001", { proxy: "x:y" })).rejects.toMatchObject({ code: "invalid_request" });
	expect(live.getRoom("1001")).toMatchObject({ state: "connected", identity: "logged_in" });
	expect(await log.registry.load()).toMatchObject([{ liveId: "1001", options: { cookie: "sessionid=1" } }]);
});

test("changes nothing when a start can't be stored", async () => {
	const failing = new Error("disk full");
	const wrap = (log: EventLog): EventLog =>
		new Proxy(log, {
			get: (target, name) => {
				if (name !== "registry") return bound(target, name);
				const { registry } = target;
				return { ...registry, keep: () => Promise.reject(failing) };
			},
		});
	const { harness, live, log } = await setup({ wrap });
	await expect(live.startLive("1001")).rejects.toBe(failing);
	expect(live.getStatus()).toEqual({ activeRooms: [], rooms: [] });
	expect(harness.openSessions).toEqual([]);
	expect(await log.registry.list()).toEqual([]);
	await expect(live.stopLive("1001")).rejects.toMatchObject({ code: "room_not_found" });
});

test("keeps a room's options when other ones can't be stored", async () => {
	let failing = false;
	const wrap = (log: EventLog): EventLog =>
		new Proxy(log, {
			get: (target, name) => {
				if (name !== "registry") return bound(target, name);
				const keep: EventLog["registry"]["keep"] = (liveId, options) =>
					failing ? Promise.reject(new Error("disk full")) : target.registry.keep(liveId, options);
				return { ...target.registry, keep };
			},
		});
	const { harness, live, connected } = await setup({ wrap });
	await live.startLive("1001", { cookie: "sessionid=1" });
	await connected("1001");
	failing = true;
	await expect(live.startLive("1001", {})).rejects.toThrow("disk full");
	expect(live.getRoom("1001")).toMatchObject({ state: "connected", identity: "logged_in" });
	expect(harness.made).toHaveLength(1);
});

function bound(target: EventLog, name: string | symbol): unknown {
	const value: unknown = Reflect.get(target, name, target);
	return typeof value === "function" ? value.bind(target) : value;
}

test("resumes kept rooms with cursor, options and numbers", async () => {
	const first = await setup();
	await first.live.startLive("1", { cookie: "sessionid=1" });
	await first.live.startLive("2");
	await first.live.startLive("3");
	for (const liveId of ["1", "2", "3"]) await first.connected(liveId);
	await first.live.stopLive("3");
	for (const liveId of ["1", "2"]) await first.until(async () => expect(await first.stored(liveId)).toHaveLength(3));
	const cursors = [await first.log.cursor("1"), await first.log.cursor("2")];
	await first.end();

	const second = await setup({ dataDir: first.dataDir });
	expect(await second.live.resume()).toBe(2);
	expect(second.live.getStatus().activeRooms).toEqual(["1", "2"]);
	for (const liveId of ["1", "2"]) await second.connected(liveId);
	expect(second.harness.made.map(({ options }) => options)).toEqual([{ cookie: "sessionid=1" }, {}]);
	const bySession = second.sessions().toSorted((a, b) => a.request.liveId.localeCompare(b.request.liveId));
	expect(bySession.map(({ request }) => request.cursor)).toEqual(cursors);
	await second.until(async () => expect(await second.stored("1")).toHaveLength(6));
	expect((await second.stored("1")).map(({ seq, type }) => [seq, type])).toEqual([
		[1, "broadcast_started"],
		[2, "connection"],
		[3, "chat"],
		[4, "connection"],
		// The second upstream does not know the first one's messages.
		[5, "gap"],
		[6, "chat"],
	]);
});

test("resumes a room without unreadable options and logs it", async () => {
	const first = await setup({ secret: "the first secret of them" });
	await first.live.startLive("1001", { cookie: "sessionid=1" });
	await first.end();
	const second = await setup({ dataDir: first.dataDir, secret: "another secret than that" });
	await second.live.resume();
	await second.connected("1001");
	expect(second.harness.made.map(({ options }) => options)).toEqual([{}]);
	expect(second.lines.filter(({ level }) => level === 50)).toMatchObject([
		{ live_id: "1001", msg: expect.stringContaining("无法解密") },
	]);
});

test("resumes the other rooms when one can't be started", async () => {
	const first = await setup();
	for (const liveId of ["1", "2", "3"]) await first.live.startLive(liveId);
	await first.end();
	const second = await setup({ dataDir: first.dataDir, maxRooms: 2 });
	expect(await second.live.resume()).toBe(3);
	expect(second.live.getStatus().activeRooms).toEqual(["1", "2"]);
	expect(second.lines.filter(({ level }) => level === 50)).toMatchObject([{ live_id: "3" }]);
});

test("pauses rooms while the log is full without losses", async () => {
	let writable = true;
	let onWritable = () => undefined as unknown;
	const wrap = (log: EventLog): EventLog =>
		new Proxy(log, {
			get: (target, name) => {
				if (name === "writable") return writable && target.writable;
				if (name !== "onWritable") return bound(target, name);
				return (listener: () => void) => {
					onWritable = listener;
					return () => undefined;
				};
			},
		});
	const { harness, live, clock, stored, until, connected, sessions } = await setup({ wrap });
	await live.startLive("1001");
	await connected("1001");
	await until(async () => expect(await stored()).toHaveLength(3));
	const accepted = harness.openSessions[0]?.frame() ?? [];
	await until(async () => expect(await stored()).toHaveLength(4));
	writable = false;
	harness.prepare = () => undefined;
	const [first] = harness.made;
	if (first) first.upstream.onSession = () => undefined;
	const session = harness.openSessions[0];
	const refused = session?.frame(Array.from({ length: 6 }, () => chat(clock.now()))) ?? [];
	await until(() => expect(live.getRoom("1001")).toMatchObject({ state: "reconnecting", reason: { code: "storage" } }));
	await clock.advance(10 * 60_000);
	expect(sessions()).toHaveLength(1);
	expect(await stored()).toHaveLength(4);

	writable = true;
	onWritable();
	await clock.advance(60_000);
	const again = sessions()[1];
	expect(again?.request.cursor).toMatchObject({ cursor: expect.stringMatching(/^c1-/) });
	again?.open();
	again?.frame([...accepted, ...refused]);
	const ids = [...accepted, ...refused].map(({ id }) => id);
	await until(async () => {
		const chats = (await stored()).filter(({ type }) => type === "chat");
		expect(chats.slice(1).map(({ json }) => (JSON.parse(json) as { id: string }).id)).toEqual(ids);
	});
	expect(live.getRoom("1001")).toMatchObject({ state: "connected", gaps: 0, duplicates: accepted.length });
});

test("recovers once a full log has stored its queue", async () => {
	const { harness, live, clock, stored, until, connected, sessions } = await setup({ maxPendingBytes: 20_000 });
	await live.startLive("1001");
	await connected("1001");
	await until(async () => expect(await stored()).toHaveLength(3));
	const session = harness.openSessions[0];
	// A frame that comes while there is capacity is accepted whole.
	const accepted = session?.frame(Array.from({ length: 1_000 }, () => chat(clock.now()))) ?? [];
	const refused = session?.frame(Array.from({ length: 50 }, () => chat(clock.now()))) ?? [];
	await until(() => expect(sessions()).toHaveLength(2));
	await connected("1001");
	harness.openSessions[0]?.frame([...accepted.slice(-1), ...refused]);
	const ids = [...accepted, ...refused].map(({ id }) => id);
	await until(async () => {
		const all = (await stored()).map(({ json }) => (JSON.parse(json) as { id: string }).id);
		expect(all.filter((id) => ids.includes(id))).toEqual(ids);
	});
	expect(live.getRoom("1001")).toMatchObject({ state: "connected", gaps: 0 });
});

test("reads a room that is active or has stored events", async () => {
	const { live, stored, until, connected } = await setup();
	await expect(live.requireReadable("1001")).rejects.toMatchObject({ code: "room_not_found" });
	await live.startLive("1001");
	await live.requireReadable("1001");
	await connected("1001");
	await until(async () => expect(await stored()).toHaveLength(3));
	await live.stopLive("1001");
	await live.requireReadable("1001");
	await expect(live.requireReadable("2002")).rejects.toMatchObject({ code: "room_not_found" });
});

test("notifies status listeners of every room", async () => {
	const { live, connected } = await setup();
	const seen: string[] = [];
	const off = live.onStatus(({ liveId, state }) => void seen.push(`${liveId} ${state}`));
	await live.startLive("1");
	await connected("1");
	off();
	await live.stopLive("1");
	expect(seen).toEqual(["1 resolving", "1 connecting", "1 connected"]);
});

test("knows a stopped room's former name", async () => {
	const { harness, live, connected } = await setup();
	const prepare = harness.prepare;
	harness.prepare = (upstream) => {
		prepare(upstream);
		upstream.page = (liveId) => ({
			...liveRoom(`r-${liveId}`, liveId),
			anchor: { id: "1", nickname: "灯塔本人", avatar: "" },
		});
	};
	await live.startLive("1001");
	await connected("1001");
	expect(live.nameOf("1001")).toBe("灯塔本人");
	await live.stopLive("1001");
	expect(live.getRoom("1001")).toBeUndefined();
	expect([live.nameOf("1001"), live.nameOf("1002")]).toEqual(["灯塔本人", undefined]);
});
