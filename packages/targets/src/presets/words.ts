import { printable } from "@livekeeper/base/log/printable";
import type { Language } from "@livekeeper/base/text";
import { clockTime, zoneFor } from "@livekeeper/base/text/local-time";
import { countedGift } from "@livekeeper/client/filter";
import type { WireEvent } from "@livekeeper/douyin";
import type { Notice } from "../service-states.ts";
import { eventWords, isSpeech } from "../text/event-words.ts";
import { messageTexts } from "../text/index.ts";
import type { Delivery, Reader } from "./preset.ts";

type Measure = (text: string) => number;

/** Length in bytes, as receivers with a byte limit count it. */
export const bytes: Measure = (text) => Buffer.byteLength(text);

/** Length in bytes within JSON, escapes included. */
export const jsonBytes: Measure = (text) => Buffer.byteLength(JSON.stringify(text)) - 2;

const escapedByGo = /[<>&\u2028\u2029]/g;

/** Length in bytes within JSON written by Go, which also escapes `<`, `>`, `&` and two line ends, six bytes each. */
export const goJsonBytes: Measure = (text) =>
	Buffer.byteLength(JSON.stringify(text).replace(escapedByGo, "\\u0000")) - 2;

/** Length in UTF-16 code units. */
export const units: Measure = (text) => text.length;

/** Returns the longest prefix of whole characters that measures at most `max`, including the ellipsis. */
export function clip(text: string, max: number, measure: Measure): string {
	if (measure(text) <= max) return text;
	const room = max - measure("…");
	let kept = "";
	let used = 0;
	for (const character of text) {
		used += measure(character);
		if (used > room) break;
		kept += character;
	}
	return `${kept}…`;
}

/** Joins lines into as few texts as possible, each measuring at most `max`; longer lines are cut. */
export function pack(lines: readonly string[], max: number, measure: Measure, between = "\n"): string[] {
	const texts: string[] = [];
	let text = "";
	let used = 0;
	for (const line of lines.map((whole) => clip(whole, max, measure))) {
		const added = measure(line) + (text === "" ? 0 : measure(between));
		if (text !== "" && used + added > max) {
			texts.push(text);
			text = line;
			used = measure(line);
		} else {
			text += text === "" ? line : between + line;
			used += added;
		}
	}
	return text === "" ? texts : [...texts, text];
}

/** A message's content without any format: its subject, and a line for each event. */
interface Words {
	/** Name of the room; livekeeper for notices of the service. */
	title: string;
	/** The room with the event if there is one; otherwise with the number of events. */
	headline: string;
	lines: string[];
}

const maxLineBytes = 600;

/**
 * Returns the words of a delivery, for people. Names and messages come from strangers: they are made printable, cannot
 * begin a link, mention or command, and are cut if long.
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

/** Returns a gift with the count that it represents. */
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

/** Returns the lines of a report, with strangers' names neutralised. The address of its page stays a link. */
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

/**
 * Matches a plain decimal, which stays unchanged, or the place where a link, a mention, a command or a tag would begin.
 */
const linking =
	/(?<![\p{L}\p{N}.])\d+\.\d+(?![\d.a-z-])|:(?=\/\/)|(?<=[\p{L}\p{N}_-])\.(?=[\p{L}\p{N}_-])|[@#$](?=[\p{L}\p{N}_])|(?<![\p{L}\p{N}/])\/(?=[\p{L}\p{N}_])/giu;

/**
 * Prevents applications from turning an address, an `@name`, a `/command` or a `#tag` into a link: it inserts a
 * zero-width space where each would begin, because chats link plain text on their own. The text reads the same.
 */
function unlinked(text: string): string {
	return text.replace(linking, (found) => (found.length > 1 ? found : found + zeroWidthSpace));
}

const active = /[\\`*_{}[\]<>#|~]/g;

/**
 * Neutralises Markdown. The robots' dialects document no escape, and a name such as `[win](http://…)` or `<@all>` must
 * not become a link or mention everybody, so characters that could begin markup are replaced by their full-width forms.
 */
export function withoutMarkup(text: string): string {
	return text.replace(active, (mark) => String.fromCharCode(mark.charCodeAt(0) + 0xfee0));
}
