/** Who did it. Never key people by `id` alone: masked users share ids such as 111111; use `secUid` where present. */
export interface LiveUser {
	/** uint64, decimal. */
	id: string;
	secUid: string;
	nickname: string;
	gender: "unknown" | "male" | "female";
	/** URL of the small picture, or "". */
	avatar: string;
	/** Pay grade (消费等级); 0 when unknown. */
	level: number;
	fansClub?: FansClub;
	/** The upstream withheld who this is: the id is one that many share, or the name is one character and three stars. */
	masked: boolean;
}

export interface FansClub {
	name: string;
	level: number;
}

/** What every event carries. */
export interface EventBase {
	/** The upstream's message id (uint64, decimal), unique in a room. The service's own events have ids with a prefix. */
	id: string;
	/** As in `https://live.douyin.com/{liveId}`. */
	liveId: string;
	/** The broadcast: a new one has a new room id. */
	roomId: string;
	/** The upstream's name of the kind, e.g. `WebcastChatMessage`; `livekeeper` for the service's own events. */
	method: string;
	/** Upstream time, ms since the epoch; `receivedAt` where the upstream gave none. */
	at: number;
	/** When we received it, ms since the epoch. */
	receivedAt: number;
	user?: LiveUser;
	/** The payload as the upstream sent it, where it was asked for. Not with `raw` events: it is their `payload`. */
	raw?: Uint8Array;
}

export interface ChatEvent extends EventBase {
	type: "chat";
	content: string;
}

export interface EmojiChatEvent extends EventBase {
	type: "emoji_chat";
	emojiId: string;
	/** What stands for the emoji in text. */
	content: string;
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
	/** The receiver, where the upstream names one: the anchor as well, or a guest. */
	toUser?: LiveUser;
}

export interface LikeEvent extends EventBase {
	type: "like";
	/** Likes in this event. */
	count: number;
	/** Likes of the broadcast so far. */
	total: number;
}

export interface MemberEvent extends EventBase {
	type: "member";
	/** People in the room as the upstream counts them. */
	memberCount: number;
	/** 1: entered. Others as the upstream sends them. */
	action: number;
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
	content: string;
}

export interface RoomStatsEvent extends EventBase {
	type: "room_stats";
	/** As shown, e.g. `1.2万在线观众`. */
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
	/** As shown, e.g. `10万+`. */
	totalDisplay: string;
	top: RankedUser[];
}

export interface RankEvent extends EventBase {
	type: "rank";
	ranks: RankedUser[];
}

export interface RankedUser {
	rank: number;
	/** As the upstream gives it; may be masked or empty. */
	score: string;
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
}

export interface BannerEvent extends EventBase {
	type: "banner";
	/** JSON text as the upstream sends it. */
	extra: string;
}

export interface ProductEvent extends EventBase {
	type: "product";
	content: string;
	/** Products on the shelf, where told. */
	total: number;
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
}

/** The service's own: what the upstream said between `from` and `to` (ms) could not be had. */
export interface GapEvent extends EventBase {
	type: "gap";
	from: number;
	to: number;
	reason: string;
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
	| LikeEvent
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
	| RawEvent;

/** What livekeeper adds. */
export type ServiceEvent = ConnectionEvent | GapEvent | BroadcastStartedEvent | BroadcastEndedEvent;

export type LiveEvent = UpstreamEvent | ServiceEvent;

export type LiveEventType = LiveEvent["type"];
