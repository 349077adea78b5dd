import type { Text } from "./text.ts";

interface Said {
	message: Text;
	hint: Text | undefined;
}

/** How people get what names their room. */
const howTo: Text = {
	en: "In the Douyin app open the live room, tap Share, then Copy link, and paste all of it here. In a browser copy the address of the room: https://live.douyin.com/…",
	zh: "在抖音 App 打开直播间，点“分享”→“复制链接”，把复制的内容整段粘贴到这里；用浏览器时，复制直播间的网址 https://live.douyin.com/…",
};

function said(en: string, zh: string, hint: Text = howTo): Said {
	return { message: { en, zh }, hint };
}

/** What comes of what people paste to name rooms. */
export const linkTexts = {
	empty: said("Nothing was pasted.", "没有内容。"),
	too_much: said(
		"This is too much at once: 20 rooms and 20,000 characters at most.",
		"一次太多了：最多 20 个直播间、20000 个字符。",
		{ en: "Paste fewer at a time.", zh: "请分几次粘贴。" },
	),
	profile: said("This is a person's home page, not a live room.", "这是个人主页，不是直播间。", {
		en: "While that person is live, tap the picture with the LIVE ring on that page; then tap Share and Copy link in the live room.",
		zh: "等 TA 开播后，在主页点带“直播中”的头像进入直播间，再点“分享”→“复制链接”。",
	}),
	video: said("This is a video, not a live room.", "这是视频，不是直播间。"),
	no_room: said("This address of Douyin names no live room.", "这个抖音网址里没有直播间。"),
	foreign: said("This is not an address of Douyin.", "这不是抖音的网址。"),
	not_understood: said(
		"There is no address in this, and it is no Douyin ID: that has only letters, digits, '_', '-' and '.'.",
		"这里没有网址，也不是抖音号：抖音号只有字母、数字、“_”、“-”和“.”。",
	),
	expired: said("This link has expired, or its broadcast has ended.", "这个链接已失效，或那场直播已结束。", {
		en: "Copy the link again in the app; the link of a room in a browser never expires.",
		zh: "请在 App 里重新复制链接；浏览器里的直播间网址不会失效。",
	}),
	found: {
		live: { message: { en: "Live now.", zh: "正在直播。" }, hint: undefined },
		offline: said("Not live now.", "未开播。", {
			en: "Once added, it is connected as soon as it goes live.",
			zh: "添加后，一开播就会自动连接。",
		}),
		no_room: said("This account has no live room now.", "这个账号目前没有直播间。", {
			en: "Once added, it is connected as soon as it goes live.",
			zh: "添加后，一开播就会自动连接。",
		}),
		not_found: said("There is no such Douyin ID or live room.", "没有这个抖音号，也没有这个直播间。", {
			en: "Check the spelling. A nickname is no Douyin ID: that is shown below the nickname on the home page.",
			zh: "请检查有没有写错。昵称不是抖音号：抖音号在主页昵称的下方。",
		}),
	},
	kept: { en: "Added already.", zh: "已经添加过了。" },
	addAnyway: { en: "You can add it all the same; it is looked up again.", zh: "仍然可以添加，之后会再次查询。" },
	notLookedUp: ({ en, zh }: Text): Text => ({
		en: `The room could not be looked up now: ${en}`,
		zh: `暂时查不到直播间的信息：${zh}`,
	}),
	notResolved: ({ en, zh }: Text): Said => ({
		message: { en: `Douyin did not say where this link leads: ${en}`, zh: `抖音没有说明这个链接指向哪里：${zh}` },
		hint: {
			en: "Open the link in a browser and paste the address of the room that opens: https://live.douyin.com/…",
			zh: "请用浏览器打开这个链接，再把打开的直播间网址 https://live.douyin.com/… 粘贴到这里。",
		},
	}),
	tooMany: (most: number): Text => ({
		en: `More than ${most} rooms were looked up in a minute.`,
		zh: `一分钟内查询的直播间超过 ${most} 个。`,
	}),
	waitFor: (seconds: number): Text => ({
		en: `The upstream takes many visits for an attack: wait ${seconds} s.`,
		zh: `访问过多会被上游当作攻击：请等待 ${seconds} 秒。`,
	}),
} as const;
