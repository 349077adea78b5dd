import { countedGift } from "@livekeeper/client/filter";
import type { WireEvent } from "@livekeeper/douyin";
import { printable } from "../../../log/printable.ts";
import { eventWords, isSpeech } from "../../../text/event-words.ts";
import { type Language, messageTexts } from "../../../text/index.ts";
import { clockTime, zoneFor } from "../../../text/local-time.ts";
import type { Notice } from "../service-states.ts";
import { bytes, clip } from "./clip.ts";
import type { Delivery } from "./preset.ts";
import type { Reader } from "./settings.ts";

/** A message's content without any format: who is spoken of, and a line for each event. */
export interface Words {
	/** The room; livekeeper itself, where it speaks of the service. */
	title: string;
	/** The room with what happened, where it is one thing; else with how many. */
	headline: string;
	lines: string[];
}

const maxLineBytes = 600;

/**
 * Words of a delivery, for people. Names and messages come from strangers: they are made printable, no link, mention or
 * command begins in them, and they are cut where long.
 */
export function wordsOf(delivery: Delivery, { language, zone: asked }: Reader): Words {
	const { liveId, room, truncated, test } = delivery;
	const zone = zoneFor(language, asked);
	const lineAt = (at: number, words: string) => safe(`${clockTime(at, language, zone)} ${words}`);
	const title = unlinked(printable(room.nickname || (test ? "" : liveId) || "livekeeper"));
	const lines = delivery.events.map(({ seq, json }) => {
		const event = counted(JSON.parse(json) as WireEvent, delivery.gifts?.[seq]);
		return lineAt(event.at, eventText(event, language));
	});
	const reports = delivery.notices.filter(({ state }) => state === "report");
	const changes = delivery.notices.filter(({ state }) => state !== "report");
	lines.push(...changes.map(({ at, text }) => lineAt(at, text[language])));
	if (truncated) {
		const { from, to, reason } = truncated;
		lines.unshift(messageTexts.truncated(from, to, reason)[language]);
	}
	if (test) lines.push(messageTexts.test[language]);
	// A report belongs to the end of its broadcast, which has a line.
	const all = [...lines, ...reports.flatMap((report) => reportLines(report, language))];
	const several = lines.length > 1;
	const headline = several ? messageTexts.several(title, lines.length)[language] : `${title} ${all[0] ?? ""}`;
	return { title, headline, lines: all };
}

/** A gift with all that it stands for. */
function counted(event: WireEvent, gifts: number | undefined): WireEvent {
	if (gifts === undefined || event.type !== "gift") return event;
	return countedGift(event, gifts);
}

function eventText(event: WireEvent, language: Language): string {
	const words = eventWords(event)[language];
	const { user, type } = event;
	const who = user ? user.nickname || user.id : "";
	const said = who && isSpeech(type) ? messageTexts.says(who, words)[language] : `${who}${who && " "}${words}`;
	return unlinked(printable(said));
}

/** A report names strangers. The address of its page stays a link. */
function reportLines(report: Notice, language: Language): string[] {
	const url = "url" in report ? report.url : undefined;
	return report.text[language].split("\n").map((line) => {
		const parts = url === undefined ? [line] : line.split(url);
		return safe(parts.map((part) => unlinked(printable(part))).join(url));
	});
}

function safe(line: string): string {
	return clip(printable(line), maxLineBytes, bytes);
}

const zeroWidthSpace = "\u200b";

/** A plain decimal, which stays as it is; or the place where a link, a mention, a command or a tag would begin. */
const linking =
	/(?<![\p{L}\p{N}.])\d+\.\d+(?![\d.a-z-])|:(?=\/\/)|(?<=[\p{L}\p{N}_-])\.(?=[\p{L}\p{N}_-])|[@#$](?=[\p{L}\p{N}_])|(?<![\p{L}\p{N}/])\/(?=[\p{L}\p{N}_])/giu;

/**
 * Text in which no application finds an address, an `@name`, a `/command` or a `#tag` to make a link of: a zero-width
 * space stands where each would begin, since chats link plain text on their own. It reads the same.
 */
export function unlinked(text: string): string {
	return text.replace(linking, (found) => (found.length > 1 ? found : found + zeroWidthSpace));
}

const active = /[\\`*_{}[\]<>#|~]/g;

/**
 * Text that means nothing in Markdown. The robots' dialects document no escape, and a name such as `[win](http://…)` or
 * `<@all>` must not become a link or call everybody: what could begin markup is written with its full-width likeness.
 */
export function withoutMarkup(text: string): string {
	return text.replace(active, (mark) => String.fromCharCode(mark.charCodeAt(0) + 0xfee0));
}
