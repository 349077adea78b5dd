import type { WireEvent } from "@livekeeper/douyin";

/** One event of a room, as the service's log holds it. */
export type RoomEvent = WireEvent & {
	/** 1, 2, 3 … per room, without holes. Give it as `after` to go on behind this event. */
	seq: number;
};

export type RoomEventType = RoomEvent["type"];

/** Events that were asked for are not there any more. What follows is the oldest that is. */
export interface TruncatedNotice {
	type: "truncated";
	/** The first and the last `seq` that are missing. */
	from: number;
	to: number;
	/** `retention`: deleted by age or size. `reset`: the service started a new log, with a new `seq`. */
	reason: "retention" | "reset";
}

/** What following a room yields. */
export type RoomItem = RoomEvent | TruncatedNotice;

/** One page of a room's past. */
export interface HistoryPage {
	events: RoomEvent[];
	/** Give it as `after` to get the next page. */
	nextAfter: number;
	/** There are no more events at this moment. */
	caughtUp: boolean;
	/** Set where events between `after` and the first one given are gone. */
	truncated?: TruncatedNotice;
	oldestSeq: number;
	lastSeq: number;
}

/** One of a room's connections. */
export interface RoomConnection {
	kind: "socket" | "polling";
	/** `queued`: the limits leave no capacity for it. `idle`: it is not needed at the moment. */
	state: "idle" | "queued" | "waiting" | "connecting" | "connected";
	/** What it brings is proven to follow what the room has said: it could go on alone. */
	synced: boolean;
	host: string | null;
	identity: "anonymous" | "logged_in" | "expired";
	reason: { code: string; message: string } | null;
	next_attempt_at: number | null;
	failures: number;
	messages: number;
	/** Messages that the others brought and it did not. */
	missed: number;
	/** What it brings of the running broadcast beside the others. */
	compared: ComparedConnection | null;
}

/** One connection of a broadcast beside the others. Shares are 0 to 1, `null` where not known. */
export interface ComparedConnection {
	messages: number;
	/** Those that no other connection brought. */
	only_messages: number;
	/** `only_messages` of all that the room was brought: what it adds. */
	message_gain: number | null;
	/** What share of all messages it is shown, by what the others are shown, at most. */
	message_coverage: number | null;
	/** Worth of the gifts that it brought. */
	diamonds: number;
	only_diamonds: number;
	diamond_gain: number | null;
	diamond_coverage: number | null;
	/** A streak is one. */
	gifts: number;
	gifts_per_hour: number | null;
}

/** The same of all connections of a room together. */
export interface ComparedConnections {
	/** ms since the epoch. */
	since: number;
	messages: number;
	message_coverage: number | null;
	diamonds: number;
	diamond_coverage: number | null;
	/** By what that is known: the room's own totals, or what the connections have in common. */
	diamonds_by: "totals" | "overlap" | null;
	gifts: number;
	gifts_per_hour: number | null;
}

/** How many of a broadcast's gifts came, by the room's own totals. Times are ms since the epoch. */
export interface GiftCoverage {
	/** Worth of the gifts that came / of those that were given, 0 to 1; `null`: the site shows no total, or none to judge by. */
	share: number | null;
	/** `stopped`: the first gifts came, and then none, while the room was given more. */
	verdict: "all" | "some" | "stopped" | "none" | "unknown";
	/** Of the time that could be judged; `null`: not known. `diamonds_lost` of those missing: while the connection was down. */
	diamonds_seen: number;
	diamonds_missing: number | null;
	diamonds_lost: number | null;
	/** What it is judged by (`official`: the open platform's deliveries), how much of it one diamond is, and whether gifts that came have shown so. */
	source: "room_total" | "contributor" | "rank" | "official" | null;
	unit: number | null;
	unit_learned: boolean;
	from: number | null;
	to: number | null;
}

/** The same with words for people: whether all gifts come, why not, and what can be done, in this order. */
export interface RoomGiftCoverage extends GiftCoverage {
	summary: string;
	why: string | null;
	advice: string[];
	evidence: string | null;
}

/** What the open platform did not do, in its own words; `err_no` is its number, `null` where it gave no answer. */
export interface OfficialProblem {
	err_no: number | null;
	message: string;
}

