import { DouyinError, type FailureReason, reconnectDelayMs, type UpstreamEvent } from "@livekeeper/douyin";
import fc from "fast-check";
import { expect, inject, test } from "vitest";
import { chat, type FakeSession, live, offline } from "../rooms/fake-upstream.helpers.ts";
import { allowedTransitions, type RoomState } from "../rooms/index.ts";
import type { CollectingQueue } from "../rooms/message-queue.helpers.ts";
import type { RoomStatus } from "./index.ts";
import { ManagerHarness } from "./manager-harness.helpers.ts";

const liveId = "1001";
/** Another room, pinned, that may need the same connection. */
const rivalId = "2002";

/** Answer of the upstream to a connection attempt. */
type Answer = "accept" | "mute" | "refuse" | "block" | "hang";

/** The requested state that the room has to follow. */
interface Model {
	kept: boolean;
	rival: boolean;
	/** Maximum number of connections. */
	limit: number;
}

/** The real room in a world that commands change. */
class World {
	readonly harness = new ManagerHarness({ limits: { total: 2 } });
	readonly queue: CollectingQueue = this.harness.queue();
	readonly rivalQueue: CollectingQueue = this.harness.queue();
	answer: Answer = "accept";
	page: "live" | "offline" | "not_found" | "unknown" | "blocked" | "hang" = "live";
	broadcast = 1;
	/** Ids of messages that a session emitted, in order. */
	readonly sent: string[] = [];
	readonly received: string[] = [];
	readonly ids = new Set<string>();
	#state: RoomState = "stopped";
	/** Connections of this life of the room that broke after a frame; some of them soon. */
	breaks = 0;
	readonly opened = new WeakSet<FakeSession>();
	readonly #framed = new WeakSet<FakeSession>();
	/** Newest message of each broadcast that was followed since the start. */
	readonly newest = new Map<string, UpstreamEvent>();

	constructor() {
		const { harness } = this;
		harness.prepare = (upstream) => {
			upstream.page = () => this.#page();
			upstream.onSession = (session) => this.#play(session);
		};
		harness.manager.onStatus((status) => this.#transition(status));
		harness.manager.start();
	}

	get status(): RoomStatus | undefined {
		return this.harness.manager.getConnectionStatus(liveId);
	}

	get session(): FakeSession | undefined {
		return this.harness.openSessions.find(({ request }) => request.liveId === liveId);
	}

	/** Sends a new message; a session begins with the one before it, as its cursor asks for or `im/fetch` returns it. */
	frame(session: FakeSession): void {
		const { liveId: of, roomId } = session.request;
		const event = chat(this.harness.clock.now(), { liveId: of, roomId });
		const known = this.#framed.has(session) ? undefined : this.newest.get(`${of}/${roomId}`);
		this.#framed.add(session);
		this.newest.set(`${of}/${roomId}`, event);
		session.frame(known ? [known, event] : [event]);
		if (of === liveId) this.sent.push(event.id);
	}

	async advance(ms: number): Promise<void> {
		await this.harness.clock.advance(ms);
		await this.harness.clock.advance(0);
	}

	/** Checks the invariants. */
	check(model: Model): void {
		const { harness, status } = this;
		expect(harness.openSessions.filter(({ request }) => request.liveId === liveId).length).toBeLessThanOrEqual(1);
		this.#checkPermits(model);
		expect(harness.log.lines.filter((line) => line.level >= 50)).toEqual([]);
		this.#checkEvents();
		if (!model.kept) {
			expect(status).toBeUndefined();
			expect(this.session).toBeUndefined();
			// Only the manager's own health check is left.
			if (!model.rival) expect(harness.clock.pendingTimers).toBe(1);
			return;
		}
		if (!status) throw new Error("A wanted room has no status.");
		expect(status.reason.message.en).not.toBe("");
		if (status.state === "connected") {
			expect(status.health).toBeDefined();
			return;
		}
		const underWay =
			this.session !== undefined ||
			status.queue !== undefined ||
			harness.manager.admission.waiting > 0 ||
			harness.made.some(({ upstream }) => upstream.pendingLookups > 0);
		const due = status.nextAttemptAt !== undefined && status.nextAttemptAt >= harness.clock.now();
		if (!due && !underWay) throw new Error(`Neither connected, nor due, nor under way: ${JSON.stringify(status)}`);
	}

	/**
	 * Checks that no more connections are open than allowed, that no permit is unused while a request waits, and that
	 * none is lost.
	 */
	#checkPermits({ kept, rival, limit }: Model): void {
		const { harness } = this;
		const { held, queue } = harness.manager.admission.status();
		this.rivalQueue.drain();
		expect(held).toBeLessThanOrEqual(limit);
		expect(harness.openSessions.length).toBeLessThanOrEqual(held);
		if (queue.length > 0) expect(held).toBe(limit);
		expect(held + queue.length).toBeLessThanOrEqual(Number(kept) + Number(rival));
		for (const waiting of queue) {
			expect(harness.manager.getConnectionStatus(waiting.liveId)).toMatchObject({
				state: "queued",
				queue: {
					position: waiting.position,
					why: { en: expect.stringMatching(/\.$/), zh: expect.stringMatching(/。$/) },
				},
			});
		}
		if (rival && queue.length > 0) expect(queue.map((waiting) => waiting.liveId)).not.toContain(rivalId);
	}

