import type { DouyinUpstream } from "@livekeeper/douyin";
import type { Finding } from "../text/index.ts";
import { RoomRhythm } from "./rhythm/room-rhythm.ts";
import { type Asked, type PingAnswers, RoundTrips } from "./round-trips.ts";

interface HealthLimits {
	/**
	 * Basis for judging silence: the room's own rhythm, with `silenceMs` for unknown rooms and as the time from which the
	 * page is looked up; or `silenceMs` alone.
	 */
	health: "rhythm" | "fixed";
	/** Time without a message after which a room is quiet, ms. */
	quietMs: number;
	/** Time without a message after which a connection is investigated, ms. */
	silenceMs: number;
	/** Time for which a decode error or a drop counts, ms. */
	degradedMs: number;
	/** Interval of health assessments, ms. */
	healthCheckMs: number;
	/** Interval of heartbeats and pings, ms. */
	heartbeatMs: number;
}

/** Health of a connected room. */
export type RoomHealth = "fine" | "quiet" | "silent" | "degraded";

/**
 * `none`: all is well. `bound`: the silence is long but plausible for the room; its page may know more. `broken`: the
 * connection can no longer be trusted.
 */
export type Doubt = "none" | "bound" | "broken";

/**
 * Minimum number of distinct known messages that count: fewer may be pinned, and say nothing about what else the
 * upstream brings.
 */
const minKnown = 5;

/** Returns the maximum time between two health checks, ms; a longer one was sleep. */
export function maxLookMs({ healthCheckMs }: Pick<HealthLimits, "healthCheckMs">): number {
	return 6 * healthCheckMs;
}

/**
 * Tracks the health of a connection. Silence is measured from the last message, or from the opening of the connection
 * while it has brought none: answered heartbeats prove nothing, because a mute server answers them too. Times are of
 * `Clock.elapsed`.
 */
export class ConnectionHealth {
	readonly #limits: HealthLimits;
	readonly #polled: () => boolean;
	readonly roundTrips: RoundTrips;
	lastMessageAt: number | undefined;
	lastSignAt: number | undefined;
	#connectedAt: number | undefined;
	#connected = false;
	#lastProblemAt: number | undefined;
	/** Known messages since the last new one, or since the connection was opened, if nothing else has come. */
	#known: { ids: Set<string>; since: number; until: number } | undefined;
	#warned = false;
	#roomId = "";
	#rhythm: RoomRhythm;

	/**
	 * @param polled whether the connection has no socket and polls
	 * @param pings whether the upstream answers pings, as other rooms have found too
	 */
	constructor(limits: HealthLimits, polled: () => boolean = () => false, pings?: PingAnswers) {
		this.#limits = limits;
		this.#polled = polled;
		this.roundTrips = new RoundTrips(limits.heartbeatMs, pings);
		this.#rhythm = this.#newRhythm();
	}

