import { afterEach, describe, expect, expectTypeOf, it } from "vitest";
import { DouyinError, type FailureReason } from "../errors.ts";
import type { ChatEvent, GiftEvent, UpstreamEvent } from "../events/live-event.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import type { DouyinUpstream, RoomLookup, SessionItem, SessionRequest } from "../upstream.ts";
import { DouyinLiveClient, type LiveClientOptions } from "./live-client.ts";

const live: RoomLookup = { status: "live", liveId: "1001", roomId: "7", userUniqueId: "8", title: "t" };
const opened: SessionItem = { type: "opened", host: "h", resumed: false };
const resumed: SessionItem = { ...opened, resumed: true };

function chat(id: number): ChatEvent {
	const common = { liveId: "1001", roomId: "7", method: "WebcastChatMessage", at: id, receivedAt: 1_000 };
	return { ...common, type: "chat", id: String(id), content: `text ${id}` };
}

function frame(...ids: number[]): SessionItem {
	const cursor = { roomId: "7", cursor: `c${ids.at(-1)}`, internalExt: "e" };
	return { type: "frame", events: ids.map(chat), cursor, receivedAt: 0, problems: [] };
}

/** A step of the one gift streak, as its message alone reports it. */
function gift(id: number, count: number): GiftEvent {
	const described = { giftId: "463", giftName: "", giftImage: "", giftType: 1, combo: true, groupCount: 1 };
	const about = { ...described, diamondCount: 2, diamonds: 2 * count };
	const { content: _, ...common } = chat(id);
	return { ...common, ...about, type: "gift", streakId: "s", count, delta: count, final: false };
}

function gifts(id: number, count: number): SessionItem {
	return { ...frame(id), events: [gift(id, count)] } as SessionItem;
}

/** The room's newest messages. */
function page(...ids: number[]): SessionItem {
	return { type: "backfill", events: ids.map(chat), problems: [] };
}

/** `wait`: stays open until it is stopped; `linger`: as `wait`, but the socket then takes a while to close. */
type Script = (SessionItem | DouyinError | "wait" | "linger")[];

/** An upstream that plays one script per session: items, then a failure, or waiting to be stopped. */
class ScriptedUpstream implements DouyinUpstream {
	readonly identity = "anonymous";
	readonly requests: SessionRequest[] = [];
	/** For each frame, whether the room's newest messages were requested after it. */
	readonly asked: boolean[] = [];
	readonly lookups: RoomLookup[];
	readonly #scripts: Script[];
	openSessions = 0;
	/** Resolves when lingering sockets are gone. */
	gone: Promise<void> | undefined;

	constructor(scripts: Script[], lookups: RoomLookup[] = []) {
		this.#scripts = scripts;
		this.lookups = lookups;
	}

	async lookup(): Promise<RoomLookup> {
		return this.lookups.shift() ?? live;
	}

	async session(request: SessionRequest, take: (item: SessionItem) => void): Promise<void> {
		this.requests.push(request);
		this.openSessions++;
		try {
			for (const step of this.#scripts.shift() ?? ["wait" as const]) {
				if (request.signal.aborted) return;
				if (step instanceof DouyinError) throw step;
				if (step === "wait" || step === "linger") await aborted(request.signal);
				else take(step);
				if (step === "linger") await this.gone;
				if (typeof step === "object" && step.type === "frame") this.asked.push(request.needsBackfill?.() ?? false);
			}
		} finally {
			this.openSessions--;
		}
	}
}

function aborted(signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) resolve();
		signal.addEventListener("abort", () => resolve(), { once: true });
	});
}

const stops: (() => unknown)[] = [];
afterEach(async () => {
	for (const stop of stops.splice(0)) await stop();
});

function made(scripts: Script[], lookups: RoomLookup[] = [], options: LiveClientOptions = {}) {
	const upstream = new ScriptedUpstream(scripts, lookups);
	const clock = new ManualClock();
	const client = new DouyinLiveClient("1001", { upstream, clock, ...options });
	stops.push(() => client.stop());
	return { upstream, clock, client };
}

const cut = (reason: FailureReason = "network") => new DouyinError(reason, reason);

/** Reads a client's events until it is stopped. */
function read(client: DouyinLiveClient, signal?: AbortSignal) {
	const ids: string[] = [];
	const ended = (async () => {
		for await (const event of client.events(signal && { signal })) ids.push(event.id);
	})().catch((error: unknown) => error);
	return { ids, ended };
}

