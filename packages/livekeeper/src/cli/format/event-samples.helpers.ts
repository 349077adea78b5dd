import type { LiveEvent, LiveUser } from "@livekeeper/douyin";

/** When they happened, ms since the epoch. */
export const sampledAt = Date.UTC(2026, 0, 1, 12);

export const sampleUser: LiveUser = {
	id: "1",
	secUid: "s",
	nickname: "小鱼",
	gender: "female",
	avatar: "",
	level: 12,
	fansClub: { name: "鱼塘", level: 3 },
	masked: false,
};
const base = {
	id: "1",
	liveId: "1001",
	roomId: "r",
	method: "M",
	at: sampledAt,
	receivedAt: sampledAt,
	user: sampleUser,
};

const sides = [
	{ id: "7", name: "小船", score: 22, display: "2*", contributors: [{ id: "1", nickname: "小鱼", score: 9 }] },
	{ id: "8", name: "" },
];

/** One event of each type, and how it reads as a line in English. */
export const eventSamples: { [Type in LiveEvent["type"]]: [Extract<LiveEvent, { type: Type }>, string] } = {
	chat: [{ ...base, type: "chat", content: "你好" }, "小鱼 [Lv.12 鱼塘3]: 你好"],
	emoji_chat: [
		{ ...base, type: "emoji_chat", emojiId: "1", content: "[笑]", emojiImage: "" },
		"小鱼 [Lv.12 鱼塘3]: [笑]",
	],
	screen_chat: [{ ...base, type: "screen_chat", content: "大家好" }, ": 大家好"],
	gift: [
		{
			...base,
			type: "gift",
			giftId: "7",
			giftName: "小心心",
			giftImage: "",
			giftType: 1,
			combo: true,
			groupCount: 1,
			count: 5,
			delta: 2,
			streakId: "s",
			final: false,
			diamondCount: 1,
			diamonds: 2,
		},
		"gave 小心心 ×5 (+2, 2 diamonds)",
	],
	light_gift: [
		{
			...base,
			type: "light_gift",
			giftId: "7",
			giftName: "",
			giftImage: "",
			count: 5,
			groupCount: 1,
			diamondCount: 2,
			toUserId: "0",
		},
		"gave gift 7 ×5 (short message, 2 diamonds each)",
	],
	fan_ticket: [
		{ ...base, type: "fan_ticket", roomFanTicketCount: 12_345, display: "1.2万" },
		"the room's total so far: 12345",
	],
	like: [{ ...base, type: "like", count: 3, total: 99 }, "liked ×3 (99 in all)"],
	chat_likes: [{ ...base, type: "chat_likes", likes: [{ messageId: "5", count: 12 }] }, "likes of 1 chat, at most 12"],
	member: [{ ...base, type: "member", memberCount: 8, action: 1 }, "came in (8 in the room)"],
	follow: [{ ...base, type: "follow", followCount: 4 }, "follows now (4 in all)"],
	share: [{ ...base, type: "share", shareTarget: "1" }, "shared the room"],
	fansclub: [{ ...base, type: "fansclub", action: "join", code: 2, content: "" }, "fan club: join"],
	room_stats: [{ ...base, type: "room_stats", display: "1.2万在线观众", value: 1, total: 1 }, "1.2万在线观众"],
	viewers: [
		{ ...base, type: "viewers", online: 5, total: 9, totalDisplay: "10万+", top: [] },
		"5 watching, 10万+ so far",
	],
	rank: [
		{
			...base,
			type: "rank",
			ranks: [
				{ rank: 1, score: "", user: sampleUser },
				{ rank: 2, score: "" },
			],
		},
		"top: 1 小鱼, 2 ?",
	],
	control: [{ ...base, type: "control", action: "end", code: 3, tips: "再见" }, "end (再见)"],
	notice: [{ ...base, type: "notice", content: "公告" }, "公告"],
	intro: [{ ...base, type: "intro", content: "简介", labels: ["手艺"], videoTitle: "" }, "简介"],
	banner: [{ ...base, type: "banner", extra: "{}" }, "2 characters of banner data"],
	product: [{ ...base, type: "product", content: "上新", total: 2, promotionId: "0", msgType: 0 }, "上新 (2 products)"],
	leaderboard: [
		{ ...base, type: "leaderboard", places: [{ title: "小时榜", content: "百强第5名" }] },
		"on the leaderboards: 小时榜 百强第5名",
	],
	topic: [{ ...base, type: "topic", title: "大家说", phrases: [{ content: "好听", count: 12 }] }, "大家说: 好听 ×12"],
	page_update: [
		{
			...base,
			type: "page_update",
			part: "pk_effect",
			name: "",
			content: "完美一击",
			people: [{ id: "1", nickname: "小鱼" }],
			giftIds: [],
			extra: "{}",
		},
		"the page shows something else (battle effect): 完美一击",
	],
	pk_started: [
		{ ...base, type: "pk_started", battleId: "1", startedAt: sampledAt, durationMs: 300_000, sides },
		"PK began: 小船 – 8, 300 s",
	],
	pk_score: [{ ...base, type: "pk_score", battleId: "1", sides }, "PK: 小船 2* (小鱼 9), 8"],
	pk_ended: [
		{ ...base, type: "pk_ended", battleId: "1", reason: 0, punishMs: 60_000, sides },
		"PK over: 小船 2* (小鱼 9), 8; 60 s of punishment",
	],
	pk_task: [
		{
			...base,
			type: "pk_task",
			battleId: "1",
			code: 1,
			sides: [{ id: "7", progress: 2, target: 5, result: 0, multiple: 3, display: "" }],
		},
		"PK task: 7 2/5 (points ×3)",
	],
	seats: [
		{
			...base,
			type: "seats",
			action: "list",
			code: 6,
			linkerId: "9",
			seats: [
				{ position: 1, title: "主持", muted: true, user: sampleUser },
				{ position: 2, title: "" },
			],
			operatorId: "0",
			targetId: "0",
		},
		"seats: 1 小鱼 (muted), 2 ?",
	],
	link_score: [
		{ ...base, type: "link_score", channelId: "9", scores: [{ id: "7", name: "小船", score: 326, display: "326" }] },
		"points of those linked: 小船 326",
	],
	guest_score: [
		{
			...base,
			type: "guest_score",
			guestId: "8",
			score: 21_000,
			display: "2.1万",
			contributors: [{ id: "1", nickname: "小鱼", score: 9 }],
		},
		"given to guest 8 2.1万 (小鱼 9)",
	],
	lucky_box: [
		{
			...base,
			type: "lucky_box",
			action: "sent",
			boxId: "1",
			title: "人人有份",
			diamondCount: 100,
			opensAt: sampledAt,
			winners: [],
		},
		"a lucky box of 100 diamonds: 人人有份",
	],
	lottery: [
		{
			...base,
			type: "lottery",
			action: "update",
			lotteryId: "1",
			status: 1,
			prize: "",
			prizeCount: 500,
			luckyCount: 5,
			participants: 321,
			startedAt: sampledAt,
			drawsAt: sampledAt,
			winners: [],
		},
		"a lottery: 500 to win for 5, 321 take part",
	],
	message_deleted: [{ ...base, type: "message_deleted", messageIds: ["5"] }, "1 message was taken back"],
	raw: [{ ...base, type: "raw", payload: new Uint8Array(9) }, "M, 9 bytes"],
	connection: [{ ...base, type: "connection", state: "connected", reason: "ok", message: "fine" }, "connected: fine"],
	gap: [{ ...base, type: "gap", from: 0, to: 4000, reason: "network" }, "nothing known for 4 s: network"],
	gifts_withheld: [
		{
			...base,
			type: "gifts_withheld",
			from: 0,
			to: 4000,
			diamondsMissing: 520,
			diamondsSeen: 1,
			evidence: { source: "room_total", unit: 10, unitLearned: true },
		},
		"gifts worth 520 diamonds were given in 4 s and not shown to us",
	],
	service_down: [{ ...base, type: "service_down", from: 0, to: 25_000 }, "the service did not run for 25 s"],
	broadcast_started: [{ ...base, type: "broadcast_started", title: "早" }, "the broadcast began: 早"],
	broadcast_ended: [{ ...base, type: "broadcast_ended", reason: "ended" }, "the broadcast ended: ended"],
};
