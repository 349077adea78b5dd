import * as wire from "../wire/index.ts";
import { baseOf, complete, type Mapper } from "./envelope.ts";
import type { GiftEvent } from "./live-event.ts";
import { identityOf, userOf } from "./user.ts";

const gift: Mapper = (payload, envelope) => {
	const m = wire.decodeGiftMessage(payload, envelope.budget);
	const user = userOf(m.user);
	const toUser = userOf(m.toUser);
	const receiver = toUser && (toUser.id !== "0" || toUser.secUid !== "") ? toUser : undefined;
	const base = baseOf(payload, envelope, m.common, user, m.sendTime);
	const giftId = m.giftId !== "0" ? m.giftId : (m.gift?.id ?? "0");
	const diamondCount = Math.max(0, m.gift?.diamondCount ?? 0);
	const tally = envelope.gifts.observe({
		roomId: envelope.roomId,
		messageId: base.id,
		giver: identityOf(user),
		receiver: identityOf(receiver),
		giftId,
		groupId: m.groupId,
		// Where the gift isn't described, a group says that steps belong together.
		combo: m.gift ? m.gift.combo : m.groupId !== "0",
		repeatCount: Math.max(m.repeatCount, m.comboCount),
		groupCount: m.groupCount,
		repeatEnd: m.repeatEnd !== 0,
		diamondCount,
		now: envelope.receivedAt,
	});
	const event = complete<GiftEvent>(base, {
		type: "gift",
		giftId,
		giftName: m.gift?.name ?? "",
		giftImage: m.gift?.image?.urlList[0] ?? m.gift?.icon?.urlList[0] ?? "",
		count: tally.count,
		delta: tally.delta,
		streakId: tally.streakId,
		final: tally.final,
		diamondCount,
		diamonds: tally.diamonds,
	});
	if (receiver) event.toUser = receiver;
	return event;
};

/** Gifts. */
export const giftMappers = { WebcastGiftMessage: gift } satisfies Record<string, Mapper>;
