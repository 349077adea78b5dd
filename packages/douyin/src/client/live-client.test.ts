import { afterEach, describe, expect, expectTypeOf, it } from "vitest";
import { DouyinError, type FailureReason } from "../errors.ts";
import type { ChatEvent, GiftEvent, UpstreamEvent } from "../events/live-event.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import type { DouyinUpstream, RoomLookup, SessionItem, SessionRequest } from "../upstream.ts";
import { DouyinLiveClient, type LiveClientOptions } from "./live-client.ts";

const live: RoomLookup = { status: "live", liveId: "1001", roomId: "7", userUniqueId: "8", title: "t" };
const opened: SessionItem = { type: "opened", host: "h", resumed: false };

function chat(id: number): ChatEvent {
	const common = { liveId: "1001", roomId: "7", method: "WebcastChatMessage", at: id, receivedAt: 0 };
	return { ...common, type: "chat", id: String(id), content: `text ${id}` };
}

function frame(...ids: number[]): SessionItem {
	const cursor = { roomId: "7", cursor: `c${ids.at(-1)}`, internalExt: "e" };
	return { type: "frame", events: ids.map(chat), cursor, receivedAt: 0, problems: [], dropped: 0 };
}

function recent(...ids: number[]): SessionItem {
	const events = ids.map(chat);
	return { type: "recent", preview: events, take: (from, to) => ({ events: events.slice(from, to), problems: [] }) };
}

type Script = (SessionItem | DouyinError | "wait")[];

/** An upstream that plays one script per session: items, then a failure, or waiting to be stopped. */
class ScriptedUpstream implements DouyinUpstream {
	readonly identity = "anonymous";
	readonly requests: SessionRequest[] = [];
	readonly lookups: RoomLookup[];
	readonly #scripts: Script[];
	openSessions = 0;

	constructor(scripts: Script[], lookups: RoomLookup[] = []) {
		this.#scripts = scripts;
		this.lookups = lookups;
	}

	async lookup(): Promise<RoomLookup> {
		return this.lookups.shift() ?? live;
	}

	async *session(request: SessionRequest): AsyncGenerator<SessionItem, void> {
		this.requests.push(request);
		this.openSessions++;
		try {
			for (const step of this.#scripts.shift() ?? ["wait" as const]) {
				if (request.signal.aborted) return;
				if (step instanceof DouyinError) throw step;
				if (step === "wait") await aborted(request.signal);
				else yield step;
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

describe("DouyinLiveClient.events", () => {
	it("goes on over reconnects with the cursor, and leaves out repeats", async () => {
		const { client, clock, upstream } = made([
			[frame(1), opened, frame(2, 3), cut()],
			[opened, frame(3, 4), frame(5), cut()],
			[opened, frame(5, 6), "wait"],
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
		// From before what came last, once it is known to join what was before.
		expect(upstream.requests.map((request) => request.cursor?.cursor)).toEqual([undefined, "c3", "c4"]);
		expect([upstream.openSessions, clock.pendingTimers]).toEqual([0, 0]);
	});

	it("ends when the signal aborts, while connected and while waiting", async () => {
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
	/** Ids that come out, and the cursors of the sessions. */
	async function afterReconnect(...scripts: Script[]) {
		const { client, clock, upstream } = made([[opened, frame(1, 2, 3), cut()], ...scripts]);
		const ids: number[] = [];
		client.on("event", ({ id }) => ids.push(Number(id))).start();
		await clock.advance(3_000);
		return { ids, cursors: upstream.requests.map((request) => request.cursor?.cursor) };
	}

	it("puts recent messages before a frame when the upstream did not go on from the cursor", async () => {
		expect((await afterReconnect([recent(2, 3, 4, 5), opened, frame(6), "wait"])).ids).toEqual([1, 2, 3, 4, 5, 6]);
	});

	it("leaves them out when it did", async () => {
		const { ids } = await afterReconnect([recent(20, 21), opened, frame(4, 5), frame(20, 21), "wait"]);
		expect(ids).toEqual([1, 2, 3, 4, 5, 20, 21]);
	});

	it("gives those that overlap when the session ends without a frame, and lets the others go", async () => {
		const { ids, cursors } = await afterReconnect(
			[recent(3, 4), opened, frame(), cut()],
			[recent(20, 21), opened, frame(5, 6), "wait"],
		);
		expect([ids, cursors]).toEqual([
			[1, 2, 3, 4, 5, 6],
			[undefined, "c3", "c3"],
		]);
		expect((await afterReconnect([recent(20), opened, cut()])).ids).toEqual([1, 2, 3]);
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

	it("begin at one second again after a frame, but not after a mere handshake", async () => {
		expect(await delaysOf([[cut()], [opened, cut()], [opened, frame(1), cut()], [cut()]])).toEqual([1, 2, 1, 2]);
	});

	it("wait as long as the upstream asks, and five minutes when it blocks us", async () => {
		const slow = new DouyinError("rate_limited", "slow", { retryAfterMs: 90_000 });
		expect(await delaysOf([[slow], [cut("blocked")], [cut()]])).toEqual([90, 300, 4]);
	});

	it("wait for an hour at most, whatever the upstream asks", async () => {
		const slow = new DouyinError("rate_limited", "slow", { retryAfterMs: 86_400_000 });
		expect(await delaysOf([[slow]])).toEqual([3_600]);
	});

	it("are 16 in ten minutes where each connection breaks with its first frame, as a room's are", async () => {
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

	it("treat a look-up that can't be read as a failure, not as offline", async () => {
		const unknown: RoomLookup = { status: "unknown", liveId: "1001", failure: cut("unreadable_page") };
		expect(await delaysOf([], [unknown, unknown], 2)).toEqual([1, 2]);
	});

	it("believe that a broadcast ended although its page still says live, for a while", async () => {
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

it("a client treats a session that just ends as a failure", async () => {
	const { client, clock, upstream } = made([[opened], [opened, "wait"]]);
	client.start();
	await clock.advance(1_000);
	expect(upstream.requests.length).toBe(2);
});

describe("DouyinLiveClient's listeners", () => {
	it("get what they asked for, typed", async () => {
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

	it("that were removed get nothing", async () => {
		const { client, clock } = made([[opened, frame(1), "wait"]]);
		const seen: string[] = [];
		const listener = (event: ChatEvent) => void seen.push(event.id);
		client.on("chat", listener).off("chat", listener).start();
		await clock.advance(0);
		expect(seen).toEqual([]);
	});

	it("that throw or reject are reported and disturb nobody", async () => {
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

	it("hear of messages that were lost", async () => {
		const lost: SessionItem = { ...frame(1), type: "frame", events: [], problems: [], dropped: 3 } as SessionItem;
		const { client, clock } = made([[opened, lost, "wait"]]);
		const losses: number[] = [];
		client.on("loss", ({ dropped }) => losses.push(dropped)).start();
		await clock.advance(0);
		expect(losses).toEqual([3]);
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

it("a client refuses what is no live id", () => {
	expect(() => new DouyinLiveClient("../x")).toThrow(TypeError);
	expect(new DouyinLiveClient("https://live.douyin.com/1001?x=1").liveId).toBe("1001");
});
