import { type FailureReason, type HostAdvisor, RetrySchedule } from "@livekeeper/douyin";
import { ManualClock, PushHosts } from "@livekeeper/douyin/testing";
import type { ConnectionKey } from "../../rooms/index.ts";
import { Admission, type RoomPriority } from "../admission/index.ts";
import { AdaptivePolicy, HostStats, type Release } from "./index.ts";

/** What an attempt at a host meets, and after how long it is known, ms. */
export type Outcome =
	/** `cutAfterMs`: it is cut so long after it was opened, before it has brought anything. */
	{ ok: true; afterMs: number; cutAfterMs?: number } | { ok: false; reason: FailureReason; afterMs: number };

export interface World {
	/** What a room's attempt that begins at `at` (ms since the start) meets. */
	attempt(host: string, at: number, room: string): Outcome;
	/** When all connections to a host (or to all) are cut, ms since the start. */
	cuts: { at: number; host?: string; reason?: FailureReason }[];
	/** When a room's connection to a host that works since `at` breaks by itself, ms since the start. */
	breaksAt?(at: number, host: string, room: string): number | undefined;
	/** Whether all rooms are on the first host at the start; else they are spread. */
	gathered?: boolean;
	/** Further hosts that the upstream names, behind the others. */
	further?: readonly string[];
}

/** What decides: when a room tries again, and at which host. */
export interface Strategy {
	/** `fixed`: the schedule alone; `adaptive`: outages and refusals too. */
	schedule: "fixed" | "adaptive";
	/** `rotation`: as the upstream goes by itself; `random`: any; `learned`: by success rates. */
	hosts: "rotation" | "random" | "learned";
	/** Whether a room tries again at once while a host is known to work. */
	soon: boolean;
}

export const strategies = {
	fixed: { schedule: "fixed", hosts: "rotation", soon: false },
	random: { schedule: "fixed", hosts: "random", soon: false },
	adaptive: { schedule: "adaptive", hosts: "learned", soon: true },
} as const satisfies Record<string, Strategy>;

/** Of the adaptive one, one part at a time. */
export const parts = {
	"learned hosts alone": { schedule: "fixed", hosts: "learned", soon: false },
	"outages alone": { schedule: "adaptive", hosts: "rotation", soon: false },
	"all but the early attempt": { schedule: "adaptive", hosts: "learned", soon: false },
} as const satisfies Record<string, Strategy>;

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
	connecting: boolean;
	/** When the connection brought its first frame, ms since the epoch. */
	provenAt: number | undefined;
	/** Counts connections, so that what was planned for an old one is known to be stale. */
	connection: number;
}

export interface SimulationOptions {
	rooms: number;
	strategy: Strategy;
	world: World;
	/** Numbers in [0, 1). */
	random: () => number;
	/** Default 1. Each has a rotation of hosts of its own. */
	identities?: number;
}

export const hosts = ["a", "b", "c"] as const;
const priorities = ["live", "readers", "idle", "live", "pinned"] as const;
const frameMs = 200;

/** Many rooms over three hosts in virtual time, kept by one strategy; paced as in the service. */
export class Simulation {
	readonly clock = new ManualClock();
	readonly attempts: { at: number; room: string; host: string; ok: boolean }[] = [];
	readonly rooms: SimulatedRoom[];
	readonly policy: AdaptivePolicy | undefined;
	readonly stats = new HostStats();
	readonly #start = this.clock.now();
	readonly #admission = new Admission({ clock: this.clock });
	readonly #world: World;
	readonly #random: () => number;
	/** For each identity, as in an upstream. */
	readonly #rotations = new Map<string, PushHosts>();
	readonly #advisor: HostAdvisor | undefined;

	constructor({ rooms, strategy, world, random, identities = 1 }: SimulationOptions) {
		this.#world = world;
		this.#random = random;
		this.rooms = Array.from({ length: rooms }, (_, i) => newRoom(i, identities, world.gathered ? 1 : hosts.length));
		for (let i = 0; i < identities; i++) this.#rotations.set(String(i), new PushHosts("http://a", random, allowAll));
		if (strategy.hosts === "learned") this.#advisor = this.stats;
		if (strategy.hosts === "random") this.#advisor = anyHost(random);
		if (strategy.schedule === "adaptive") {
			this.policy = new AdaptivePolicy({
				rooms: () => rooms,
				priorityOf: (id) => this.rooms[Number(id)]?.priority ?? "idle",
				hosts: strategy.soon ? this.stats : new HostStats(),
				random,
			});
		}
		for (const room of this.rooms) this.#works(room);
		for (const cut of world.cuts) this.clock.after(cut.at, () => this.#cut(cut));
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

	#cut({ host, reason = "network" }: World["cuts"][number]): void {
		for (const room of this.rooms) {
			if (room.downSince === undefined && (host === undefined || room.host === host)) this.#failed(room, reason);
		}
	}

	#failed(room: SimulatedRoom, reason: FailureReason): void {
		const now = this.clock.now();
		this.#noteHost(room, reason, now);
		room.connection++;
		room.connecting = false;
		room.provenAt = undefined;
		room.downSince ??= this.now;
		room.attempt++;
		const { attempt } = room;
		if (!this.policy) {
			const delayMs = reason === "blocked" ? 300_000 : room.schedule.next(attempt, now).delayMs;
			this.#plan(room, { delayMs });
			return;
		}
		const failure = { reason, retryAfterMs: undefined };
		const decision = this.policy.decide({ ...keyOf(room), failure, attempt, now });
		this.#plan(room, decision);
		for (const release of decision.wake ?? []) this.#release(release);
	}

