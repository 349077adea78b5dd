import { isId, keyOfStreak, type UpstreamEvent } from "@livekeeper/douyin";
import { Overlap, type Part } from "./overlap.ts";

/** What a connection misses so soon after it was opened may have been on its way before, ms. */
const graceMs = 2_000;
/** How much others must bring while a connection is open before its coverage is reported: messages, and diamonds. */
const least = { messages: 50, diamonds: 1 } as const;

/** One connection beside the others of its room, of messages or of diamonds. */
export interface Share {
	/** How much it brought. */
	brought: number;
	/** How much only it brought: what the room would have missed without it. */
	only: number;
	/** `only` of all that the room was brought, 0 to 1; `undefined` while nothing was. */
	gain: number | undefined;
	/** The share of everything that it is shown while connected, estimated from what the others are shown, 0 to 1. */
	coverage: number | undefined;
	/** How many things in a row others brought last, and it did not. */
	missedInARow: number;
	/** How much others brought while it was connected. */
	others: number;
}

/** The same of all connections together. */
export interface Union {
	/** How much came, by whichever of them. */
	total: number;
	/** The share of everything that they are shown together while all are connected, 0 to 1. */
	coverage: number | undefined;
}

export interface Compared {
	/** Share of the gifts' worth, in diamonds. */
	diamonds: Share;
	messages: Share;
	/** Gifts and streaks of gifts that it brought while there were several connections. */
	gifts: number;
	/** How long it was connected meanwhile, ms. */
	stoodMs: number;
}

export interface ComparedAll {
	diamonds: Union;
	messages: Union;
	/** Gifts and streaks of gifts that came, by whichever of them. */
	gifts: number;
	/** Since when they are compared, ms. */
	since: number;
	/** For how long, ms. */
	forMs: number;
}

interface Overlaps {
	/** When the first message was compared, ms. */
	readonly since: number;
	readonly messages: Overlap;
	readonly diamonds: Overlap;
	readonly gifts: Overlap;
}

/**
 * Compares what several connections of a room bring of one broadcast: how much each of them, how much nobody else, and
 * how much of everything. Nobody tells how much everything is; it follows from what they have in common. Of what the
 * others brought, a connection that is shown six tenths brought six tenths as well. That holds where what one is not
 * shown says nothing of what another is; what the site shows none of them nobody can count, so a coverage is at most.
 * Times are of `Clock.elapsed`.
 */
export class Comparison {
	#standing: { since: number; stoodMs: number }[] = [];
	/** Since the first message: a room of one connection needs nothing of it. */
	#compared: Overlaps | undefined;

	/** A connection was opened. */
	opened(source: number, now: number): void {
		this.closed(source, now);
		this.#timeOf(source).since = now;
	}

	/** It does not any more. */
	closed(source: number, now: number): void {
		const standing = this.#timeOf(source);
		standing.stoodMs += this.#standsMs(source, now);
		standing.since = Number.POSITIVE_INFINITY;
	}

	/** A connection has brought messages. @param events as they came, gifts not counted yet */
	took(source: number, events: readonly UpstreamEvent[], now: number): void {
		this.#compared ??= this.#begin(now);
		const { messages, gifts, diamonds } = this.#compared;
		for (const event of events) {
			if (isId(event.id)) messages.add(source, keysOf(event), 1, now);
			if (event.type !== "gift") continue;
			const streak = keyOfStreak(event.streakId);
			gifts.add(source, [streak], 1, now);
			diamonds.add(source, [streak], event.count * event.diamondCount, now);
		}
	}

	/** One connection; `undefined` before anything was compared. */
	of(source: number, now: number): Compared | undefined {
		const compared = this.#settled(now);
		if (!compared) return undefined;
		return {
			messages: shareOf(compared.messages, source, least.messages),
			diamonds: shareOf(compared.diamonds, source, least.diamonds),
			gifts: compared.gifts.part(source).brought,
			stoodMs: this.#timeOf(source).stoodMs + this.#standsMs(source, now),
		};
	}

	/** All together; `undefined` before anything was compared. */
	all(now: number): ComparedAll | undefined {
		const compared = this.#settled(now);
		if (!compared) return undefined;
		const sources = [...this.#standing.keys()];
		const union = (overlap: Overlap, from: number): Union => {
			const shares = sources.flatMap((source) => coverageOf(overlap.part(source), from) ?? []);
			const coverage = shares.length > 1 ? 1 - shares.reduce((none, share) => none * (1 - share), 1) : undefined;
			return { total: overlap.total, coverage };
		};
		return {
			messages: union(compared.messages, least.messages),
			diamonds: union(compared.diamonds, least.diamonds),
			gifts: compared.gifts.total,
			since: compared.since,
			forMs: now - compared.since,
		};
	}

	/** What a single connection brought before there were others is not compared. */
	#begin(since: number): Overlaps {
		for (const standing of this.#standing) {
			if (!standing) continue;
			standing.stoodMs = 0;
			if (standing.since !== Number.POSITIVE_INFINITY) standing.since = Math.max(standing.since, since - graceMs);
		}
		const standsSince = (source: number) => (this.#standing[source]?.since ?? Number.POSITIVE_INFINITY) + graceMs;
		return {
			since,
			messages: new Overlap(standsSince),
			diamonds: new Overlap(standsSince),
			gifts: new Overlap(() => Number.POSITIVE_INFINITY),
		};
	}

	#settled(now: number): Overlaps | undefined {
		const compared = this.#compared;
		for (const overlap of compared ? [compared.messages, compared.diamonds, compared.gifts] : []) overlap.settle(now);
		return compared;
	}

	#standsMs(source: number, now: number): number {
		const { since } = this.#timeOf(source);
		return since === Number.POSITIVE_INFINITY ? 0 : now - Math.max(since, this.#compared?.since ?? since);
	}

	#timeOf(source: number): { since: number; stoodMs: number } {
		for (let i = this.#standing.length; i <= source; i++) {
			this.#standing = this.#standing.concat({ since: Number.POSITIVE_INFINITY, stoodMs: 0 });
		}
		return this.#standing[source] as { since: number; stoodMs: number };
	}
}

/** Either id identifies a message of its kind. */
function keysOf({ method, id, envelopeId }: UpstreamEvent): string[] {
	return envelopeId === undefined ? [`${method} ${id}`] : [`${method} ${id}`, `${method} ${envelopeId}`];
}

function coverageOf({ others, shared }: Part, from: number): number | undefined {
	return others >= from ? shared / others : undefined;
}

function shareOf(overlap: Overlap, source: number, from: number): Share {
	const part = overlap.part(source);
	const { brought, only, others, missedInARow } = part;
	const gain = overlap.total > 0 ? only / overlap.total : undefined;
	return { brought, only, gain, coverage: coverageOf(part, from), missedInARow, others };
}
