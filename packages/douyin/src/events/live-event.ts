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
	/** What was said; of a spoken line what the site has understood of it, which may be "". */
	content: string;
	/** A line that was spoken; left out of those that were written. */
	audio?: ChatAudio;
}

export interface ChatAudio {
	/** Where the recording is, or "". */
	url: string;
	/** ms; 0 if not given. */
	durationMs: number;
}

export interface EmojiChatEvent extends EventBase {
	type: "emoji_chat";
	emojiId: string;
	/** The text form of the emoji. */
	content: string;
	/** URL of its picture, or "". */
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
	/** URL of the picture, or "". */
	giftImage: string;
	/** The upstream's number for the sort of gift: 1 comes in streaks, 2 has an effect of its own, others as they come. */
	giftType: number;
	/** Whether it comes in streaks. */
	combo: boolean;
	/** How many are given at once with each step: `count` holds them already. */
	groupCount: number;
	/** How many so far in this streak (or in this single gift). */
	count: number;
	/** How many of `count` no earlier event has told: 0 for a late or repeated step. */
	delta: number;
	/** The same for all steps of one streak. */
	streakId: string;
	/** No more steps follow. */
	final: boolean;
	/** Value of one gift in diamonds (抖币). */
	diamondCount: number;
	/** `diamondCount` × `delta`. */
	diamonds: number;
	/**
	 * What `delta` and `diamonds` would be if the open platform did not report the same gifts: there they are 0, since
	 * its events count.
	 */
	evidence?: GiftEvidence;
	/** The receiver, where the upstream names one: the anchor as well, or a guest. */
	toUser?: LiveUser;
	/** The room's running total (音浪) as of this gift, where told. See {@link FanTicketEvent}. */
	roomFanTicketCount?: number;
}

/**
 * A gift reported by a short message (`LightGiftMessage`), as in rooms of several anchors. No source says whether the
 * same gift also comes as a `gift` event, so it is part of no total.
 */
export interface LightGiftEvent extends EventBase {
	type: "light_gift";
	giftId: string;
	/** "" if only id, price and picture are given. */
	giftName: string;
	/** URL of the picture, or "". */
	giftImage: string;
	/** How many so far in this streak. */
	count: number;
	groupCount: number;
	/** Value of one gift in diamonds (抖币). */
	diamondCount: number;
	/** The receiver's id; "0" where the upstream names none. */
	toUserId: string;
}

/** The room's running total changed. It grows by gifts that are withheld, too; what one unit is in diamonds isn't documented. */
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

/** How often chats were liked so far: of each, what the upstream says last counts. */
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
	/** People in the room as the upstream counts them. */
	memberCount: number;
	/** 1: entered. Others as the upstream sends them. */
	action: number;
	/** The user has been made a moderator; left out otherwise. */
	setToAdmin?: true;
	/** The upstream's number for the way that the user came in (6: by a shared link); left out where it gives none. */
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
	/** People watching now. */
	online: number;
	/** People who have watched this broadcast. */
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
	/** As the upstream shows it; may be masked or empty. */
	score: string;
	/** The same as a number, where the upstream gives one. */
	value?: number;
	/** The upstream's `delta`, which no source explains: most likely how far it is to the place above. Where told. */
	delta?: number;
	/** The user hides from the list; left out otherwise. */
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
	/** What the anchor calls the room, such as 手艺; may be empty. */
	labels: string[];
	/** Title of the video that introduces the room, or "". */
	videoTitle: string;
}

export interface BannerEvent extends EventBase {
	type: "banner";
	/** JSON text as the upstream sends it. */
	extra: string;
	/** The anchor's gift wishes, where that is what the banner shows. */
	wishes?: GiftWish[];
}

/** A gift that an anchor wishes for, and how often it has been given. */
export interface GiftWish {
	/** What the wish is called. */
	name: string;
	giftName: string;
	diamondCount: number;
	progress: number;
	target: number;
}

export interface ProductEvent extends EventBase {
	type: "product";
	content: string;
	/** Products on the shelf, where told. */
	total: number;
	/** The product that it is about, as the shop numbers it; "0" where none is named. */
	promotionId: string;
	/** The upstream's number for what happened (`LiveShoppingMessage.msg_type`); 0 if none is given. No source lists them. */
	msgType: number;
}

/** Messages were taken back: they should not be shown any more. What is stored of them stays. */
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
	 * Of `connected`: which logins are connected, as an id that reveals nothing of them; "": none. Gifts are judged anew
	 * with each other id.
	 */
	login?: string | undefined;
}

/** The service's own: what the upstream said between `from` and `to` (ms) could not be had. */
export interface GapEvent extends EventBase {
	type: "gap";
	from: number;
	to: number;
	reason: string;
}

/**
 * The service's own: between `from` and `to` (ms of the upstream's time) gifts were given that the upstream did not
 * show, by what its own totals grew by.
 */
export interface GiftsWithheldEvent extends EventBase {
	type: "gifts_withheld";
	from: number;
	to: number;
	/** Worth of the gifts that did not come, in diamonds. */
	diamondsMissing: number;
	/** Worth of those that did. */
	diamondsSeen: number;
	evidence: {
		/** What it is judged by: the room's own running total, or the scores of those who gave most. */
		source: "room_total" | "contributor" | "rank";
		/** How much of it one diamond is, and whether gifts that came have shown so, or it is taken to be the usual. */
		unit: number;
		unitLearned: boolean;
	};
}

/** The service's own: between `from` and `to` (ms) the service did not run, so that nobody listened. */
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

/** What the upstream says. */
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

/** What livekeeper adds. */
export type ServiceEvent =
	| ConnectionEvent
	| GapEvent
	| GiftsWithheldEvent
	| ServiceDownEvent
	| BroadcastStartedEvent
	| BroadcastEndedEvent;

export type LiveEvent = UpstreamEvent | ServiceEvent;

export type LiveEventType = LiveEvent["type"];
