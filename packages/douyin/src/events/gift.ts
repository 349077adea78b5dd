import { streakIdOf } from "../gifts/index.ts";
import * as wire from "../wire/index.ts";
import { boundGift } from "./bounds.ts";
import { baseOf, type Envelope, type Mapper, orRaw } from "./envelope.ts";
import type { GiftEvent, LightGiftEvent } from "./live-event.ts";
import { identityOf, userOf } from "./user.ts";

const gift: Mapper = (payload, envelope) => {
	const m = wire.decodeGiftMessage(payload);
	return giftEvent(payload, envelope, m);
};

/**
 * Maps a gift inside another message; it counts like any other. The same gift may also come as a message of its own: a
 * streak has the same id in both, and so has a single gift whose common part has the same message id. No payload is
 * public, so whether both come, and whether that id is the same, is unproven.
 */
const bindingGift = orRaw((payload, envelope) => {
	const { msg, commonCreateTime } = wire.decodeBindingGiftMessage(payload);
	if (!msg || (msg.giftId === "0" && !msg.gift)) return undefined;
	// The message has the time of its own common part; the gift inside may have been given long before.
	if (commonCreateTime > 0) {
		msg.commonCreateTime = commonCreateTime;
		msg.sendTime = 0;
	}
	return giftEvent(payload, envelope, msg, wire.decodeBindingGiftIdentified(payload));
});

/** @param ownId the message id in the common part of a gift inside another message; "0" if it has none */
function giftEvent(payload: wire.Reader, envelope: Envelope, m: wire.GiftMessage, ownId = "0"): GiftEvent {
	const user = userOf(m.user);
	const toUser = userOf(m.toUser);
	const receiver = toUser && (toUser.id !== "0" || toUser.secUid !== "") ? toUser : undefined;
	const base = baseOf(payload, envelope, m.commonCreateTime, user, m.sendTime);
	const giftId = m.giftId !== "0" ? m.giftId : (m.gift?.id ?? "0");
	// If the gift isn't described, a group means that steps belong together.
	const combo = m.gift ? m.gift.combo : m.groupId !== "0";
	const { price: diamondCount, count, bounded } = boundGift(m.gift?.diamondCount ?? 0, countOf(m));
	const { roomId } = envelope;
	const messageId = ownId === "0" ? base.id : ownId;
	const parts = { roomId, messageId, giver: identityOf(user), receiver: identityOf(receiver), giftId };
	// Counts as the message alone reports them; only a counter knows what it adds to earlier steps.
	const event: GiftEvent = {
		...base,
		type: "gift",
		giftId,
		giftName: m.gift?.name ?? "",
		giftImage: pictureOf(m.gift),
		giftType: m.gift?.type ?? 0,
		combo,
		groupCount: Math.max(1, m.groupCount),
		count,
		delta: count,
		streakId: streakIdOf({ ...parts, groupId: m.groupId, combo }),
		final: m.repeatEnd !== 0 || !combo,
		diamondCount,
		diamonds: count * diamondCount,
	};
	if (bounded.length > 0) event.bounded = bounded;
	if (receiver) event.toUser = receiver;
	if (m.roomFanTicketCount > 0) event.roomFanTicketCount = m.roomFanTicketCount;
	return event;
}

/**
 * Maps a light gift. Field numbers come from the site's published schema alone. It has no giver of its own; the common
 * part may name one.
 */
const lightGift = orRaw((payload, envelope) => {
	const m = wire.decodeLightGiftMessage(payload);
	const { giftInfo: info, giftStruct: described } = m;
	const price = info?.diamondCount || (described?.diamondCount ?? 0);
	const { price: diamondCount, count, bounded } = boundGift(price, countOf(m));
	const event: LightGiftEvent = {
		...baseOf(payload, envelope, m.common?.createTime, userOf(m.common?.user)),
		type: "light_gift",
		giftId: info && info.giftId !== "0" ? info.giftId : (described?.id ?? "0"),
		giftName: described?.name ?? "",
		giftImage: pictureOf(described) || (info?.giftIconUrl ?? ""),
		count,
		groupCount: Math.max(1, m.groupCount),
		diamondCount,
		toUserId: m.toUserId,
	};
	if (bounded.length > 0) event.bounded = bounded;
	return event;
});

const fanTicket: Mapper = (payload, envelope) => {
	const m = wire.decodeUpdateFanTicketMessage(payload);
	const { roomFanTicketCount, roomFanTicketCountText: display } = m;
	const base = baseOf(payload, envelope, m.commonCreateTime);
	return { ...base, type: "fan_ticket", roomFanTicketCount, display };
};

function countOf(m: Pick<wire.GiftMessage, "repeatCount" | "comboCount" | "groupCount">): number {
	return Math.max(1, m.repeatCount, m.comboCount) * Math.max(1, m.groupCount);
}

function pictureOf(gift: wire.GiftStruct | undefined): string {
	return gift?.imageUrl ?? gift?.iconUrl ?? "";
}

/** Mappers of gifts and of their totals. */
export const giftMappers = {
	WebcastGiftMessage: gift,
	WebcastBindingGiftMessage: bindingGift,
	WebcastLightGiftMessage: lightGift,
	WebcastUpdateFanTicketMessage: fanTicket,
} satisfies Record<string, Mapper>;
