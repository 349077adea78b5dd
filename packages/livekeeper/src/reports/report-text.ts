import { type Language, type Text, verbatim } from "@livekeeper/base/text";
import { zoneFor, zoneName } from "@livekeeper/base/text/local-time";
import { reportTexts } from "../text/index.ts";
import { type BroadcastReport, missingBefore, type ReportFigures } from "../wire/index.ts";

interface ReportTextOptions {
	/** IANA name of the zone of its times; default: that of this machine. */
	timeZone?: string | undefined;
	/** Whether to name the zone, if it is not the one that the language's readers expect. */
	namesZone?: boolean;
}

/** Renders a broadcast's report as a few lines, for a terminal or a message. */
export function reportText(report: BroadcastReport, language: Language, options: ReportTextOptions = {}): string {
	const { timeZone, namesZone = false } = options;
	const locale = language === "zh" ? "zh-CN" : "en-GB";
	const date = { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
	const whole = new Intl.DateTimeFormat(locale, { ...date, year: "numeric", timeZone });
	const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
	const number = new Intl.NumberFormat(locale);
	const n = (value: number) => number.format(value);
	const { broadcast, figures, usual, gifts, best_minutes: best, newcomers, gaps } = report;
	const words = reportTexts;
	const before = missingBefore(broadcast.gift_coverage);
	const change = (name: keyof ReportFigures) => (usual ? changeOf(figures[name], usual[name]) : verbatim(""));
	const zone = namesZone && timeZone ? zoneName(broadcast.started_at, language, timeZone) : "";
	const began = `${whole.format(broadcast.started_at)}${zone && ` ${zone}`}`;
	const lines = [
		words.title(oneLine(broadcast.title) || broadcast.room_id, began),
		broadcast.ended_at === null
			? words.running(lengthOf(figures.duration_ms, language))
			: words.length(lengthOf(figures.duration_ms, language), change("duration_ms")),
		words.viewers(n(figures.peak_viewers), change("peak_viewers"), n(figures.people), change("people")),
		...(newcomers && newcomers.compared_with > 0
			? [words.newcomers(n(newcomers.first_time), n(newcomers.people), newcomers.compared_with)]
			: []),
		words.messages(n(figures.messages), change("messages"), n(figures.chats)),
		words.followers(n(figures.new_followers), change("new_followers"), n(figures.likes)),
		words.gifts(n(figures.diamonds), change("diamonds")),
		words.coverage(broadcast.gift_coverage.verdict, n(broadcast.gift_coverage.diamonds_missing ?? 0)),
		...(before ? [words.before(n(before.diamonds), before.loggedIn)] : []),
		...(gifts.by_giver.length > 0
			? [words.givers(gifts.by_giver.slice(0, 3).map((one) => `${oneLine(one.nickname)} ${n(one.diamonds)}`))]
			: []),
		...(best?.messages[0] ? [words.best(clock.format(best.messages[0].at), n(best.messages[0].value))] : []),
		...(report.highlights.length > 0 ? [words.highlights(momentsOf(report, clock, language))] : []),
		...(broadcast.gap_ms > 0 ? [words.gaps(lengthOf(broadcast.gap_ms, language), gaps.length)] : []),
		...(broadcast.lost_since === null
			? []
			: [words.lost(clock.format(broadcast.lost_since), broadcast.ended_at === null)]),
		...(broadcast.gap_ms === 0 && broadcast.lost_since === null ? [words.noGaps] : []),
	];
	return lines.map((line) => line[language]).join("\n");
}

const maxMoments = 5;

function momentsOf({ highlights }: BroadcastReport, clock: Intl.DateTimeFormat, language: Language): string[] {
	return highlights
		.toSorted((a, b) => b.strength - a.strength)
		.slice(0, maxMoments)
		.sort((a, b) => a.from - b.from)
		.map(({ from, why }) => `${clock.format(from)} ${why[language]}`);
}

/** Formats the difference to the usual value, as ` (+12%)` or `（+12%）`. */
function changeOf(value: number, usual: number): Text {
	if (usual === 0) return verbatim("");
	const percent = Math.round((value / usual - 1) * 100);
	const shown = `${percent > 0 ? "+" : percent < 0 ? "−" : "±"}${Math.abs(percent)}%`;
	return { en: ` (${shown})`, zh: `（${shown}）` };
}

function lengthOf(ms: number, language: Language): string {
	const seconds = Math.round(ms / 1000);
	if (seconds < 60) return reportTexts.seconds(seconds)[language];
	const minutes = Math.round(seconds / 60);
	if (minutes < 60) return reportTexts.minutes(minutes)[language];
	return reportTexts.hours(Math.floor(minutes / 60), minutes % 60)[language];
}

/** Keeps people's text on its line, otherwise as they wrote it. */
const oneLine = (text: string) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();

/**
 * Returns the notice of a broadcast's report: its text in each language, with a link to the page.
 * @param zone IANA name of the zone of its times; default: China's in Chinese, otherwise this machine's
 * @param publicUrl public address of the page, without a slash at its end; default: no link
 */
export function reportNotice(report: BroadcastReport, publicUrl: string | undefined, zone?: string | undefined) {
	const { live_id: liveId, broadcast } = report;
	const { room_id: subject, started_at: startedAt, ended_at: endedAt } = broadcast;
	const path = `/rooms/${encodeURIComponent(liveId)}/broadcasts/${encodeURIComponent(subject)}`;
	const url = publicUrl === undefined ? undefined : withoutMarks(publicUrl + path);
	const textIn = (language: "en" | "zh") => {
		const text = reportText(report, language, { timeZone: zoneFor(language, zone), namesZone: true });
		return [text, ...(url ? [reportTexts.whole(url)[language]] : [])].join("\n");
	};
	return {
		subject,
		at: endedAt ?? startedAt,
		text: { en: textIn("en"), zh: textIn("zh") },
		report,
		...(url && { url }),
	};
}

/** Escapes characters of an address that some receivers read as Markdown. */
function withoutMarks(url: string): string {
	return url.replace(/[_*~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
