import {
	type Ahead,
	type EventCheck,
	type GiftStep,
	type LastNotified,
	notifiedWithout,
	RoomStates,
	type StreakDecision,
	type StreakNext,
	Streaks,
	streakNext,
	typesOf,
} from "@livekeeper/client/filter";
import type { WireEvent } from "@livekeeper/douyin";
import type { Pace } from "./pace.ts";
import type { Notice } from "./service-states.ts";
import { type ChosenEvents, type DeliveredEvents, repeatsOf, type Target, type Truncation } from "./target.ts";

import { ofRooms, targetCheckOf } from "./target-filter.ts";
import type { LoggedEvent, TargetLog } from "./target-log.ts";

/** Content of a room's next delivery. */
export interface Gathered {
	events: readonly LoggedEvent[];
	/** Set if events are included because of earlier or later events. */
	chosen: ChosenEvents | undefined;
	truncated: Truncation | undefined;
	/** Room id of the broadcast that ends with the last event, if its report is selected. */
	ended?: string | undefined;
	/** Content besides events. */
	notices?: readonly Notice[] | undefined;
	/** Sequence up to which every event is included or not selected. */
	nextAfter: number;
	/** Value of `RoomProgress.lastNotified` once this is delivered. */
	lastNotified: LastNotified;
	/** Whether nothing more is there, or nothing that is due. */
	caughtUp: boolean;
	/** Time when more is due, ms since the epoch, if it is there already. */
	dueAt: number | undefined;
	/** Whether an event before `dueAt` may make it due earlier. */
	undecided: boolean;
}

export interface GatherFrom {
	liveId: string;
	after: number;
	lastNotified: LastNotified;
	/** Events that the target already has. */
	delivered?: DeliveredEvents | undefined;
	now: number;
	/** Whether to stop early. */
	isOver: () => boolean;
}

const aheadEvents = 200;
const aheadSteps = 500;
/** Maximum number of events in a digest; further ones follow it. */
const digestEvents = 1_000;

/** Selects events for a target, for all its rooms. */
export class Selection {
	readonly #pace: Pace;
	readonly #selects: EventCheck | undefined;
	readonly #states: RoomStates | undefined;
	readonly #streaks: Streaks | undefined;
	readonly #maxEvents: number;
	readonly #reports: boolean;
	readonly #holdMs: number;
	readonly types: Target["filter"]["types"];

	/** @param receiver `maxEvents` of one delivery; `forPeople`: a streak of gifts counts as one gift */
	constructor(
		{ filter, batch, pace: { holdSeconds = 0 } }: Target,
		pace: Pace,
		{ maxEvents = Number.POSITIVE_INFINITY, forPeople = false }: { maxEvents?: number; forPeople?: boolean } = {},
	) {
		const minOfStreak = filter.gift?.of === "streak" ? filter.gift.minDiamonds : 0;
		this.#pace = pace;
		this.#streaks = forPeople ? new Streaks(minOfStreak) : undefined;
		this.#selects = targetCheckOf(forPeople && minOfStreak > 0 ? { ...filter, gift: undefined } : filter);
		const roomFilter = ofRooms(filter);
		const states = new RoomStates(roomFilter.states ?? [], holdSeconds * 1_000);
		this.#holdMs = holdSeconds * 1_000;
		this.#states = states.types.length > 0 ? states : undefined;
		this.#maxEvents = Math.min(pace.isDigest ? digestEvents : batch.maxEvents, maxEvents);
		this.#reports = filter.states?.includes("report") ?? false;
		this.types = typesOf(roomFilter);
	}

