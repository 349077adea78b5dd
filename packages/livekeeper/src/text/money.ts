import type { Text } from "./text.ts";

/** Battles, boxes, lotteries and totals as lines, after the time, the type and who did it. */
export const moneyTexts = {
	lightGift: (gift: string, count: number, diamonds: number): Text => ({
		en: `gave ${gift} ×${count} (short message, ${diamonds} diamonds each)`,
		zh: `送出 ${gift} ×${count}（简略消息，每个 ${diamonds} 抖币）`,
	}),
	total: (total: number): Text => ({ en: `the room's total so far: ${total}`, zh: `本场音浪 ${total}` }),
	wishes: (wishes: string): Text => ({ en: `gift wishes: ${wishes}`, zh: `礼物心愿：${wishes}` }),
	moderator: { en: "was made a moderator", zh: "成为房管" },
	pkBegan: (sides: string, seconds: number): Text => ({
		en: `PK began${sides && `: ${sides}`}${seconds > 0 ? `, ${seconds} s` : ""}`,
		zh: `PK 开始${sides && `：${sides}`}${seconds > 0 ? `，${seconds} 秒` : ""}`,
	}),
	pkStands: (sides: string): Text => ({ en: `PK: ${sides}`, zh: `PK：${sides}` }),
	pkEnded: (sides: string, seconds: number): Text => ({
		en: `PK over${sides && `: ${sides}`}${seconds > 0 ? `; ${seconds} s of punishment` : ""}`,
		zh: `PK 结束${sides && `：${sides}`}${seconds > 0 ? `；惩罚 ${seconds} 秒` : ""}`,
	}),
	box: {
		sent: (diamonds: number, title: string): Text => ({
			en: `a lucky box of ${diamonds} diamonds${title && `: ${title}`}`,
			zh: `红包 ${diamonds} 抖币${title && `：${title}`}`,
		}),
		won: (winners: number): Text => ({
			en: `${winners} ${winners === 1 ? "person" : "people"} got something out of the lucky box`,
			zh: `红包：${winners} 人抢到`,
		}),
		ended: { en: "the lucky box is over", zh: "红包已结束" },
	},
	lottery: (prize: string, count: number, lucky: number, participants: number): Text => ({
		en: `a lottery${prize && ` for ${prize}`}: ${count} to win for ${lucky}, ${participants} take part`,
		zh: `福袋${prize && `（${prize}）`}：${count} 份奖励，${lucky} 人可中，${participants} 人参与`,
	}),
	drawn: (winners: number): Text => ({
		en: `the lottery was drawn: ${winners} ${winners === 1 ? "winner" : "winners"}`,
		zh: `福袋开奖：${winners} 人中奖`,
	}),
	deleted: (messages: number): Text => ({
		en: `${messages} ${messages === 1 ? "message was" : "messages were"} taken back`,
		zh: `${messages} 条消息被撤回`,
	}),
};