describe("DouyinLiveClient's connection", () => {
	it("is shared by listeners and loops, each event once", async () => {
		const { client, clock, upstream } = made([
			[opened, frame(1, 2), cut()],
			[opened, frame(2, 3), "wait"],
		]);
		const heard: string[] = [];
		client.on("event", ({ id }) => heard.push(id));
		const first = read(client);
		client.start();
		const second = read(client);
		await clock.advance(0);
		expect(upstream.openSessions + upstream.requests.length).toBe(1);
		const late = read(client);
		await clock.advance(1_000);
		expect(upstream.requests.length).toBe(2);
		expect([heard, first.ids, second.ids, late.ids]).toEqual([
			["1", "2", "3"],
			["1", "2", "3"],
			["1", "2", "3"],
			["3"],
		]);
		await client.stop();
		expect(await Promise.all([first.ended, second.ended, late.ended])).toEqual([undefined, undefined, undefined]);
		expect([upstream.openSessions, clock.pendingTimers]).toEqual([0, 0]);
	});

	it("stays open until the last loop and listener stop", async () => {
		const { client, clock, upstream } = made([]);
		const stop = new AbortController();
		const loop = read(client, stop.signal);
		client.start();
		await clock.advance(0);
		stop.abort();
		await loop.ended;
		expect([upstream.openSessions, upstream.requests.length]).toEqual([1, 1]);
		const other = read(client);
		await clock.advance(0);
		expect(upstream.requests.length).toBe(1);
		await client.stop();
		await other.ended;
		expect(upstream.openSessions).toBe(0);
	});

	it("resumes after a stop without repeating or recounting", async () => {
		const { client, clock, upstream } = made([
			[opened, gifts(3, 3), frame(1, 2), "wait"],
			[opened, gifts(3, 3), frame(1, 2, 4), gifts(6, 5), "wait"],
			[opened, gifts(6, 5), frame(5), "wait"],
		]);
		const heard: string[] = [];
		const deltas: number[] = [];
		client.on("event", ({ id }) => heard.push(id));
		client.on("gift", ({ delta }) => deltas.push(delta));
		client.start();
		await clock.advance(0);
		await client.stop();
		client.start();
		await clock.advance(0);
		await client.stop();
		const loop = read(client);
		await clock.advance(0);
		expect([heard, loop.ids, deltas]).toEqual([["3", "1", "2", "4", "6", "5"], ["5"], [3, 2]]);
		// Resumes from before the last message.
		expect(upstream.requests.map(({ cursor }) => cursor?.cursor)).toEqual([undefined, "c3", "c4"]);
	});

	it("requests payloads only with the option raw", async () => {
		for (const raw of [true, undefined]) {
			const { client, clock, upstream } = made([], [], raw === undefined ? {} : { raw });
			void client.start();
			await clock.advance(0);
			expect(upstream.requests.map((request) => request.raw)).toEqual([raw]);
		}
	});

	it("waits for the old socket to close before reopening", async () => {
		const { client, clock, upstream } = made([]);
		client.start();
		await clock.advance(0);
		void client.stop();
		client.start();
		let max = 0;
		for (let i = 0; i < 20; i++) {
			max = Math.max(max, upstream.openSessions);
			await Promise.resolve();
		}
		await clock.advance(0);
		expect([max, upstream.openSessions, upstream.requests.length]).toEqual([1, 1, 2]);
	});
});

