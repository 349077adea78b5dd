import type { WireEvent } from "@livekeeper/douyin";
import { z } from "zod";
import { type Delivery, definePreset, socketAddress } from "./preset.ts";

const genders = { unknown: 0, male: 1, female: 2 } as const;
const living = 2;
const ended = 4;

/** Receivers of dycast's relay (转发): the room when a socket opens, then lists of messages. */
export const dycast = definePreset({
	settings: z.strictObject({
		url: socketAddress.describe("the receiver's WebSocket address, as entered in dycast"),
	}),
	limits: { maxEvents: 100 },
	loopback: true,
	address: ({ url }) => url,
	messages(delivery, { url }) {
		const casts = delivery.events.flatMap(({ json }) => castOf(JSON.parse(json) as WireEvent));
		if (delivery.test) casts.push({ id: delivery.deliveryId, method: "CustomMessage", content: "livekeeper" });
		if (casts.length === 0) return [];
		const greeting = { room: delivery.liveId, frames: [JSON.stringify(roomInfo(delivery))] };
		return [{ via: "websocket", url, greeting, frames: [{ text: JSON.stringify(casts) }] }];
	},
});

function roomInfo({ liveId, room }: Delivery) {
	const { roomId, nickname, title, avatar, cover = "" } = room;
	return { roomNum: liveId, roomId, uniqueId: liveId, avatar, cover, nickname, title, status: living };
}

/**
 * Returns dycast's messages for an event; none if dycast has no equivalent. Types are dycast's own (skmcj/dycast,
 * `src/core`): 64-bit numbers of the site, such as ids and counts, are strings.
 */
function castOf(event: WireEvent): object[] {
	const said = contentOf(event);
	if (!said) return [];
	const { id, user } = event;
	const who = user && {
		id: user.sec_uid || user.id,
		...{ name: user.nickname, avatar: user.avatar, gender: genders[user.gender] },
	};
	return [{ id, ...(who && { user: who }), ...said }];
}

function contentOf(event: WireEvent): object | undefined {
	switch (event.type) {
		case "chat":
			return { method: "WebcastChatMessage", content: event.content };
		case "emoji_chat":
			return { method: "WebcastEmojiChatMessage", content: event.emoji_image || event.content };
		case "gift":
			return { method: "WebcastGiftMessage", gift: giftOf(event) };
		case "like":
			return {
				method: "WebcastLikeMessage",
				content: `为主播点赞了(${event.count})`,
				room: { likeCount: String(event.total) },
			};
		case "member":
			return {
				method: "WebcastMemberMessage",
				content: "进入直播间",
				room: { audienceCount: String(event.member_count) },
			};
		case "follow":
			return {
				method: "WebcastSocialMessage",
				content: "关注了主播",
				room: { followCount: String(event.follow_count) },
			};
		case "viewers":
			return {
				method: "WebcastRoomUserSeqMessage",
				...ranksOf(event.top, ({ rank }) => String(rank)),
				room: { audienceCount: String(event.online), totalUserCount: String(event.total) },
			};
		case "room_stats":
			return { method: "WebcastRoomStatsMessage", room: { audienceCount: String(event.value) } };
		case "rank":
			return { method: "WebcastRoomRankMessage", ...ranksOf(event.ranks, ({ score, rank }) => score || rank) };
		case "control":
			return { method: "WebcastControlMessage", content: event.tips, room: { status: event.code } };
		case "broadcast_ended":
			return { method: "WebcastControlMessage", content: "直播已结束", room: { status: ended } };
		default:
			return undefined;
	}
}

function giftOf(gift: Extract<WireEvent, { type: "gift" }>) {
	return {
		...{ id: gift.gift_id, name: gift.gift_name, price: gift.diamond_count, type: gift.gift_type, desc: "" },
		// The end of a streak adds nothing, and receivers leave it out.
		...{ icon: gift.gift_image, count: String(gift.count), repeatEnd: gift.delta === 0 ? 1 : 0 },
	};
}

type Ranked = Extract<WireEvent, { type: "rank" }>["ranks"][number];

/**
 * Returns a ranked list. dycast omits an empty list; the rank in a list of gifts is the position, in a list of people
 * the displayed score.
 */
function ranksOf(ranked: readonly Ranked[], rankOf: (one: Ranked) => string | number) {
	if (ranked.length === 0) return {};
	return {
		rank: ranked.map((one) => {
			const { nickname = "", avatar = "" } = one.user ?? {};
			return { nickname, avatar, rank: rankOf(one) };
		}),
	};
}
