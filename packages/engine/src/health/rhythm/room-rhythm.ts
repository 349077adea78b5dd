import type { DouyinUpstream } from "@livekeeper/douyin";
import type { Finding } from "../../text/index.ts";
import { ArrivalRate } from "./arrival-rate.ts";

export type SilenceVerdict = "normal" | "unusual" | "broken";

/** Judgement of a room's silence, with its reasons. */
export interface SilenceReport {
	verdict: SilenceVerdict;
	/** E.g. `data usually arrives 3 times a minute here; none for 140 s`. */
	evidence: Finding;
	/** Normal number of frames per ms; `undefined` while unknown. */
	normalPerMs: number | undefined;
	/** Chance of such a pause in this room while all is well, 0 to 1. */
	probability: number;
	/** Time without anything over this connection, ms. */
	silentMs: number;
	/** Whether the silence has passed {@link RhythmOptions.outerBoundMs}, whatever is normal in this room. */
	pastOuterBound: boolean;
}

export interface RhythmOptions {
	/** Silence that is reported whatever is normal in the room, ms. Default 60000. */
	outerBoundMs?: number;
	/** Maximum time between two looks, ms; a longer one was sleep. Default 30000. */
	maxLookMs?: number;
}

/** Minimum silence before a connection is broken, ms. */
const minMs = 5_000;
/** Silence after which every connection is broken, ms: even a room without any messages is retried. */
const maxMs = 60 * 60_000;
/** Minimum number of frames before a room's rhythm is known. */
const knownFrames = 3;
/** Maximum silence of a connection whose room had next to no messages before, ms. */
const newcomerMs = 10 * 60_000;
/** Number of further silent connections that are given up at the outer bound while no rhythm is known. */
const mutesAtBound = 1;
/** Approximate number of false alarms per day in a healthy room. */
const falseAlarmsPerDay = 1;
/** Maximum chance of a pause that breaks a connection in a room with few messages. */
const likeliestBroken = 0.001;
/** Time that a new connection may take to bring its first frame, ms. */
const minOwnMs = 2_000;
/** Time in which the extra patience falls to 1/e, ms; it never exceeds `maxPatience`. */
const patienceMemoryMs = 60 * 60_000;
const maxPatience = 64;
const dayMs = 86_400_000;

/**
 * A room's own rhythm: how often frames come, and whether the pause since the last one is the room's or the
 * connection's.
 *
 * A pause is `broken` when its chance ({@link ArrivalRate.chanceOfPause}) is below 1 / (frames a day), at most 0.001:
 * so a healthy room is called broken about once a day, however busy it is. It is `unusual` at the square root of that,
 * about half the pause. A room with 10 frames a second is broken after 5 s, one with 3 a minute after some 3 minutes,
 * one with a frame every 5 minutes after more than half an hour. Each further connection that stays silent is given
 * twice as long, up to an hour, and from the second on their silence is learned, because the room may have changed. If
 * the silence turns out to have been the room's own, it is given twice as long for the next hours. While a room's
 * rhythm is unknown, the outer bound decides. If the room's past is known ({@link history}) and next to empty, silence
 * is expected: the wait is 10 minutes then.
 *
 * Times are ms of one clock that never goes back; the caller looks ({@link look}) at every health check. Only time in
 * connections counts. Memory is constant.
 */
export class RoomRhythm {
	readonly #outerBoundMs: number;
	readonly #maxLookMs: number;
	readonly #frames = new ArrivalRate();
	readonly #kinds = new KindRhythm();
	/** Start of the silence; moved along by sleep. */
	#since = 0;
	/** Time of the last look; `undefined` before the first. */
	#lookedAt: number | undefined;
	#connected = false;
	/** Whether the room's past is known, even if empty. */
	#hasHistory = false;
	/** Whether this connection has brought a frame. */
	#proven = false;
	/** Number of consecutive connections that were given up as broken. */
	#mute = 0;
	/** Time that the last of them was given, ms. */
	#waitedMs = 0;
	/** Factor by which a pause may exceed its limit after false alarms; 1 at rest. */
	#patience = 1;
	/** Silence over those connections that was not learned, ms. */
	#mutedMs = 0;

	constructor(options: RhythmOptions = {}) {
		this.#outerBoundMs = options.outerBoundMs ?? 60_000;
		this.#maxLookMs = options.maxLookMs ?? 30_000;
	}