	#newRhythm(): RoomRhythm {
		const { silenceMs } = this.#limits;
		return new RoomRhythm({ outerBoundMs: silenceMs, maxLookMs: maxLookMs(this.#limits) });
	}

	/** Notes that a session with this broadcast is about to begin. Another broadcast has another rhythm. */
	begin(roomId: string): void {
		if (roomId !== this.#roomId) this.#rhythm = this.#newRhythm();
		this.#roomId = roomId;
	}

	/** Applies the room's messages from before the socket opened, in upstream times, ms; possibly none. */
	history(times: readonly number[]): void {
		this.#rhythm.history(times);
	}

	connected(now: number): void {
		this.#connected = true;
		this.#connectedAt = now;
		this.lastSignAt = now;
		this.#warned = false;
		this.#known = undefined;
		this.#rhythm.connected(now);
		this.roundTrips.connected();
	}

	disconnected(now: number): void {
		this.#connected = false;
		this.#rhythm.disconnected(now);
	}

	/** @param kinds types of the messages */
	message(now: number, kinds?: readonly string[]): void {
		this.lastMessageAt = now;
		this.lastSignAt = now;
		this.#warned = false;
		this.#known = undefined;
		// Messages from before the socket has opened have no rhythm.
		if (this.#connected) this.#rhythm.frame(now, kinds);
	}

	/** Notes that nothing new came: no messages, or only known ones. */
	repeated(now: number, events: readonly { id: string }[]): void {
		this.sign(now);
		if (events.length === 0) return;
		this.#known ??= { ids: new Set(), since: now, until: now };
		this.#known.until = now;
		for (const { id } of events) if (this.#known.ids.size < minKnown) this.#known.ids.add(id);
	}

	/**
	 * Returns for how long the connection has brought only known messages, so that none is stored, ms; `undefined` if
	 * that is not so. The repeats at the start of a connection come at once.
	 */
	knownOnlyMs(now: number): number | undefined {
		const { quietMs, degradedMs } = this.#limits;
		if (!this.#known || this.#known.ids.size < minKnown) return undefined;
		const { since, until } = this.#known;
		return until - since >= quietMs && now - until < degradedMs ? Math.max(0, now - since) : undefined;
	}

	sign(now: number): void {
		this.lastSignAt = now;
	}

	/** Notes that the upstream has answered after `ms`. */
	answered(now: number, ms: number, what: Asked): void {
		this.lastSignAt = now;
		this.roundTrips.answered(ms, what);
	}

	/** Notes an undecodable message. @returns whether it is the first after a time without */
	problem(now: number): boolean {
		const first = !this.#hadProblem(now);
		this.#lastProblemAt = now;
		return first;
	}

	/** Returns the time without a message, ms. */
	quietFor(now: number): number {
		return now - Math.max(this.#connectedAt ?? 0, this.lastMessageAt ?? 0);
	}

	/** Call it at each health check. */
	look(now: number): void {
		this.#rhythm.look(now);
	}

	assess(now: number): RoomHealth {
		if (this.doubt(now) === "broken") return "silent";
		if (this.#hadProblem(now) || this.knownOnlyMs(now) !== undefined) return "degraded";
		if (this.quietFor(now) >= this.#limits.quietMs) return "quiet";
		return this.#byRhythm && this.#rhythm.silence(now).verdict !== "normal" ? "quiet" : "fine";
	}

	doubt(now: number): Doubt {
		const { silenceMs } = this.#limits;
		// A mute socket looks like a quiet room; answered polls prove that there was no message.
		if (this.#answersPolls(now)) return this.quietFor(now) >= silenceMs ? "bound" : "none";
		if (!this.#byRhythm) return this.quietFor(now) >= silenceMs ? "broken" : "none";
		const { verdict, pastOuterBound } = this.#rhythm.silence(now);
		const stranger = !this.#rhythm.known;
		if (stranger ? this.quietFor(now) >= this.#rhythm.brokenAfterMs : verdict === "broken") return "broken";
		if (!pastOuterBound) return "none";
		return this.roundTrips.deafFor(now, this.lastSignAt, silenceMs) === undefined ? "bound" : "broken";
	}

	/**
	 * Returns the time until the silence is `broken` by the rhythm, if it lasts, ms; `undefined` if something else
	 * decides earlier.
	 */
	brokenInMs(now: number): number | undefined {
		const { brokenAfterMs } = this.#rhythm;
		if (!this.#byRhythm || brokenAfterMs >= this.#limits.silenceMs) return undefined;
		return Math.max(0, brokenAfterMs - this.#rhythm.silence(now).silentMs);
	}

	/** Maximum silence before a warning, ms. */
	get limitMs(): number {
		const { silenceMs } = this.#limits;
		return this.#byRhythm ? Math.min(this.#rhythm.brokenAfterMs, silenceMs) : silenceMs;
	}

	/** Returns event types that have fallen silent while others continue; `undefined` while all are silent. */
	quietKinds(now: number, identity: DouyinUpstream["identity"]): { kind: string; evidence: Finding }[] | undefined {
		if (this.#rhythm.silence(now).verdict !== "normal") return undefined;
		return this.#rhythm.quietKinds(now, identity);
	}

	/** Returns the findings behind the judgement, those of the whole room first. */
	evidence(now: number, identity: DouyinUpstream["identity"]): Finding[] {
		const { silenceMs } = this.#limits;
		const found: Finding[] = [this.#rhythm.silence(now).evidence];
		if (!this.#byRhythm) found.push(["judgedByLimit", silenceMs]);
		if (this.#polled()) found.push(["polled"]);
		if (this.doubt(now) === "bound") found.push(["kept", silenceMs, this.#answersPolls(now)]);
		found.push(...this.roundTrips.evidence(now, this.lastSignAt, silenceMs));
		if (this.#hadProblem(now)) found.push(["undecoded", now - (this.#lastProblemAt ?? now)]);
		const knownMs = this.knownOnlyMs(now);
		if (knownMs !== undefined) found.push(["knownOnly", knownMs]);
		for (const { evidence } of this.quietKinds(now, identity) ?? []) found.push(evidence);
		return found;
	}

	/** Returns why a silence counts as one. */
	silenceFound(now: number): Finding {
		const { silentMs, normalPerMs } = this.#rhythm.silence(now);
		return this.#byRhythm ? ["silence", silentMs, normalPerMs] : ["silence", this.quietFor(now), undefined];
	}

	/** Returns whether to warn of this silence: once, until there is a message. */
	warnOnce(): boolean {
		const first = !this.#warned;
		this.#warned = true;
		return first;
	}

	#answersPolls(now: number): boolean {
		return this.#polled() && now - (this.lastSignAt ?? Number.NEGATIVE_INFINITY) < this.#limits.silenceMs;
	}

	get #byRhythm(): boolean {
		return this.#limits.health === "rhythm";
	}

	#hadProblem(now: number): boolean {
		return this.#lastProblemAt !== undefined && now - this.#lastProblemAt < this.#limits.degradedMs;
	}
}

/** Time spent listening to a broadcast without receiving anything. Time without a connection doesn't count. */
export class Listening {
	/** The current broadcast. */
	#roomId: string | undefined;
	/** While connected: start of the silence, as if there had been no interruption, ms. */
	#from: number | undefined;
	/** Silence up to the end of the last connection, ms. */
	#silentMs = 0;

	began(roomId: string, now: number): void {
		if (roomId !== this.#roomId) this.#silentMs = 0;
		this.#roomId = roomId;
		this.#from = now - this.#silentMs;
	}

	ended(now: number, lastMessageAt: number | undefined): void {
		this.#silentMs = this.silentMs(this.#roomId, now, lastMessageAt);
		this.#from = undefined;
	}

	/** Returns 0 for a broadcast that was never connected. */
	silentMs(roomId: string | undefined, now: number, lastMessageAt: number | undefined): number {
		if (roomId !== this.#roomId) return 0;
		return this.#from === undefined ? this.#silentMs : now - Math.max(this.#from, lastMessageAt ?? 0);
	}
}
