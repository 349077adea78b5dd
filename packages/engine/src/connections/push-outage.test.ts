import { DouyinError, type UpstreamEvent } from "@livekeeper/douyin";
import { ManualClock, seeded } from "@livekeeper/douyin/testing";
import { expect, test } from "vitest";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { type FakeSession, live, PolledUpstream } from "../rooms/fake-upstream.helpers.ts";
import { CollectingQueue } from "../rooms/message-queue.helpers.ts";
import { PromptLooks } from "../rooms/prompt-looks.helpers.ts";
import { AdaptiveStrategy } from "./adaptive/index.ts";
import { PersistentConnectionManager } from "./persistent-connection-manager.ts";

const second = 1000;
const minute = 60 * second;

/** Rooms over an upstream that refuses sockets on demand; its pages and polls work. */
class Rooms {
	readonly clock = new ManualClock();
	readonly upstream = new PolledUpstream(this.clock);
	readonly manager: PersistentConnectionManager;
	readonly handshakes: number[] = [];
	refusing = false;
	/** Last message of each room. */
	readonly #said = new Map<string, UpstreamEvent | undefined>();

	constructor(count: number) {
		const { clock, upstream } = this;
		const { logger } = recordingLogger();
		this.manager = new PersistentConnectionManager({
			looks: new PromptLooks(clock),
			clock,
			logger,
			upstreamFor: () => upstream,
			strategy: (holds) => new AdaptiveStrategy({ holds, logger, startsPerSecond: 20, random: seeded(1) }),
		});
		upstream.page = (liveId) => live(`r-${liveId}`, liveId);
		upstream.onPoll = (poll) => this.#begin(poll);
		upstream.onSession = (session) => {
			this.handshakes.push(clock.now());
			if (this.refusing) session.fail(refused);
			else this.#begin(session);
		};
		clock.every(5 * second, () => this.#say());
		this.manager.start();
		for (let i = 0; i < count; i++) this.manager.addConnection(String(i), newQueue(), {});
	}

	/** Breaks open sockets and refuses new ones. */
	refuse(): void {
		this.refusing = true;
		for (const session of this.upstream.openSessions) session.fail(refused);
	}

	/** Number of polled rooms. */
	get polled(): number {
		return this.manager.getAllConnections().filter(({ state, polling }) => state === "connected" && polling).length;
	}

	/** Number of rooms with a socket. */
	get onSockets(): number {
		return this.manager.getAllConnections().filter(({ state, polling }) => state === "connected" && !polling).length;
	}

	async pass(ms: number): Promise<void> {
		await this.clock.advance(ms);
		await this.clock.advance(0);
	}

	#begin(session: FakeSession): void {
		const { roomId } = session.request;
		session.open();
		const last = this.#said.get(roomId);
		if (last) session.frame([last]);
	}

	/** Sends a message of every room to all its connections. */
	#say(): void {
		const { sessions, polls } = this.upstream;
		const open = new Map<string, FakeSession[]>();
		for (const session of [...sessions, ...polls]) {
			const { roomId } = session.request;
			if (!session.closed && !session.aborted) open.set(roomId, [...(open.get(roomId) ?? []), session]);
		}
		for (const [roomId, [first, ...others]] of open) {
			const said = first?.frame() ?? [];
			for (const other of others) other.frame(said);
			this.#said.set(roomId, said[0]);
		}
	}
}

const refused = new DouyinError("handshake_refused", "No socket for anyone.");
const newQueue = () => new CollectingQueue();

test("polls all rooms and probes until sockets work", async () => {
	const rooms = new Rooms(10);
	await rooms.pass(minute);
	expect(rooms.onSockets).toBe(10);
	rooms.refuse();
	await rooms.pass(2 * minute);
	expect([rooms.polled, rooms.onSockets]).toEqual([10, 0]);
	const since = rooms.clock.now();
	await rooms.pass(30 * minute);
	expect(rooms.manager.getReconnectStatus().outage).toMatchObject({ reason: "handshake_refused" });
	const probes = rooms.handshakes.filter((at) => at > since);
	expect(probes.length).toBeGreaterThan(100);
	expect(probes.length).toBeLessThanOrEqual((10 * 30 * minute) / minute);
	rooms.refusing = false;
	// The next probe is at most 6 s away, and a socket is synced with the next message.
	await rooms.pass(15 * second);
	expect([rooms.polled, rooms.onSockets]).toEqual([0, 10]);
	expect(rooms.manager.getReconnectStatus().outage).toBeUndefined();
	await rooms.manager.stop();
});

test("polls all rooms when the probing one was polled before", async () => {
	const rooms = new Rooms(10);
	await rooms.pass(minute);
	rooms.refusing = true;
	const lose = (count: number) => {
		for (const session of rooms.upstream.openSessions.slice(0, count)) session.fail(refused);
	};
	lose(4);
	await rooms.pass(29 * second);
	expect([rooms.polled, rooms.onSockets]).toEqual([4, 6]);
	// The next to fail is one of those four sockets: then half of the rooms have none.
	lose(3);
	await rooms.pass(5 * second);
	expect(rooms.manager.getReconnectStatus().outage?.canary).toMatch(/^[0-3]$/);
	lose(3);
	await rooms.pass(3 * minute);
	expect([rooms.polled, rooms.onSockets]).toEqual([10, 0]);
	await rooms.manager.stop();
});

test("polls a new room while all sockets are refused", async () => {
	const rooms = new Rooms(5);
	await rooms.pass(minute);
	rooms.refuse();
	await rooms.pass(2 * minute);
	rooms.manager.addConnection("late", newQueue(), {});
	await rooms.pass(2 * minute);
	expect(rooms.polled).toBe(6);
	await rooms.manager.stop();
});
