import type { RoomEvent } from "@livekeeper/client";
import {
	countedGift,
	type EventFilter,
	type GiftStep,
	type LastNotified,
	RoomStates,
	Streaks,
	streakNext,
} from "@livekeeper/client/filter";
import { wantsEvent } from "./rules.ts";

/**
 * Decides which events of a room become notices: direct matches, each gift combo once it has ended (a long one each
 * minute), and each state change that has lasted, once.
 */
export class RoomNotices {
	readonly #matches: (event: RoomEvent) => boolean;
	readonly #states: RoomStates;
	readonly #streaks: Streaks;
	/** State changes that are still undecided, oldest first. */
	readonly #changes: RoomEvent[] = [];
	/** Steps of combos that may continue, oldest first. */
	#steps: GiftStep[] = [];
	#lastNotified: LastNotified = {};
	#notifiedGifts: LastNotified = {};
	#arrived = 0;

	/** @param holdMs how long a state has to last */
	constructor(filter: EventFilter, holdMs: number) {
		const { gift, ...rest } = filter;
		const minOfStreak = gift?.of === "streak" ? gift.minDiamonds : 0;
		this.#matches = wantsEvent(minOfStreak > 0 ? rest : filter);
		this.#streaks = new Streaks(minOfStreak);
		this.#states = new RoomStates(filter.states ?? [], holdMs);
	}

	/**
	 * @param now by the page's clock, ms since the epoch
	 * @returns whether the event itself is a notice; if not, {@link settle} may still return it
	 */
	add(event: RoomEvent, now: number): boolean {
		const isWanted = this.#matches(event);
		if (isWanted && event.type !== "gift") return true;
		// Uses the order and time of arrival here, because the service's clock may differ and a log may be restarted.
		const arrived = { ...event, seq: ++this.#arrived, received_at: now };
		if (isWanted && arrived.type === "gift") this.#steps.push(arrived);
		else if (this.#states.types.includes(event.type)) this.#changes.push(arrived);
		return false;
	}

	/**
	 * Returns the state changes that have lasted by now and the combos that have ended. Must not be called again before
	 * it has resolved.
	 * @returns `dueAt`: time when the next one may be ready, ms since the epoch; `undefined` if none is pending
	 */
	async settle(now: number): Promise<{ held: RoomEvent[]; dueAt: number | undefined }> {
		const gifts = await this.#settleGifts(now);
		const changes = await this.#settleChanges(now);
		const dueAts = [gifts.dueAt, changes.dueAt].filter((at) => at !== undefined);
		return { held: [...gifts.held, ...changes.held], dueAt: dueAts.length > 0 ? Math.min(...dueAts) : undefined };
	}

	async #settleChanges(now: number): Promise<{ held: RoomEvent[]; dueAt: number | undefined }> {
		const held: RoomEvent[] = [];
		const ahead = async (after: number) => this.#changes.filter(({ seq }) => seq > after);
		for (let head = this.#changes[0]; head; head = this.#changes[0]) {
			const decision = await this.#states.decide(head, this.#lastNotified, now, ahead);
			if (decision.is === "open") return { held, dueAt: decision.untilMs };
			this.#lastNotified = decision.lastNotified;
			this.#changes.shift();
			if (decision.is === "sent") held.push(head);
		}
		return { held, dueAt: undefined };
	}

	async #settleGifts(now: number): Promise<{ held: RoomEvent[]; dueAt: number | undefined }> {
		const held: RoomEvent[] = [];
		const open: GiftStep[] = [];
		let dueAt: number | undefined;
		const steps = this.#steps.splice(0);
		const known = { to: now, isAll: true };
		for (const [i, step] of steps.entries()) {
			const ofStreak = (later: GiftStep) => later.streak_id === step.streak_id;
			const next = () => streakNext(step, steps.slice(i + 1).filter(ofStreak), known, now) ?? "over";
			const decision = await this.#streaks.decide(step, this.#notifiedGifts, next);
			if (decision.is === "open") {
				open.push(step);
				dueAt = Math.min(dueAt ?? decision.untilMs, decision.untilMs);
				continue;
			}
			this.#notifiedGifts = decision.lastNotified;
			if (decision.is === "sent") held.push(countedGift(step, decision.gifts));
		}
		// More steps may have arrived in the meantime.
		this.#steps = [...open, ...this.#steps];
		return { held, dueAt };
	}
}
