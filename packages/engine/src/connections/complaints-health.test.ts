import { seeded } from "@livekeeper/douyin/testing";
import { describe, expect, test } from "vitest";
import { chat, type FakeSession } from "../rooms/fake-upstream.helpers.ts";
import type { RoomSettings } from "../rooms/index.ts";
import { ManagerHarness } from "./manager-harness.helpers.ts";

/*
 * User complaints about connections that are open and silent, each as a test through the manager with its 5 s health
 * check, in simulated time.
 */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const liveId = "1001";

/** Begins a session of the upstream; the test scripts the rest. */
type Begin = (session: FakeSession, now: number) => void;

/** An answer of `im/fetch` with a message from this many ms ago. */
const firstState =
	(...ago: number[]): Begin =>
	(session, now) => {
		session.frame(ago.map((ms) => chat(now, { at: now - ms })));
		session.open(false);
	};

/** One room kept by a manager. */
class Kept {
	readonly harness: ManagerHarness;

	constructor(begin: Begin, settings: Partial<RoomSettings> = {}) {
		this.harness = new ManagerHarness({ rooms: settings });
		this.harness.prepare = (upstream) => {
			upstream.onSession = (session) => begin(session, this.now);
		};
	}

	static async start(begin: Begin = firstState(), settings?: Partial<RoomSettings>): Promise<Kept> {
		const room = new Kept(begin, settings);
		room.harness.manager.start();
		room.harness.manager.addConnection(liveId, room.harness.queue());
		await room.pass(0);
		return room;
	}

	get now(): number {
		return this.harness.clock.now();
	}

	get status() {
		const status = this.harness.manager.getConnectionStatus(liveId);
		if (!status) throw new Error("The room is gone.");
		return status;
	}

	get lookups(): number {
		return this.harness.made.reduce((sum, { upstream }) => sum + upstream.lookups.length, 0);
	}

	get sessions(): number {
		return this.harness.made.reduce((sum, { upstream }) => sum + upstream.sessions.length, 0);
	}

	pass(ms: number): Promise<void> {
		return this.harness.clock.advance(ms);
	}

	/** Sends one frame over the open socket. */
	say(...types: string[]): void {
		const events = types.map((type) => chat(this.now, { type } as Partial<ReturnType<typeof chat>>));
		this.harness.openSessions.at(-1)?.frame(events);
	}

	/** Sends a frame after each pause, for the given time. */
	async talk(pauseMs: () => number, forMs: number, types: () => string[] = () => ["chat"]): Promise<void> {
		for (const end = this.now + forMs; this.now < end; ) {
			await this.pass(pauseMs());
			this.say(...types());
		}
		await this.pass(0);
	}

	/** Returns how long the room has to be mute until its connection is given up, ms. */
	async muteUntilGivenUp(): Promise<number> {
		const from = this.now;
		const before = this.status.reconnects.silence ?? 0;
		while ((this.status.reconnects.silence ?? 0) === before) await this.pass(100);
		return this.now - from;
	}
}

describe("“it says connected, and nothing comes”", () => {
	test.each([
		["10 frames a second", () => 100],
		["5 frames a second", () => 200],
		["2 frames a second", () => 500],
	])("finds a busy room with %s that falls mute", async (_, pauseMs) => {
		const room = await Kept.start();
		await room.talk(pauseMs, 5 * minute);
		expect(await room.muteUntilGivenUp()).toBeLessThanOrEqual(10 * second);
		expect(room.status).toMatchObject({ state: "reconnecting", reason: { code: "silence" } });
		expect(room.status.reason.message.en).toMatch(
			/^No messages for \d+ s; data usually arrives \d+ times a second here\.$/,
		);
		await room.harness.manager.stop();
	});

	test("finds random silence without giving up a talking room", async () => {
		const room = await Kept.start();
		const random = seeded(11);
		await room.talk(() => Math.ceil(-Math.log(1 - random()) * 150), 10 * minute);
		expect(room.status.reconnects).toEqual({});
		expect(await room.muteUntilGivenUp()).toBeLessThanOrEqual(10 * second);
		await room.harness.manager.stop();
	});

	test("finds a mute new room at 60 s", async () => {
		const room = await Kept.start((session) => session.open());
		expect(await room.muteUntilGivenUp()).toBe(minute);
		await room.harness.manager.stop();
	});

	test.each([6, 1])("finds a mute quiet room with %i answered pings", async (n) => {
		const room = await Kept.start(firstState(minute, 6 * minute, 11 * minute));
		const session = room.harness.openSessions[0];
		for (let i = 0; i < n; i++) {
			await room.pass(10 * second);
			session?.request.onRoundTrip?.(40, "ping");
		}
		expect(room.status).toMatchObject({ state: "connected", latency: { pingMs: 40 } });
		const found = await room.muteUntilGivenUp();
		expect(found).toBeLessThanOrEqual(65 * second);
		await room.harness.manager.stop();
	});
});