	#checkEvents(): void {
		for (const { id, type } of this.queue.drain()?.events ?? []) {
			expect(this.ids.has(id)).toBe(false);
			this.ids.add(id);
			if (type === "chat") this.received.push(id);
		}
		expect(this.received).toEqual(this.sent);
	}

	#transition({ state, liveId: of }: RoomStatus): void {
		if (of !== liveId) return;
		// A restarted room begins a new life.
		const from = this.#state === "stopped" ? "idle" : this.#state;
		if (from !== state && !(allowedTransitions[from] as readonly RoomState[]).includes(state)) {
			throw new Error(`From ${from} to ${state}`);
		}
		this.#state = state;
	}

	#page() {
		const roomId = `r${this.broadcast}`;
		if (this.page === "live") return live(roomId);
		if (this.page === "offline") return offline(roomId, liveId);
		if (this.page === "not_found") return { status: "not_found", liveId } as const;
		if (this.page === "hang") return "hang" as const;
		const reason = this.page === "blocked" ? "blocked" : "unreadable_page";
		return { status: "unknown", liveId, failure: new DouyinError(reason, "No page.") } as const;
	}

	#play(session: FakeSession): void {
		if (this.answer === "refuse") session.fail(new DouyinError("handshake_refused", "418"));
		if (this.answer === "block") session.fail(new DouyinError("blocked", "DEVICE_BLOCKED"));
		if (this.answer === "accept" || this.answer === "mute") {
			this.opened.add(session);
			session.open();
		}
		if (this.answer === "accept") this.frame(session);
	}
}

type Command = fc.AsyncCommand<Model, World>;

/** Returns a command that changes the world and then checks all invariants. */
function command(name: string, run: (model: Model, world: World) => Promise<void> | void): Command {
	return {
		check: () => true,
		toString: () => name,
		run: async (model, world) => {
			await run(model, world);
			await world.advance(0);
			world.check(model);
		},
	};
}

/** Fails the running session: the room must say why, and when it retries. */
function failure(reason: FailureReason): Command {
	return command(reason, async (_model, world) => {
		const { session, status: before } = world;
		if (!session || !before) return;
		session.fail(new DouyinError(reason, "Over."));
		await world.advance(0);
		const after = world.status;
		const waits = (ms: number) => world.harness.clock.now() + ms;
		const count = before.reconnectCount + 1;
		if (reason === "broadcast_ended") {
			expect(after).toMatchObject({ state: "waiting", reconnectCount: 0, nextAttemptAt: waits(30_000) });
		} else if (reason === "blocked") {
			expect(after).toMatchObject({ state: "blocked", reconnectCount: count, nextAttemptAt: waits(300_000) });
		} else {
			expect(after).toMatchObject({ state: "reconnecting", reconnectCount: count });
			if (world.opened.has(session) && before.reconnectCount === 0) world.breaks++;
			expect(after?.nextAttemptAt).toBeGreaterThanOrEqual(waits(reconnectDelayMs(count)));
			// The first two that break soon are forgiven.
			expect(after?.nextAttemptAt).toBeLessThanOrEqual(waits(reconnectDelayMs(count + Math.max(0, world.breaks - 2))));
		}
		expect(after?.reason.code).toBe(reason);
	});
}

