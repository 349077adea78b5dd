import { reconnectDelayMs } from "@livekeeper/douyin";
import type { KnownRoom } from "../chaos/world.ts";
import { startsAt } from "./scheduler.ts";
import type { World } from "./world.ts";

/** Duration of all exercises together, ms. */
export const drillMs = 330_000;

const settledMs = 5_000;
/** Period in which sockets are refused, ms: the failed attempts of the schedule, the last of which is followed by 60 s. */
const refusedMs = 90_000;
const failures = 7;
/** Time from which on a connection counts as stable, ms. */
const stableMs = 61_000;
/** Number of connections in a row that break early: the third lengthens the next wait. */
const earlyBreaks = 3;
const askedToWaitS = 30;
/** Number of handshakes that may begin in a second, unless the options say otherwise. */
const usualStarts = 20;
/** Maximum delay of an attempt by the network, look-ups and the pace of handshakes, ms. */
const lateMs = 900;

/**
 * Exercises before the random disturbances: one room meets one fault at a time, so exactly one reaction is right.
 * @returns broken promises, as sentences
 */
export async function drill(world: World): Promise<string[]> {
	const { scheduler } = world;
	const end = scheduler.elapsed + drillMs;
	const known = roomOf(world);
	const broken = known ? await new Drill(world, known).run() : [];
	await scheduler.advance(Math.max(0, end - scheduler.elapsed));
	return broken;
}

/** Returns a room whose one connection nothing but its own faults delays; `undefined` if the plan has none. */
function roomOf({ plan, rooms, limits, service }: World): KnownRoom | undefined {
	const isLimited = limits.max_connections !== null || limits.max_connections_per_identity !== null;
	if (isLimited || plan.sessions > 1 || plan.options.silence_ms !== undefined) return undefined;
	return rooms.find(({ liveId, room }) => room.live && service?.live.getRoom(liveId)?.state === "connected");
}

class Drill {
	readonly #world: World;
	readonly #known: KnownRoom;
	readonly #broken: string[] = [];

	constructor(world: World, known: KnownRoom) {
		this.#world = world;
		this.#known = known;
	}

	async run(): Promise<string[]> {
		await this.#unreadableMessage();
		await this.#refusedSockets();
		await this.#unstableConnections();
		await this.#requestToWait();
		await this.#commonBreak();
		return this.#broken;
	}

	/** A message that can't be decoded costs no connection. */
	async #unreadableMessage(): Promise<void> {
		const { simulator } = this.#world;
		const before = this.#attempts.length;
		simulator.setFault({ fault: "bad_message" }, this.#liveId);
		this.#known.room.produce(3);
		await this.#pass(settledMs);
		if (this.#attempts.length > before) this.#break("connected again because of one message that can't be decoded");
	}

	/** While sockets are refused, attempts follow the schedule. */
	async #refusedSockets(): Promise<void> {
		const before = this.#attempts.length;
		const spec = { fault: "http_status", status: 503, on: "socket", for_ms: refusedMs } as const;
		this.#world.simulator.setFault(spec, this.#liveId);
		const brokeAt = this.#cut();
		await this.#pass(refusedMs);
		for (let n = 0; n < 8 && !this.#isConnected; n++) await this.#pass(settledMs);
		await this.#pass(settledMs);
		const attempts = this.#attempts.slice(before);
		const ends = [brokeAt, ...attempts.map(({ at, answeredAt = at }) => answeredAt)];
		const waits = attempts.slice(0, failures).map(({ at }, i) => at - (ends[i] ?? 0));
		const isRight = (ms: number, i: number) =>
			this.#isOnTime(ms, i === 0 ? 0 : reconnectDelayMs(i + 1), reconnectDelayMs(i + 1));
		if (waits.length < failures || !waits.every(isRight))
			this.#break(`refused sockets were retried after ${waits.join(", ")} ms`);
	}

	/** Connections that break early lengthen the next wait, until one was stable. */
	async #unstableConnections(): Promise<void> {
		for (let n = 0; n < earlyBreaks; n++) {
			await this.#proven();
			this.#cut();
			await this.#pass(settledMs);
		}
		await this.#proven();
		await this.#pass(stableMs);
		const before = this.#attempts.length;
		const brokeAt = this.#cut();
		await this.#pass(settledMs);
		const waitedMs = (this.#attempts[before]?.at ?? Number.POSITIVE_INFINITY) - brokeAt;
		if (!this.#isOnTime(waitedMs, 0, reconnectDelayMs(1)))
			this.#break(`a connection that was stable was replaced after ${waitedMs} ms`);
	}

	/** `Retry-After` counts seconds. */
	async #requestToWait(): Promise<void> {
		await this.#proven();
		const spec = { fault: "http_status", status: 503, on: "socket", for_ms: 6_000, retry_after: askedToWaitS } as const;
		this.#world.simulator.setFault(spec, this.#liveId);
		const before = this.#attempts.length;
		this.#cut();
		await this.#pass(askedToWaitS * 1_000 + settledMs);
		const [refused, next] = this.#attempts.slice(before);
		const waitedMs = (next?.at ?? Number.POSITIVE_INFINITY) - (refused?.answeredAt ?? 0);
		if (!this.#isOnTime(waitedMs, askedToWaitS * 1_000, askedToWaitS * 1_000))
			this.#break(`asked to wait ${askedToWaitS} s, it tried again after ${waitedMs} ms`);
	}

	/** Rooms that break together come back one by one. */
	async #commonBreak(): Promise<void> {
		const { network, plan } = this.#world;
		await this.#proven();
		const before = network.asked.length;
		network.strike({ kind: "reset" });
		await this.#pass(2 * settledMs);
		const attempts = network.asked.slice(before).filter(({ what }) => what === "fetch" || what === "push");
		const starts = new Map<string, number>();
		for (const { of, at } of attempts) starts.set(of, Math.min(at, starts.get(of) ?? at));
		const times = [...starts.values()].sort((a, b) => a - b);
		const spacingMs = 0.9 * (1_000 / (plan.options.starts_per_second ?? usualStarts));
		if (times.some((at, i) => at - (times[i - 1] ?? 0) < spacingMs))
			this.#broken.push(`rooms that broke together were connected again at ${times.join(", ")}`);
	}

	get #liveId(): string {
		return this.#known.liveId;
	}

	get #attempts() {
		return this.#world.network.attempts.filter(({ roomId }) => this.#world.liveIdOf(roomId) === this.#liveId);
	}

	get #isConnected(): boolean {
		return this.#world.network.linesOf(this.#liveId).some(({ attempt }) => attempt.provenAt !== undefined);
	}

	/** Breaks the room's connection. @returns when, ms since the epoch on the site's clock */
	#cut(): number {
		this.#world.network.strike({ kind: "reset" }, this.#liveId);
		return startsAt + this.#world.scheduler.elapsed;
	}

	/** Waits until the room's connection has brought something. */
	async #proven(): Promise<void> {
		for (let n = 0; n < 10 && !this.#isConnected; n++) {
			this.#known.room.produce(1);
			await this.#pass(1_000);
		}
	}

	#pass(ms: number): Promise<void> {
		return this.#world.scheduler.advance(ms);
	}

	#isOnTime(ms: number, minMs: number, maxMs: number): boolean {
		return ms >= 0.98 * minMs && ms <= maxMs + lateMs;
	}

	#break(words: string): void {
		this.#broken.push(`${this.#liveId}: ${words}`);
	}
}
