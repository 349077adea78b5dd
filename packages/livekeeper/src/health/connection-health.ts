import type { DouyinUpstream } from "@livekeeper/douyin";
import type { Finding } from "../text/index.ts";
import { RoomRhythm } from "./rhythm/index.ts";
import { type Asked, type PingAnswers, RoundTrips } from "./round-trips.ts";

interface HealthLimits {
	/**
	 * What silence is judged by: the room's own rhythm, with `silenceMs` for rooms that are not known and as the time from
	 * which the page is looked at; or `silenceMs` alone.
	 */
	health: "rhythm" | "fixed";
	/** Without a message for this long a room is quiet, ms. */
	quietMs: number;
	/** Without a message for this long a connection is looked into, ms. */
	silenceMs: number;
	/** For how long a decode error or a drop counts, ms. */
	degradedMs: number;
	/** How often health is assessed, ms. */
	healthCheckMs: number;
	/** How often heartbeats and pings are sent, ms. */
	heartbeatMs: number;
}

/** How a connected room is doing. */
export type RoomHealth = "fine" | "quiet" | "silent" | "degraded";

/**
 * `none`: all is well. `bound`: the silence is long, but not unlike the room; its page may know more. `broken`: the
 * connection is not to be trusted any more.
 */
export type Doubt = "none" | "bound" | "broken";

/** Fewer known messages than this may be pinned: they say nothing of what else the upstream brings. */
const leastKnown = 5;

/** A time between two health checks beyond this, ms, was sleep. */
export function longestLookMs({ healthCheckMs }: Pick<HealthLimits, "healthCheckMs">): number {
	return 6 * healthCheckMs;
}

/**
 * What is known about how a connection is doing. Silence is measured from the last message, or from the opening of the
 * connection while it has brought none: heartbeats that were answered prove nothing, a mute server answers them too.
 * Times are of `Clock.elapsed`.
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
	/** What has come since the last new message, or since the connection was opened: known messages alone. */
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
		return new RoomRhythm({ outerBoundMs: silenceMs, longestLookMs: longestLookMs(this.#limits) });
	}

	/** A session with this broadcast is about to begin. Another broadcast has another rhythm. */
	begin(roomId: string): void {
		if (roomId !== this.#roomId) this.#rhythm = this.#newRhythm();
		this.#roomId = roomId;
	}

	/** What the room said before the socket opened, in upstream times, ms; perhaps nothing. */
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

	/** @param kinds the types of the messages that came */
	message(now: number, kinds?: readonly string[]): void {
		this.lastMessageAt = now;
		this.lastSignAt = now;
		this.#warned = false;
		this.#known = undefined;
		// What comes before the socket has opened has no rhythm.
		if (this.#connected) this.#rhythm.frame(now, kinds);
	}

	/** Nothing of what came is new: perhaps no messages, perhaps such as are known. */
	repeated(now: number, events: readonly { id: string }[]): void {
		this.sign(now);
		if (events.length === 0) return;
		this.#known ??= { ids: new Set(), since: now, until: now };
		this.#known.until = now;
		for (const { id } of events) if (this.#known.ids.size < leastKnown) this.#known.ids.add(id);
	}

	/**
	 * For how long all that the connection brings has been known, so that nothing of it is stored, ms; `undefined` where
	 * that is not so. What a connection repeats when it begins comes at once.
	 */
	knownOnlyMs(now: number): number | undefined {
		const { quietMs, degradedMs } = this.#limits;
		if (!this.#known || this.#known.ids.size < leastKnown) return undefined;
		const { since, until } = this.#known;
		return until - since >= quietMs && now - until < degradedMs ? Math.max(0, now - since) : undefined;
	}

	sign(now: number): void {
		this.lastSignAt = now;
	}

	/** The upstream has answered after `ms`. */
	answered(now: number, ms: number, what: Asked): void {
		this.lastSignAt = now;
		this.roundTrips.answered(ms, what);
	}

	/** A message would not decode. @returns whether it is the first after a time without */
	problem(now: number): boolean {
		const first = !this.#hadProblem(now);
		this.#lastProblemAt = now;
		return first;
	}

	/** How long nothing has been said, ms. */
	quietFor(now: number): number {
		return now - Math.max(this.#connectedAt ?? 0, this.lastMessageAt ?? 0);
	}

	/** To be called at each health check. */
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
		// A mute socket looks like a quiet room; who asks and is answered knows that nothing was said.
		if (this.#answersPolls(now)) return this.quietFor(now) >= silenceMs ? "bound" : "none";
		if (!this.#byRhythm) return this.quietFor(now) >= silenceMs ? "broken" : "none";
		const { verdict, pastOuterBound } = this.#rhythm.silence(now);
		const stranger = !this.#rhythm.known;
		if (stranger ? this.quietFor(now) >= this.#rhythm.brokenAfterMs : verdict === "broken") return "broken";
		if (!pastOuterBound) return "none";
		return this.roundTrips.deafFor(now, this.lastSignAt, silenceMs) === undefined ? "bound" : "broken";
	}

	/** In how long the silence will be `broken` by the rhythm, if it lasts, ms; `undefined` when others decide before. */
	brokenInMs(now: number): number | undefined {
		const { brokenAfterMs } = this.#rhythm;
		if (!this.#byRhythm || brokenAfterMs >= this.#limits.silenceMs) return undefined;
		return Math.max(0, brokenAfterMs - this.#rhythm.silence(now).silentMs);
	}

	/** How long a silence may be before it is warned of, ms. */
	get limitMs(): number {
		const { silenceMs } = this.#limits;
		return this.#byRhythm ? Math.min(this.#rhythm.brokenAfterMs, silenceMs) : silenceMs;
	}

	/** Types of events that alone have fallen silent; `undefined` while nothing at all is said. */
	quietKinds(now: number, identity: DouyinUpstream["identity"]): { kind: string; evidence: Finding }[] | undefined {
		if (this.#rhythm.silence(now).verdict !== "normal") return undefined;
		return this.#rhythm.quietKinds(now, identity);
	}

	/** The findings that the judgement is based on, those of the whole room first. */
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

	/** Why a silence is one. */
	silenceFound(now: number): Finding {
		const { silentMs, normalPerMs } = this.#rhythm.silence(now);
		return this.#byRhythm ? ["silence", silentMs, normalPerMs] : ["silence", this.quietFor(now), undefined];
	}

	/** Whether this silence is to be warned of: once, until something is said. */
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
