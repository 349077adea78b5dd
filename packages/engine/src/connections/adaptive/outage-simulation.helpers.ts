import { type FailureReason, type HostAdvisor, noRetries, type RetryRecord } from "@livekeeper/douyin";
import { ManualClock, PushHosts } from "@livekeeper/douyin/testing";
import type { ConnectionKey } from "../../rooms/index.ts";
import { whenNext } from "../../rooms/step-failures.ts";
import { Admission, type RoomPriority } from "../admission/index.ts";
import type { ReconnectStatus } from "../reconnect-strategy.ts";
import { FixedStrategy } from "../reconnect-strategy.ts";
import { AdaptiveStrategy, HostStats } from "./index.ts";

/** Result of an attempt at a host, and the time until it is known, ms. */
export type Outcome =
	/** `cutAfterMs`: time from opening until it is cut without having brought anything. */
	{ ok: true; afterMs: number; cutAfterMs?: number } | { ok: false; reason: FailureReason; afterMs: number };

export interface World {
	/** Returns the result of a room's attempt that begins at `at`, ms since the start. */
	attempt(host: string, at: number, room: string): Outcome;
	/** Times at which all connections to a host (or to all hosts) are cut, ms since the start. */
	cuts: { at: number; host?: string; reason?: FailureReason }[];
	/** Returns when a room's connection to a host that works since `at` breaks by itself, ms since the start. */
	breaksAt?(at: number, host: string, room: string): number | undefined;
	/** Whether all rooms are on the first host at the start; otherwise they are spread. */
	gathered?: boolean;
	/** Additional hosts that the upstream lists after the others. */
	further?: readonly string[];
}

/** Decides when a room retries, and at which host. */
export interface Strategy {
	/** `fixed`: the schedule alone; `adaptive`: also outages and refusals. */
	schedule: "fixed" | "adaptive";
	/** `rotation`: the upstream's own order; `random`: any; `learned`: by success rates. */
	hosts: "rotation" | "random" | "learned";
	/** Whether a room retries at once while a host is known to work. */
	soon: boolean;
}

export const strategies = {
	fixed: { schedule: "fixed", hosts: "rotation", soon: false },
	random: { schedule: "fixed", hosts: "random", soon: false },
	adaptive: { schedule: "adaptive", hosts: "learned", soon: true },
} as const satisfies Record<string, Strategy>;

/** Variants of the adaptive strategy with one part each. */
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
	retry: RetryRecord;
	/** Time since which it has no working connection, ms since the start. */
	downSince: number | undefined;
	/** All periods without a working connection. */
	downs: { from: number; to: number }[];
	/** Time of the connection's first frame, ms since the epoch. */
	provenAt: number | undefined;
	/** Counter of connections, used to detect plans for an old one. */
	connection: number;
}

export interface SimulationOptions {
	rooms: number;
	strategy: Strategy;
	world: World;
	/** Returns random numbers in [0, 1). */
	random: () => number;
	/** Number of identities, each with its own rotation of hosts. Default 1. */
	identities?: number;
}

export const hosts = ["a", "b", "c"] as const;
const priorities = ["live", "readers", "idle", "live", "pinned"] as const;
const frameMs = 200;

/** Simulates many rooms over three hosts in virtual time under one strategy, paced as in the service. */
export class Simulation {
	readonly clock = new ManualClock();
	readonly attempts: { at: number; room: string; host: string; ok: boolean }[] = [];
	readonly rooms: SimulatedRoom[];
	readonly stats = new HostStats();
	readonly #start = this.clock.now();
	readonly #admission: Admission;
	readonly #world: World;
	readonly #random: () => number;
	/** Rotation per identity, as in an upstream. */
	readonly #rotations = new Map<string, PushHosts>();
	readonly #advisor: HostAdvisor | undefined;