	/**
	 * Applies the room's messages from before the connection, in upstream times, ms. Only the first call counts, and none
	 * after the first frame.
	 */
	history(times: readonly number[]): void {
		if (this.#hasHistory || this.#frames.arrivals > 0) return;
		this.#hasHistory = true;
		const newest = Math.max(...times);
		const recent = times.filter((at) => newest - at < dayMs).sort((a, b) => a - b);
		for (const [i, at] of recent.entries()) this.#frames.arrive(at - (recent[i - 1] ?? at), i > 0);
	}

	/** Notes that a connection was opened. A connection that was open before counts as lost. */
	connected(now: number): void {
		if (this.#connected) this.disconnected(now);
		this.#connected = true;
		this.#proven = false;
		this.#since = now;
		if (this.#lookedAt !== undefined) this.#lookedAt = now;
	}

	/** Notes that the connection is over. Its silence is learned unless it was a fault. */
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

	/** Notes a frame with messages. @param kinds types of its events; repeats don't matter */
	frame(now: number, kinds: readonly string[] = []): void {
		if (!this.#connected) this.connected(now);
		this.#follow(now);
		const intervalMs = now - this.#since;
		this.#patience = 1 + (this.#patience - 1) * Math.exp(-intervalMs / patienceMemoryMs);
		if (this.#wasOwn(intervalMs)) {
			this.#patience = Math.min(maxPatience, this.#patience * 2);
			this.#frames.arrive(this.#mutedMs + intervalMs);
		} else this.#frames.arrive(intervalMs, this.#proven);
		this.#kinds.frame(intervalMs, kinds);
		this.#since = now;
		this.#proven = true;
		this.#mute = 0;
		this.#mutedMs = 0;
	}

	/** Call it every few seconds. Keeps the state right when the machine sleeps. */
	look(now: number): void {
		this.#lookedAt ??= now;
		this.#follow(now);
	}

	#follow(now: number): void {
		const sleptMs = Math.max(0, now - (this.#lookedAt ?? now) - this.#maxLookMs);
		// Without looks only the latest possible beginning is known.
		this.#since = Math.min(now, this.#since + sleptMs);
		if (this.#lookedAt !== undefined) this.#lookedAt = now;
	}

	/** Judges the silence at `now`; changes nothing. The verdict gets worse with the length of the silence. */
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

	/** Silence after which this connection is broken, ms: 5000 to 3600000. */
	get brokenAfterMs(): number {
		const excused = this.known || this.#hasHistory ? 0 : mutesAtBound;
		const ms = Math.max(this.#ownBoundMs(), this.#mute > excused ? 2 * this.#waitedMs : 0);
		return Math.max(minMs, Math.min(ms, maxMs));
	}

	/**
	 * Returns types that have fallen silent while others continue. Empty while the whole room is silent.
	 * @param identity of the session: an anonymous one gets no gifts, and the evidence says so
	 */
	quietKinds(now: number, identity: DouyinUpstream["identity"]): QuietKind[] {
		return this.silence(now).verdict === "normal" ? this.#kinds.quiet(identity) : [];
	}

	get #unusualAfterMs(): number {
		const own = this.known ? this.#frames.pauseOfChance(Math.sqrt(this.#brokenChance)) : this.#outerBoundMs;
		return Math.min(Math.max(minMs / 2, own), this.brokenAfterMs);
	}

	/** Whether the room has had enough messages for a rhythm. */
	get known(): boolean {
		return this.#frames.arrivals >= knownFrames;
	}

	get #brokenChance(): number {
		return Math.min(likeliestBroken, falseAlarmsPerDay / (this.#frames.perMs * dayMs));
	}

	#ownBoundMs(): number {
		const own = this.#frames.pauseOfChance(this.#brokenChance);
		if (this.known) return own * this.#patience;
		return (this.#hasHistory ? Math.min(own, newcomerMs) : this.#outerBoundMs) * this.#patience;
	}

	/**
	 * Returns whether a silence that was called broken was the room's own: it then continues over the new connection,
	 * while one that was the socket's ends with it.
	 */
	#wasOwn(intervalMs: number): boolean {
		if (this.#proven || this.#mute === 0) return false;
		return intervalMs >= Math.max(minOwnMs, this.#frames.pauseOfChance(0.1));
	}

	#evidence(silentMs: number): Finding {
		if (!this.#connected) return ["notConnected"];
		if (!this.known) return ["noRhythm", silentMs, !this.#proven, this.#mute];
		return ["rhythm", this.#frames.normalPerMs, silentMs, this.#mute];
	}
}

/** An event type that has fallen silent while others continue. */
interface QuietKind {
	/** Type of the events, e.g. `gift`. */
	kind: string;
	/** E.g. `connected, but no gifts for 40 min (usually 6 an hour)`. */
	evidence: Finding;
	/** Chance of such a pause while all is well, 0 to 1. */
	probability: number;
	/** Time without such an event while others came, ms. */
	silentMs: number;
}

/** Event types whose absence is meaningful. The others are too rare or too irregular. */
const watchedKinds = ["chat", "gift", "like", "member", "room_stats"] as const;
/** Minimum number of frames with a type before its rhythm is known. */
const knownArrivals = 8;
/** Minimum silence of a type before it is reported, ms. */
const minSilenceMs = 60_000;
/** Approximate number of reports by chance per day; a report is a note, not an alarm. */
const falseNotesPerDay = 4;
const likeliestQuiet = 0.03;

interface WatchedKind {
	readonly kind: (typeof watchedKinds)[number];
	/** Set from the first one on. */
	rate: ArrivalRate | undefined;
	silentMs: number;
}

/** Rhythm of each event type in a room. Its clock runs while the room has messages. */
class KindRhythm {
	readonly #kinds = watchedKinds.map((kind): WatchedKind => ({ kind, rate: undefined, silentMs: 0 }));

	/** Adds a frame that came `intervalMs` after the previous one over the same connection. */
	frame(intervalMs: number, kinds: readonly string[]): void {
		for (const entry of this.#kinds) {
			entry.silentMs += Math.max(0, intervalMs);
			if (!kinds.includes(entry.kind)) continue;
			entry.rate ??= new ArrivalRate();
			entry.rate.arrive(entry.silentMs);
			entry.silentMs = 0;
		}
	}

	quiet(identity: DouyinUpstream["identity"]): QuietKind[] {
		return this.#kinds.flatMap(({ kind, rate, silentMs }) => {
			if (!rate || rate.arrivals < knownArrivals || silentMs < minSilenceMs) return [];
			const probability = rate.chanceOfPause(silentMs);
			if (probability >= Math.min(likeliestQuiet, falseNotesPerDay / (rate.perMs * dayMs))) return [];
			return [{ kind, evidence: ["quietKind", kind, silentMs, rate.normalPerMs, identity], probability, silentMs }];
		});
	}
}
