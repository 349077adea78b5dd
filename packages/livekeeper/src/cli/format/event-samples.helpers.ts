import type { LiveEvent } from "@livekeeper/douyin";
import { eventSamples as events } from "@livekeeper/targets/src/text/event-samples.ts";

export { sampledAt, sampleUser } from "@livekeeper/targets/src/text/event-samples.ts";

const lines: { readonly [Type in LiveEvent["type"]]: string } = {
	chat: "小鱼 [Lv.12 鱼塘3]: 你好",
	emoji_chat: "小鱼 [Lv.12 鱼塘3]: [笑]",
	screen_chat: ": 大家好",
	gift: "sent 小心心 ×5 (+2, 2 diamonds)",
	light_gift: "sent gift 7 ×5 (few details, 2 diamonds each)",
	fan_ticket: "broadcast income so far: 12345",
	like: "sent 3 likes (99 in total)",
	chat_likes: "1 message liked, up to 12 times",
	member: "joined (8 watching)",
	follow: "followed the streamer (4 followers)",
	share: "shared the room",
	fansclub: "fan club: join",
	room_stats: "1.2万在线观众",
	viewers: "5 watching, 10万+ in total",
	rank: "top: 1 小鱼, 2 ?",
	control: "end (再见)",
	notice: "公告",
	intro: "简介",
	banner: "2 characters of banner data",
	product: "上新 (2 products)",
	leaderboard: "leaderboards: 小时榜 百强第5名",
	topic: "大家说: 好听 ×12",
	page_update: "battle effect: 完美一击",
	pk_started: "battle started: 小船 – 8, 300 s",
	pk_score: "battle: 小船 2* (小鱼 9), 8",
	pk_ended: "battle over: 小船 2* (小鱼 9), 8; 60 s penalty",
	pk_task: "battle task: 7 2/5 (points ×3)",
	seats: "seats: 1 小鱼 (muted), 2 ?",
	link_score: "guest points: 小船 326",
	guest_score: "gifts to a guest so far: 8 2.1万 (小鱼 9)",
	lucky_box: "red packet of 100 diamonds: 人人有份",
	lottery: "lucky bag: 500 prizes, 5 can win, 321 entries",
	message_deleted: "1 message was deleted",
	raw: "M, 9 bytes",
	connection: "connected: fine",
	gap: "4 s of messages may be missing: network",
	gifts_withheld: "gifts worth 520 diamonds were sent within 4 s but not received",
	service_down: "the service was not running for 25 s",
	broadcast_started: "broadcast started: 早",
	broadcast_ended: "broadcast ended: reported by Douyin",
};

/** One event of each type with its line in English. */
export const eventSamples = Object.fromEntries(
	Object.entries(events).map(([type, event]) => [type, [event, lines[type as LiveEvent["type"]]]]),
) as unknown as { [Type in LiveEvent["type"]]: [Extract<LiveEvent, { type: Type }>, string] };
