import type { Finding } from "@livekeeper/base/text";
import type { DouyinUpstream } from "@livekeeper/douyin";
import { ArrivalRate } from "./arrival-rate.ts";

/** An event type that has fallen silent while others continue. */
export interface QuietKind {
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
const minMs = 60_000;
/** Approximate number of reports by chance per day; a report is a note, not an alarm. */
const falseNotesPerDay = 4;
const likeliestQuiet = 0.03;
const dayMs = 86_400_000;

interface WatchedKind {
	readonly kind: (typeof watchedKinds)[number];
	/** Set from the first one on. */
	rate: ArrivalRate | undefined;
	silentMs: number;
}

/** Rhythm of each event type in a room. Its clock runs while the room has messages. */
export class KindRhythm {
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
			if (!rate || rate.arrivals < knownArrivals || silentMs < minMs) return [];
			const probability = rate.chanceOfPause(silentMs);
			if (probability >= Math.min(likeliestQuiet, falseNotesPerDay / (rate.perMs * dayMs))) return [];
			return [{ kind, evidence: ["quietKind", kind, silentMs, rate.normalPerMs, identity], probability, silentMs }];
		});
	}
}