describe("a slow loop", () => {
	it("delays no listener, and ends with an error when full", async () => {
		const frames = [frame(1, 2), frame(3, 4), frame(5, 6)];
		const { client, clock } = made([[opened, ...frames, "wait"]], [], { maxBufferedEvents: 3 });
		const heard: string[] = [];
		client.on("event", ({ id }) => heard.push(id));
		client.start();
		const slow = client.events();
		const first = slow.next();
		await clock.advance(0);
		expect(heard).toEqual(["1", "2", "3", "4", "5", "6"]);
		const given = [(await first).value?.id];
		for (let i = 0; i < 3; i++) given.push((await slow.next()).value?.id);
		expect(given).toEqual(["1", "2", "3", "4"]);
		await expect(slow.next()).rejects.toMatchObject({ name: "DouyinError", reason: "storage", retryable: true });
		expect((await slow.next()).done).toBe(true);
	});

	it("misses nothing after a restart as the only loop", async () => {
		const { client, clock, upstream } = made(
			[
				[opened, frame(1, 2), frame(3, 4), "wait"],
				[resumed, frame(3, 4, 5), "wait"],
			],
			[],
			{
				maxBufferedEvents: 2,
			},
		);
		const slow = client.events();
		const first = slow.next();
		await clock.advance(0);
		expect([(await first).value?.id, (await slow.next()).value?.id]).toEqual(["1", "2"]);
		await expect(slow.next()).rejects.toMatchObject({ reason: "storage" });
		expect(upstream.openSessions).toBe(0);
		const again = read(client);
		// Messages from before the first ones are not repeated.
		await clock.advance(5_000);
		expect(again.ids).toEqual(["3", "4", "5"]);
	});
});

it("a loop that ends among recovered messages misses nothing afterwards", async () => {
	const scripts: Script[] = [
		[opened, frame(1), cut()],
		[page(1, 2, 3), opened, frame(4), "wait"],
		[opened, frame(3, 4, 5), "wait"],
	];
	const { client, clock, upstream } = made(scripts, [], { maxBufferedEvents: 2 });
	const slow = client.events();
	const given: (string | undefined)[] = [];
	const first = slow.next();
	await clock.advance(6_000);
	given.push((await first).value?.id, (await slow.next()).value?.id, (await slow.next()).value?.id);
	const rest = await slow.next().catch((error: unknown) => error as DouyinError);
	if (!(rest instanceof DouyinError)) given.push(rest.value?.id);
	else expect(rest.reason).toBe("storage");
	await slow.return?.();
	expect(upstream.openSessions).toBe(0);
	const again = read(client);
	await clock.advance(6_000);
	expect([...given, ...again.ids]).toEqual(["1", "2", "3", "4", "5"]);
});

describe("DouyinLiveClient.start", () => {
	const offline: RoomLookup = { status: "offline", liveId: "1001", roomId: "7", title: "t" };

	it("resolves with the room once it is connected", async () => {
		const anchor = { id: "9", nickname: "虚构", avatar: "" };
		const { client, clock } = made([[opened, "wait"]], [{ ...live, anchor } as RoomLookup]);
		expect([client.connected, client.room]).toEqual([false, undefined]);
		const started = client.start();
		const room = { roomId: "7", title: "t", anchor };
		expect(await started).toEqual(room);
		expect(await client.start()).toEqual(room);
		expect([client.connected, client.room]).toEqual([true, room]);
		await clock.advance(0);
		await client.stop();
		expect([client.connected, client.room]).toEqual([false, room]);
	});

	it.each([
		[offline, "offline", true],
		[{ status: "no_room", liveId: "1001", anchor: { id: "9", nickname: "", avatar: "" } }, "no_room", true],
		[{ status: "hidden", liveId: "1001" }, "hidden", true],
		[{ status: "closed", liveId: "1001" }, "closed", false],
		[{ status: "offline", liveId: "1001", title: "t" }, "offline", true],
		[{ status: "not_found", liveId: "1001" }, "not_found", false],
		[{ status: "unknown", liveId: "1001", failure: cut("blocked") }, "blocked", true],
	] as [RoomLookup, string, boolean][])(
		"rejects with the first attempt's result, and keeps trying: %j",
		async (lookup, reason, retryable) => {
			const { client, clock, upstream } = made([[opened, "wait"]], [lookup]);
			await expect(client.start()).rejects.toMatchObject({ name: "DouyinError", reason, retryable });
			expect(client.connected).toBe(false);
			await clock.advance(300_000);
			expect([client.connected, upstream.openSessions]).toEqual([true, 1]);
			expect(await client.start()).toMatchObject({ roomId: "7" });
		},
	);

	it("rejects after a refused handshake or a stop", async () => {
		const refused = made([[cut("handshake_refused")]]);
		await expect(refused.client.start()).rejects.toMatchObject({ reason: "handshake_refused" });
		const stopped = made([["wait"]]);
		const started = stopped.client.start();
		await stopped.clock.advance(0);
		await stopped.client.stop();
		await expect(started).rejects.toMatchObject({ name: "DouyinError", reason: "stopped" });
	});

	it("causes no unhandled rejection when ignored", async () => {
		const rejected: unknown[] = [];
		const note = (reason: unknown) => void rejected.push(reason);
		process.on("unhandledRejection", note);
		const { client, clock } = made([], [offline]);
		void client.start();
		await clock.advance(0);
		await new Promise((resolve) => setImmediate(resolve));
		process.off("unhandledRejection", note);
		expect(rejected).toEqual([]);
	});
});

