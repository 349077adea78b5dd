import type { Language } from "./text.ts";

const chinese = "Asia/Shanghai";

/**
 * Returns the IANA name of a reader's time zone.
 * @param zone as requested; default: China's in Chinese, otherwise this machine's
 */
export function zoneFor(language: Language, zone?: string | undefined): string {
	return zone ?? (language === "zh" ? chinese : new Intl.DateTimeFormat().resolvedOptions().timeZone);
}

export function isTimeZone(zone: string): boolean {
	try {
		new Intl.DateTimeFormat("en", { timeZone: zone });
		return true;
	} catch {
		return false;
	}
}

/** Returns a zone's name as written after its times: `UTC`, `GMT+9`, `EDT`; "" in Chinese for the time of China. */
export function zoneName(at: number, language: Language, zone: string): string {
	if (language === "zh" && partOf(at, zone, "shortOffset") === "GMT+8") return "";
	return partOf(at, zone, "short");
}

/** Formats a time: `20:30:05`, or `12:30:05 UTC` if the reader may expect another zone. */
export function clockTime(at: number, language: Language, zone: string): string {
	const time = formatOf(zone).format(at);
	const name = zoneName(at, language, zone);
	return name ? `${time} ${name}` : time;
}

/** Formats `2026-12-01 20:30`, with the zone's name if the reader may expect another. */
export function timeOf(at: number, language: Language): string {
	const timeZone = zoneFor(language);
	const time = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone }).format(at);
	return `${time} ${zoneName(at, language, timeZone)}`.trim();
}

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Returns a cached formatter, because creating one takes longer than formatting.
 * @param name style of the zone's name; default: none
 */
function formatOf(timeZone: string, timeZoneName?: "short" | "shortOffset"): Intl.DateTimeFormat {
	const key = `${timeZone} ${timeZoneName}`;
	let format = formats.get(key);
	if (!format) {
		const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
		format = new Intl.DateTimeFormat("en-US", { ...clock, timeZone, timeZoneName });
		formats.set(key, format);
	}
	return format;
}

function partOf(at: number, zone: string, name: "short" | "shortOffset"): string {
	return (
		formatOf(zone, name)
			.formatToParts(at)
			.find(({ type }) => type === "timeZoneName")?.value ?? ""
	);
}