const start = command("start", (model, world) => {
	world.harness.manager.addConnection(liveId, world.queue);
	model.kept = true;
});

const stop = command("stop", async (model, world) => {
	model.kept = false;
	world.breaks = 0;
	world.newest.clear();
	const gone = world.harness.manager.removeConnection(liveId);
	expect(world.session?.aborted ?? true).toBe(true);
	await gone;
});

const startRival = command("startRival", (model, world) => {
	world.harness.manager.addConnection(rivalId, world.rivalQueue, { pinned: true });
	model.rival = true;
});

const stopRival = command("stopRival", async (model, world) => {
	model.rival = false;
	await world.harness.manager.removeConnection(rivalId);
});

function limit(total: number): Command {
	return command(`limit(${total})`, (model, world) => {
		world.harness.manager.admission.setLimits({ total });
		model.limit = total;
	});
}

const frame = command("frame", async (_model, world) => {
	const { session } = world;
	if (!session || !world.opened.has(session)) return;
	world.frame(session);
	await world.advance(0);
	expect(world.status).toMatchObject({ state: "connected", reconnectCount: 0 });
});

const goLive = command("goLive", (_model, world) => {
	world.broadcast++;
	world.page = "live";
});

function page(said: World["page"]): Command {
	return command(`page(${said})`, (_model, world) => {
		world.page = said;
	});
}

function answer(answered: Answer): Command {
	return command(`answer(${answered})`, (_model, world) => {
		world.answer = answered;
	});
}

const commands = fc.commands(
	[
		fc.constant(start),
		fc.constant(start),
		fc.constant(stop),
		fc.constant(frame),
		fc.constant(startRival),
		fc.constant(stopRival),
		fc.integer({ min: 1, max: 2 }).map(limit),
		fc.constant(goLive),
		fc.constantFrom<World["page"]>("live", "offline", "not_found", "unknown", "blocked", "hang").map(page),
		fc.constantFrom<Answer>("accept", "mute", "refuse", "block", "hang").map(answer),
		fc.constantFrom<FailureReason>("network", "upstream_close", "bad_frame", "broadcast_ended", "blocked").map(failure),
		fc.integer({ min: -7_200_000, max: 7_200_000 }).map(setClock),
		fc.integer({ min: 1, max: 5_000 }).map(advance),
		fc.integer({ min: 1_000, max: 400_000 }).map(advance),
	],
	{ maxCommands: 60, size: "max" },
);

function advance(ms: number): Command {
	return command(`advance(${ms})`, (_model, world) => world.advance(ms));
}

/** Sets the machine's clock, which must not make anything earlier or later. */
function setClock(ms: number): Command {
	return command(`setClock(${ms})`, (_model, world) => world.harness.clock.set(ms));
}

/** Makes the world healthy and checks that the room recovers. */
async function heal(model: Model, world: World): Promise<void> {
	await stopRival.run(model, world);
	await goLive.run(model, world);
	await answer("accept").run(model, world);
	await start.run(model, world);
	// As long as the longest wait, in a room that talks.
	for (let passed = 0; passed < 400_000; passed += 10_000) {
		await world.advance(10_000);
		await frame.run(model, world);
	}
	expect(world.status).toMatchObject({ state: "connected", reconnectCount: 0, health: "fine" });
}

test("follows its upstream and recovers when all is well", async () => {
	await fc.assert(
		fc.asyncProperty(commands, async (cmds) => {
			const world = new World();
			const model: Model = { kept: false, rival: false, limit: 2 };
			await fc.asyncModelRun(() => ({ model, real: world }), cmds);
			await heal(model, world);
			await stop.run(model, world);
			expect(world.harness.manager.admission.status()).toMatchObject({ held: 0, queue: [] });
			await world.harness.manager.stop();
			expect(world.harness.clock.pendingTimers).toBe(0);
		}),
		{ numRuns: 50 * inject("rounds") },
	);
});
