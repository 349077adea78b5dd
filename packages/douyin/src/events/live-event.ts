/**
 * The user who caused the event. Never key users by `id` alone: masked users share ids such as 111111; prefer `secUid`.
 */
export interface LiveUser {
	/** uint64, decimal. */
	id: string;
	secUid: string;
	/** The public handle of the user (抖音号); left out if the upstream gives none. The user may change it. */
	displayId?: string;
	/** Another id of the user, in the form of `secUid`; left out if the upstream gives none. */
	webcastUid?: string;
	nickname: string;
	gender: "unknown" | "male" | "female";
	/** URL of the small avatar, or "". */
	avatar: string;
	/** Pay grade (消费等级); 0 when unknown. */
	level: number;
	fansClub?: FansClub;
	/** Whether the user is a moderator of the room (房管); left out for all others. */
	admin?: true;
	superAdmin?: true;
	/**
	 * Whether the upstream withheld the identity: the id is a shared one, or the name is one character and three stars.
	 */
	masked: boolean;
}

export interface FansClub {
	name: string;
	level: number;
}

/** Fields that every event has. */
export interface EventBase {
	/**
	 * The upstream's message id (uint64, decimal), unique in a room among messages of its `method`: that of the message
	 * itself (`common.msg_id`), which other programs use as well; if it has none, that of its envelope. The service's own
	 * events have ids with a prefix.
	 */
	id: string;
	/**
	 * The id of the message's envelope (`Message.msg_id`), if it differs. It is not known which of the two ids the
	 * upstream repeats for every receiver: compare messages by both.
	 */
	envelopeId?: string;
	/** The id in `https://live.douyin.com/{liveId}`. */
	liveId: string;
	/** Id of the broadcast: a new one has a new room id. */
	roomId: string;
	/** The upstream's name of the kind, e.g. `WebcastChatMessage`; `livekeeper` for the service's own events. */
	method: string;
	/** `official`: pushed by the open platform, not read from the web. Such events have ids and users of their own. */
	source?: "official";
	/** Upstream time, ms since the epoch; `receivedAt` if the upstream gave none. */
	at: number;
	/** Time of arrival, ms since the epoch. */
	receivedAt: number;
	user?: LiveUser;
	/**
	 * Fields that held more than any real message does and were brought within `eventBounds`, by their names on the wire,
	 * such as `count` or `user.nickname`. Left out if there are none.
	 */
	bounded?: string[];
	/** The payload as the upstream sent it, if requested. Not with `raw` events: it is their `payload`. */
	raw?: Uint8Array;
}

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

/**
 * Seats of a voice room or beside the anchor, with the users on them (麦位). Seats are listed if the message lists them;
 * most messages list all that are taken.
 */
export interface SeatsEvent extends EventBase {
	type: "seats";
	/**
	 * `list`: all seats; `entered`, `left`, `removed`: the user `targetId`; `updated`: a seat; `locked`, `unlocked`: the
	 * seat at `position`; `waiting`: number of users who would like a seat; `muted`, `unmuted`: `targetId`, by
	 * `operatorId`; `guests`: whether guests may stay, in `allowed`.
	 */
	action:
		| "list"
		| "entered"
		| "left"
		| "removed"
		| "updated"
		| "locked"
		| "unlocked"
		| "waiting"
		| "muted"
		| "unmuted"
		| "guests";
	/** The upstream's number for the sort of message; 0 if none is given. No source lists them. */
	code: number;
	/** Id shared by the messages of one link; "0" if not given. */
	linkerId: string;
	seats: Seat[];
	/** Id of the user who acted; "0" if not given. */
	operatorId: string;
	/** Id of the user it is about; "0" if not given. */
	targetId: string;
	/** With `locked` and `unlocked`. */
	position?: number;
	/** With `waiting`: number of users. */
	waiting?: number;
	/** With `guests`. */
	allowed?: boolean;
}

export interface Seat {
	/** Position as the upstream numbers it. */
	position: number;
	/** Name of the seat, such as 主持; "" if it has none. */
	title: string;
	/** Whether the microphone is off; left out otherwise. */
	muted?: true;
	/** Whether the user is heard but not seen; left out otherwise. */
	voiceOnly?: true;
	user?: LiveUser;
}

