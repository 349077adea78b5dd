import type { WireEvent } from "@livekeeper/douyin";
import type { LastNotified } from "./room-states.ts";

/** A gift event: one step of a streak (a combo), or a single gift. */
export type GiftStep = Extract<WireEvent, { type: "gift" }> & { seq: number };

/** Whether a streak continues after a step; a number: when that will be known, ms since the epoch. */
export type StreakNext = "over" | "continues" | number;

/** The decision about a step of a streak. */
export type StreakDecision =
	/** `gifts`: number of gifts that it stands for, including those of earlier steps that were skipped. */
	| { is: "sent"; gifts: number; lastNotified: LastNotified }
	/** It adds nothing, or a later step stands for it. */
	| { is: "passed"; lastNotified: LastNotified }
	/** It ends its streak unless a step follows by then, ms since the epoch. */
	| { is: "open"; untilMs: number };

/** Time without a step after which a streak is over, even if the upstream has not said so, ms. */
const pauseMs = 10_000;
/** Interval of reports about a streak that continues, ms. */
const reportEveryMs = 60_000;
/** Maximum number of streaks whose skipped steps a position counts; steps of others are sent one by one. */
const maxCounted = 200;

/**
 * Combines the steps of a streak into one gift, for people: the step that ends it stands for all of it, and in a long
 * one a step each minute for those since the last. The count of skipped steps is stored with the target's position
 * (`gift <streak id>`: count and time of the first), so the counts that are sent add up to those of the log, across
 * restarts and on any node. Steps that add nothing are never sent.
 */
export class Streaks {
	readonly #minDiamonds: number;

	/** @param minDiamonds minimum worth of a streak that is sent */
	constructor(minDiamonds = 0) {
		this.#minDiamonds = minDiamonds;
	}

	/** @param next called only if the decision depends on later steps */
	async decide(
		step: GiftStep,
		lastNotified: LastNotified,
		next: (step: GiftStep) => StreakNext | Promise<StreakNext>,
	): Promise<StreakDecision> {
		const added = addedBy(step);
		if (added <= 0) return { is: "passed", lastNotified };
		const follows = step.final ? "over" : await next(step);
		if (typeof follows === "number") return { is: "open", untilMs: follows };
		const key = keyOf(step);
		const { [key]: counted, ...rest } = lastNotified;
		const [before = 0, since = step.received_at] = counted?.split(" ").map(Number) ?? [];
		const gifts = before + added;
		const isWorth = step.count * step.diamond_count >= this.#minDiamonds;
		if (follows === "over")
			return isWorth ? { is: "sent", gifts, lastNotified: rest } : { is: "passed", lastNotified: rest };
		const isDue = isWorth && step.received_at - since >= reportEveryMs;
		const hasRoom = counted !== undefined || Object.keys(rest).length < maxCounted;
		if (isDue || (isWorth && !hasRoom)) return { is: "sent", gifts, lastNotified: rest };
		return { is: "passed", lastNotified: hasRoom ? { ...rest, [key]: `${gifts} ${since}` } : lastNotified };
	}
}

/**
 * Determines from the known later steps of its streak what follows a step.
 * @param known `to`: how far, as `received_at`, the log has been read; `isAll`: whether it has no more at this time
 * @returns `undefined` if more of the log must be read
 */
export function streakNext(
	step: GiftStep,
	later: readonly GiftStep[],
	{ to, isAll }: { to: number; isAll: boolean },
	now: number,
): StreakNext | undefined {
	let last = step.received_at;
	for (const next of later) {
		if (next.received_at - last > pauseMs) return "over";
		if (addedBy(next) > 0) return "continues";
		if (next.final) return "over";
		last = next.received_at;
	}
	const untilMs = last + pauseMs;
	if (to > untilMs) return "over";
	if (!isAll) return undefined;
	// If the clock has been set back since, the streak is over at once.
	return now <= untilMs && untilMs - now <= pauseMs ? untilMs + 1 : "over";
}

/** Returns the gift with the total that a step stands for. @param gifts as in {@link StreakDecision} */
export function countedGift<Gift extends WireEvent & { type: "gift" }>(gift: Gift, gifts: number): Gift {
	return { ...gift, delta: gifts, diamonds: gifts * gift.diamond_count };
}

/** Returns the position after a target has received this step, which includes earlier ones of its streak. */
export function notifiedWithout(lastNotified: LastNotified, step: Pick<GiftStep, "streak_id">): LastNotified {
	const { [keyOf(step)]: _, ...rest } = lastNotified;
	return rest;
}

const keyOf = ({ streak_id }: Pick<GiftStep, "streak_id">) => `gift ${streak_id}`;

/** Returns the gifts that a step adds; those of the source that does not count are gifts all the same. */
function addedBy({ delta, evidence }: GiftStep): number {
	return delta || (evidence?.delta ?? 0);
}
