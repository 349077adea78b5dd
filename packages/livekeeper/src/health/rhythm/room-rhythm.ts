import type { DouyinUpstream } from "@livekeeper/douyin";
import type { Finding } from "../../text/index.ts";
import { ArrivalRate } from "./arrival-rate.ts";
import { KindRhythm, type QuietKind } from "./kind-rhythm.ts";

export type SilenceVerdict = "normal" | "unusual" | "broken";

/** What is to be thought of a room's silence, and why. */
export interface SilenceReport {
	verdict: SilenceVerdict;
	/** E.g. `3 frames a minute are normal here; none for 140 s`. */
	evidence: Finding;
	/** How many frames are normal in a ms; `undefined` while it is not known. */
	normalPerMs: number | undefined;
	/** The chance of such a pause in this room while all is well, 0 to 1. */
	probability: number;
	/** How long nothing has come over this connection, ms. */
	silentMs: number;
	/** The silence has passed {@link RhythmOptions.outerBoundMs}, whatever is normal in this room. */
	pastOuterBound: boolean;
}

export interface RhythmOptions {
	/** A silence that is reported whatever is normal in the room, ms. Default 60000. */
	outerBoundMs?: number;
	/** A time between two looks beyond this was sleep, ms. Default 30000. */
	longestLookMs?: number;
}

/** No connection is called broken before this, ms. */
const leastMs = 5_000;
/** Every connection that is silent this long is called broken, ms: even a room that is never heard is retried. */
const longestMs = 60 * 60_000;
/** Below this many frames in all a room's rhythm is not known. */
const knownFrames = 3;
/** A connection of a room that had said next to nothing before us may be silent for at most this long, ms. */
const newcomerMs = 10 * 60_000;
/** Number of further silent connections that are given up at the outer bound while no rhythm is known. */
const mutesAtBound = 1;
/** Healthy rooms may be called broken about this often, by chance alone. */
const falseAlarmsPerDay = 1;
/** In rooms that seldom speak no pause more likely than this is called broken. */
const likeliestBroken = 0.001;
/** What a new connection may take to bring its first frame, ms. */
const leastOwnMs = 2_000;
/** The extra patience falls to 1/e in this time, ms, and is never more than `mostPatience`. */
const patienceMemoryMs = 60 * 60_000;
const mostPatience = 64;
const dayMs = 86_400_000;

/**
 * A room's own rhythm: how often frames come, and whether the pause since the last is its own or the connection's.
 *
 * A pause is `broken` when its chance ({@link ArrivalRate.chanceOfPause}) is below 1 / (frames a day), at most 0.001: so
 * a healthy room is called broken about once a day, however busy it is. It is `unusual` at the square root of that,
 * about half the pause. A room with 10 frames a second is broken after 5 s, one with 3 a minute after some
 * 3 minutes, one with a frame every 5 minutes after more than half an hour. Each further connection that stays silent
 * is given twice as long, up to an hour, and from the second on their silence is learned: the room may have changed.
 * Where the silence turns out to have been the room's own, it is given twice as long for the next hours.
 * While a room's rhythm is not known, the outer bound decides. Where the room's past is known ({@link history}) and is
 * next to nothing, silence is expected: the wait is 10 minutes then.
 *
 * Times are ms, of one clock that never goes back; the caller looks ({@link look}) at every health check. Only time in connections
 * counts. Memory is constant.
 */
export class RoomRhythm {
	readonly #outerBoundMs: number;
	readonly #longestLookMs: number;
	readonly #frames = new ArrivalRate();
	readonly #kinds = new KindRhythm();
	/** The silence began here; moved along by sleep. */
	#since = 0;
	/** Undefined until somebody has begun to look. */
	#lookedAt: number | undefined;
	#connected = false;
	/** Whether the room's past is known, if only that there was none. */
	#told = false;
	/** This connection has brought a frame. */
	#proven = false;
	/** Connections in a row that were given up as broken. */
	#mute = 0;
	/** How long the last of them was waited for, ms. */
	#waitedMs = 0;
	/** How much longer than its chance says a pause may be, after pauses that were wrongly called broken; 1 at rest. */
	#patience = 1;
	/** Silence over those connections that was not learned, ms. */
	#mutedMs = 0;

	constructor(options: RhythmOptions = {}) {
		this.#outerBoundMs = options.outerBoundMs ?? 60_000;
		this.#longestLookMs = options.longestLookMs ?? 30_000;
	}

