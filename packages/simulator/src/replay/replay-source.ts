import { commonFieldOf, decodeMessage } from "@livekeeper/douyin/wire";
import { GiftTotals, giftMethod, giftValueOf, isGiftMethod, packedGiftMethod } from "../traffic/gift-totals.ts";
import { asMessagesField, delimited, fieldsOf, varint } from "../traffic/message-walk.ts";
import type { Draft } from "../traffic/scene.ts";
import { type MessageSource, type SourceMessage, wrapMessage } from "../traffic/source.ts";
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

const payloadField = 2;
/** Field number in the common part. */
const createTimeField = 4;
/** The gift in a packed one. */
const packedField = 1;

/** Field of a kind's own time, besides that of its common part: clients use it first. */
const ownTimes: Readonly<Record<string, number>> = {
	WebcastChatMessage: 15,
	WebcastScreenChatMessage: 12,
	WebcastGiftMessage: 33,
	WebcastProductChangeMessage: 2,
	WebcastLiveShoppingMessage: 15,
	WebcastLuckyBoxMessage: 4,
};

/**
 * Returns the message with all its times moved to `now` (ms since the epoch), in the recorded units; otherwise charts
 * and rates of clients would show the day of the recording. Everything else stays, byte for byte.
 */
function withTime(message: RecordedMessage, now: number): RecordedMessage {
	const payload = decodeMessage(message.bytes).payload.whole();
	try {
		const moved = timesMoved(payload, message.method, now);
		const bytes = edit(message.bytes, (number, value) => (number === payloadField ? moved : value));
		return { ...message, bytes };
	} catch {
		// It was recorded like that: the client may report what is wrong with it.
		return message;
	}
}

function timesMoved(payload: Uint8Array, method: string, now: number): Uint8Array {
	return edit(payload, (number, value) => {
		if (number === commonFieldOf(method))
			return edit(value, (inner, time) => (inner === createTimeField ? timeLike(time, now) : time));
		if (method === packedGiftMethod && number === packedField) return timesMoved(value, giftMethod, now);
		return number === ownTimes[method] ? timeLike(value, now) : value;
	});
}

/** Encodes a time in the unit of the given varint; leaves anything else as it is. */
function timeLike(value: Uint8Array, now: number): Uint8Array {
	let recorded = 0;
	for (const [i, byte] of value.entries()) recorded += (byte & 127) * 128 ** i;
	if (recorded > 1e14 && recorded < 1e16) return varint(now * 1000);
	if (recorded > 1e11 && recorded < 1e13) return varint(now);
	return recorded > 1e8 && recorded < 1e10 ? varint(Math.floor(now / 1000)) : value;
}

/**
 * @param change returns the value of each field that is a varint or has a length, the latter without the length
 * @throws Error if the bytes are not protobuf
 */
function edit(bytes: Uint8Array, change: (number: number, value: Uint8Array) => Uint8Array): Uint8Array {
	const parts: Uint8Array[] = [];
	for (const { number, wireType, start, valueStart, end } of fieldsOf(bytes)) {
		const value = bytes.subarray(valueStart, end);
		const changed = wireType === 0 || wireType === 2 ? change(number, value) : value;
		if (changed === value) parts.push(bytes.subarray(start, end));
		else if (wireType === 0) parts.push(varint(number * 8), changed);
		else parts.push(delimited(number, changed));
	}
	return Buffer.concat(parts);
}
