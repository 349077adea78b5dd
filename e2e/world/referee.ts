import type { World } from "./world.ts";

const lookMs = 30_000;
/** A room counts as quiet after 20 s without a message, which is checked every 5 s. */
const fineAtMostMs = 25_000;
/** Maximum time of a look-up and a connection together, ms: until then there is no next attempt. */
const attemptMs = 100_000;
/** Maximum number of timers of the service for each room, and besides. */
const timersOfRoom = 20;
const timersBesides = 300;

/** States in which a room may hold connections. */
const holding: readonly Status["state"][] = ["connecting", "connected", "reconnecting", "blocked"];
/** Time for which rooms come back one by one after an outage, ms. */
const queueMs = 180_000;

/** Watches a run and records what must never happen. */
export class Referee {
	readonly broken: string[] = [];
	readonly #world: World;
	/** When each doubt arose, ms since the world began. */
	readonly #doubts = new Map<string, number>();
	#isOver = false;

	constructor(world: World) {
		this.#world = world;
	}

	start(): void {
		this.#world.network.onChanged = () => this.#lookAtSockets();
		this.#world.scheduler.every(lookMs, () => this.#isOver || this.#look(), "referee");
	}

	stop(): void {
		this.#isOver = true;
		this.#world.network.onChanged = () => undefined;
	}

	/** Whether rooms of a cluster may be on their way from one node to another. */
	get #isUnsettled(): boolean {
		const { nats, scheduler } = this.#world;
		return nats !== undefined && this.#world.wasDisturbed(scheduler.elapsed, scheduler.elapsed);
	}

	#look(): void {
		const { service } = this.#world;
		if (!service || this.#isUnsettled) {
			this.#doubts.clear();
			return;
		}
		this.#lookAtSockets();
		const { rooms } = service.live.getStatus();
		for (const room of rooms) this.#lookAtRoom(room);
		this.#lookAtQueue(rooms);
		const timers = service.process.clock.pendingTimers;
		this.#doubt(`${timers} timers of ${rooms.length} rooms`, timers > timersBesides + timersOfRoom * rooms.length, 0);
	}

	/** No more sockets than sessions and limits allow: one closes before the next opens. */
	#lookAtSockets(): void {
		const { network, limits, rooms } = this.#world;
		// A room that moves is connected on two nodes for a while.
		if (this.#isUnsettled) return;
		const now = this.#world.now();
		const each = limits.max_connections_per_identity ?? Number.POSITIVE_INFINITY;
		const [byRoom, byIdentity] = [new Map<string, number>(), new Map<string, number>()];
		for (const { roomId, identity } of network.lines) {
			const liveId = this.#world.liveIdOf(roomId);
			byRoom.set(liveId, (byRoom.get(liveId) ?? 0) + 1);
			byIdentity.set(identity, (byIdentity.get(identity) ?? 0) + 1);
		}
		for (const { liveId } of rooms) {
			const max = this.#world.sessionsOf(liveId, now, now);
			this.#doubt(`${liveId}: more sockets than sessions`, (byRoom.get(liveId) ?? 0) > max, 5_000);
		}
		// Rooms keep what they have when a limit is lowered, until they are preempted.
		const total = limits.max_connections ?? Number.POSITIVE_INFINITY;
		this.#doubt("more sockets than max_connections", network.lines.size > total, 5_000);
		const max = Math.max(0, ...byIdentity.values());
		this.#doubt("more sockets of one identity than max_connections_per_identity", max > each, 5_000);
	}

	/** No room waits for a connection while one is free: counted by what rooms do, not by what the gate says. */
	#lookAtQueue(rooms: readonly Status[]): void {
		const { max_connections: total, max_connections_per_identity: each } = this.#world.limits;
		const now = this.#world.now();
		const mayHold = rooms.filter(({ state }) => holding.includes(state));
		const held = mayHold.reduce((sum, { liveId }) => sum + this.#world.sessionsOf(liveId, now, now), 0);
		const waits = rooms.some(({ state }) => state === "queued");
		// It waits because all together or those of its login are as many as they may be.
		const max = Math.min(total ?? Number.POSITIVE_INFINITY, each ?? Number.POSITIVE_INFINITY);
		this.#doubt("a room waits for a connection while one is free", waits && held < max, queueMs);
	}

	#lookAtRoom(room: Status): void {
		const { liveId, state, health, reason, nextAttemptAt, polling, queue } = room;
		const lines = this.#world.network.linesOf(liveId);
		const isConnected = state === "connected";
		const aheadMs = this.#world.eras.at(-1)?.aheadMs ?? 0;
		const heardAt = Math.max(0, ...lines.map(({ attempt }) => attempt.heardAt ?? attempt.answeredAt ?? attempt.at));
		const isMute = this.#world.now() - heardAt > fineAtMostMs;
		this.#doubt(
			`${liveId}: connected and fine while nothing arrives`,
			isConnected && !polling && health === "fine" && isMute,
			60_000,
		);
		this.#doubt(`${liveId}: connected without a socket`, isConnected && !polling && lines.length === 0, 60_000);
		this.#doubt(`${liveId}: ${state} without a reason`, reason === undefined, 60_000);
		const waits = state === "reconnecting" || state === "blocked" || state === "waiting" || state === "not_found";
		this.#doubt(`${liveId}: ${state} with no next attempt`, waits && nextAttemptAt === undefined, attemptMs);
		this.#doubt(`${liveId}: queued, but not in line`, state === "queued" && !queue, attemptMs);
		const isLate = nextAttemptAt !== undefined && this.#world.now() + aheadMs - nextAttemptAt > 60_000;
		this.#doubt(`${liveId}: ${state}, its next attempt long overdue`, waits && isLate, attemptMs);
	}

	#doubt(words: string, isDoubtful: boolean, forMs: number): void {
		const now = this.#world.scheduler.elapsed;
		if (!isDoubtful) {
			this.#doubts.delete(words);
			return;
		}
		const since = this.#doubts.get(words) ?? now;
		this.#doubts.set(words, since);
		if (now - since >= forMs && !this.broken.includes(words)) this.broken.push(words);
	}
}

type Status = ReturnType<NonNullable<World["service"]>["live"]["getStatus"]>["rooms"][number];