describe("DouyinLiveClient.events", () => {
	it("continues across reconnects with the cursor, without repeats", async () => {
		const { client, clock, upstream } = made([
			[frame(1), opened, frame(2, 3), page(1, 2, 3), cut()],
			[resumed, frame(2, 3, 4), frame(5), cut()],
			[resumed, frame(5, 6), "wait"],
		]);
		const ids: string[] = [];
		const reading = (async () => {
			for await (const event of client.events()) {
				ids.push(event.id);
				if (event.id === "6") break;
			}
		})();
		await clock.advance(1_000);
		await clock.advance(1_000);
		await reading;
		expect(ids).toEqual(["1", "2", "3", "4", "5", "6"]);
		// Resumes from before the last message that is known to join the earlier ones.
		expect(upstream.requests.map((request) => request.cursor?.cursor)).toEqual([undefined, "c1", "c4"]);
		expect([upstream.openSessions, clock.pendingTimers]).toEqual([0, 0]);
	});

	it("ends when the signal aborts, connected or waiting", async () => {
		for (const lookups of [[], [{ status: "not_found", liveId: "1001" } as const]]) {
			const { client, clock, upstream } = made([], lookups);
			const stop = new AbortController();
			const next = client.events({ signal: stop.signal }).next();
			await clock.advance(0);
			stop.abort();
			expect(await next).toEqual({ done: true, value: undefined });
			expect([upstream.openSessions, clock.pendingTimers]).toEqual([0, 0]);
		}
	});

	it("ends at once with a signal that has already aborted", async () => {
		const { client, upstream } = made([]);
		expect((await client.events({ signal: AbortSignal.abort() }).next()).done).toBe(true);
		expect(upstream.requests).toEqual([]);
	});
});