	constructor({ rooms, strategy, world, random, identities = 1 }: SimulationOptions) {
		this.#world = world;
		this.#random = random;
		this.rooms = Array.from({ length: rooms }, (_, i) => newRoom(i, identities, world.gathered ? 1 : hosts.length));
		for (let i = 0; i < identities; i++) this.#rotations.set(String(i), new PushHosts("http://a", allowAll));
		if (strategy.hosts === "learned") this.#advisor = this.stats;
		if (strategy.hosts === "random") this.#advisor = anyHost(random);
		const logger = { info: () => undefined, warn: () => undefined };
		const known = strategy.soon ? this.stats : new HostStats();
		const adaptive = strategy.schedule === "adaptive" && new AdaptiveStrategy({ logger, hosts: known, random });
		this.#admission = new Admission({ clock: this.clock, strategy: adaptive || new FixedStrategy() });
		// All rooms are kept from the beginning.
		if (adaptive) for (const room of this.rooms) adaptive.begins(keyOf(room), this.#start);
		for (const room of this.rooms) this.#works(room);
		for (const cut of world.cuts) this.clock.after(cut.at, () => this.#cut(cut));
	}

	/** Current time, ms since the start. */
	get now(): number {
		return this.clock.now() - this.#start;
	}

	get outage(): ReconnectStatus["outage"] {
		return this.#admission.reconnectStatus().outage;
	}

	get down(): SimulatedRoom[] {
		return this.rooms.filter(({ downSince }) => downSince !== undefined);
	}

	/** Advances time to `until`, ms since the start. */
	async run(until: number): Promise<void> {
		await this.clock.advance(until - this.now);
	}

	/** Returns the maximum number of attempts that began within any `spanMs`. */
	busiest(spanMs: number, from = 0): number {
		const times = this.attempts.map(({ at }) => at).filter((at) => at >= from);
		let max = 0;
		for (let first = 0, last = 0; last < times.length; last++) {
			while ((times[last] ?? 0) - (times[first] ?? 0) >= spanMs) first++;
			max = Math.max(max, last - first + 1);
		}
		return max;
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
		room.provenAt = undefined;
		room.downSince ??= this.now;
		room.attempt++;
		const failure = { reason };
		const advice = this.#admission.failed({ ...keyOf(room), failure, attempt: room.attempt });
		const { record, delayMs } = whenNext(room, failure, advice, { now: this.clock.elapsed(), blockedDelayMs: 300_000 });
		room.retry = record;
		this.clock.after(delayMs, () => this.#try(room));
	}

	/** Reports a host's result, as a session does. */
	#noteHost({ host, identity, provenAt }: SimulatedRoom, reason: FailureReason, now: number): void {
		const rotation = this.#rotations.get(identity);
		if (provenAt !== undefined) rotation?.worked(`ws://${host}`);
		else if (reason !== "blocked") rotation?.failed(`ws://${host}`);
		this.#advisor?.failed(host, reason, provenAt === undefined ? undefined : now - provenAt, now);
	}

	#try(room: SimulatedRoom): void {
		const { id, identity, priority } = room;
		const permit = this.#admission.acquire({
			...{ room: id, identity, priority: () => priority },
			onPermit: () => {
				room.host = this.#hostFor(room);
				const outcome = this.#world.attempt(room.host, this.now, room.id);
				this.attempts.push({ at: this.now, room: room.id, host: room.host, ok: outcome.ok });
				this.clock.after(outcome.afterMs, () => {
					permit.release();
					if (!outcome.ok) return this.#failed(room, outcome.reason);
					const connection = ++room.connection;
					this.#admission.opened(keyOf(room));
					const { cutAfterMs } = outcome;
					this.clock.after(cutAfterMs ?? frameMs, () => {
						if (connection !== room.connection) return;
						if (cutAfterMs === undefined) this.#works(room);
						else this.#failed(room, "network");
					});
				});
			},
		});
	}

	/** Returns the next host: the upstream starts its list with a different one each time, so that clients spread. */
	#hostFor({ identity }: SimulatedRoom): string {
		const rotation = this.#rotations.get(identity);
		if (!rotation) throw new Error(`No identity ${identity}`);
		const first = Math.floor(this.#random() * hosts.length);
		rotation.learn([...hosts.slice(first), ...hosts.slice(0, first), ...(this.#world.further ?? [])]);
		const advisor = this.#advisor;
		return new URL(rotation.choose([], advisor && ((named) => advisor.choose(named, this.clock.now())))).host;
	}

	#works(room: SimulatedRoom): void {
		const now = this.clock.now();
		if (room.downSince !== undefined) room.downs.push({ from: room.downSince, to: this.now });
		room.downSince = undefined;
		room.provenAt = now;
		room.attempt = 0;
		room.retry = { ...room.retry, provenAt: this.clock.elapsed() };
		this.#advisor?.works(room.host, now);
		this.#admission.works(keyOf(room));
		const breaksAt = this.#world.breaksAt?.(this.now, room.host, room.id);
		const connection = room.connection;
		if (breaksAt === undefined) return;
		this.clock.after(breaksAt - this.now, () => connection === room.connection && this.#failed(room, "network"));
	}
}

const allowAll = { allows: () => true, refusal: () => undefined };

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
		retry: noRetries,
		downSince: undefined,
		downs: [],
		provenAt: undefined,
		connection: 0,
	};
}

function keyOf({ id: liveId, identity }: SimulatedRoom): ConnectionKey {
	return { liveId, identity, kind: "socket", beside: false, polled: false };
}
