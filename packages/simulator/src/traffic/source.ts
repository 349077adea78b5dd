import { encodeMessage } from "@livekeeper/douyin/wire";
import { type GiftTotals, type GiftValue, giftValueOf, isGiftMethod } from "./gift-totals.ts";
import { commonIdOf, envelopeIdOf } from "./message-ids.ts";
import { asMessagesField } from "./message-walk.ts";
import type { Draft } from "./scene.ts";

/** One message, ready to be put into a `Response`. */
export interface SourceMessage {
	/** Its own id: `common.msg_id`, if its payload has one. */
	id: bigint;
	method: string;
	gift: boolean;
	/** Value of a gift that can be read. */
	value?: GiftValue | undefined;
	/** The `Message` as field 1 of a `Response`, tag and length included: a batch is their concatenation. */
	bytes: Uint8Array;
}

/** Source of a broadcast's messages. */
export interface MessageSource {
	/** Whether sessions without a login receive its gifts, too. */
	readonly giftsForAll: boolean;
	/** The gifts of the broadcast; the sender of a message adds its value. */
	readonly totals: GiftTotals;
	/** Returns the next message, with `now` as its time; `undefined` if there are no more. */
	next(now: number): SourceMessage | undefined;
	/** Returns a message from outside, with an id between the last one's and the next one's. */
	insert(draft: Draft, now: number): SourceMessage;
	/** Returns a `ControlMessage`: `action` 3 ends the broadcast. */
	control(action: number, tips: string, now: number): SourceMessage;
}

/** Wraps a message with this id; if the id is in its payload, its envelope has another. */
export function wrapMessage(draft: Draft, id: bigint, now: number): SourceMessage {
	const { method, payload } = draft;
	const hasTwo = commonIdOf(payload, method) === id.toString();
	const message = encodeMessage({
		method,
		payload,
		msgId: (hasTwo ? envelopeIdOf(id) : id).toString(),
		msgType: 0,
		offset: "0",
		wrdsVersion: String(now),
		tenantId: "sim",
	});
	const value = giftValueOf(draft.method, draft.payload, id.toString());
	return { id, method: draft.method, gift: isGiftMethod(draft.method), value, bytes: asMessagesField(message) };
}

export function countGifts(messages: readonly SourceMessage[]): number {
	return messages.reduce((count, { gift }) => count + (gift ? 1 : 0), 0);
}
