import type { RoomEvent } from "@livekeeper/client";
import { type EventFilter, RoomStates, type Told } from "@livekeeper/client/filter";
import { wantsEvent } from "./rules.ts";

/** Which events of a room become notices: what is wanted, and changes of its state that have held, once each. */
export class RoomNotices {
	readonly #wants: (event: RoomEvent) => boolean;
	readonly #states: RoomStates;
	/** Of which it is not decided yet whether they hold, oldest first. */
	readonly #waiting: RoomEvent[] = [];
	#told: Told = {};
	#arrived = 0;

	/** @param holdMs how long a change of a state has to hold */
	constructor(filter: EventFilter, holdMs: number) {
		this.#wants = wantsEvent(filter);
		this.#states = new RoomStates(filter.states ?? [], holdMs);
	}

	/** @param now by the page's clock, ms. @returns whether it is noticed for what it is */
	add(event: RoomEvent, now: number): boolean {
		if (this.#wants(event)) return true;
		// In the order and at the time of arrival here: the service's clock may differ, and a log may be started over.
		if (this.#states.types.includes(event.type)) {
			this.#waiting.push({ ...event, seq: ++this.#arrived, received_at: now });
		}
		return false;
	}

	/**
	 * The changes that have held by now. Not to be called again before it has resolved.
	 * @returns `dueAt`: when the next one may have, ms; `undefined`: nothing waits
	 */
	async settle(now: number): Promise<{ held: RoomEvent[]; dueAt: number | undefined }> {
		const held: RoomEvent[] = [];
		const ahead = async (after: number) => this.#waiting.filter(({ seq }) => seq > after);
		for (let head = this.#waiting[0]; head; head = this.#waiting[0]) {
			const decision = await this.#states.decide(head, this.#told, now, ahead);
			if (decision.is === "open") return { held, dueAt: decision.untilMs };
			this.#told = decision.told;
			this.#waiting.shift();
			if (decision.is === "sent") held.push(head);
		}
		return { held, dueAt: undefined };
	}
}
