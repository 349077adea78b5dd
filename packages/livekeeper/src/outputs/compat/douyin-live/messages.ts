import type { MessageTable, RoomFacts, Stored } from "../message-table.ts";
import { wholeNumber } from "../message-table.ts";

type Base = Pick<Stored<"chat">, "id" | "room_id" | "method" | "at" | "user">;
type Person = NonNullable<Base["user"]>;

/**
 * Messages in douyinLive's format: the site's message as protobuf JSON (lowerCamelCase, 64-bit numbers as text,
 * defaults left out), with the kind and the room on top. Fields of the site's message that the event lacks are absent.
 */
export const douyinLiveMessages = {
	chat: (event, room) =>
		message("WebcastChatMessage", event, room, { content: event.content, eventTime: seconds(event.at) }),
	emoji_chat: (event, room) =>
		message("WebcastEmojiChatMessage", event, room, {
			emojiId: wholeNumber(event.emoji_id),
			defaultContent: event.content,
		}),
	screen_chat: (event, room) =>
		message("WebcastScreenChatMessage", event, room, { content: event.content, eventTime: seconds(event.at) }),
	gift: giftMessage,
	like: (event, room) =>
		message("WebcastLikeMessage", event, room, { count: String(event.count), total: String(event.total) }),
	member: (event, room) =>
		message("WebcastMemberMessage", event, room, {
			memberCount: String(event.member_count),
			action: String(event.action),
			isSetToAdmin: event.set_to_admin,
		}),
	follow: (event, room) =>
		message("WebcastSocialMessage", event, room, { action: "1", followCount: String(event.follow_count) }),
	share: (event, room) =>
		message("WebcastSocialMessage", event, room, { action: "3", shareTarget: event.share_target }),
	fansclub: (event, room) =>
		message("WebcastFansclubMessage", event, room, {
			action: fansclubActions[event.action],
			content: event.content,
		}),
	viewers: (event, room) =>
		message("WebcastRoomUserSeqMessage", event, room, {
			total: String(event.online),
			totalUser: String(event.total),
			onlineUserForAnchor: String(event.online),
			totalPvForAnchor: event.total_display,
			ranks: event.top.map(contributor),
		}),
	rank: (event, room) =>
		message("WebcastRoomRankMessage", event, room, {
			ranks: event.ranks.map(({ user, score, hidden }) =>
				proto({ user: user && person(user), scoreStr: score, profileHidden: hidden }),
			),
		}),
	room_stats: (event, room) =>
		message("WebcastRoomStatsMessage", event, room, {
			displayLong: event.display,
			displayValue: String(event.value),
			total: String(event.total),
		}),
	control: (event, room) =>
		message("WebcastControlMessage", event, room, { action: String(event.code), tips: event.tips }),
	notice: (event, room) => message("WebcastRoomMessage", event, room, { content: event.content }),
	intro: (event, room) => message("WebcastRoomIntroMessage", event, room, { intro: event.content }),
} satisfies MessageTable;

const fansclubActions = { upgrade: 1, join: 2, other: 0 };

/**
 * A gift packed in another message. The same gift may also have arrived by itself, so this one ends no streak a second
 * time.
 */
const packedGift = "WebcastBindingGiftMessage";

/** Methods sent under the name of another kind whose fields they carry: a packed gift and a spoken line. */
const writtenAsOther = new Set([packedGift, "WebcastAudioChatMessage"]);

/**
 * A step of a streak, with the count so far; listeners take the difference. A step that adds nothing is sent only if it
 * ends the streak, so a client that subtracts never goes back.
 */
function giftMessage(event: Stored<"gift">, room: RoomFacts): object | undefined {
	// The open platform's own event counts instead.
	if (event.evidence || (event.delta === 0 && (!event.final || event.method === packedGift))) return undefined;
	const times = String(Math.ceil(event.count / event.group_count));
	return message("WebcastGiftMessage", event, room, {
		giftId: wholeNumber(event.gift_id),
		groupCount: String(event.group_count),
		repeatCount: times,
		comboCount: times,
		groupId: wholeNumber(event.streak_id),
		repeatEnd: event.final ? 1 : 0,
		totalCount: String(event.count),
		sendTime: String(event.at),
		toUser: event.to_user && person(event.to_user),
		gift: proto({
			id: wholeNumber(event.gift_id),
			name: event.gift_name,
			type: event.gift_type,
			combo: event.combo,
			diamondCount: event.diamond_count,
			image: image(event.gift_image),
		}),
	});
}

function message(kind: string, event: Base, room: RoomFacts, fields: object): object {
	const own = event.method.startsWith("Webcast") && !writtenAsOther.has(event.method);
	const method = own ? event.method : kind;
	const common = { method, msgId: wholeNumber(event.id), roomId: wholeNumber(event.room_id) };
	const { title, anchor } = room;
	return {
		...proto({
			common: proto({ ...common, createTime: String(event.at) }),
			user: event.user && person(event.user),
			...fields,
		}),
		method,
		livename: anchor.nickname,
		title,
		avatarThumb: anchor.avatar,
	};
}

const genders = { unknown: 0, male: 1, female: 2 };

function person(user: Person): object {
	const { fans_club: club } = user;
	return proto({
		id: wholeNumber(user.id),
		nickname: user.nickname,
		gender: genders[user.gender],
		avatarThumb: image(user.avatar),
		payGrade: user.level > 0 ? { level: String(user.level) } : undefined,
		fansClub: club && { data: proto({ clubName: club.name, level: club.level }) },
		userAttr:
			user.admin || user.super_admin ? proto({ isAdmin: user.admin, isSuperAdmin: user.super_admin }) : undefined,
		displayId: user.display_id,
		secUid: user.sec_uid,
		webcastUid: user.webcast_uid,
		idStr: user.id,
	});
}

function contributor({ rank, score, user }: Stored<"viewers">["top"][number]): object {
	return proto({ rank: String(rank), exactlyScore: score, user: user && person(user) });
}

const image = (url: string) => (url === "" ? undefined : { urlList: [url] });
const seconds = (ms: number) => String(Math.floor(ms / 1000));

/** Formats fields as protobuf JSON: default values are left out. */
function proto(fields: object): object {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isDefault(value)));
}

function isDefault(value: unknown): boolean {
	if (value === undefined || value === "" || value === "0" || value === 0 || value === false) return true;
	return Array.isArray(value) && value.length === 0;
}