/** Points of users who are linked to the broadcast, outside of battles. */
export interface LinkScoreEvent extends EventBase {
	type: "link_score";
	/** Id shared by the messages of one link; "0" if not given. */
	channelId: string;
	scores: LinkScore[];
}

export interface LinkScore {
	/** User id. */
	id: string;
	/** "" if not given. */
	name: string;
	/** Points so far. */
	score?: number;
	/** The score as shown; "" if none is shown. */
	display: string;
	/** Points that the event's `user` has added, most likely: no source rules out that it is the total. */
	added?: number;
}

/** A box of diamonds (红包) that a viewer gave to the audience; `user` is the giver. `boxId` joins its events. */
export interface LuckyBoxEvent extends EventBase {
	type: "lucky_box";
	/** `update`: its remaining content changed. */
	action: "sent" | "update" | "won" | "ended";
	boxId: string;
	/** With `sent` and `update`; "" otherwise. */
	title: string;
	/** Diamonds in it; 0 if not given. */
	diamondCount: number;
	/** Time from which it can be opened, ms since the epoch; 0 if not given. The upstream's delay is read as seconds. */
	opensAt: number;
	/** With `won`: ids of the winners. */
	winners: string[];
	/** With `update`: number of parts it was divided into, number of parts left, and the diamonds in these. */
	parts?: number;
	partsLeft?: number;
	diamondsLeft?: number;
}

/** A lottery (福袋): its current state, or its winners. `lotteryId` joins its events. */
export interface LotteryEvent extends EventBase {
	type: "lottery";
	action: "update" | "drawn";
	lotteryId: string;
	/** The upstream's number; 0 if not given. No source lists them. */
	status: number;
	/** Name of the prize, as the upstream calls it; may be "". */
	prize: string;
	/** Amount of the prize: for 福袋 with diamonds, their number. 0 if not given. */
	prizeCount: number;
	/** Maximum number of winners; 0 if not given. */
	luckyCount: number;
	/** Number of participants; 0 if not given. */
	participants: number;
	/** ms since the epoch; 0 if not given. */
	startedAt: number;
	drawsAt: number;
	/** With `drawn`: ids of the winners. */
	winners: string[];
}

/** The room's place on the site's leaderboards (小时榜, 百强榜). */
export interface LeaderboardEvent extends EventBase {
	type: "leaderboard";
	places: LeaderboardPlace[];
}

export interface LeaderboardPlace {
	/** Name of the leaderboard, such as 小时榜; may be "". */
	title: string;
	/** The place as shown, such as 百强第5名. */
	content: string;
}

/** Phrases that many viewers write (大家说), or comments that the site shows together as a topic. */
export interface TopicEvent extends EventBase {
	type: "topic";
	/** May be "". */
	title: string;
	phrases: TopicPhrase[];
}

export interface TopicPhrase {
	content: string;
	/** Number of viewers who wrote it, if given. */
	count?: number;
	/** `id` of the chat's event, if it is one chat. */
	messageId?: string;
}

/** Another part of the site's page changed. Only the people and texts in it are known. */
export interface PageUpdateEvent extends EventBase {
	type: "page_update";
	/**
	 * `gift_panel`: the order of gifts; `decoration`: stickers over the picture; `group_live`: boxes of a group broadcast
	 * (团播); `pk_effect`: an effect over a battle; `picture`: the crop of the picture on a phone.
	 */
	part: "gift_panel" | "decoration" | "group_live" | "pk_effect" | "picture";
	/** The upstream's name or number for it: a scene of the gift panel, a sort of crop; "" if not given. */
	name: string;
	/** Texts shown in it; "" if there are none. */
	content: string;
	/** People named in it. */
	people: ShownPerson[];
	/** With `gift_panel`: the ids of the gifts that come first. */
	giftIds: string[];
	/** JSON as the upstream sends it; for `group_live` a list, with one item for each box. "" if there is none. */
	extra: string;
	/** With `pk_effect`, if given. */
	battleId?: string;
}

export interface ShownPerson {
	/** User id; "0" if not given. */
	id: string;
	nickname: string;
	/** Points, if given. */
	score?: number;
}

