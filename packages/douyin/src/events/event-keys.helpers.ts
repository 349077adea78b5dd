import type { LiveEventType } from "./live-event.ts";

export const commonKeys = "id live_id room_id method at received_at type";

/** The keys that programs outside rely on: public API. */
export const ownKeys: Record<LiveEventType, string> = {
	chat: "content",
	emoji_chat: "emoji_id content emoji_image",
	screen_chat: "content",
	gift: "gift_id gift_name gift_image gift_type combo group_count count delta streak_id final diamond_count diamonds to_user room_fan_ticket_count",
	light_gift: "gift_id gift_name gift_image count group_count diamond_count to_user_id",
	fan_ticket: "room_fan_ticket_count display",
	like: "count total",
	member: "member_count action set_to_admin",
	follow: "follow_count",
	share: "share_target",
	fansclub: "action content",
	room_stats: "display value total",
	viewers: "online total total_display top",
	rank: "ranks",
	control: "action code tips",
	notice: "content",
	intro: "content",
	banner: "extra wishes",
	product: "content total promotion_id msg_type",
	pk_started: "battle_id started_at duration_ms sides",
	pk_score: "battle_id sides",
	pk_ended: "battle_id reason punish_ms sides",
	lucky_box: "action box_id title diamond_count opens_at winners",
	lottery: "action lottery_id status prize prize_count lucky_count participants started_at draws_at winners",
	message_deleted: "message_ids",
	raw: "payload",
	connection: "state reason message",
	gap: "from to reason",
	gifts_withheld: "from to diamonds_missing diamonds_seen evidence",
	service_down: "from to",
	broadcast_started: "title",
	broadcast_ended: "reason",
};
