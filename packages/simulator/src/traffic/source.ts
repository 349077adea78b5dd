import { encodeMessage } from "@livekeeper/douyin/wire";
import { isGiftMethod } from "./gift-methods.ts";
import { type GiftTotals, type GiftValue, giftValueOf } from "./gift-totals.ts";
import { commonIdOf, envelopeIdOf } from "./message-ids.ts";
import { asMessagesField } from "./message-walk.ts";
import type { Draft } from "./scene.ts";

/** One message, ready to be put into a `Response`. */
export interface SourceMessage {
	/** Its own: `common.msg_id`, where its payload has one. */
	id: bigint;
	method: string;
	gift: boolean;
	/** Value of a gift that can be read. */
	value?: GiftValue | undefined;
	/** The `Message` as field 1 of a `Response`, tag and length included: a batch is these, one after the other. */
	bytes: Uint8Array;
}

/** Where a broadcast's messages come from. */
export interface MessageSource {
	/** Whether sessions without a login are given its gifts too. */
	readonly giftsForAll: boolean;
	/** What the broadcast was given; who says a message adds its value. */
	readonly totals: GiftTotals;
	/** The next message, with `now` as its time; `undefined` when there are no more. */
	next(now: number): SourceMessage | undefined;
	/** A message from outside, with an id between the last one's and the next one's. */
	insert(draft: Draft, now: number): SourceMessage;
	/** A `ControlMessage`: `action` 3 ends the broadcast. */
	control(action: number, tips: string, now: number): SourceMessage;
}

/** A message with this id; where that is in its payload, its envelope has another. */
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