	/** Reads from a position until the next delivery is full, or nothing more is due. */
	async gather(log: TargetLog, from: GatherFrom): Promise<Gathered> {
		const { liveId } = from;
		const found = new Finding(from);
		const ahead = new StepsAhead(log, liveId);
		for (let after = from.after; !from.isOver(); after = found.nextAfter) {
			const limit = this.#maxEvents - found.events.length;
			const page = await log.read(liveId, { after, types: this.types, limit });
			found.truncated ??= page.truncated;
			if (page.truncated?.reason === "reset") found.passedReset();
			for (const event of page.events) {
				if (found.isRepeat?.(event)) {
					// A delivery has no hole: rebuilt from its first and last event, it is the same.
					if (found.events.length > 0) return found.result(event.seq - 1, false);
					if (this.#streaks) found.hadAlready(parse(event));
					continue;
				}
				const later = await this.#take(event, found, { log, ahead, ...from });
				// A digest is one message: it waits for streaks that are open when its interval ends.
				if (later?.undecided && this.#pace.isDigest) return new Finding(from).result(from.after, true, later);
				if (later) return found.result(event.seq - 1, true, later);
				// A delivery has at most one report.
				if (found.ended !== undefined) return found.result(event.seq, false);
			}
			found.nextAfter = page.nextAfter;
			const isFull = found.events.length >= this.#maxEvents;
			const hasSome = found.events.length > 0 || found.truncated !== undefined;
			if (page.caughtUp || isFull || (hasSome && !this.#pace.isDigest)) {
				return found.result(page.nextAfter, page.caughtUp);
			}
		}
		return found.result(found.nextAfter, true);
	}

	/** Returns those of the events that were in a delivery. */
	among(events: readonly LoggedEvent[], chosen: ChosenEvents | undefined): LoggedEvent[] {
		if (!this.#looksInto) return [...events];
		return events.filter((logged) => {
			if (chosen?.seqs.includes(logged.seq)) return true;
			const event = parse(logged);
			return !(this.#streaks && event.type === "gift") && (this.#selects?.(event) ?? true);
		});
	}

	/** Whether the decision needs more than an event's kind. */
	get #looksInto(): boolean {
		return this.#selects !== undefined || this.#streaks !== undefined;
	}

	/** @returns the time when the event is due, if that is later */
	async #take(logged: LoggedEvent, found: Finding, from: TakeFrom): Promise<Later | undefined> {
		if (!this.#looksInto && !this.#pace.isDigest) {
			found.events.push(logged);
			return undefined;
		}
		const event = parse(logged);
		const { now } = from;
		const isSelected = this.#selects?.(event) ?? true;
		const heldUntil = this.#pace.heldUntil(event.received_at, now);
		if (isSelected && this.#streaks && event.type === "gift") {
			// Which step represents its streak is decided once the interval is over.
			if (heldUntil !== undefined) return { dueAt: heldUntil, undecided: false };
			const next = (step: GiftStep) => from.ahead.next(step, now);
			return takeStep(logged, await this.#streaks.decide(event, found.lastNotified, next), found);
		}
		const decision = isSelected ? undefined : await this.#decide(event, found, from);
		if (decision?.is === "open") return { dueAt: decision.untilMs, undecided: false };
		const isSent = isSelected || decision?.is === "sent";
		const isNews = isSent && !isSelected && news.has(event.type);
		const dueAt = isSent ? (heldUntil ?? (isNews ? this.#newsDueAt(event, found, now) : undefined)) : undefined;
		if (dueAt !== undefined) return { dueAt, undecided: false };
		if (decision) found.lastNotified = decision.lastNotified;
		if (isSent) found.events.push(logged);
		if (decision?.is === "sent") found.seqs.push(logged.seq);
		if (isSent && this.#reports && event.type === "broadcast_ended") found.ended = event.room_id;
		return undefined;
	}

	async #decide(event: WireEvent & { seq: number }, { lastNotified }: Finding, { log, liveId, now }: TakeFrom) {
		return await this.#states?.decide(event, lastNotified, now, ahead(log, liveId, this.#states));
	}

	/** The first of several in a row waits as long as changes do; those that arrive meanwhile leave with it. */
	#newsDueAt({ received_at }: WireEvent, { events }: Finding, now: number): number | undefined {
		const dueAt = received_at + this.#holdMs;
		// Does not wait if the clock has been set back since.
		return events.length === 0 && dueAt > now && dueAt - now <= this.#holdMs ? dueAt : undefined;
	}
}

type TakeFrom = GatherFrom & { log: TargetLog; ahead: StepsAhead };

/** Time when an event is due; `undecided`: earlier events may make it due sooner. */
interface Later {
	dueAt: number;
	undecided: boolean;
}

function takeStep(step: LoggedEvent, decision: StreakDecision, found: Finding): Later | undefined {
	if (decision.is === "open") return { dueAt: decision.untilMs, undecided: true };
	found.lastNotified = decision.lastNotified;
	if (decision.is === "passed") return undefined;
	found.events.push(step);
	found.seqs.push(step.seq);
	found.gifts[step.seq] = decision.gifts;
	return undefined;
}

/** Kinds that no later event undoes. */
const news: ReadonlySet<string> = new Set(["gap", "gifts_withheld"]);

class Finding {
	readonly events: LoggedEvent[] = [];
	readonly seqs: number[] = [];
	readonly gifts: Record<number, number> = {};
	truncated: Truncation | undefined;
	ended: string | undefined;
	nextAfter: number;
	lastNotified: LastNotified;
	/** Set behind an end that the log has lost, for the events that the target is known to have. */
	isRepeat: ((event: LoggedEvent) => boolean) | undefined;
	readonly #delivered: DeliveredEvents | undefined;

	constructor({ after, lastNotified, delivered }: GatherFrom) {
		this.nextAfter = after;
		this.lastNotified = lastNotified;
		this.#delivered = delivered;
		if (delivered?.sinceReset !== undefined) this.passedReset();
	}

	passedReset(): void {
		if (!this.#delivered) return;
		const isRepeat = repeatsOf(this.#delivered);
		this.isRepeat = (event) => isRepeat(parse(event));
	}

	hadAlready(event: WireEvent): void {
		if (event.type === "gift") this.lastNotified = notifiedWithout(this.lastNotified, event);
	}

	result(nextAfter: number, caughtUp: boolean, later?: Later): Gathered {
		const { events, seqs, gifts, truncated, ended, lastNotified } = this;
		const counted = Object.keys(gifts).length > 0 ? { gifts } : {};
		const chosen = seqs.length > 0 ? { seqs, ...counted } : undefined;
		const { dueAt, undecided = false } = later ?? {};
		return { events, chosen, truncated, ended, nextAfter, lastNotified, caughtUp, dueAt, undecided };
	}
}

function ahead(log: TargetLog, liveId: string, { types }: RoomStates): Ahead {
	return async (after) => (await log.read(liveId, { after, types, limit: aheadEvents })).events.map(parse);
}

function parse({ json, seq }: LoggedEvent): WireEvent & { seq: number } {
	return { ...(JSON.parse(json) as WireEvent), seq };
}

/** Steps after a position in a room's log, read once for all streaks. */
class StepsAhead {
	readonly #log: TargetLog;
	readonly #liveId: string;
	/** Steps by streak, in the log's order. */
	readonly #steps = new Map<string, GiftStep[]>();
	#readTo: number | undefined;
	#readAt = 0;
	#isAll = false;

	constructor(log: TargetLog, liveId: string) {
		this.#log = log;
		this.#liveId = liveId;
	}

	async next(step: GiftStep, now: number): Promise<StreakNext> {
		this.#readTo ??= step.seq;
		for (;;) {
			const known = { to: this.#readAt, isAll: this.#isAll };
			const next = streakNext(step, this.#stepsAfter(step), known, now);
			if (next !== undefined) return next;
			await this.#readMore(this.#readTo);
		}
	}

	#stepsAfter({ streak_id, seq }: GiftStep): readonly GiftStep[] {
		const steps = this.#steps.get(streak_id) ?? [];
		while (steps[0] && steps[0].seq <= seq) steps.shift();
		return steps;
	}

	async #readMore(after: number): Promise<void> {
		const page = await this.#log.read(this.#liveId, { after, types: ["gift"], limit: aheadSteps });
		for (const { seq, json } of page.events) {
			const step = { ...(JSON.parse(json) as GiftStep), seq };
			const steps = this.#steps.get(step.streak_id);
			if (steps) steps.push(step);
			else this.#steps.set(step.streak_id, [step]);
			this.#readAt = Math.max(this.#readAt, step.received_at);
		}
		this.#readTo = page.nextAfter;
		this.#isAll = page.caughtUp;
	}
}
