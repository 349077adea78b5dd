import type { LiveEvent } from "@livekeeper/douyin";
import { eventSamples as events } from "../../text/event-samples.ts";

export { sampledAt, sampleUser } from "../../text/event-samples.ts";

const lines: { readonly [Type in LiveEvent["type"]]: string } = {
	chat: "小鱼 [Lv.12 鱼塘3]: 你好",
	emoji_chat: "小鱼 [Lv.12 鱼塘3]: [笑]",
	screen_chat: ": 大家好",
	gift: "gave 小心心 ×5 (+2, 2 diamonds)",
	light_gift: "gave gift 7 ×5 (short message, 2 diamonds each)",
	fan_ticket: "the room's total so far: 12345",
	like: "liked ×3 (99 in all)",
	chat_likes: "likes of 1 chat, at most 12",
	member: "came in (8 in the room)",
	follow: "follows now (4 in all)",
	share: "shared the room",
	fansclub: "fan club: join",
	room_stats: "1.2万在线观众",
	viewers: "5 watching, 10万+ so far",
	rank: "top: 1 小鱼, 2 ?",
	control: "end (再见)",
	notice: "公告",
	intro: "简介",
	banner: "2 characters of banner data",
	product: "上新 (2 products)",
	leaderboard: "on the leaderboards: 小时榜 百强第5名",
	topic: "大家说: 好听 ×12",
	page_update: "the page shows something else (battle effect): 完美一击",
	pk_started: "PK began: 小船 – 8, 300 s",
	pk_score: "PK: 小船 2* (小鱼 9), 8",
	pk_ended: "PK over: 小船 2* (小鱼 9), 8; 60 s of punishment",
	pk_task: "PK task: 7 2/5 (points ×3)",
	seats: "seats: 1 小鱼 (muted), 2 ?",
	link_score: "points of those linked: 小船 326",
	guest_score: "given to guest 8 2.1万 (小鱼 9)",
	lucky_box: "a lucky box of 100 diamonds: 人人有份",
	lottery: "a lottery: 500 to win for 5, 321 take part",
	message_deleted: "1 message was taken back",
	raw: "M, 9 bytes",
	connection: "connected: fine",
	gap: "nothing known for 4 s: network",
	gifts_withheld: "gifts worth 520 diamonds were given in 4 s and not shown to us",
	service_down: "the service did not run for 25 s",
	broadcast_started: "the broadcast began: 早",
	broadcast_ended: "the broadcast ended: ended",
};

/** One event of each type, and how it reads as a line in English. */
export const eventSamples = Object.fromEntries(
	Object.entries(events).map(([type, event]) => [type, [event, lines[type as LiveEvent["type"]]]]),
) as unknown as { [Type in LiveEvent["type"]]: [Extract<LiveEvent, { type: Type }>, string] };
