import type { DouyinUpstream } from "@livekeeper/douyin";
import type { Finding } from "../../text/index.ts";
import { ArrivalRate } from "./arrival-rate.ts";

/** A kind of event that alone has fallen silent. */
export interface QuietKind {
	/** The events' type, e.g. `gift`. */
	kind: string;
	/** E.g. `connected, but no gift for 40 min while 6 an hour are normal`. */
	evidence: Finding;
	/** The chance of such a pause while all is well, 0 to 1. */
	probability: number;
	/** How long none has come while the room talked, ms. */
	silentMs: number;
}

/** Types of events whose absence says something. The others are too rare, or too odd. */
const watchedKinds = ["chat", "gift", "like", "member", "room_stats"] as const;
/** Below this many frames in all with a kind its rhythm is not known. */
const knownArrivals = 8;
/** No kind is missed before, ms. */
const leastMs = 60_000;
/** A kind may be reported missing about this often by chance; it is a note, not an alarm. */
const falseNotesPerDay = 4;
const likeliestQuiet = 0.03;
const dayMs = 86_400_000;

interface WatchedKind {
	readonly kind: (typeof watchedKinds)[number];
	/** From the first on. */
	rate: ArrivalRate | undefined;
	silentMs: number;
}

/** The rhythm of each kind of event in a room. Its time is that in which the room talked. */
export class KindRhythm {
	readonly #kinds = watchedKinds.map((kind): WatchedKind => ({ kind, rate: undefined, silentMs: 0 }));

	/** A frame came, `intervalMs` after the one before over the same connection. */
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
			if (!rate || rate.arrivals < knownArrivals || silentMs < leastMs) return [];
			const probability = rate.chanceOfPause(silentMs);
			if (probability >= Math.min(likeliestQuiet, falseNotesPerDay / (rate.perMs * dayMs))) return [];
			return [{ kind, evidence: ["quietKind", kind, silentMs, rate.normalPerMs, identity], probability, silentMs }];
		});
	}
}
