import { type FailureReason, RetrySchedule } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { ConnectionSlots } from "../connection-slots.ts";
import type { RoomPriority } from "../slots/index.ts";
import { AdaptivePolicy, type Decision, type Release } from "./index.ts";

/** What an attempt at a host meets, and after how long it is known, ms. */
export type Outcome = { ok: true; afterMs: number } | { ok: false; reason: FailureReason; afterMs: number };

export interface World {
	/** What an attempt that begins at `at` (ms since the start) meets. */
	attempt(host: string, at: number): Outcome;
	/** When all connections to a host (or to all) are cut, ms since the start. */
	cuts: { at: number; host?: string; reason?: FailureReason }[];
	/** When a connection that was opened at `at` breaks by itself, ms since the start. */
	breaksAt?(at: number): number | undefined;
}

export interface SimulatedRoom {
	id: string;
	priority: RoomPriority;
	identity: string;
	host: string;
	attempt: number;
	/** Where it goes by the fixed strategy. */
	schedule: RetrySchedule;
	/** Since when it has had no connection that works, ms since the start. */
	downSince: number | undefined;
	/** All times without one. */
	downs: { from: number; to: number }[];
	timer: { cancel(): void } | undefined;
	dueAt: number;
	connecting: boolean;
	/** Counts connections, so that what was planned for an old one is known to be stale. */
	connection: number;
}

const hosts = ["a", "b", "c"];
const priorities = ["live", "readers", "idle", "live", "pinned"] as const;
const frameMs = 200;

/** Many rooms over three hosts in virtual time, kept by one strategy; paced as in the service. */
export class Simulation {
	readonly clock = new ManualClock();
	readonly attempts: { at: number; room: string; host: string }[] = [];
	readonly rooms: SimulatedRoom[];
	readonly policy: AdaptivePolicy | undefined;
	readonly #start = this.clock.now();
	readonly #slots = new ConnectionSlots(this.clock);
	readonly #world: World;
	/** Hosts that the fixed strategy passes over, as the upstream does by itself. */
	readonly #failedHosts = new Set<string>();

	constructor(count: number, strategy: "fixed" | "adaptive", world: World, random: () => number, identities = 1) {
		this.#world = world;
		this.rooms = Array.from({ length: count }, (_, i) => ({
			id: String(i),
			priority: priorities[i % priorities.length] ?? "live",
			identity: String(i % identities),
			host: hosts[i % hosts.length] ?? "a",
			attempt: 0,
			schedule: new RetrySchedule(),
			downSince: undefined,
			downs: [],
			timer: undefined,
			dueAt: 0,
			connecting: false,
			connection: 0,
		}));
		if (strategy === "adaptive") {
			this.policy = new AdaptivePolicy({
				rooms: (identity) =>
					identity === undefined ? count : this.rooms.filter((room) => room.identity === identity).length,
				priorityOf: (id) => this.rooms[Number(id)]?.priority ?? "idle",
				random,
			});
		}
		for (const room of this.rooms) this.#works(room);
		for (const cut of world.cuts) {
			this.clock.after(cut.at, () => {
				for (const room of this.rooms) {
					if (room.downSince !== undefined || (cut.host !== undefined && room.host !== cut.host)) continue;
					this.#failed(room, cut.reason ?? "network");
				}
			});
		}
	}

	/** ms since the start. */
	get now(): number {
		return this.clock.now() - this.#start;
	}

	get down(): SimulatedRoom[] {
		return this.rooms.filter(({ downSince }) => downSince !== undefined);
	}

	/** Moves time on to `until`, ms since the start. */
	async run(until: number): Promise<void> {
		await this.clock.advance(until - this.now);
	}

	/** Most attempts that began within any `spanMs`. */
	busiest(spanMs: number, from = 0): number {
		const times = this.attempts.map(({ at }) => at).filter((at) => at >= from);
		let most = 0;
		for (let first = 0, last = 0; last < times.length; last++) {
			while ((times[last] ?? 0) - (times[first] ?? 0) >= spanMs) first++;
			most = Math.max(most, last - first + 1);
		}
		return most;
	}

	#failed(room: SimulatedRoom, reason: FailureReason): void {
		room.connection++;
		room.connecting = false;
		room.downSince ??= this.now;
		room.attempt++;
		if (!this.policy) {
			this.#failedHosts.add(room.host);
			this.#plan(room, {
				delayMs: reason === "blocked" ? 300_000 : room.schedule.next(room.attempt, this.clock.now()).delayMs,
			});
			return;
		}
		const { id, identity, host, attempt } = room;
		const decision = this.policy.decide({
			room: id,
			identity,
			host,
			failure: { reason, retryAfterMs: undefined },
			attempt,
			now: this.clock.now(),
		});
		if (decision.host !== undefined) room.host = decision.host;
		this.#plan(room, decision);
		for (const release of decision.wake ?? []) this.#release(release);
	}

	#plan(room: SimulatedRoom, { delayMs }: Pick<Decision, "delayMs">): void {
		room.timer?.cancel();
		room.dueAt = this.now + delayMs;
		room.timer = this.clock.after(delayMs, () => void this.#try(room));
	}

	async #try(room: SimulatedRoom): Promise<void> {
		room.connecting = true;
		if (this.#heldBack(room)) return;
		const slot = await this.#slots.acquire(room.id, new AbortController().signal);
		// While it waited for its turn much may have become known.
		if (this.#heldBack(room)) return slot.release();
		if (!this.policy) room.host = this.#nextHost(room);
		this.attempts.push({ at: this.now, room: room.id, host: room.host });
		const outcome = this.#world.attempt(room.host, this.now);
		this.clock.after(outcome.afterMs, () => {
			slot.release();
			if (!outcome.ok) return this.#failed(room, outcome.reason);
			const connection = ++room.connection;
			const reached = this.policy?.reached(room.id, room.identity, this.clock.now()) ?? [];
			for (const release of reached) this.#release(release);
			this.clock.after(frameMs, () => connection === room.connection && this.#works(room));
		});
	}

	#heldBack(room: SimulatedRoom): boolean {
		const held = this.policy?.admit(room.id, room.identity, this.clock.now());
		if (!held) return false;
		room.connecting = false;
		this.#plan(room, held);
		return true;
	}

	#works(room: SimulatedRoom): void {
		if (room.downSince !== undefined) room.downs.push({ from: room.downSince, to: this.now });
		room.downSince = undefined;
		room.connecting = false;
		room.attempt = 0;
		this.#failedHosts.delete(room.host);
		room.schedule.works(this.clock.now());
		const released = this.policy?.succeeded(room.id, room.identity, room.host, this.clock.now()) ?? [];
		for (const release of released) this.#release(release);
		const breaksAt = this.#world.breaksAt?.(this.now);
		const connection = room.connection;
		if (breaksAt === undefined) return;
		this.clock.after(breaksAt - this.now, () => connection === room.connection && this.#failed(room, "network"));
	}

	#release({ room: id, delayMs }: Release): void {
		const room = this.rooms[Number(id)];
		if (room && room.downSince !== undefined && !room.connecting) this.#plan(room, { delayMs });
	}

	#nextHost(room: SimulatedRoom): string {
		const at = hosts.indexOf(room.host);
		const inOrder = [...hosts.slice(at), ...hosts.slice(0, at)];
		const next = inOrder.find((host) => !this.#failedHosts.has(host));
		if (next === undefined) this.#failedHosts.clear();
		return next ?? room.host;
	}
}