export type OfficialType = "live_gift" | "live_comment" | "live_like" | "live_fansclub";

/** One broadcast that the open platform pushes. Counts are since the service was started, times ms since the epoch. */
export interface OfficialBroadcast {
	room_id: string;
	ended_at: number | null;
	tasks: {
		msg_type: OfficialType;
		state: "starting" | "running" | "refused" | "stopped";
		error: OfficialProblem | null;
		/** Since when it is pushed without a break. */
		since: number | null;
		callbacks: number;
		last_callback_at: number | null;
		failed_deliveries: number;
		/** Deliveries that are not stored yet. */
		missing: number;
		/** Entries that can't be read. */
		unreadable: number;
	}[];
	/** Whether these gifts are the account, and those of the web the evidence. */
	counts: boolean;
	callbacks: number;
	entries: number;
	looked_up: number;
	tests: number;
	unreadable: number;
	failed_deliveries: number;
	looked_up_at: number | null;
	look_up_error: OfficialProblem | null;
	acknowledged: number;
	/** How far both sources tell of the same gifts, by time, price and count. */
	match: { official_diamonds: number; web_diamonds: number; matched_diamonds: number };
}

/** How the open platform's push of a room does. No secret is in it. */
export interface RoomOfficial {
	live_id: string;
	app_id: string;
	types: OfficialType[];
	/** How the push of gifts does, with words for people: what that means, and what can be done. */
	state: "idle" | "starting" | "running" | "catching_up" | "failing" | "ended" | "other_kinds";
	summary: string;
	why: string | null;
	advice: string[];
	token: { expires_at: number | null; error: (OfficialProblem & { at: number }) | null };
	/** Callbacks that were refused. */
	refused: number;
	last_refused: {
		at: number;
		problem:
			| "headers"
			| "signature"
			| "late"
			| "early"
			| "repeated"
			| "unknown"
			| "not_asked"
			| "too_large"
			| "unreadable";
		message: string;
	} | null;
	/** Newest first. */
	broadcasts: OfficialBroadcast[];
}

/** A room's status, as `GET /api/v1/rooms/{live_id}` tells it. Times are ms since the epoch. */
export interface Room {
	live_id: string;
	state:
		| "idle"
		| "resolving"
		| "waiting"
		| "queued"
		| "connecting"
		| "connected"
		| "reconnecting"
		| "blocked"
		| "not_found"
		| "stopped";
	/** Only while connected. */
	health: "fine" | "quiet" | "silent" | "degraded" | null;
	/** How much it wants to be looked at: 0 is the worst, 10 wants nothing. */
	urgency: number;
	/** Whether something is wrong that should not be; an offline or quiet room is not failing. */
	failing: boolean;
	/** Why it is in its state; `decision` and `help` are `null` where nothing went wrong. */
	reason: { code: string; message: string; decision: string | null; help: string | null };
	since: number;
	/** Whether it goes before all that are not when connections are scarce. */
	pinned: boolean;
	/** Who is connected first when there is no room for all. */
	priority: "pinned" | "readers" | "live" | "idle";
	/** Its place among those that wait for a connection; 1 is served next. */
	queue: { position: number; why: string } | null;
	/** Since when what it says can't be stored, ms; null while it can. */
	unstored_since: number | null;
	/** Failed attempts since the last frame. */
	reconnect_count: number;
	next_attempt_at: number | null;
	last_message_at: number | null;
	connected_at: number | null;
	/** The broadcast. */
	room_id: string | null;
	title: string | null;
	anchor: { id: string; nickname: string; avatar: string } | null;
	host: string | null;
	/** The push socket is refused, and the room is read by asking again and again. */
	polling: boolean;
	/** The node of the cluster that keeps it; `null` where the service is alone. */
	node: string | null;
	/** Its connections; `null` for a room with one socket. */
	connections: RoomConnection[] | null;
	/** What its connections bring together of the running broadcast. */
	compared: ComparedConnections | null;
	/** Anonymous sessions get no gifts. */
	identity: "anonymous" | "logged_in" | "expired";
	/** The identity that it goes by; null: a cookie and a proxy of its own. */
	identity_name: string | null;
	login_expires_at: number | null;
	/** For people: the login has ended, or will soon. */
	login_warning: string | null;
	frames: number;
	messages: number;
	decode_errors: number;
	/** Messages that held more than any real one does: their events say in `bounded` of what. */
	bounded_messages: number;
	duplicates: number;
	/** Holes that the log tells of with `gap` events, and the upstream time that they cover, ms. */
	gaps: number;
	gap_ms: number;
	/** What the health is judged by, in words for people. */
	evidence: string[];
	/** 0 to 100, over 5 minutes, an hour and a day; `null` where the room was wanted for less than 10 s. */
	quality: Record<"5m" | "1h" | "24h", { score: number; parts: Record<string, number | null> } | null>;
	/** Messages in each of the last 60 whole minutes, oldest first; none from before the service was started. */
	messages_per_minute: number[];
	/** Messages in the last 60 seconds, about. */
	messages_last_minute: number;
	/** People watching, as the upstream last told; `null` before it has. */
	viewers: number | null;
	/** Gifts of this broadcast, in diamonds, as far as they were seen. */
	diamonds: number;
	/** Whether those are all. */
	gift_coverage: RoomGiftCoverage;
	/** How the open platform's push does; `null`: the room has no app. */
	official: RoomOfficial | null;
	/** Reconnects by what caused them. */
	reconnects: Record<string, number>;
}

