import { DouyinError, type FailureReason, type SessionItem, type SessionRequest } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import pino from "pino";
import { describe, expect, test } from "vitest";
import { chat, FakeSession, FakeUpstream } from "../../rooms/fake-upstream.test-kit.ts";
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

function wayOver(options: { pollingFallback?: boolean; second?: boolean } = {}) {
	const clock = new ManualClock();
	const upstreams = [new PolledUpstream(clock), new PolledUpstream(clock, "logged_in")] as const;
	const [first, second] = upstreams;
	const way = new RoomWay({
		liveId: "1001",
		upstreams: options.second ? [first, second] : [first],
		pollingFallback: options.pollingFallback ?? true,
		clock,
		logger: pino({ level: "silent" }),
		slots: { acquire: () => ({ release: () => undefined }) },
		blockedDelayMs: 300_000,
	});
	return { clock, way, first, second };
}

const request = (signal = new AbortController().signal): SessionRequest => ({
	liveId: "1001",
	roomId: "r1",
	userUniqueId: "u",
	signal,
});

/** The way's session as a room reads it. */
function read(way: RoomWay) {
	const over = new AbortController();
	const items: SessionItem[] = [];
	const failure = (async () => {
		for await (const item of way.session(request(over.signal))) items.push(item);
		return undefined;
	})().catch((error: unknown) => error);
	const ids = () => items.flatMap((item) => (item.type === "frame" ? item.events.map(({ id }) => id) : []));
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

	test("is polled after three refusals in a row, until a socket brings what polling brings", async () => {
		const { way, first, clock } = wayOver();
		for (let i = 0; i < 3; i++) way.sessionEnded(fails("handshake_refused"), false);
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

	test.each(["blocked", "rate_limited", "signature_rejected", "broadcast_ended"] as const)(
		"is not polled after %s",
		async (reason) => {
			const { way, first, clock } = wayOver();
			for (let i = 0; i < 5; i++) way.sessionEnded(fails(reason), false);
			const room = read(way);
			await clock.advance(0);
			expect([first.polls.length, first.sessions.length]).toEqual([0, 1]);
			room.stop();
			await room.failure;
		},
	);

	test("is not polled where that is turned off", async () => {
		const { way, first, clock } = wayOver({ pollingFallback: false });
		for (let i = 0; i < 5; i++) way.sessionEnded(fails("handshake_refused"), false);
		const room = read(way);
		await clock.advance(0);
		expect([first.polls.length, first.sessions.length]).toEqual([0, 1]);
		room.stop();
		await room.failure;
	});

	test("leaves the next turn to the socket when polling fails as well", async () => {
		const { way, first, clock } = wayOver();
		for (let i = 0; i < 3; i++) way.sessionEnded(fails("timeout"), false);
		const room = read(way);
		await clock.advance(0);
		first.polls[0]?.fail(fails("blocked"));
		await clock.advance(0);
		expect(await room.failure).toMatchObject({ reason: "blocked" });
		way.sessionEnded(fails("blocked"), false);
		const again = read(way);
		await clock.advance(0);
		expect([first.polls.length, first.sessions.length]).toEqual([1, 1]);
		again.stop();
		await again.failure;
	});
});

describe("a room with two sessions", () => {
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

	test("is logged in when one of them is, and opens the second when the first stands", async () => {
		const { way, room } = await both();
		expect(way.identity).toBe("logged_in");
		expect(way.legs().map(({ state, aligned }) => [state, aligned])).toEqual([
			["connected", true],
			["connected", true],
		]);
		expect(room.items.filter(({ type }) => type === "opened")).toHaveLength(1);
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
