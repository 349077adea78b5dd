import {
	type CoverageEstimate,
	GiftCoverage,
	type LiveEvent,
	type WireEvent,
	type WithheldInterval,
} from "@livekeeper/douyin";
import type { GiftCounts } from "@livekeeper/engine";
import { addToCoverage, type BroadcastSummary, isGiftEvidence } from "@livekeeper/log";

/** Receives findings about rooms' gifts. */
export interface GiftListener {
	/**
	 * Called when gifts of a broadcast were withheld, to be reported in the room's log. A repeated report must be stored
	 * only once.
	 */
	onWithheld(liveId: string, roomId: string, interval: WithheldInterval): void;
	/** Called with additional counts of gifts received and missed. */
	onCounts(liveId: string, counts: GiftCounts): void;
	/** Called when other logins are connected: former counts say nothing about them. */
	onOtherLogins(liveId: string): void;
}

/** Estimate before anything is known about gifts. */
export const nothingKnown = new GiftCoverage().estimate();

/**
 * Estimates the share of a room's gifts that arrive, from its stored events. These are the same events that the log
 * aggregates for the broadcast's summary, so it can resume from there after a restart. Intervals that the log does not
 * hold when asked are reported again.
 */
export class RoomCoverage {
	readonly #liveId: string;
	readonly #listener: GiftListener;
	/** Set once an event gives information about gifts. */
	#coverage: GiftCoverage | undefined;
	#roomId = "";
	/** Events that arrived while the broadcast was looked up. */
	#sinceStart: { event: WireEvent; seq: number }[] | undefined = [];
	#estimate: CoverageEstimate | undefined;
	#judgedTo: number | undefined;
	#counted: GiftCounts | undefined;
	#missingBeforePush: number | undefined;
	#reportedAt = Number.NEGATIVE_INFINITY;

	constructor(liveId: string, listener: GiftListener) {
		this.#liveId = liveId;
		this.#listener = listener;
	}

	/** Resumes from the log's answer. @param broadcast the room's last; `undefined` if there is none */
	restore(broadcast: Pick<BroadcastSummary, "roomId" | "coverage" | "lastSeq"> | undefined): void {
		const later = (this.#sinceStart ?? []).filter(({ seq }) => seq > (broadcast?.lastSeq ?? 0));
		this.#sinceStart = undefined;
		if (broadcast) {
			this.#roomId = broadcast.roomId;
			// A copy, because the log's answer must not be changed.
			this.#coverage = broadcast.coverage && new GiftCoverage(structuredClone(broadcast.coverage));
		}
		if (this.#coverage) this.#judge(this.#coverage);
		for (const { event } of later) this.#add(event);
	}

	take(event: WireEvent, seq: number): void {
		if (!isGiftEvidence(event) || event.room_id === "") return;
		if (this.#sinceStart) this.#sinceStart.push({ event, seq });
		else this.#add(event);
	}

	/**
	 * Returns the estimate for the current or the last broadcast.
	 * @param loginId logins that it is about; a former range of other logins is separate
	 */
	estimateOf(loginId: string | undefined): CoverageEstimate {
		const { estimate } = this;
		const { login, earlier } = estimate;
		if (loginId === undefined || login === undefined || login === loginId) return estimate;
		const before = estimate.coverage === undefined ? earlier : [...earlier, estimate];
		return { ...nothingKnown, unknown: "starting", login: loginId, earlier: before };
	}

	get estimate(): CoverageEstimate {
		if (!this.#coverage) return nothingKnown;
		this.#estimate ??= this.#coverage.estimate();
		return this.#estimate;
	}

	/**
	 * Value missing before the open platform pushed its first gift; after a restart, before its first gift since then.
	 */
	get missingBeforePush(): number | undefined {
		return this.#missingBeforePush;
	}

	#add(event: WireEvent): void {
		if (event.room_id !== this.#roomId) {
			this.#missingBeforePush = undefined;
			this.#roomId = event.room_id;
			this.#coverage = undefined;
			this.#judgedTo = undefined;
			this.#counted = { diamondsSeen: 0, diamondsMissing: 0 };
			this.#reportedAt = Number.NEGATIVE_INFINITY;
		}
		this.#coverage ??= new GiftCoverage();
		const coverage = this.#coverage;
		if (event.type === "gift" && event.source === "official" && this.#missingBeforePush === undefined) {
			const ranges = [...this.estimate.earlier, this.estimate];
			const missing = ranges.map((one) => (one.pattern === undefined || one.pattern === "all" ? 0 : one.missing));
			this.#missingBeforePush = missing.reduce((sum, one) => sum + one, 0);
		}
		const { login } = coverage.state;
		addToCoverage(coverage, event);
		this.#estimate = undefined;
		if (login !== undefined && login !== coverage.state.login) {
			this.#counted = { diamondsSeen: 0, diamondsMissing: 0 };
			this.#listener.onOtherLogins(this.#liveId);
		}
		const { judgedTo } = coverage.state.report;
		if (judgedTo !== this.#judgedTo || coverage.withheld.length > 0) this.#judge(coverage);
	}

	#judge(known: GiftCoverage): void {
		this.#judgedTo = known.state.report.judgedTo;
		const { coverage, seen, missing } = this.estimate;
		if (coverage !== undefined) {
			const before = this.#counted ?? { diamondsSeen: seen, diamondsMissing: missing };
			this.#counted = { diamondsSeen: seen, diamondsMissing: missing };
			this.#listener.onCounts(this.#liveId, {
				diamondsSeen: Math.max(0, seen - before.diamondsSeen),
				diamondsMissing: Math.max(0, missing - before.diamondsMissing),
			});
		}
		for (const interval of known.withheld) {
			if (interval.to <= this.#reportedAt) continue;
			this.#reportedAt = interval.to;
			this.#listener.onWithheld(this.#liveId, this.#roomId, interval);
		}
	}
}

/** Returns an interval as an event. The id derives from the interval, so the log keeps a repeated report once. */
export function withheldEvent(
	interval: WithheldInterval,
	where: { liveId: string; roomId: string; now: number },
): LiveEvent {
	const { from, to, diamondsMissing, diamondsSeen, source, unit, unitLearned } = interval;
	const { liveId, roomId, now } = where;
	return {
		type: "gifts_withheld",
		from,
		to,
		diamondsMissing,
		diamondsSeen,
		evidence: { source, unit, unitLearned },
		id: `lk:${roomId}:withheld-${to}`,
		liveId,
		roomId,
		method: "livekeeper",
		at: now,
		receivedAt: now,
	};
}