describe("DouyinLiveClient after a reconnect", () => {
	/** Ids and gaps in the order in which they are emitted, after 1, 2 and 3. */
	function afterReconnect(...scripts: Script[]) {
		const it = made([[opened, frame(1), frame(2, 3), cut()], ...scripts]);
		const received: (number | string)[] = [];
		it.client.on("event", ({ id }) => received.push(Number(id)));
		it.client.on("gap", ({ from, to, reason }) => received.push(`${reason} ${from}-${to}`));
		void it.client.start();
		return { ...it, received };
	}

	it("resumes one frame back and emits once a message repeats", async () => {
		const { clock, received, upstream } = afterReconnect([resumed, frame(2, 3, 4), "wait"]);
		await clock.advance(1_000);
		expect(received).toEqual([1, 2, 3, 4]);
		expect(upstream.requests.map(({ cursor }) => cursor?.cursor)).toEqual([undefined, "c1"]);
		expect(upstream.asked).toEqual([false, false, false]);
	});

	it("fills the gap with the newest messages", async () => {
		const { clock, received, upstream } = afterReconnect([page(2, 3, 4), resumed, frame(6), page(3, 4, 5, 6), "wait"]);
		await clock.advance(1_000);
		expect(received).toEqual([1, 2, 3, 4, 5, 6]);
		expect(upstream.asked).toEqual([false, false, true]);
	});

	it("ignores the newest messages when the cursor was honoured", async () => {
		const { clock, received } = afterReconnect([page(20, 21), resumed, frame(2, 3, 4), frame(5, 20, 21), "wait"]);
		await clock.advance(1_000);
		expect(received).toEqual([1, 2, 3, 4, 5, 20, 21]);
	});

	it("waits five seconds for proof, then reports the gap", async () => {
		const { clock, received } = afterReconnect([resumed, frame(6), frame(7), "wait"]);
		await clock.advance(1_000 + 4_999);
		expect(received).toEqual([1, 2, 3]);
		await clock.advance(1);
		expect(received).toEqual([1, 2, 3, "cursor_not_honoured 3-6", 6, 7]);
		expect(clock.pendingTimers).toBe(0);
	});

	it("reports a gap after recovered messages that join nothing newer", async () => {
		const { clock, received } = afterReconnect([page(3, 4), resumed, frame(6), "wait"]);
		await clock.advance(6_000);
		expect(received).toEqual([1, 2, 3, 4, "backfilled 4-6", 6]);
	});

	it("keeps unproven messages for the next connection", async () => {
		const { clock, received, upstream } = afterReconnect(
			[page(3, 4), resumed, cut()],
			[resumed, frame(7), cut()],
			[resumed, frame(4, 5, 6, 7, 8), "wait"],
		);
		await clock.advance(1_000 + 2_000);
		expect(received).toEqual([1, 2, 3]);
		await clock.advance(1_000);
		expect(received).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
		expect(upstream.requests.length).toBe(4);
	});

	it("emits recovered messages in time without an open connection", async () => {
		const { clock, received } = afterReconnect([page(3, 4), resumed, cut("blocked")]);
		await clock.advance(1_000 + 4_999);
		expect(received).toEqual([1, 2, 3]);
		await clock.advance(1);
		expect(received).toEqual([1, 2, 3, 4]);
	});

	it("emits unproven messages when the broadcast ends", async () => {
		const { client, clock, received } = afterReconnect([resumed, frame(6), cut("broadcast_ended")]);
		client.on("waiting", ({ why }) => received.push(why));
		await clock.advance(1_000);
		expect(received).toEqual([1, 2, 3, "cursor_not_honoured 3-6", 6, "ended"]);
	});

	it("emits unproven messages when another broadcast replaces theirs", async () => {
		const { clock, received, upstream } = afterReconnect([resumed, frame(6), cut()], [opened, frame(70), "wait"]);
		await clock.advance(1_000);
		upstream.lookups.push({ ...live, roomId: "70" } as RoomLookup);
		await clock.advance(2_000);
		expect(received).toEqual([1, 2, 3, "cursor_not_honoured 3-6", 6, 70]);
		expect(upstream.requests.at(-1)).toMatchObject({ roomId: "70", cursor: undefined });
	});

	it("emits nothing while stopping, then the held messages", async () => {
		const { client, clock, received, upstream } = afterReconnect(
			[resumed, frame(6), "linger"],
			[resumed, frame(3, 4, 5, 6), "wait"],
		);
		await clock.advance(1_000);
		let resolve: () => void = () => undefined;
		upstream.gone = new Promise((done) => {
			resolve = done;
		});
		const stopped = client.stop();
		await clock.advance(5_000);
		const meanwhile = [...received];
		resolve();
		await stopped;
		expect(meanwhile).toEqual([1, 2, 3]);
		void client.start();
		await clock.advance(0);
		expect(received).toEqual([1, 2, 3, 4, 5, 6]);
	});

	it("emits nothing while stopped, then the held messages", async () => {
		const { client, clock, received } = afterReconnect(
			[resumed, frame(6), "wait"],
			[resumed, frame(3, 4, 5, 6), "wait"],
		);
		await clock.advance(1_000);
		await client.stop();
		expect(clock.pendingTimers).toBe(0);
		await clock.advance(60_000);
		expect(received).toEqual([1, 2, 3]);
		void client.start();
		await clock.advance(0);
		expect(received).toEqual([1, 2, 3, 4, 5, 6]);
	});
});

describe("a gift streak", () => {
	async function deltasOf(...scripts: Script[]) {
		const { client, clock } = made(scripts);
		const deltas: (number | string)[] = [];
		client.on("gift", ({ count, delta, diamonds }) => deltas.push(`${delta} of ${count} for ${diamonds}`));
		void client.start();
		await clock.advance(3_000);
		return deltas;
	}

	it("continues across a reconnect, counting each step once", async () => {
		const first: Script = [opened, frame(1), gifts(2, 3), cut()];
		const deltas = await deltasOf(first, [opened, gifts(2, 3), gifts(4, 5), "wait"]);
		expect(deltas).toEqual(["3 of 3 for 6", "2 of 5 for 4"]);
	});

	it("counts once steps from both the socket and im/fetch", async () => {
		const events = [chat(1), gift(2, 3), gift(3, 4)];
		const backfill: SessionItem = { type: "backfill", events, problems: [] };
		const deltas = await deltasOf([opened, frame(1), cut()], [backfill, opened, gifts(3, 4), gifts(4, 7), "wait"]);
		expect(deltas).toEqual(["3 of 3 for 6", "1 of 4 for 2", "3 of 7 for 6"]);
	});
});

