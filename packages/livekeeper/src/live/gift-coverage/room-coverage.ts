import { type CoverageEstimate, GiftCoverage, type WireEvent, type WithheldInterval } from "@livekeeper/douyin";
import type { GiftCounts } from "../../connections/index.ts";
import { addToCoverage, type BroadcastSummary, tellsOfGifts } from "../../event-log/index.ts";

export interface CoverageListener {
	/** Gifts were withheld: to be reported in the room's log. A second report must be stored once. */
	onWithheld: (roomId: string, interval: WithheldInterval) => void;
	/** So much more is known of how many gifts came. */
	onCounts: (counts: GiftCounts) => void;
}

/**
 * How many of a room's gifts come, from what was stored of them: the same events as the log adds up for the broadcast's
 * summary, so a restart goes on from there. Intervals that the log does not hold when it is asked are reported again.
 */
export class RoomCoverage {
	readonly #listener: CoverageListener;
	#coverage = new GiftCoverage();
	#roomId = "";
	/** What came while the broadcast was looked up. */
	#sinceStart: { event: WireEvent; seq: number }[] | undefined = [];
	#estimate: CoverageEstimate | undefined;
	#judgedTo: number | undefined;
	#counted: GiftCounts | undefined;
	#missingBeforePush: number | undefined;
	#told = Number.NEGATIVE_INFINITY;

	constructor(listener: CoverageListener) {
		this.#listener = listener;
	}

	/** Goes on from what the log knew when it was asked. @param broadcast the room's last; `undefined` where there is none */
	restore(broadcast: Pick<BroadcastSummary, "roomId" | "coverage" | "lastSeq"> | undefined): void {
		const later = (this.#sinceStart ?? []).filter(({ seq }) => seq > (broadcast?.lastSeq ?? 0));
		this.#sinceStart = undefined;
		if (broadcast) {
			this.#roomId = broadcast.roomId;
			// A copy: the log's answer is not ours to change.
			this.#coverage = new GiftCoverage(structuredClone(broadcast.coverage));
		}
		this.#judge();
		for (const { event } of later) this.#add(event);
	}

	take(event: WireEvent, seq: number): void {
		if (!tellsOfGifts(event) || event.room_id === "") return;
		if (this.#sinceStart) this.#sinceStart.push({ event, seq });
		else this.#add(event);
	}

	/** The estimate for the current broadcast, or the last one. */
	get estimate(): CoverageEstimate {
		this.#estimate ??= this.#coverage.estimate();
		return this.#estimate;
	}

	/** What was missing before the open platform pushed its first gift; after a restart, of the first since then. */
	get missingBeforePush(): number | undefined {
		return this.#missingBeforePush;
	}

	#add(event: WireEvent): void {
		if (event.room_id !== this.#roomId) {
			this.#missingBeforePush = undefined;
			this.#roomId = event.room_id;
			this.#coverage = new GiftCoverage();
			this.#judgedTo = undefined;
			this.#counted = { diamondsSeen: 0, diamondsMissing: 0 };
			this.#told = Number.NEGATIVE_INFINITY;
		}
		if (event.type === "gift" && event.source === "official" && this.#missingBeforePush === undefined) {
			const { pattern, missing } = this.estimate;
			this.#missingBeforePush = pattern === undefined || pattern === "all" ? 0 : missing;
		}
		addToCoverage(this.#coverage, event);
		this.#estimate = undefined;
		const { judgedTo } = this.#coverage.state.telling;
		if (judgedTo !== this.#judgedTo || this.#coverage.withheld.length > 0) this.#judge();
	}

	#judge(): void {
		this.#judgedTo = this.#coverage.state.telling.judgedTo;
		const { coverage, seen, missing } = this.estimate;
		if (coverage !== undefined) {
			const before = this.#counted ?? { diamondsSeen: seen, diamondsMissing: missing };
			this.#counted = { diamondsSeen: seen, diamondsMissing: missing };
			this.#listener.onCounts({
				diamondsSeen: Math.max(0, seen - before.diamondsSeen),
				diamondsMissing: Math.max(0, missing - before.diamondsMissing),
			});
		}
		for (const interval of this.#coverage.withheld) {
			if (interval.to <= this.#told) continue;
			this.#told = interval.to;
			this.#listener.onWithheld(this.#roomId, interval);
		}
	}
}
