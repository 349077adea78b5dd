import type { EventBase, LiveUser } from "./event-base.ts";
import type { LinkScoreEvent, SeatsEvent } from "./link-event.ts";
import type { LotteryEvent, LuckyBoxEvent } from "./lottery-event.ts";
import type { LeaderboardEvent, PageUpdateEvent, TopicEvent } from "./page-event.ts";
import type { GuestScoreEvent, PkEndedEvent, PkScoreEvent, PkStartedEvent, PkTaskEvent } from "./pk-event.ts";

export type * from "./event-base.ts";
export type * from "./link-event.ts";
export type * from "./lottery-event.ts";
export type * from "./page-event.ts";
export type * from "./pk-event.ts";

export interface ChatEvent extends EventBase {
	type: "chat";
	/** Text of the chat; for a spoken line, the site's transcript of it, which may be "". */
	content: string;
	/** The recording of a spoken line; left out for written ones. */
	audio?: ChatAudio;
}

export interface ChatAudio {
	/** URL of the recording, or "". */
	url: string;
	/** Length, ms; 0 if not given. */
	durationMs: number;
}

export interface EmojiChatEvent extends EventBase {
	type: "emoji_chat";
	emojiId: string;
	/** The text form of the emoji. */
	content: string;
	/** URL of its image, or "". */
	emojiImage: string;
}

export interface ScreenChatEvent extends EventBase {
	type: "screen_chat";
	content: string;
}

/**
 * A gift, or one step of a streak (连击). Sum `delta` (or `diamonds`) over a room's gift events to get its true total:
 * repeats, skipped and late steps are already accounted for.
 */
export interface GiftEvent extends EventBase {
	type: "gift";
	giftId: string;
	giftName: string;
	/** URL of the image, or "". */
	giftImage: string;
	/**
	 * The upstream's number for the sort of gift: 1 comes in streaks, 2 has an effect of its own; others as it sends
	 * them.
	 */
	giftType: number;
	/** Whether it comes in streaks. */
	combo: boolean;
	/** Number of gifts given at once with each step; `count` already includes them. */
	groupCount: number;
	/** Number of gifts so far in this streak (or in this single gift). */
	count: number;
	/** Part of `count` that no earlier event has reported: 0 for a late or repeated step. */
	delta: number;
	/** Id shared by all steps of one streak. */
	streakId: string;
	/** Whether no more steps follow. */
	final: boolean;
	/** Value of one gift in diamonds (抖币). */
	diamondCount: number;
	/** `diamondCount` × `delta`. */
	diamonds: number;
	/**
	 * Values of `delta` and `diamonds` without the open platform: if it reports the same gifts, the fields themselves are
	 * 0, because its events count.
	 */
	evidence?: GiftEvidence;
	/** The receiver, if the upstream names one: the anchor or a guest. */
	toUser?: LiveUser;
	/** The room's running total (音浪) as of this gift, if given. See {@link FanTicketEvent}. */
	roomFanTicketCount?: number;
}

/**
 * A gift reported by a short message (`LightGiftMessage`), as in rooms of several anchors. No source says whether the
 * same gift also comes as a `gift` event, so it is part of no total.
 */
export interface LightGiftEvent extends EventBase {
	type: "light_gift";
	giftId: string;
	/** "" if only id, price and image are given. */
	giftName: string;
	/** URL of the image, or "". */
	giftImage: string;
	/** Number of gifts so far in this streak. */
	count: number;
	groupCount: number;
	/** Value of one gift in diamonds (抖币). */
	diamondCount: number;
	/** The receiver's id; "0" if the upstream names none. */
	toUserId: string;
}

/** The room's running total changed. It grows by withheld gifts, too; the unit's value in diamonds isn't documented. */
export interface FanTicketEvent extends EventBase {
	type: "fan_ticket";
	/** 音浪 of the broadcast so far. */
	roomFanTicketCount: number;
	/** The text that the site shows, e.g. `1.2万`. */
	display: string;
}

export interface GiftEvidence {
	delta: number;
	diamonds: number;
}

export interface LikeEvent extends EventBase {
	type: "like";
	/** Likes in this event. */
	count: number;
	/** Likes of the broadcast so far. */
	total: number;
}

/** Numbers of likes that chats have received so far; for each chat, the upstream's latest value counts. */
export interface ChatLikesEvent extends EventBase {
	type: "chat_likes";
	likes: ChatLikes[];
}

export interface ChatLikes {
	/** `id` or `envelopeId` of the chat's event, whether or not it was seen. */
	messageId: string;
	count: number;
}

export interface MemberEvent extends EventBase {
	type: "member";
	/** Number of people in the room as the upstream counts them. */
	memberCount: number;
	/** 1: entered. Other values as the upstream sends them. */
	action: number;
	/** Whether the user has been made a moderator; left out otherwise. */
	setToAdmin?: true;
	/** The upstream's number for how the user came in (6: by a shared link); left out if it gives none. */
	enterTipType?: number;
}

export interface FollowEvent extends EventBase {
	type: "follow";
	followCount: number;
}

export interface ShareEvent extends EventBase {
	type: "share";
	shareTarget: string;
}

export interface FansclubEvent extends EventBase {
	type: "fansclub";
	action: "upgrade" | "join" | "other";
	/** The upstream's number: 1 upgrade, 2 join. No source says what others mean, such as 6 and 7. */
	code: number;
	content: string;
}

export interface RoomStatsEvent extends EventBase {
	type: "room_stats";
	/** The text that the site shows, e.g. `1.2万在线观众`. */
	display: string;
	value: number;
	total: number;
}

