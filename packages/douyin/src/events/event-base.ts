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