describe("“it reconnects all night”", () => {
	test.each<[string, Begin]>([
		["known pace", firstState(2 * minute, 7 * minute, 12 * minute, 17 * minute)],
		["one known message", firstState(3 * minute)],
		["no known messages", firstState()],
	])("keeps a room with a message per 5 min: %s", async (_, begin) => {
		const room = await Kept.start(begin);
		await room.talk(() => 5 * minute, 3 * hour);
		expect(room.status).toMatchObject({ state: "connected", reconnects: {}, reconnectCount: 0 });
		expect(room.sessions).toBe(1);
		// The page is checked once in each silence, in case the broadcast has ended.
		expect(room.lookups).toBeLessThanOrEqual(1 + 36);
		await room.pass(2 * minute);
		expect(room.status.health).toBe("quiet");
		expect(room.status.evidence.map(({ en }) => en)).toEqual([
			"data usually arrives 12 times an hour here; none for 120 s",
			"longer than 60 s, but usual for this room: the connection is kept",
		]);
		await room.harness.manager.stop();
	});

	test("tries a few times and stops without any evidence", async () => {
		const room = await Kept.start((session) => session.open());
		await room.talk(() => 5 * minute, hour);
		expect(room.status.reconnects.silence).toBeLessThanOrEqual(10);
		const before = room.sessions;
		await room.talk(() => 5 * minute, 3 * hour);
		expect(room.sessions).toBe(before);
		await room.harness.manager.stop();
	});

	test("finds the unreported end of its broadcast", async () => {
		const room = await Kept.start();
		await room.talk(() => 5 * minute, hour);
		const upstream = room.harness.made[0]?.upstream;
		if (upstream) upstream.page = { status: "offline", liveId, roomId: `r-${liveId}`, title: "" };
		await room.pass(6 * minute);
		expect(room.status).toMatchObject({ state: "waiting", reason: { code: "offline" } });
		await room.harness.manager.stop();
	});

	test("reconnects each time by the fixed limit if configured", async () => {
		const room = await Kept.start(firstState(), { health: "fixed" });
		await room.talk(() => 5 * minute, hour);
		expect(room.status.reconnects.silence).toBeGreaterThan(12);
		await room.harness.manager.stop();
	});
});

describe("“chat comes, and gifts have stopped”", () => {
	/** Sends a frame every 2 s, with a gift among them every 10 min while `gifts`. */
	async function talk(room: Kept, forMs: number, gifts: boolean): Promise<void> {
		const from = room.now;
		const isGift = () => gifts && (room.now - from) % (10 * minute) < 2 * second;
		await room.talk(
			() => 2 * second,
			forMs,
			() => (isGift() ? ["chat", "gift"] : ["chat"]),
		);
	}

	test("reports it in status and log without reconnecting", async () => {
		const room = await Kept.start();
		await talk(room, 3 * hour, true);
		expect(room.status.quietKinds).toEqual([]);
		const reported: string[][] = [];
		room.harness.manager.onStatus(({ quietKinds }) => void reported.push(quietKinds));
		await talk(room, 55 * minute, false);
		expect(room.status).toMatchObject({ state: "connected", health: "fine", quietKinds: ["gift"], reconnects: {} });
		expect(room.status.evidence[1]?.en).toMatch(
			/^connected, but no gifts for \d+ min \(usually 6 an hour\); not logged in$/,
		);
		expect(reported).toEqual([["gift"]]);
		expect(room.harness.messages.filter((line) => line.includes("礼物"))).toEqual([
			"【!】直播间 1001 连接正常，但长时间没有礼物",
		]);
		expect(room.sessions).toBe(1);
		room.say("gift");
		await room.pass(5 * second);
		expect(room.status.quietKinds).toEqual([]);
		await room.harness.manager.stop();
	});
});