/** One broadcast of a room, as far as the service saw it. Times are ms since the epoch. */
export interface Broadcast {
	room_id: string;
	title: string;
	started_at: number;
	/** `null` while it goes on. */
	ended_at: number | null;
	duration_ms: number;
	first_seq: number;
	last_seq: number;
	/** Upstream messages by type. */
	messages: Record<string, number>;
	/** Different people who were seen doing something. */
	users: number;
	peak_viewers: number;
	/** As the messages counted them: what the points of the series add up to. */
	likes: number;
	/** The site's own total; `null` where it told none. */
	site_likes: number | null;
	diamonds: number;
	gift_coverage: GiftCoverage;
	/** Up to ten. */
	top_gifters: { id: string; sec_uid: string; nickname: string; diamonds: number }[];
	reconnects: number;
	/** How long in total nothing could be had from the upstream. */
	gap_ms: number;
}

/** Who may read one room, or all, and no more. Times are ms since the epoch. */
export interface OverlayToken {
	id: string;
	/** What it is for, in the user's own words. */
	name: string;
	/** The one room that it opens; `null`: all. */
	live_id: string | null;
	created_at: number;
	/** Now while it holds a connection open; `null`: never. */
	last_used_at: number | null;
}

/** What a room said in one span of time. */
export interface SeriesPoint {
	/** Where the span begins, ms since the epoch. */
	at: number;
	/** Upstream messages by type. */
	messages: Record<string, number>;
	/** People watching, as last told in the span; `null` where nothing was told. */
	viewers: number | null;
	peak_viewers: number | null;
	/** As the messages of the span counted them. */
	likes: number;
	diamonds: number;
}

/** A room's sums over time. Spans in which nothing happened are left out. */
export interface Series {
	/** ms since the epoch; `from` is a whole minute. */
	from: number;
	to: number;
	/** Minutes in one point. */
	step: number;
	points: SeriesPoint[];
	/** Events up to this `seq` are counted; behind `last_seq` only while counting catches up. */
	counted_to: number;
	last_seq: number;
}

/** How well a room was kept in 5 minutes; `null`: it was wanted for less than 10 s of them. */
export interface QualityPoint {
	/** Where the 5 minutes end, ms since the epoch. */
	at: number;
	quality: { score: number; parts: Record<string, number | null> } | null;
}

/** What was given in one broadcast; those that brought most first. */
export interface BroadcastGifts {
	room_id: string;
	/** Of all gifts, also those that are not listed. */
	diamonds: number;
	by_kind: { gift_id: string; name: string; image: string; diamond_count: number; count: number; diamonds: number }[];
	/** `masked`: the upstream hides the name, so several people may share it. */
	by_giver: { id: string; sec_uid: string; nickname: string; masked: boolean; diamonds: number }[];
}
