import {
	DouyinError,
	type Emitted,
	type FailureReason,
	Sequencer,
	type SessionItem,
	type SessionRequest,
} from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import pino from "pino";
import { describe, expect, test } from "vitest";
import { chat, FakeSession, FakeUpstream } from "../../rooms/fake-upstream.helpers.ts";
import type { Hold, RoomSessionItem } from "../../rooms/index.ts";
import { verbatim } from "../../text/index.ts";
import { Admission } from "../admission/index.ts";
import { RoomWay } from "./room-way.ts";

/** An upstream that can be polled. */
class PolledUpstream extends FakeUpstream {
	readonly polls: FakeSession[] = [];
	readonly #clock: ManualClock;

	constructor(clock: ManualClock, identity?: "anonymous" | "logged_in") {
		super(clock, identity);
		this.#clock = clock;
	}

	poll(request: SessionRequest): AsyncIterable<SessionItem> {
		const poll = new FakeSession(request, this.#clock);
		this.polls.push(poll);
		return poll.items();
	}
}

interface Way {
	pollingFallback?: boolean;
	second?: boolean;
	total?: number;
	raw?: boolean;
	startsPerSecond?: number;
}

function wayOver(options: Way = {}) {
	const hold: { now?: Hold | undefined; asked: number[] } = { asked: [] };
	const clock = new ManualClock();
	const handshakes = { startsPerSecond: options.startsPerSecond ?? Number.POSITIVE_INFINITY };
	const admission = new Admission({ clock, limits: { total: options.total }, handshakes });
	const upstreams = [new PolledUpstream(clock), new PolledUpstream(clock, "logged_in")] as const;
	const [first, second] = upstreams;
	const way = new RoomWay({
		liveId: "1001",
		upstreams: options.second ? [first, second] : [first],
		raw: options.raw ?? false,
		pollingFallback: options.pollingFallback ?? true,
		clock,
		logger: pino({ level: "silent" }),
		permits: (session, preemptible) => {
			const kind = session === 0 ? { handshakeOnly: true } : { preemptible };
			return admission.permitsFor(() => ({ ...roomOf("1001"), ...kind }));
		},
		admit: (session) => {
			hold.asked.push(session);
			return hold.now;
		},
		blockedDelayMs: 300_000,
	});
	return { clock, way, first, second, admission, hold };
}

const roomOf = (room: string) => ({ room, identity: "", priority: () => "live" as const });

const request = (signal = new AbortController().signal): SessionRequest => ({
	liveId: "1001",
	roomId: "r1",
	userUniqueId: "u",
	signal,
});

/** The way's session as a room reads it. */
function read(way: RoomWay, sequencer = new Sequencer(), more: Partial<SessionRequest> = {}) {
	const over = new AbortController();
	const items: RoomSessionItem[] = [];
	const emitted: Emitted[] = [];
	const take = (item: RoomSessionItem) => {
		items.push(item);
		const { source = 0 } = item;
		if (item.type === "opened") sequencer.opened(source, item.resumed);
		else if (item.type === "frame") emitted.push(...sequencer.accept(source, { ...item, now: item.receivedAt }));
		else if (item.type === "lost") emitted.push(...sequencer.closed(source, 0));
	};
	const cursor = sequencer.open(0);
	const failure = (async () => {
		for await (const item of way.session({ ...request(over.signal), ...more, cursor, sequencer })) take(item);
		return undefined;
	})().catch((error: unknown) => {
		if (error instanceof DouyinError && error.reason === "broadcast_ended") emitted.push(...sequencer.ended(0));
		return error;
	});
	const ids = () => emitted.flatMap(({ events }) => events.map(({ id }) => id));
	return { items, failure, ids, stop: () => over.abort() };
}

const fails = (reason: FailureReason) => new DouyinError(reason, reason);

describe("a room with one session", () => {
	test("has that session and nothing else", async () => {
		const { way, first, clock } = wayOver();
		const room = read(way);
		first.last.open();
		const events = first.last.frame([chat(clock.now())]);
		await clock.advance(0);
		expect(room.ids()).toEqual(events.map(({ id }) => id));
		expect(way.legs()).toEqual([]);
		expect(clock.pendingTimers).toBe(0);
		room.stop();
		await room.failure;
	});

	test.each([true, false])("asks for payloads where it is to have them, polled as well: %s", async (raw) => {
		const { way, first, clock } = wayOver({ raw });
		const room = read(way);
		for (let i = 0; i < 3; i++) way.sessionEnded(fails("timeout"), undefined);
		room.stop();
		const polled = read(way);
		await clock.advance(0);
		expect([first.last, first.polls[0]].map((session) => session?.request.raw)).toEqual([raw, raw]);
		polled.stop();
		await Promise.all([room.failure, polled.failure]);
	});

	test("is polled after three refusals in a row, until a socket brings what polling brings", async () => {
		const { way, first, clock } = wayOver();
		for (let i = 0; i < 3; i++) way.sessionEnded(fails("handshake_refused"), undefined);
		const room = read(way);
		await clock.advance(0);
		const [poll] = first.polls;
		poll?.open();
		const known = chat(clock.now());
		poll?.frame([known]);
		await clock.advance(0);
		expect(way.legs().map(({ kind, state }) => `${kind} ${state}`)).toEqual(["polling connected", "socket waiting"]);
		expect(first.sessions).toHaveLength(0);
		await clock.advance(4_000);
		const socket = first.last;
		socket.open();
		const next = chat(clock.now());
		socket.frame([known, next]);
		await clock.advance(1_000);
		expect(poll?.closed).toBe(true);
		expect(room.ids()).toEqual([known.id, next.id]);
		expect(way.legs()).toEqual([]);
		room.stop();
		await room.failure;
		expect(clock.pendingTimers).toBe(0);
	});

	test("is polled as well where the upstream leads its socket to a foreign host", async () => {
		const { way, first, clock } = wayOver();
		for (let i = 0; i < 3; i++) way.sessionEnded(fails("foreign_host"), undefined);
		const room = read(way);
		await clock.advance(0);
		expect([first.polls.length, first.sessions.length]).toEqual([1, 0]);
		room.stop();
		await room.failure;
	});

	test.each(["blocked", "rate_limited", "signature_rejected", "broadcast_ended"] as const)(
		"is not polled after %s",
		async (reason) => {
			const { way, first, clock } = wayOver();
			for (let i = 0; i < 5; i++) way.sessionEnded(fails(reason), undefined);
			const room = read(way);
			await clock.advance(0);
			expect([first.polls.length, first.sessions.length]).toEqual([0, 1]);
			room.stop();
			await room.failure;
		},
	);

	test("is not polled any more once its socket is refused as a device", async () => {
		const { way, first, clock } = wayOver();
		for (let i = 0; i < 3; i++) way.sessionEnded(fails("timeout"), undefined);
		const room = read(way);
		await clock.advance(0);
		const [poll] = first.polls;
		poll?.open();
		await clock.advance(0);
		expect(way.polling).toBe(true);
		await clock.advance(4_000);
		first.last.fail(fails("blocked"));
		await clock.advance(0);
		expect(await room.failure).toMatchObject({ reason: "blocked" });
		expect(poll?.closed).toBe(true);
	});

	test("is not polled where that is turned off", async () => {
		const { way, first, clock } = wayOver({ pollingFallback: false });
		for (let i = 0; i < 5; i++) way.sessionEnded(fails("handshake_refused"), undefined);
		const room = read(way);
		await clock.advance(0);
		expect([first.polls.length, first.sessions.length]).toEqual([0, 1]);
		room.stop();
		await room.failure;
	});

	test("leaves the next turn to the socket when polling fails as well", async () => {
		const { way, first, clock } = wayOver();
		for (let i = 0; i < 3; i++) way.sessionEnded(fails("timeout"), undefined);
		const room = read(way);
		await clock.advance(0);
		first.polls[0]?.fail(fails("blocked"));
		await clock.advance(0);
		expect(await room.failure).toMatchObject({ reason: "blocked" });
		way.sessionEnded(fails("blocked"), undefined);
		const again = read(way);
		await clock.advance(0);
		expect([first.polls.length, first.sessions.length]).toEqual([1, 1]);
		again.stop();
		await again.failure;
	});
});

/** A room on two sessions, both aligned. */
async function both() {
	const bench = wayOver({ second: true });
	const room = read(bench.way);
	await bench.clock.advance(0);
	bench.first.last.open();
	await bench.clock.advance(0);
	bench.second.last.open();
	const common = chat(bench.clock.now());
	bench.first.last.frame([common]);
	bench.second.last.frame([common]);
	await bench.clock.advance(0);
	return { ...bench, room, common };
}

describe("a room with two sessions", () => {
	test("is logged in when one of them is, and opens the second when the first stands", async () => {
		const { way, room } = await both();
		expect(way.identity).toBe("logged_in");
		expect(way.legs().map(({ state, aligned }) => [state, aligned])).toEqual([
			["connected", true],
			["connected", true],
		]);
		expect(room.items.filter(({ type }) => type === "opened")).toHaveLength(2);
		room.stop();
		await room.failure;
	});

	test("gives both what chooses their hosts", async () => {
		const { way, first, second, clock } = wayOver({ second: true });
		const hosts = { choose: () => undefined, works: () => undefined, failed: () => undefined };
		const room = read(way, undefined, { hosts });
		await clock.advance(0);
		first.last.open();
		await clock.advance(0);
		expect([first.last.request.hosts, second.last.request.hosts]).toEqual([hosts, hosts]);
		room.stop();
		await room.failure;
	});

	test("goes on with one when the other is lost, and connects that again", async () => {
		const { way, room, first, second, clock, common } = await both();
		first.last.fail(fails("network"));
		await clock.advance(0);
		const next = chat(clock.now());
		second.last.frame([next]);
		await clock.advance(0);
		expect(room.ids()).toEqual([common.id, next.id]);
		expect(way.legs()[0]).toMatchObject({ state: "waiting", reason: { code: "network" }, missed: 1 });
		await clock.advance(1_000);
		expect(first.sessions).toHaveLength(2);
		room.stop();
		await room.failure;
		expect([...first.openSessions, ...second.openSessions]).toEqual([]);
	});

	test("begins a session where the room is, whatever an earlier one has brought", async () => {
		const { way, room, first, second, clock } = await both();
		for (const { last } of [first, second]) last.fail(fails("network"));
		await room.failure;
		await clock.advance(3_600_000);
		const cursor = { roomId: "r1", cursor: "an hour later", internalExt: "x" };
		const sequencer = new Sequencer();
		sequencer.restore({ cursor, ids: ["1"] });
		const again = read(way, sequencer);
		await clock.advance(0);
		first.last.open();
		await clock.advance(0);
		expect([first, second].map(({ last }) => last.request.cursor)).toEqual([cursor, cursor]);
		again.stop();
		await again.failure;
	});

	test("ends with its sockets when the room can take no more", async () => {
		const { way, first, second, clock } = wayOver({ second: true });
		const sequencer = new Sequencer();
		const full = new DouyinError("storage", "Nothing can be stored.");
		const room = (async () => {
			for await (const item of way.session({ ...request(), sequencer })) if (item.type === "frame") throw full;
		})().catch((error: unknown) => error);
		await clock.advance(0);
		first.last.open();
		await clock.advance(0);
		second.last.open();
		first.last.frame();
		first.last.frame();
		second.last.frame();
		await clock.advance(0);
		expect(await room).toBe(full);
		expect([...first.openSessions, ...second.openSessions]).toEqual([]);
		expect(clock.pendingTimers).toBe(0);
	});

	test("ends when none stands any more", async () => {
		const { room, first, second, clock } = await both();
		first.last.fail(fails("network"));
		await clock.advance(0);
		second.last.fail(fails("upstream_close"));
		await clock.advance(0);
		expect(await room.failure).toMatchObject({ reason: "upstream_close" });
		expect(clock.pendingTimers).toBe(0);
	});

	test("ends with the broadcast, whichever says so, and what waits is put out first", async () => {
		const { room, first, second, clock, common } = await both();
		const last = chat(clock.now());
		second.last.frame([last]);
		second.last.fail(fails("broadcast_ended"));
		await clock.advance(0);
		expect(await room.failure).toMatchObject({ reason: "broadcast_ended" });
		expect(room.ids()).toEqual([common.id, last.id]);
		expect(first.openSessions).toEqual([]);
	});
});

describe("what others have met", () => {
	const outage: Hold = {
		delayMs: 30_000,
		why: verbatim("most rooms failed at once; room 1003 tries for all"),
		reason: "network",
	};

	test("holds back a session that was lost beside another, which says so and asks again", async () => {
		const { way, room, first, second, clock, hold } = await both();
		hold.asked = [];
		second.last.fail(fails("network"));
		hold.now = outage;
		await clock.advance(1_000);
		expect(hold.asked).toEqual([1]);
		expect(way.legs()[1]).toMatchObject({
			state: "waiting",
			reason: { code: "network", message: { en: "Most rooms failed at once; room 1003 tries for all." } },
			nextAttemptAt: clock.now() + 30_000,
			failures: 1,
		});
		hold.now = undefined;
		await clock.advance(29_000);
		expect(second.sessions).toHaveLength(1);
		await clock.advance(1_000);
		expect([first.sessions.length, second.sessions.length]).toEqual([1, 2]);
		room.stop();
		await room.failure;
		expect(clock.pendingTimers).toBe(0);
	});

	test("does not keep a room in a session that nobody tries for", async () => {
		const { way, first, second, clock, hold } = wayOver({ second: true });
		hold.now = outage;
		const room = read(way);
		await clock.advance(0);
		first.last.fail(fails("dns"));
		await clock.advance(0);
		expect(await room.failure).toMatchObject({ reason: "dns" });
		expect(second.sessions).toHaveLength(0);
	});
});

describe("the permit of a second session", () => {
	const never = new AbortController().signal;

	/** A room on its first session, beside `total - 1` others' connections or free permits. */
	async function onFirst(total: number) {
		const bench = wayOver({ second: true, total });
		const own = await bench.admission.acquire(roomOf("1001"), never);
		const room = read(bench.way);
		await bench.clock.advance(0);
		bench.first.last.open();
		const [known] = bench.first.last.frame([chat(bench.clock.now())]);
		await bench.clock.advance(0);
		return { ...bench, own, room, known };
	}

	/** Its second session stands as well, on the last permit. */
	async function onBoth() {
		const bench = await onFirst(2);
		bench.second.last.open();
		bench.second.last.frame(bench.known ? [bench.known] : []);
		await bench.clock.advance(0);
		expect(bench.admission.status().held).toBe(2);
		return bench;
	}

	test("is taken before its handshake; until there is one it is queued and says why", async () => {
		const { way, room, second, admission, clock } = await onFirst(1);
		expect(second.sessions).toHaveLength(0);
		expect(way.legs().map(({ state, reason }) => [state, reason])).toMatchObject([
			["connected", undefined],
			["queued", { code: "no_free_slot", message: { en: "All 1 connections are in use." } }],
		]);
		admission.setLimits({ total: 2 });
		await clock.advance(0);
		second.last.open();
		await clock.advance(0);
		expect(way.legs().map(({ state, reason }) => [state, reason])).toEqual([
			["connected", undefined],
			["connected", undefined],
		]);
		room.stop();
		await room.failure;
		expect([admission.status().held, admission.waiting]).toEqual([1, 0]);
	});

	test("is waited for when the first session is refused, where only the pace of handshakes is in the way", async () => {
		const { way, first, second, clock, admission } = wayOver({ second: true, startsPerSecond: 20 });
		const own = await admission.acquire(roomOf("1001"), never);
		const room = read(way);
		await clock.advance(0);
		first.last.fail(fails("handshake_refused"));
		own.handshakeDone();
		await clock.advance(49);
		expect(second.sessions).toHaveLength(0);
		await clock.advance(1);
		second.last.open();
		await clock.advance(0);
		expect(way.legs().map(({ state }) => state)).toEqual(["waiting", "connected"]);
		room.stop();
		await room.failure;
		expect([admission.status().held, admission.waiting, clock.pendingTimers]).toEqual([1, 0, 0]);
	});

	test("is released when it is lost, and asked for anew", async () => {
		const { room, second, admission, clock } = await onBoth();
		second.last.fail(fails("network"));
		await clock.advance(0);
		expect(admission.status().held).toBe(1);
		await clock.advance(1_000);
		expect([admission.status().held, second.sessions.length]).toEqual([2, 2]);
		room.stop();
		await room.failure;
		expect(clock.pendingTimers).toBe(0);
	});

	test("is left to any room that waits, without a failure; it asks again a minute later", async () => {
		const { way, room, first, second, admission, clock } = await onBoth();
		const other = admission.acquire(roomOf("1002"), never);
		await clock.advance(0);
		const permit = await other;
		const reason = { code: "preempted", message: { en: "Room 1002 needs the connection: its broadcast is on." } };
		const nextAttemptAt = clock.now() + 60_000;
		expect(way.legs()[1]).toMatchObject({ state: "queued", reason, nextAttemptAt, failures: 0 });
		expect([first.openSessions.length, second.openSessions.length]).toEqual([1, 0]);
		permit.release();
		await clock.advance(59_000);
		expect(second.sessions).toHaveLength(1);
		await clock.advance(1_000);
		expect(second.sessions).toHaveLength(2);
		room.stop();
		await room.failure;
		expect([admission.status().held, clock.pendingTimers]).toEqual([1, 0]);
	});

	test("is no more easily lost than a room's own while the room lives on it alone", async () => {
		const { way, room, first, second, admission, clock } = await onBoth();
		first.last.fail(fails("handshake_refused"));
		await clock.advance(0);
		const other = new AbortController();
		const waiting = Promise.resolve(admission.acquire(roomOf("1002"), other.signal)).catch(() => "left");
		await clock.advance(500);
		expect(way.legs().map(({ state }) => state)).toEqual(["waiting", "connected"]);
		expect(second.openSessions).toHaveLength(1);
		other.abort();
		expect(await waiting).toBe("left");
		room.stop();
		await room.failure;
	});

	test("is not waited for when the first session is lost", async () => {
		const { room, first, clock, admission } = await onFirst(1);
		first.last.fail(fails("upstream_close"));
		await clock.advance(0);
		expect(await room.failure).toMatchObject({ reason: "upstream_close" });
		expect(admission.waiting).toBe(0);
	});
});
