import type { Text } from "./text.ts";

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** `37,216`: the page writes numbers so in both languages. */
export function countText(count: number): string {
	return grouped.format(count);
}

/** A span of time as people say it: `140 s`, `40 min`, `3 h`. */
export function spanText(ms: number): Text {
	const seconds = Math.round(ms / 1000);
	if (seconds < 180) return { en: `${seconds} s`, zh: `${seconds} 秒` };
	const minutes = Math.round(seconds / 60);
	if (minutes < 120) return { en: `${minutes} min`, zh: `${minutes} 分钟` };
	const hours = Math.round(minutes / 60);
	return { en: `${hours} h`, zh: `${hours} 小时` };
}

const units = [
	{ en: "a second", zh: "每秒", ms: 1000 },
	{ en: "a minute", zh: "每分钟", ms: 60_000 },
	{ en: "an hour", zh: "每小时", ms: 3_600_000 },
	{ en: "a day", zh: "每天", ms: 86_400_000 },
] as const;

/** How often something comes, in the largest unit that gives a number of at least 1. */
export interface Rate {
	/** `1` is singular; `less than 1` and `none` are not. */
	count: Text;
	per: Text;
}

/** `12` `a second`, `less than 1` `a day`. */
export function rateText(perMs: number): Rate {
	if (!(perMs > 0)) return { count: { en: "none", zh: "没有" }, per: { en: "", zh: "" } };
	const per = units.find(({ ms }) => perMs * ms >= 0.95) ?? units[3];
	const count = perMs * per.ms;
	const words = String(Math.round(count));
	return { count: count >= 1 ? { en: words, zh: words } : { en: "less than 1", zh: "不到 1" }, per };
}
