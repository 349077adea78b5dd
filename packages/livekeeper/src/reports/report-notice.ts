import { reportTexts } from "@livekeeper/base/text";
import { zoneFor } from "@livekeeper/base/text/local-time";
import type { BroadcastReport } from "../wire/index.ts";
import { reportText } from "./report-text.ts";

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
