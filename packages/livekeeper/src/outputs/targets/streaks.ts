import type { Told } from "@livekeeper/client/filter";
import type { WireEvent } from "@livekeeper/douyin";
import type { TargetLog } from "./target-log.ts";

type Gift = Extract<WireEvent, { type: "gift" }>;
type Step = Gift & { seq: number };

/** The decision about a step of a streak. */
export type StreakDecision =
	/** `gifts`: how many it stands for, with those of the steps before it that were passed over. */
	| { is: "sent"; gifts: number; told: Told }
	/** It adds nothing, or a later step stands for it. */
	| { is: "passed"; told: Told }
	/** It ends its streak unless a step follows by then. */
	| { is: "open"; untilMs: number };

/** A streak without a step for this long is over, also where the upstream has not said so, ms. */
const pauseMs = 10_000;
/** A streak that continues is reported this often, ms. */
const reportEveryMs = 60_000;
/** Maximum number of streaks whose passed steps a position counts; steps of others are sent one by one. */
const maxCounted = 200;
const aheadEvents = 500;

/**
 * Makes one gift of the steps of a streak, for people: the step that ends it stands for all of it, and in a long one a
 * step each minute for those since the last. What the passed steps have added is kept with the target's position
 * (`gift <streak id>`: count and time of the first), so the counts that are sent add up to those of the log, over
 * restarts and on whatever node. Steps that add nothing are never sent.
 */
export class Streaks {
	readonly #minDiamonds: number;

	/** @param minDiamonds smallest worth of a streak that is sent */
	constructor(minDiamonds = 0) {
		this.#minDiamonds = minDiamonds;
	}

	/** @param ahead asked only where it matters what followed */
	async decide(step: Step, told: Told, now: number, ahead: StepsAhead): Promise<StreakDecision> {
		const added = addedBy(step);
		if (added <= 0) return { is: "passed", told };
		const next = step.final ? "over" : await ahead.after(step, now);
		if (typeof next === "number") return { is: "open", untilMs: next };
		const key = keyOf(step);
		const { [key]: counted, ...rest } = told;
		const [before = 0, since = step.received_at] = counted?.split(" ").map(Number) ?? [];
		const gifts = before + added;
		const isWorth = step.count * step.diamond_count >= this.#minDiamonds;
		if (next === "over") return isWorth ? { is: "sent", gifts, told: rest } : { is: "passed", told: rest };
		const isDue = isWorth && step.received_at - since >= reportEveryMs;
		const hasRoom = counted !== undefined || Object.keys(rest).length < maxCounted;
		if (isDue || (isWorth && !hasRoom)) return { is: "sent", gifts, told: rest };
		return { is: "passed", told: hasRoom ? { ...rest, [key]: `${gifts} ${since}` } : told };
	}
}

/** The target has had this step, and with it those of its streak before. */
export function toldWithout(told: Told, step: Pick<Step, "streak_id">): Told {
	const { [keyOf(step)]: _, ...rest } = told;
	return rest;
}

const keyOf = ({ streak_id }: Pick<Step, "streak_id">) => `gift ${streak_id}`;

/** Gifts of the other source than the one that counts are gifts all the same. */
function addedBy({ delta, evidence }: Step): number {
	return delta || (evidence?.delta ?? 0);
}

/** Steps that follow a place in a room's log, read once for all streaks. */
export class StepsAhead {
	readonly #log: TargetLog;
	readonly #liveId: string;
	/** By streak, in the log's order. */
	readonly #steps = new Map<string, Step[]>();
	#readTo: number | undefined;
	#readAt = 0;
	#isAll = false;

	constructor(log: TargetLog, liveId: string) {
		this.#log = log;
		this.#liveId = liveId;
	}

	/** @returns when it will be known, ms since the epoch, where that is later */
	async after(step: Step, now: number): Promise<"over" | "continues" | number> {
		this.#readTo ??= step.seq;
		for (;;) {
			const steps = this.#stepsAfter(step);
			let last = step.received_at;
			for (const next of steps) {
				if (next.received_at - last > pauseMs) return "over";
				if (addedBy(next) > 0) return "continues";
				if (next.final) return "over";
				last = next.received_at;
			}
			const untilMs = last + pauseMs;
			if (this.#readAt > untilMs) return "over";
			if (this.#isAll) {
				// A clock that has been set back since is not waited for.
				return now <= untilMs && untilMs - now <= pauseMs ? untilMs + 1 : "over";
			}
			await this.#readMore(this.#readTo ?? step.seq);
		}
	}

	#stepsAfter({ streak_id, seq }: Step): readonly Step[] {
		const steps = this.#steps.get(streak_id) ?? [];
		while (steps[0] && steps[0].seq <= seq) steps.shift();
		return steps;
	}

	async #readMore(after: number): Promise<void> {
		const page = await this.#log.read(this.#liveId, { after, types: ["gift"], limit: aheadEvents });
		for (const { seq, json } of page.events) {
			const step: Step = { ...(JSON.parse(json) as Gift), seq };
			const steps = this.#steps.get(step.streak_id);
			if (steps) steps.push(step);
			else this.#steps.set(step.streak_id, [step]);
			this.#readAt = Math.max(this.#readAt, step.received_at);
		}
		this.#readTo = page.nextAfter;
		this.#isAll = page.caughtUp;
	}
}
