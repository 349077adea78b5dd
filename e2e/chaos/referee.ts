import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { parseConfig } from "livekeeper";
import { LimitWatch } from "./limit-watch.ts";
import { isLimited } from "./plan.ts";
import { StorageWatch } from "./storage-watch.ts";
import type { World } from "./world.ts";

/** Interval of checks, ms of real time. */
const defaultLookMs = 50;
/** A room counts as quiet after 20 s without a message, which is checked every 5 s. */
const fineAtMostMs = 25_000;
/** Maximum time of a lookup and a connection together, ms: until then there is no next attempt. */
const attemptMs = 100_000;
/**
 * Minimum time of the service, and number of checks, for which a status problem must persist, because processes stall.
 */
const persistsMs = 10_000;
const persistsLooks = 3;
const usualConfig = parseConfig({});
const maxRssMb = 700;

interface Row {
	live_id: string;
	state: string;
	health: string | null;
	reason: { code: string; message: string };
	unstored_since: number | null;
	queue: object | null;
	next_attempt_at: number | null;
	room_id: string | null;
	polling: boolean;
}

/** Watches a run from outside and records what must never happen. */
export class Referee {
	readonly broken: string[] = [];
	peakRssMb = 0;
	looks = 0;
	readonly #world: World;
	readonly #limits: LimitWatch;
	readonly #storage: StorageWatch;
	readonly #lookMs: number;
	readonly #doubts = new Map<string, { since: number; looks: number }>();
	#watching: Promise<void> | undefined;
	#ended = false;

	constructor(world: World, { lookMs = defaultLookMs } = {}) {
		this.#world = world;
		this.#lookMs = lookMs;
		const doubt = this.#doubt.bind(this);
		this.#limits = new LimitWatch(world, doubt);
		this.#storage = new StorageWatch(world, doubt);
	}

	/** Number of rooms seen waiting for a connection. */
	get waited(): number {
		return this.#limits.waited.size;
	}

	start(): void {
		this.#watching = this.#watch();
	}

	async stop(): Promise<void> {
		this.#ended = true;
		await this.#watching;
	}

	async #watch(): Promise<void> {
		while (!this.#ended) {
			await pause(this.#lookMs);
			this.#lookAtSockets();
			this.#lookAtMemory();
			const askedAt = this.#world.clock.now();
			await this.#ask(askedAt);
			this.looks++;
		}
	}

	/** Two sockets of one room must be seen in several checks, because the end of one may still be on its way. */
	#lookAtSockets(): void {
		const open = new Map<string, number>();
		for (const { topic } of this.#world.network.links) {
			if (topic === undefined) continue;
			const liveId = this.#world.liveIdOf(topic);
			open.set(liveId, (open.get(liveId) ?? 0) + 1);
		}
		for (const { liveId } of this.#world.rooms) {
			const count = open.get(liveId) ?? 0;
			const now = this.#world.clock.now();
			this.#doubt(`${liveId}: more sockets than sessions`, count > this.#world.sessionsOf(liveId, now, now), 1);
		}
		this.#limits.lookAtSockets();
	}

	/** Reports a room that claims to be fine while nothing arrives, or that is not connected without a reason. */
	#lookAtStatus(row: Row, askedAt: number): void {
		const { live_id, state, health, reason, room_id, next_attempt_at, polling, queue } = row;
		const standing = this.#world.book.standing(room_id ?? "");
		const fetchedAt = polling ? (this.#world.book.fetchedAt.get(room_id ?? "") ?? 0) : 0;
		const heards = standing.map((attempt) => attempt.heardAt ?? attempt.answeredAt ?? attempt.at);
		const heardAt = Math.max(fetchedAt, ...heards);
		const connected = state === "connected" && !polling;
		const fine = state === "connected" && health === "fine";
		this.#doubt(`${live_id}: connected and fine while nothing arrives`, fine && askedAt - heardAt > fineAtMostMs);
		this.#doubt(`${live_id}: connected without a socket`, connected && standing.length === 0);
		this.#doubt(`${live_id}: ${state} without a reason`, reason.code === "" || reason.message === "");
		const waits = state === "reconnecting" || state === "blocked" || state === "waiting" || state === "not_found";
		this.#doubt(`${live_id}: ${state} with no next attempt`, waits && next_attempt_at === null, attemptMs);
		// A room's turn to connect comes at the pace of handshakes; it only waits longer for a full limit. When a limit is
		// lifted, rooms that waited long for it wait for the pace from then on.
		const turnMs = (persistsMs * usualConfig.startsPerSecond) / parseConfig(this.#world.plan.options).startsPerSecond;
		this.#doubt(`${live_id}: queued, but not in line`, state === "queued" && queue === null, turnMs);
		const late = waits && next_attempt_at !== null && askedAt - next_attempt_at > 60_000;
		this.#doubt(`${live_id}: ${state}, its next attempt long overdue`, late);
	}

	#lookAtMemory(): void {
		const { pid } = this.#world.service;
		if (pid === undefined) return;
		const mb = rssMbOf(pid);
		this.peakRssMb = Math.max(this.peakRssMb, mb);
		this.#doubt(`more than ${maxRssMb} MB in use`, mb > maxRssMb);
	}

	#doubt(words: string, doubtful: boolean, minMs = persistsMs): void {
		if (!doubtful) {
			this.#doubts.delete(words);
			return;
		}
		const now = this.#world.clock.now();
		const doubt = this.#doubts.get(words) ?? { since: now, looks: 0 };
		doubt.looks++;
		this.#doubts.set(words, doubt);
		if (doubt.looks >= persistsLooks && now - doubt.since >= minMs && !this.broken.includes(words)) {
			this.broken.push(words);
		}
	}

	async #ask(askedAt: number): Promise<void> {
		try {
			const { status, body } = await this.#world.service.request("GET", "/api/v1/rooms");
			if (status !== 200) return;
			const { rooms } = body as { rooms: Row[] };
			for (const row of rooms) this.#lookAtStatus(row, askedAt);
			await this.#storage.look(rooms, askedAt);
			if (isLimited(this.#world.plan)) await this.#limits.look();
		} catch {
			// The service is killed or starting, which is part of the plan; another check covers its return.
			this.#doubts.clear();
		}
	}
}

/** Returns the memory of a process, MB; 0 if it is gone. */
export function rssMbOf(pid: number): number {
	try {
		const pages = readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1];
		return (Number(pages) * 4096) / 2 ** 20;
	} catch {
		return 0;
	}
}
