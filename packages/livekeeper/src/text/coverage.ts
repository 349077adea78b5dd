import type { Text } from "./text.ts";
import { countText } from "./units.ts";

type Verdict = "none" | "stopped" | "some" | "all";
type Source = "room_total" | "contributor" | "rank";

const sources: Record<Source, Text> = {
	room_total: { en: "the room's own running total", zh: "直播间自己的累计值" },
	contributor: { en: "the scores of those who gave most", zh: "送礼榜前几位的分数" },
	rank: { en: "the scores of the room's ranking", zh: "直播间榜单的分数" },
};

/** Am I seeing all gifts? If not, why, and what now? Sentences. */
export const coverageTexts = {
	/** @param source other than the room's total: of those people's gifts only, so that the share of all is not known */
	summary: (verdict: Verdict, source: Source, share: number, seen: number, given: number): Text => {
		const isWhole = source === "room_total";
		const [came, worth] = [countText(seen), countText(given)];
		const percent = `${Math.round(share * 100)} %`;
		const part = isWhole
			? { en: `, about ${percent} by value`, zh: `，按价值约 ${percent}` }
			: { en: ", how much of all is not certain", zh: "，占全部的比例不确定" };
		const of = isWhole
			? { en: `${came} of about ${worth} diamonds`, zh: `约 ${worth} 抖币中收到 ${came}` }
			: {
					en: `${came} of about ${worth} diamonds of those who gave most`,
					zh: `送礼最多的人约 ${worth} 抖币中收到 ${came}`,
				};
		const words: Record<Verdict, Text> = {
			all: { en: `All gifts come: ${of.en}.`, zh: `礼物全部收到：${of.zh}。` },
			some: {
				en: `Only a part of the gifts comes${part.en}: ${of.en}.`,
				zh: `只收到一部分礼物${part.zh}：${of.zh}。`,
			},
			stopped: {
				en: `The first gifts came, then none, while the room was given more: ${of.en}.`,
				zh: `只收到最初的礼物，之后再没有收到，而直播间仍在收礼：${of.zh}。`,
			},
			none: {
				en: `No gifts come, though the room is given some: about ${worth} diamonds so far.`,
				zh: `收不到礼物，而直播间正在收礼：至今约 ${worth} 抖币。`,
			},
		};
		return words[verdict];
	},
	/** No totals either: how much there is nobody knows. */
	unseen: {
		en: "Most likely no gifts come; how many were given is not known.",
		zh: "礼物多半收不到；送出了多少也不知道。",
	},
	unknown: {
		no_totals: {
			en: "Not known whether all gifts come: the site shows no total of this room.",
			zh: "不知道礼物是否齐全：网站没有显示该直播间的累计值。",
		},
		starting: {
			en: "Not known yet whether all gifts come: the room's totals have only begun to come.",
			zh: "暂时不知道礼物是否齐全：刚开始收到该直播间的累计值。",
		},
		nothing_given: {
			en: "By the room's totals nothing was given since we listen.",
			zh: "按直播间的累计值，开始监听以来没有人送礼。",
		},
		unit: {
			en: "Not known yet whether all gifts come: how much the room's total counts for a diamond is not clear.",
			zh: "暂时不知道礼物是否齐全：一抖币在累计值中折合多少尚不清楚。",
		},
	} satisfies Record<string, Text>,
	why: {
		anonymous: { en: "Without a login the site shows no gifts.", zh: "未登录时，网站不推送礼物。" },
		expired: {
			en: "The login has ended, and without one the site shows no gifts.",
			zh: "登录已失效，而未登录时网站不推送礼物。",
		},
		lost: {
			en: "They were lost while the connection was down; the room's gaps tell when.",
			zh: "这些礼物在断线期间丢失；时间见直播间的缺失记录。",
		},
		noTotals: {
			en: "Nothing shows that gifts are missing, and nothing that they are not.",
			zh: "没有迹象表明缺少礼物，也无法证明没有缺少。",
		},
		none: {
			en: "The site shows this login no gifts. Accounts that watch many rooms are put under risk control for days.",
			zh: "网站不向此登录推送礼物。看很多直播间的账号会被风控数天。",
		},
		stopped: {
			en: "The site shows some logins only the first gifts after they connect, depending on how active the account is.",
			zh: "网站只向某些登录推送连接后最初的礼物，取决于账号的活跃程度。",
		},
		some: {
			en: "The site shows each session only a part of what is said.",
			zh: "网站向每个会话只推送一部分消息。",
		},
	} satisfies Record<string, Text>,
	advice: {
		logIn: {
			en: "Log in: give the room a cookie of your own account.",
			zh: "登录：为直播间设置你自己账号的 cookie。",
		},
		otherAccount: {
			en: "Try another account of yours, one that is used in the app as well.",
			zh: "换用你的另一个账号，最好平时也在 App 中使用。",
		},
		rest: {
			en: "Let this account rest: stop the rooms that go by it for some days.",
			zh: "让此账号休息：停用它的直播间几天。",
		},
		twoIdentities: {
			en: "Give the room two identities of yours: together they are shown more.",
			zh: "为直播间设置你的两个身份：合起来收到的更多。",
		},
		official: {
			en: "If it is your own room: the site's open platform pushes every gift.",
			zh: "如果是你自己的直播间：抖音开放平台会推送每一个礼物。",
		},
	} satisfies Record<string, Text>,
	/** @param unit `null` where it is not known. @param fits all that was given came, if that is the unit */
	evidence: (source: Source, unit: number | null, { learned, fits }: { learned: boolean; fits: boolean }): Text => {
		const { en, zh } = sources[source];
		if (unit === null) return { en: `Judged by ${en}.`, zh: `依据${zh}。` };
		const basis = learned
			? { en: "as gifts that came have shown", zh: "由收到的礼物得出" }
			: fits
				? { en: "which is the usual, and fits the gifts that came exactly", zh: "按常见值，与收到的礼物完全吻合" }
				: { en: "which is the usual, and not certain", zh: "按常见值，尚未证实" };
		return {
			en: `Judged by ${en}, which counts ${unit} for a diamond, ${basis.en}.`,
			zh: `依据${zh}，一抖币计 ${unit}，${basis.zh}。`,
		};
	},
};
