import { encodeImDeleteMessage, encodeLightGiftMessage, encodeUpdateFanTicketMessage } from "@livekeeper/douyin/wire";
import { gifts } from "./phrases.ts";
import { type Draft, giftPicture, type Scene, shortNumber } from "./scene.ts";

/** Makes the room's running total: of all gifts, including those that sessions without a login don't receive. */
export function fanTicket(scene: Scene): Draft {
	const method = "WebcastUpdateFanTicketMessage";
	const count = scene.totals.tickets(scene.totalsView());
	const payload = encodeUpdateFanTicketMessage({
		common: scene.common(method),
		roomFanTicketCountText: shortNumber(count),
		roomFanTicketCount: count,
	});
	return { method, payload };
}

/** Makes a gift for a guest, as in rooms of several anchors: it is no part of the room's own total. */
export function lightGift(scene: Scene, toUserId: string): Draft {
	const method = "WebcastLightGiftMessage";
	const gift = scene.random.pick(gifts);
	const count = gift.combo ? scene.random.between(1, 9) : 1;
	const payload = encodeLightGiftMessage({
		common: { ...scene.common(method), user: scene.viewer() },
		groupCount: 1,
		repeatCount: count,
		comboCount: count,
		toUserId,
		giftInfo: { giftId: gift.id, giftIcon: giftPicture(gift.id), diamondCount: gift.diamonds },
		giftStruct: { id: gift.id, name: gift.name, combo: gift.combo, diamondCount: gift.diamonds },
		sendType: 1,
		count,
	});
	return { method, payload };
}

/** Makes a message that takes the newest chat message back. */
export function imDelete(scene: Scene): Draft {
	const method = "WebcastImDeleteMessage";
	const deleteMsgIds = scene.lastChatId === "0" ? [] : [scene.lastChatId];
	return { method, payload: encodeImDeleteMessage({ common: scene.common(method), deleteMsgIds }) };
}
