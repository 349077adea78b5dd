import type { RoomEvent } from "@livekeeper/client";
import type { Settings } from "./parameters.ts";

const says = {
	zh: {
		mark: "演示",
		names: ["小木船", "清晨的豆浆", "慢半拍", "南山一棵树", "橘子汽水", "名字很长很长很长的一位热心观众朋友"],
		chats: [
			"来了来了",
			"今天的光线真好",
			"主播晚上好！",
			"这一步是怎么做的？再讲一遍可以吗",
			"哈哈哈哈",
			"这条弹幕长一些，看看它换行以后是什么样子，会不会挡住后面的画面",
		],
		gifts: [
			["小心心", 1],
			["玫瑰", 1],
			["大火箭", 999],
		],
	},
	en: {
		mark: "Demo",
		names: [
			"Willow",
			"Morning tea",
			"Half a beat late",
			"Tree on the hill",
			"Orange",
			"A viewer with a very long name indeed",
		],
		chats: [
			"hello!",
			"the light is lovely today",
			"good evening",
			"how was that done? show us once more please",
			"haha",
			"a longer message, to see how it looks over two lines, and whether it hides the picture",
		],
		gifts: [
			["Heart", 1],
			["Rose", 1],
			["Rocket", 999],
		],
	},
} as const;

const order = [
	"chat",
	"gift",
	"gift",
	"chat",
	"member",
	"gift",
	"like",
	"chat",
	"follow",
	"chat",
	"gift",
	"share",
] as const;

/**
 * Returns a generator of made-up events, the same sequence each time.
 * @param marked whether every name says that it is made up
 */
export function demoEvents(lang: Settings["lang"], marked: boolean): () => RoomEvent {
	let seq = 0;
	let chat = 0;
	const { mark, names, chats, gifts } = says[lang];
	return () => {
		const n = seq++;
		const round = Math.floor(n / order.length);
		const type = order[n % order.length] ?? "chat";
		// The second and third gifts of a round continue the streak of its first.
		const streak = type === "gift" && n % order.length < 6;
		const who = streak ? round : n;
		const [gift_name, diamond_count] = gifts[streak ? round % 2 : 2] ?? gifts[0];
		const steps = order.slice(0, (n % order.length) + 1).filter((one) => one === "gift").length;
		return {
			seq,
			type,
			user: {
				nickname: `${marked ? `${mark}·` : ""}${names[who % names.length]}`,
				level: (n * 7) % 40,
				avatar: "",
				masked: false,
			},
			content: type === "chat" ? chats[chat++ % chats.length] : undefined,
			count: type === "like" ? 8 : streak ? steps : 1,
			gift_name,
			diamond_count,
			gift_image: "",
			streak_id: `demo-${round}-${streak}`,
		} as unknown as RoomEvent;
	};
}
