import type { Line } from "./line.ts";
import type { Settings } from "./parameters.ts";

/** What stands in a line behind the name. The overlay has so few words that it needs no library for them. */
const words = {
	zh: {
		gift: () => "送出 ",
		follow: () => "关注了主播",
		fansclub: () => "加入了粉丝团",
		share: () => "分享了直播间",
		member: (n: number) => (n > 1 ? `等 ${n} 人进入直播间` : "进入直播间"),
		like: (others: boolean) => (others ? "等点赞" : "点赞"),
		said: (name: string, text: string) => `${name}说：${text}`,
	},
	en: {
		gift: () => "sent ",
		follow: () => "followed",
		fansclub: () => "joined the fan club",
		share: () => "shared the room",
		member: (n: number) => (n > 1 ? `and ${n - 1} more joined` : "joined"),
		like: (others: boolean) => (others ? "and others liked" : "liked"),
		said: (name: string, text: string) => `${name}: ${text}`,
	},
} as const;

export function lineText({ kind, text, count, people }: Line, lang: Settings["lang"]): string {
	const say = words[lang];
	switch (kind) {
		case "chat":
			return text;
		case "gift":
			return say.gift() + text;
		case "member":
			return say.member(count);
		case "like":
			return say.like(people > 1);
		case "fansclub":
			return text || say.fansclub();
		default:
			return say[kind]();
	}
}

/** A line as it is read aloud; without a name where there is none. */
export function spokenText(line: Line, lang: Settings["lang"]): string {
	const text = lineText(line, lang);
	if (line.kind === "chat") return line.name === "" ? text : words[lang].said(line.name, text);
	const times = line.kind === "gift" && line.count > 1 ? ` ×${line.count}` : "";
	return `${line.name} ${text}${times}`.trim();
}
