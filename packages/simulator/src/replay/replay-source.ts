import { decodeMessage } from "@livekeeper/douyin/wire";
import { GiftTotals, giftValueOf, isGiftMethod } from "../traffic/gift-totals.ts";
import { asMessagesField } from "../traffic/message-walk.ts";
import type { Draft } from "../traffic/scene.ts";
import { type MessageSource, type SourceMessage, wrapMessage } from "../traffic/source.ts";
import { withTime } from "./recorded-times.ts";
import { type RecordedMessage, withGroup, withId } from "./recording.ts";

export interface ReplayOptions {
	/** Whether it begins again at its end. */
	loop: boolean;
	/** Whether the first round has the recorded ids; false if they were already used. */
	asRecorded: boolean;
}

/**
 * Replays recorded messages as if they happened now, with their times moved. In the first round they are otherwise
 * unchanged, ids included. Each later round has new ids, because clients would drop the messages as repeats, and its
 * gifts have new groups, because clients would take them for late steps of streaks that they have counted; ids recorded
 * as 0, or twice in one recording, get new ones as well. All recorded messages are sent, gifts included.
 */
export class ReplaySource implements MessageSource {
	readonly giftsForAll = true;
	readonly totals = new GiftTotals();
	readonly #recorded: readonly RecordedMessage[];
	readonly #loop: boolean;
	readonly #other: MessageSource;
	readonly #recordedIds: ReadonlySet<string>;
	readonly #seen = new Set<string>();
	/** New groups of this round, by the recorded group; `undefined` in the first round. */
	#groups: Map<string, string> | undefined;
	#next = 0;

	/** @param other source of ids, and of messages from outside */
	constructor(recorded: readonly RecordedMessage[], { loop, asRecorded }: ReplayOptions, other: MessageSource) {
		this.#recorded = recorded;
		this.#recordedIds = new Set(recorded.map(({ id }) => id));
		this.#loop = loop;
		this.#other = other;
		if (!asRecorded) this.#groups = new Map();
	}

	next(now: number): SourceMessage | undefined {
		if (this.#next === this.#recorded.length && this.#loop) {
			this.#next = 0;
			this.#groups = new Map();
		}
		const recorded = this.#recorded[this.#next];
		if (!recorded) return undefined;
		this.#next++;
		const message = withTime(this.#said(recorded, now), now);
		return {
			id: BigInt(message.id),
			method: message.method,
			gift: isGiftMethod(message.method),
			value: isGiftMethod(message.method) ? recordedValueOf(message) : undefined,
			bytes: asMessagesField(message.bytes),
		};
	}

	insert(draft: Draft, now: number): SourceMessage {
		return wrapMessage(draft, BigInt(this.#freshId(now)), now);
	}

	control(action: number, tips: string, now: number): SourceMessage {
		return this.#other.control(action, tips, now);
	}

	#said(recorded: RecordedMessage, now: number): RecordedMessage {
		const groups = this.#groups;
		if (!groups) return this.#isNew(recorded.id) ? recorded : withId(recorded, this.#freshId(now));
		const grouped = withGroup(recorded, (group) => {
			const fresh = groups.get(group) ?? this.#freshId(now);
			groups.set(group, fresh);
			return fresh;
		});
		return withId(grouped, this.#freshId(now));
	}

	#isNew(id: string): boolean {
		if (id === "0" || this.#seen.has(id)) return false;
		this.#seen.add(id);
		return true;
	}

	/**
	 * Returns the id of a generated message that is neither sent nor recorded: recordings of a simulator have such ids.
	 */
	#freshId(now: number): string {
		for (;;) {
			const id = this.#other.next(now)?.id.toString();
			if (id === undefined) throw new Error("the generator does not end");
			if (!this.#recordedIds.has(id)) return id;
		}
	}
}

function recordedValueOf({ id, method, bytes }: RecordedMessage) {
	return giftValueOf(method, decodeMessage(bytes).payload.whole(), id);
}
