/** Who did it. Never key people by `id` alone: masked users share ids such as 111111; use `secUid` where present. */
export interface LiveUser {
	/** uint64, decimal. */
	id: string;
	secUid: string;
	/** The name by which people find the person (抖音号); left out where the upstream gives none. The person may change it. */
	displayId?: string;
	/** Another id of the person, in the form of `secUid`; left out where the upstream gives none. */
	webcastUid?: string;
	nickname: string;
	gender: "unknown" | "male" | "female";
	/** URL of the small picture, or "". */
	avatar: string;
	/** Pay grade (消费等级); 0 when unknown. */
	level: number;
	fansClub?: FansClub;
	/** A moderator of the room (房管); left out for everybody else. */
	admin?: true;
	superAdmin?: true;
	/** The upstream withheld who this is: the id is one that many share, or the name is one character and three stars. */
	masked: boolean;
}

export interface FansClub {
	name: string;
	level: number;
}

/** What every event carries. */
export interface EventBase {
	/**
	 * The upstream's message id (uint64, decimal), unique in a room among messages of its `method`: that of the message
	 * itself (`common.msg_id`), which other programs use as well, and where it has none that of its envelope. The service's
	 * own events have ids with a prefix.
	 */
	id: string;
	/**
	 * The id of the message's envelope (`Message.msg_id`), where that is another. Which of the two the upstream repeats for
	 * every receiver nobody knows: whoever compares messages compares both.
	 */
	envelopeId?: string;
	/** The id in `https://live.douyin.com/{liveId}`. */
	liveId: string;
	/** The broadcast: a new one has a new room id. */
	roomId: string;
	/** The upstream's name of the kind, e.g. `WebcastChatMessage`; `livekeeper` for the service's own events. */
	method: string;
	/** `official`: pushed by the open platform, not read from the web. Such events have ids and people of their own. */
	source?: "official";
	/** Upstream time, ms since the epoch; `receivedAt` where the upstream gave none. */
	at: number;
	/** When we received it, ms since the epoch. */
	receivedAt: number;
	user?: LiveUser;
	/**
	 * Fields that held more than any real message does, and were brought within `eventBounds`: by their names on the wire,
	 * such as `count` or `user.nickname`. Left out where there are none.
	 */
	bounded?: string[];
	/** The payload as the upstream sent it, where it was asked for. Not with `raw` events: it is their `payload`. */
	raw?: Uint8Array;
}
