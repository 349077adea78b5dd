import type { Line } from "./line.ts";
import type { Settings } from "./parameters.ts";

/** The words of a line after the name. The overlay has too few to justify an i18n library. */
const words = {
	zh: {
		gift: (text: string, each: number) => `送出 ${text || `${each} 抖币的礼物`}`,
		follow: () => "关注了主播",
		fansclub: { join: "加入了粉丝团", upgrade: "粉丝团等级提升", other: "粉丝团有变化" },
		share: () => "分享了直播间",
		member: (n: number) => (n > 1 ? `等 ${n} 人进入直播间` : "进入直播间"),
		like: (others: boolean) => (others ? "等人点赞" : "点赞"),
		said: (name: string, text: string) => `${name}说：${text}`,
		incomplete: "礼物不全：抖音没有全部发来",
		test: "测试",
		ranking: "本场贡献榜",
		nobody: "等你来上榜",
		goal: { diamonds: "礼物目标", likes: "点赞目标", follows: "新关注目标", members: "进场目标" },
		reached: "达成",
		over: "结束",
		won: "胜",
		lost: "负",
		draw: "平",
		us: "主播",
		them: "对方",
	},
	en: {
		gift: (text: string, each: number) => `sent ${text || `${each}-diamond gift`}`,
		follow: () => "followed",
		fansclub: { join: "joined the fan club", upgrade: "moved up in the fan club", other: "has a new fan club status" },
		share: () => "shared the room",
		member: (n: number) => (n > 1 ? `and ${n - 1} more joined` : "joined"),
		like: (others: boolean) => (others ? "and others sent likes" : "sent likes"),
		said: (name: string, text: string) => `${name}: ${text}`,
		incomplete: "Some gifts are missing: Douyin did not send them",
		test: "TEST",
		ranking: "Top gifters",
		nobody: "Be the first",
		goal: { diamonds: "Gift goal", likes: "Like goal", follows: "Follower goal", members: "Join goal" },
		reached: "Reached",
		over: "Over",
		won: "Won",
		lost: "Lost",
		draw: "Draw",
		us: "Streamer",
		them: "Opponent",
	},
} as const;

export function lineText({ kind, text, count, people, diamonds }: Line, lang: Settings["lang"]): string {
	const say = words[lang];
	switch (kind) {
		case "chat":
		case "fansclub":
			return text;
		case "gift":
			// The open platform does not name gifts.
			return say.gift(text, Math.round(diamonds / count));
		case "member":
			return say.member(count);
		case "like":
			return say.like(people > 1);
		default:
			return say[kind]();
	}
}

/** Returns the fixed texts of an overlay's parts. */
export function wordsIn(lang: Settings["lang"]): (typeof words)["zh" | "en"] {
	return words[lang];
}

/** Returns a line as it is read aloud, without the name if it has none. */
export function spokenText(line: Line, lang: Settings["lang"]): string {
	const text = lineText(line, lang);
	if (line.kind === "chat") return line.name === "" ? text : words[lang].said(line.name, text);
	const times = line.kind === "gift" && line.count > 1 ? ` ×${line.count}` : "";
	return `${line.name} ${text}${times}`.trim();
}