	/**
	 * What the room said before anybody listened, in upstream times, ms. Only the first telling counts, and none after the
	 * first frame.
	 */
	history(times: readonly number[]): void {
		if (this.#told || this.#frames.arrivals > 0) return;
		this.#told = true;
		const newest = Math.max(...times);
		const recent = times.filter((at) => newest - at < dayMs).sort((a, b) => a - b);
		for (const [i, at] of recent.entries()) this.#frames.arrive(at - (recent[i - 1] ?? at), i > 0);
	}

	/** A connection was opened. One that was open before is taken as lost. */
	connected(now: number): void {
		if (this.#connected) this.disconnected(now);
		this.#connected = true;
		this.#proven = false;
		this.#since = now;
		if (this.#lookedAt !== undefined) this.#lookedAt = now;
	}

	/** The connection is over. What it was silent for is learned, unless that was a fault. */
	disconnected(now: number): void {
		if (!this.#connected) return;
		this.#follow(now);
		const silentMs = now - this.#since;
		const boundMs = this.brokenAfterMs;
		const broken = silentMs >= boundMs;
		this.#connected = false;
		if (!broken) {
			this.#frames.expose(silentMs);
			return;
		}
		this.#mute++;
		this.#waitedMs = boundMs;
		this.#mutedMs += silentMs;
		if (this.#mute === 1) return;
		this.#frames.expose(this.#mutedMs);
		this.#mutedMs = 0;
	}

	/** A frame with messages came. @param kinds the types of its events; repeats don't matter */
	frame(now: number, kinds: readonly string[] = []): void {
		if (!this.#connected) this.connected(now);
		this.#follow(now);
		const intervalMs = now - this.#since;
		this.#patience = 1 + (this.#patience - 1) * Math.exp(-intervalMs / patienceMemoryMs);
		if (this.#wasOwn(intervalMs)) {
			this.#patience = Math.min(mostPatience, this.#patience * 2);
			this.#frames.arrive(this.#mutedMs + intervalMs);
		} else this.#frames.arrive(intervalMs, this.#proven);
		this.#kinds.frame(intervalMs, kinds);
		this.#since = now;
		this.#proven = true;
		this.#mute = 0;
		this.#mutedMs = 0;
	}

	/** To be called every few seconds. Keeps what is known right when the machine sleeps. */
	look(now: number): void {
		this.#lookedAt ??= now;
		this.#follow(now);
	}

	#follow(now: number): void {
		const sleptMs = Math.max(0, now - (this.#lookedAt ?? now) - this.#longestLookMs);
		// Without looks only the newest possible beginning is known.
		this.#since = Math.min(now, this.#since + sleptMs);
		if (this.#lookedAt !== undefined) this.#lookedAt = now;
	}

	/** Judges the silence at `now`; changes nothing. The longer the silence, the worse the verdict. */
	silence(now: number): SilenceReport {
		const silentMs = this.#connected ? now - this.#since : 0;
		const verdict = silentMs >= this.brokenAfterMs ? "broken" : silentMs >= this.#unusualAfterMs ? "unusual" : "normal";
		return {
			verdict,
			evidence: this.#evidence(silentMs),
			normalPerMs: this.known ? this.#frames.normalPerMs : undefined,
			probability: this.#frames.chanceOfPause(silentMs),
			silentMs,
			pastOuterBound: silentMs >= this.#outerBoundMs,
		};
	}

	/** After how long a silence this connection is to be called broken, ms: 5000 to 3600000. */
	get brokenAfterMs(): number {
		const excused = this.known || this.#told ? 0 : mutesAtBound;
		const ms = Math.max(this.#ownBoundMs(), this.#mute > excused ? 2 * this.#waitedMs : 0);
		return Math.max(leastMs, Math.min(ms, longestMs));
	}

	/**
	 * Kinds that alone have fallen silent while the room talks. Empty while the whole room is silent.
	 * @param identity of the session: an anonymous one gets no gifts, and the evidence says so
	 */
	quietKinds(now: number, identity: DouyinUpstream["identity"]): QuietKind[] {
		return this.silence(now).verdict === "normal" ? this.#kinds.quiet(identity) : [];
	}

	get #unusualAfterMs(): number {
		const own = this.known ? this.#frames.pauseOfChance(Math.sqrt(this.#brokenChance)) : this.#outerBoundMs;
		return Math.min(Math.max(leastMs / 2, own), this.brokenAfterMs);
	}

	/** Whether the room has said enough to have a rhythm. */
	get known(): boolean {
		return this.#frames.arrivals >= knownFrames;
	}

	get #brokenChance(): number {
		return Math.min(likeliestBroken, falseAlarmsPerDay / (this.#frames.perMs * dayMs));
	}

	#ownBoundMs(): number {
		const own = this.#frames.pauseOfChance(this.#brokenChance);
		if (this.known) return own * this.#patience;
		return (this.#told ? Math.min(own, newcomerMs) : this.#outerBoundMs) * this.#patience;
	}

	/**
	 * Whether a silence that was called broken was the room's own: it then goes on over the new connection, while one
	 * that was the socket's ends with it.
	 */
	#wasOwn(intervalMs: number): boolean {
		if (this.#proven || this.#mute === 0) return false;
		return intervalMs >= Math.max(leastOwnMs, this.#frames.pauseOfChance(0.1));
	}

	#evidence(silentMs: number): Finding {
		if (!this.#connected) return ["notConnected"];
		if (!this.known) return ["noRhythm", silentMs, !this.#proven, this.#mute];
		return ["rhythm", this.#frames.normalPerMs, silentMs, this.#mute];
	}
}
