import type { EventBase } from "./event-base.ts";

/** Where the room stands on the site's leaderboards (小时榜, 百强榜). */
export interface LeaderboardEvent extends EventBase {
	type: "leaderboard";
	places: LeaderboardPlace[];
}

export interface LeaderboardPlace {
	/** What the leaderboard is called, such as 小时榜; may be "". */
	title: string;
	/** The place as shown, such as 百强第5名. */
	content: string;
}

/** Words that many viewers say (大家说), or comments that the site shows together as a topic. */
export interface TopicEvent extends EventBase {
	type: "topic";
	/** May be "". */
	title: string;
	phrases: TopicPhrase[];
}

export interface TopicPhrase {
	content: string;
	/** How many have said it, where told. */
	count?: number;
	/** `id` of the chat's event, where it is one chat. */
	messageId?: string;
}

/** The site's page shows something else. All that is known of what is in it are the people and texts. */
export interface PageUpdateEvent extends EventBase {
	type: "page_update";
	/**
	 * `gift_panel` the order of gifts; `decoration` stickers over the picture; `group_live` boxes of a group broadcast (团播);
	 * `pk_effect` what is shown over a battle; `picture` where it is cut on a phone.
	 */
	part: "gift_panel" | "decoration" | "group_live" | "pk_effect" | "picture";
	/** The upstream's name or number for what it is: a scene of the gift panel, a sort of cut; "" if not given. */
	name: string;
	/** Texts for people in it; "" if there are none. */
	content: string;
	/** People named in it. */
	people: ShownPerson[];
	/** With `gift_panel`: the gifts that come first. */
	giftIds: string[];
	/** JSON as the upstream sends it; of `group_live` a list, with one item for each box. "" if there is none. */
	extra: string;
	/** With `pk_effect`, where told. */
	battleId?: string;
}

export interface ShownPerson {
	/** User id; "0" if not given. */
	id: string;
	nickname: string;
	/** Points, where told. */
	score?: number;
}