describe("DouyinLiveClient's reconnects", () => {
	async function delaysOf(scripts: Script[], lookups: RoomLookup[] = [], count = scripts.length) {
		const { client, clock } = made(scripts, lookups);
		const delays: number[] = [];
		client.on("disconnected", ({ nextAttemptInMs }) => delays.push(nextAttemptInMs));
		client.on("waiting", ({ nextAttemptInMs }) => delays.push(nextAttemptInMs));
		client.start();
		await clock.advance(0);
		while (delays.length < count) await clock.advance(delays.at(-1) ?? 0);
		await client.stop();
		expect(clock.pendingTimers).toBe(0);
		return delays.map((ms) => ms / 1_000);
	}

	it("wait 1, 2, 4, 8, 16, 32, then 60 seconds", async () => {
		const refused = Array.from({ length: 9 }, (): Script => [frame(1), cut("handshake_refused")]);
		expect(await delaysOf(refused)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
	});

	it("restart at one second after a frame, not a handshake", async () => {
		expect(await delaysOf([[cut()], [opened, cut()], [opened, frame(1), cut()], [cut()]])).toEqual([1, 2, 1, 2]);
	});

	it("wait as the upstream asks, or five minutes when blocked", async () => {
		const slow = new DouyinError("rate_limited", "slow", { retryAfterMs: 90_000 });
		expect(await delaysOf([[slow], [cut("blocked")], [cut()]])).toEqual([90, 300, 4]);
	});

	it("wait for an hour at most, whatever the upstream asks", async () => {
		const slow = new DouyinError("rate_limited", "slow", { retryAfterMs: 86_400_000 });
		expect(await delaysOf([[slow]])).toEqual([3_600]);
	});

	it("are limited to 16 in ten minutes for flapping connections", async () => {
		const scripts = Array.from({ length: 700 }, (_, i): Script => [opened, frame(i + 1), cut()]);
		const { client, clock, upstream } = made(scripts);
		client.start();
		await clock.advance(600_000);
		expect(upstream.requests).toHaveLength(16);
	});

	it("poll every 30 seconds while the room is not live", async () => {
		const offline: RoomLookup = { status: "offline", liveId: "1001", roomId: "7", title: "" };
		expect(await delaysOf([], [offline, { status: "not_found", liveId: "1001" }], 2)).toEqual([30, 30]);
	});

	it("treat an unreadable lookup as a failure, not as offline", async () => {
		const unknown: RoomLookup = { status: "unknown", liveId: "1001", failure: cut("unreadable_page") };
		expect(await delaysOf([], [unknown, unknown], 2)).toEqual([1, 2]);
	});

	it("ignore a stale live page after the end", async () => {
		const { client, clock, upstream } = made([[opened, frame(1), cut("broadcast_ended")]]);
		const waits: string[] = [];
		client.on("waiting", ({ why }) => waits.push(why));
		client.start();
		await clock.advance(60_000);
		expect([waits, upstream.requests.length]).toEqual([["ended", "ended", "ended"], 1]);
		upstream.lookups.push({ ...live, roomId: "70" } as RoomLookup);
		await clock.advance(30_000);
		expect(upstream.requests.map((request) => request.roomId)).toEqual(["7", "70"]);
	});

	it("follow a broadcast that resumes under the same room id", async () => {
		const [, message] = [opened, frame(2)];
		const end = { ...(message as SessionItem & { type: "frame" }).events[0], type: "control", action: "end" };
		const ending = { ...message, events: [end] } as SessionItem;
		const resumed: Script = [opened, ending, frame(3), "wait"];
		const { client, clock, upstream } = made([[opened, frame(1), ending, "wait"], resumed]);
		const received: string[] = [];
		client.on("event", ({ id }) => received.push(id));
		client.start();
		await clock.advance(10 * 60_000);
		expect([received, upstream.requests.length]).toEqual([["1", "2", "3"], 2]);
	});

	it("survive a session that throws something unexpected", async () => {
		const { client, clock, upstream } = made([]);
		const failures: DouyinError[] = [];
		upstream.session = () => {
			throw new RangeError("a bug");
		};
		client.on("disconnected", ({ failure }) => failures.push(failure));
		client.start();
		await clock.advance(1_000);
		expect(failures.map(({ reason }) => reason)).toEqual(["network", "network"]);
		expect(failures[0]?.cause).toBeInstanceOf(RangeError);
	});
});

it("a session that ends without a reason counts as failed", async () => {
	const { client, clock, upstream } = made([[opened], [opened, "wait"]]);
	client.start();
	await clock.advance(1_000);
	expect(upstream.requests.length).toBe(2);
});

describe("DouyinLiveClient's listeners", () => {
	it("receive typed events of their kind", async () => {
		const { client, clock } = made([[opened, frame(1, 2), "wait"]]);
		const seen: string[] = [];
		client
			.on("chat", (event) => {
				expectTypeOf(event).toEqualTypeOf<ChatEvent>();
				seen.push(event.content);
			})
			.on("gift", (event) => expectTypeOf(event).toEqualTypeOf<GiftEvent>())
			.on("event", (event) => {
				expectTypeOf(event).toEqualTypeOf<UpstreamEvent>();
				seen.push(event.id);
			})
			.on("connected", ({ host }) => seen.push(host));
		client.start();
		client.start();
		await clock.advance(0);
		expect(seen).toEqual(["h", "1", "text 1", "2", "text 2"]);
	});

	it("receive nothing after their removal", async () => {
		const { client, clock } = made([[opened, frame(1), "wait"]]);
		const seen: string[] = [];
		const listener = (event: ChatEvent) => void seen.push(event.id);
		client.on("chat", listener).off("chat", listener).start();
		await clock.advance(0);
		expect(seen).toEqual([]);
	});

	it("are called once by once, also when added meanwhile", async () => {
		const { client, clock } = made([[opened, frame(1, 2, 3), "wait"]]);
		const seen: string[] = [];
		const never = (event: ChatEvent) => void seen.push(`never ${event.id}`);
		client.once("chat", (event) => {
			seen.push(event.id);
			client.once("chat", (next) => void seen.push(`then ${next.id}`));
		});
		client.once("chat", never).off("chat", never);
		client.start();
		await clock.advance(0);
		expect(seen).toEqual(["1", "then 2"]);
	});

	it("are reported when they throw or reject, without side effects", async () => {
		const { client, clock } = made([[opened, frame(1, 2), "wait"]]);
		const errors: unknown[] = [];
		const seen: string[] = [];
		client.on("chat", () => {
			throw "thrown";
		});
		client.on("chat", async () => {
			throw "rejected";
		});
		client.on("chat", (event) => void seen.push(event.id));
		client.on("error", (error) => void errors.push(error));
		client.start();
		await clock.advance(0);
		expect(seen).toEqual(["1", "2"]);
		expect(errors.toSorted()).toEqual(["rejected", "rejected", "thrown", "thrown"]);
	});

	it("are notified of messages that would not decode", async () => {
		const problems = [{ method: "WebcastChatMessage", id: "7", message: "cut short" }];
		const { client, clock } = made([[opened, { ...frame(1), problems } as SessionItem, frame(2), "wait"]]);
		const losses: unknown[] = [];
		client.on("loss", (loss) => losses.push(loss.problems)).start();
		await clock.advance(0);
		expect(losses).toEqual([problems]);
	});

	it("can be started again after a stop", async () => {
		const { client, clock, upstream } = made([
			[opened, "wait"],
			[opened, "wait"],
		]);
		client.start();
		await clock.advance(0);
		await client.stop();
		await client.stop();
		expect([upstream.openSessions, clock.pendingTimers]).toEqual([0, 0]);
		client.start();
		await clock.advance(0);
		expect([upstream.openSessions, upstream.requests.length]).toEqual([1, 2]);
	});
});

it("a client rejects an invalid live id", () => {
	const refused = expect.objectContaining({ name: "DouyinError", reason: "invalid_live_id", retryable: false });
	for (const bad of ["../x", "", "https://example.com/1"]) expect(() => new DouyinLiveClient(bad)).toThrow(refused);
	expect(new DouyinLiveClient("https://live.douyin.com/1001?x=1").liveId).toBe("1001");
});