/** An anchor in a battle (PK), or a team in a match. Holds only the fields that the message had. */
export interface PkSide {
	/** The anchor's user id, or the team's; uint64, decimal. */
	id: string;
	/** Name of the anchor or the team; "" if not given. */
	name: string;
	score?: number;
	/** The score as shown: it may be blurred or relative. */
	display?: string;
	/** The place within the battle, from 1. */
	rank?: number;
	/** Id of the team, if several anchors form one. */
	teamId?: string;
	teamScore?: number;
	/** Top contributors of this side, best first: the first few. */
	contributors?: PkContributor[];
}

export interface PkContributor {
	/** uint64, decimal. */
	id: string;
	nickname: string;
	/** Points given in this battle, or to this guest. */
	score: number;
}

/** Points that a person linked to the broadcast, such as a guest, has received so far. */
export interface GuestScoreEvent extends EventBase {
	type: "guest_score";
	/** The guest's user id. */
	guestId: string;
	score: number;
	/** The score as shown, e.g. `2.1万`. */
	display: string;
	/** Top contributors, as the upstream sends them; may be empty. */
	contributors: PkContributor[];
}

/**
 * A battle has begun. The upstream has several kinds for this (`LinkMicBattle`, `BattleStatusMessage`), and a room may
 * get more than one of them for a battle: compare `battleId`.
 */
export interface PkStartedEvent extends EventBase {
	type: "pk_started";
	battleId: string;
	/** ms since the epoch; 0 if not given. */
	startedAt: number;
	/** Planned length, ms; 0 if not given. */
	durationMs: number;
	/** Empty if only the time was given. */
	sides: PkSide[];
}

/**
 * The scores of a battle (`LinkMicMethod`, `MatchAgainstScoreMessage`), or each side's top contributors
 * (`LinkMicArmies`).
 */
export interface PkScoreEvent extends EventBase {
	type: "pk_score";
	/** "" if the message names none, as those with contributors: it then belongs to the current battle. */
	battleId: string;
	sides: PkSide[];
}

/** A task within a battle: points of a side that has completed it are multiplied for a while. */
export interface PkTaskEvent extends EventBase {
	type: "pk_task";
	/** "" if not given. */
	battleId: string;
	/** The upstream's number for the sort of task; 0 if not given. No source lists them. */
	code: number;
	sides: PkTaskSide[];
}

export interface PkTaskSide {
	/** The anchor's user id; uint64, decimal. */
	id: string;
	/** Number of people who have done their part. */
	progress: number;
	/** Number of people needed. */
	target: number;
	/** The upstream's number for the outcome; 0 while it is under way, most likely. */
	result: number;
	/** Factor by which points are multiplied as the reward; 0 if not given. */
	multiple: number;
	/** The progress as shown; "" if none is shown. */
	display: string;
}

/**
 * A battle is over (`LinkMicBattleFinish`, `BattleStatusMessage`). It may come more than once for a battle: compare
 * `battleId`.
 */
export interface PkEndedEvent extends EventBase {
	type: "pk_ended";
	battleId: string;
	/** The upstream's number for the reason; 0 if none was given. No source lists them. */
	reason: number;
	/** Length of the punishment (惩罚) that follows, ms; 0 if there is none, or it is over. */
	punishMs: number;
	/** Empty if no scores were given. */
	sides: PkSide[];
}

/** Every type of event, for programs that check or list them. */
export const liveEventTypes = [
	"chat",
	"emoji_chat",
	"screen_chat",
	"gift",
	"light_gift",
	"fan_ticket",
	"like",
	"chat_likes",
	"member",
	"follow",
	"share",
	"fansclub",
	"room_stats",
	"viewers",
	"rank",
	"control",
	"notice",
	"intro",
	"banner",
	"product",
	"leaderboard",
	"topic",
	"page_update",
	"pk_started",
	"pk_score",
	"pk_ended",
	"pk_task",
	"guest_score",
	"seats",
	"link_score",
	"lucky_box",
	"lottery",
	"message_deleted",
	"raw",
	"connection",
	"gap",
	"gifts_withheld",
	"service_down",
	"broadcast_started",
	"broadcast_ended",
] as const satisfies readonly LiveEventType[];

type Missing = Exclude<LiveEventType, (typeof liveEventTypes)[number]>;
/** Fails to compile if a type is missing from the list. */
const none: [Missing] extends [never] ? true : Missing = true;
void none;
