import type { LiveEventType } from "./live-event.ts";

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