export interface ViewersEvent extends EventBase {
	type: "viewers";
	/** Number of people watching now. */
	online: number;
	/** Number of people who have watched this broadcast. */
	total: number;
	/** The text that the site shows, e.g. `10万+`. */
	totalDisplay: string;
	top: RankedUser[];
}

export interface RankEvent extends EventBase {
	type: "rank";
	ranks: RankedUser[];
}

export interface RankedUser {
	rank: number;
	/** Score as the upstream shows it; may be masked or empty. */
	score: string;
	/** The score as a number, if the upstream gives one. */
	value?: number;
	/**
	 * The upstream's `delta`, unexplained by any source: most likely the distance to the place above. May be left out.
	 */
	delta?: number;
	/** Whether the user hides from the list; left out otherwise. */
	hidden?: true;
	user?: LiveUser;
}

export interface ControlEvent extends EventBase {
	type: "control";
	action: "pause" | "resume" | "end" | "other";
	/** The upstream's number. */
	code: number;
	tips: string;
}

export interface NoticeEvent extends EventBase {
	type: "notice";
	content: string;
}

export interface IntroEvent extends EventBase {
	type: "intro";
	content: string;
	/** The anchor's labels for the room, such as 手艺; may be empty. */
	labels: string[];
	/** Title of the video that introduces the room, or "". */
	videoTitle: string;
}

export interface BannerEvent extends EventBase {
	type: "banner";
	/** JSON text as the upstream sends it. */
	extra: string;
	/** The anchor's gift wishes, if the banner shows them. */
	wishes?: GiftWish[];
}

/** A gift that an anchor wishes for, and how often it has been given. */
export interface GiftWish {
	/** Name of the wish. */
	name: string;
	giftName: string;
	diamondCount: number;
	progress: number;
	target: number;
}

export interface ProductEvent extends EventBase {
	type: "product";
	content: string;
	/** Number of products on the shelf, if given. */
	total: number;
	/** Id of the product it is about, as the shop numbers it; "0" if none is named. */
	promotionId: string;
	/** The upstream's number for what happened (`LiveShoppingMessage.msg_type`); 0 if none is given. No source lists them. */
	msgType: number;
}

/** Messages were taken back: they should no longer be shown. Stored copies stay. */
export interface MessageDeletedEvent extends EventBase {
	type: "message_deleted";
	/** `id`s or `envelopeId`s of events of this room, whether or not they were seen. */
	messageIds: string[];
}

/** Any kind without a type of its own. On the wire `payload` is base64. */
export interface RawEvent extends EventBase {
	type: "raw";
	payload: Uint8Array;
}

/** The service's own: the connection changed. */
export interface ConnectionEvent extends EventBase {
	type: "connection";
	state: string;
	reason: string;
	message: string;
	/**
	 * With `connected`: the set of connected logins, as an id that reveals nothing of them; "" for none. Gift coverage is
	 * judged separately for each id.
	 */
	login?: string | undefined;
}

/** The service's own: messages of the upstream between `from` and `to` (ms) could not be obtained. */
export interface GapEvent extends EventBase {
	type: "gap";
	from: number;
	to: number;
	reason: string;
}

/**
 * The service's own: between `from` and `to` (ms of the upstream's time) gifts were given that the upstream did not
 * show, judged by the growth of its own totals.
 */
export interface GiftsWithheldEvent extends EventBase {
	type: "gifts_withheld";
	from: number;
	to: number;
	/** Worth of the gifts that did not arrive, in diamonds. */
	diamondsMissing: number;
	/** Worth of the gifts that did arrive, in diamonds. */
	diamondsSeen: number;
	evidence: {
		/** Total used as evidence: the room's own running total, or the scores of the top contributors. */
		source: "room_total" | "contributor" | "rank";
		/**
		 * Amount of that total per diamond, and whether gifts that arrived have confirmed it or the usual value is assumed.
		 */
		unit: number;
		unitLearned: boolean;
	};
}

/** The service's own: between `from` and `to` (ms) the service was not running, so it received nothing. */
export interface ServiceDownEvent extends EventBase {
	type: "service_down";
	from: number;
	to: number;
}

export interface BroadcastStartedEvent extends EventBase {
	type: "broadcast_started";
	title: string;
}

export interface BroadcastEndedEvent extends EventBase {
	type: "broadcast_ended";
	reason: string;
}

/** Events of the upstream. */
export type UpstreamEvent =
	| ChatEvent
	| EmojiChatEvent
	| ScreenChatEvent
	| GiftEvent
	| LightGiftEvent
	| FanTicketEvent
	| LikeEvent
	| ChatLikesEvent
	| MemberEvent
	| FollowEvent
	| ShareEvent
	| FansclubEvent
	| RoomStatsEvent
	| ViewersEvent
	| RankEvent
	| ControlEvent
	| NoticeEvent
	| IntroEvent
	| BannerEvent
	| ProductEvent
	| LeaderboardEvent
	| TopicEvent
	| PageUpdateEvent
	| PkStartedEvent
	| PkScoreEvent
	| PkEndedEvent
	| PkTaskEvent
	| GuestScoreEvent
	| SeatsEvent
	| LinkScoreEvent
	| LuckyBoxEvent
	| LotteryEvent
	| MessageDeletedEvent
	| RawEvent;

/** Events that livekeeper adds. */
export type ServiceEvent =
	| ConnectionEvent
	| GapEvent
	| GiftsWithheldEvent
	| ServiceDownEvent
	| BroadcastStartedEvent
	| BroadcastEndedEvent;

export type LiveEvent = UpstreamEvent | ServiceEvent;

export type LiveEventType = LiveEvent["type"];