	/** As a session does. */
	#noteHost({ host, identity, provenAt }: SimulatedRoom, reason: FailureReason, now: number): void {
		const rotation = this.#rotations.get(identity);
		if (provenAt !== undefined) rotation?.worked(`ws://${host}`);
		else if (reason !== "blocked") rotation?.failed(`ws://${host}`);
		this.#advisor?.failed(host, reason, provenAt === undefined ? undefined : now - provenAt, now);
	}

	#plan(room: SimulatedRoom, { delayMs }: { delayMs: number }): void {
		room.timer?.cancel();
		room.timer = this.clock.after(delayMs, () => void this.#try(room));
	}

	async #try(room: SimulatedRoom): Promise<void> {
		room.connecting = true;
		if (this.#heldBack(room)) return;
		const request = { room: room.id, identity: room.identity, priority: () => room.priority };
		const permit = await this.#admission.acquire(request, new AbortController().signal);
		// While it waited for its turn much may have become known.
		if (this.#heldBack(room)) return permit.release();
		room.host = this.#hostFor(room);
		const outcome = this.#world.attempt(room.host, this.now, room.id);
		this.attempts.push({ at: this.now, room: room.id, host: room.host, ok: outcome.ok });
		this.clock.after(outcome.afterMs, () => {
			permit.release();
			if (!outcome.ok) return this.#failed(room, outcome.reason);
			const connection = ++room.connection;
			const opened = this.policy?.opened(keyOf(room), this.clock.now()) ?? [];
			for (const release of opened) this.#release(release);
			const { cutAfterMs } = outcome;
			this.clock.after(cutAfterMs ?? frameMs, () => {
				if (connection !== room.connection) return;
				if (cutAfterMs === undefined) this.#works(room);
				else this.#failed(room, "network");
			});
		});
	}

	/** The upstream names its hosts anew each time, beginning anywhere, so that clients spread. */
	#hostFor({ identity }: SimulatedRoom): string {
		const rotation = this.#rotations.get(identity);
		if (!rotation) throw new Error(`No identity ${identity}`);
		const first = Math.floor(this.#random() * hosts.length);
		rotation.learn([...hosts.slice(first), ...hosts.slice(0, first), ...(this.#world.further ?? [])]);
		const advisor = this.#advisor;
		return new URL(rotation.choose([], advisor && ((named) => advisor.choose(named, this.clock.now())))).host;
	}

	#heldBack(room: SimulatedRoom): boolean {
		const held = this.policy?.admit(keyOf(room), this.clock.now());
		if (!held) return false;
		room.connecting = false;
		this.#plan(room, held);
		return true;
	}

	#works(room: SimulatedRoom): void {
		const now = this.clock.now();
		if (room.downSince !== undefined) room.downs.push({ from: room.downSince, to: this.now });
		room.downSince = undefined;
		room.connecting = false;
		room.provenAt = now;
		room.attempt = 0;
		room.schedule.works(now);
		this.#advisor?.works(room.host, now);
		for (const release of this.policy?.succeeded(keyOf(room), now) ?? []) this.#release(release);
		const breaksAt = this.#world.breaksAt?.(this.now, room.host, room.id);
		const connection = room.connection;
		if (breaksAt === undefined) return;
		this.clock.after(breaksAt - this.now, () => connection === room.connection && this.#failed(room, "network"));
	}

	#release({ room: id, delayMs }: Release): void {
		const room = this.rooms[Number(id)];
		if (room && room.downSince !== undefined && !room.connecting) this.#plan(room, { delayMs });
	}
}

const allowAll = { refusal: () => undefined };

function anyHost(random: () => number): HostAdvisor {
	const choose = (named: readonly string[]) => named[Math.floor(random() * named.length)];
	return { choose, works: () => undefined, failed: () => undefined };
}

function newRoom(i: number, identities: number, spread: number): SimulatedRoom {
	return {
		id: String(i),
		priority: priorities[i % priorities.length] ?? "live",
		identity: String(i % identities),
		host: hosts[i % spread] ?? "a",
		attempt: 0,
		schedule: new RetrySchedule(),
		downSince: undefined,
		downs: [],
		timer: undefined,
		connecting: false,
		provenAt: undefined,
		connection: 0,
	};
}

function keyOf({ id: liveId, identity }: SimulatedRoom): ConnectionKey {
	return { liveId, source: 0, identity, kind: "socket", beside: false, polled: false };
}
