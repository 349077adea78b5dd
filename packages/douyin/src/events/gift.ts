import { streakIdOf } from "../gifts/index.ts";
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
	// Where the gift isn't described, a group says that steps belong together.
	const combo = m.gift ? m.gift.combo : m.groupId !== "0";
	const count = Math.max(1, m.repeatCount, m.comboCount) * Math.max(1, m.groupCount);
	const { roomId } = envelope;
	const parts = { roomId, messageId: base.id, giver: identityOf(user), receiver: identityOf(receiver), giftId };
	// As the message alone tells; what it adds to the steps before it only a counter knows.
	const event = complete<GiftEvent>(base, {
		type: "gift",
		giftId,
		giftName: m.gift?.name ?? "",
		giftImage: m.gift?.image?.urlList[0] ?? m.gift?.icon?.urlList[0] ?? "",
		count,
		delta: count,
		streakId: streakIdOf({ ...parts, groupId: m.groupId, combo }),
		final: m.repeatEnd !== 0 || !combo,
		diamondCount,
		diamonds: count * diamondCount,
	});
	if (receiver) event.toUser = receiver;
	return event;
};

/** Gifts. */
export const giftMappers = { WebcastGiftMessage: gift } satisfies Record<string, Mapper>;
