import type { EventBase } from "./event-base.ts";

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
