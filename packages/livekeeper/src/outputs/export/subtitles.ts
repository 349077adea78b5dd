import { crc32 } from "node:zlib";
import type { Language } from "@livekeeper/base/text";
import type { LiveEventType, WireEvent } from "@livekeeper/douyin";
import type { StoredEvent } from "@livekeeper/log";
import { eventWords } from "@livekeeper/targets/text/event-words";
import { exportTexts } from "../../text/index.ts";

/** Kinds of events shown over a recording. A gap is a line as well, so that missing messages don't look like silence. */
export const shownTypes = [
	...(["chat", "emoji_chat", "screen_chat", "gift"] as const),
	"gap",
] as const satisfies readonly LiveEventType[];

type Shown = WireEvent & { type: (typeof shownTypes)[number] };

export interface RecordingOptions {
	liveId: string;
	/** Start of the recording, ms since the epoch; default: the first message. */
	from?: number | undefined;
	/** Offset added to each time, ms. Messages that are then before the beginning are left out. Default 0. */
	offsetMs?: number | undefined;
	/** Language of what the service itself says. */
	language: Language;
}

interface Placed {
	/** Time from the beginning of the recording, ms. */
	ms: number;
	event: Shown;
}

/** Marks a file as livekeeper's own, within its first kilobyte: only such a file may be replaced unasked. */
export const ownMark = "written-by: livekeeper";

/** Returns the line that stands for a gap. */
function gapLine(event: Shown & { type: "gap" }, language: Language): string {
	return `[livekeeper] ${eventWords(event)[language]}`;
}

/** Number of events processed in one go, since the event loop has other work. */
const eventsAtOnce = 100;

/**
 * Returns the messages to show, in groups, each with its time in the recording. A gift counts what it adds: streak
 * steps that repeat an earlier one are left out.
 * @param onBegin called once with the start of the recording, before anything is returned
 */
async function* placedIn(
	pages: AsyncIterable<readonly StoredEvent[]>,
	{ from, offsetMs = 0 }: RecordingOptions,
	onBegin?: (at: number) => void,
): AsyncGenerator<readonly Placed[], void> {
	let begin = from;
	for await (const events of pages) {
		begin ??= Math.min(...events.map(({ at }) => at));
		onBegin?.(begin);
		onBegin = undefined;
		for (let start = 0; start < events.length; start += eventsAtOnce) {
			const placed: Placed[] = [];
			for (const { at, json } of events.slice(start, start + eventsAtOnce)) {
				const event = JSON.parse(json) as Shown;
				// A gap is logged when it is over, and shown where it begins.
				const ms = Math.max(0, (event.type === "gap" ? event.from : at) - begin) + offsetMs;
				if (ms >= 0 && !(event.type === "gift" && event.delta <= 0)) placed.push({ ms, event });
			}
			yield placed;
			await new Promise((resolve) => setImmediate(resolve));
		}
	}
}

const width = 1920;
const height = 1080;
const fontSize = 48;
const lineHeight = 56;
/** Number of lanes. The lower part of the picture stays free. */
const lanes = Math.floor((height * 0.6) / lineHeight);
/** Time a line takes to cross the picture, ms. */
const crossMs = 12_000;
/** Maximum length of a line, characters. Longer ones cannot be read while they pass. */
const maxChars = 200;

const style = (name: string, colour: string) =>
	`Style: ${name},Microsoft YaHei,${fontSize},${colour},${colour},&H64000000,&H64000000,0,0,0,0,100,100,0,0,1,2,0,7,0,0,0,1`;

const head = `\uFEFF[Script Info]
; ${ownMark}
ScriptType: v4.00+
PlayResX: ${width}
PlayResY: ${height}
WrapStyle: 2
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
${style("Chat", "&H00FFFFFF")}
${style("Gift", "&H0000D7FF")}

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
`;

/**
 * Writes subtitles in which each message crosses the picture from right to left, gifts in gold. Lines do not collide
 * while there is room; if more is said than fits they overlap, and none is left out.
 */
export async function* writeAss(
	pages: AsyncIterable<readonly StoredEvent[]>,
	options: RecordingOptions,
): AsyncGenerator<string, void> {
	yield head;
	const free = new Array<Lane>(lanes).fill({ entered: 0, left: 0 });
	for await (const group of placedIn(pages, options)) {
		yield group.map((placed) => dialogue(placed, free, options.language)).join("");
	}
}

/** Times at which the last line of a lane is fully in the picture, and at which it has left it, ms of the recording. */
interface Lane {
	entered: number;
	left: number;
}

function dialogue({ ms, event }: Placed, free: Lane[], language: Language): string {
	const shown = plain(saidIn(event, language));
	const wide = widthOf(shown);
	const lane = place(free, ms, wide);
	const y = lane * lineHeight;
	const name = event.type === "gift" ? "Gift" : "Chat";
	return `Dialogue: 0,${clock(ms)},${clock(ms + crossMs)},${name},,0,0,0,,{\\move(${width},${y},${-wide},${y})}${shown}\n`;
}

function saidIn(event: Shown, language: Language): string {
	if (event.type === "gap") return gapLine(event, language);
	if (event.type !== "gift") return event.content;
	return exportTexts.gave(event.user?.nickname ?? "", event.gift_name, event.delta)[language];
}

/** Returns the first lane in which the line touches no earlier one, otherwise the lane that is free soonest. */
function place(free: Lane[], ms: number, wide: number): number {
	// Time at which the line would catch up: its front is at the left edge then.
	const reaches = ms + (crossMs * width) / (width + wide);
	const open = free.findIndex(({ entered, left }) => entered <= ms && left <= reaches);
	const soonest = free.reduce((best, { entered }, at) => (entered < (free[best]?.entered ?? 0) ? at : best), 0);
	const at = open < 0 ? soonest : open;
	free[at] = { entered: ms + (crossMs * wide) / (width + wide), left: ms + crossMs };
	return at;
}

/**
 * Returns the approximate width of the text, px of the script: characters that are not Latin are as wide as they are
 * high.
 */
function widthOf(shown: string): number {
	let half = 0;
	for (const char of shown) half += char < "\u0300" ? 1 : 2;
	return Math.ceil((half * fontSize) / 2);
}

/** Removes commands of the format and line ends. */
function plain(said: string): string {
	const line = said.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").replace(/\p{Cs}/gu, "\uFFFD");
	const safe = line.replaceAll("{", "｛").replaceAll("}", "｝").replaceAll("\\", "＼");
	return safe.length > maxChars ? `${[...safe].slice(0, maxChars - 1).join("")}…` : safe;
}

/** Formats a time as `1:02:03.45`. */
function clock(ms: number): string {
	const hundredths = Math.round(ms / 10);
	const two = (value: number) => String(value).padStart(2, "0");
	const seconds = Math.floor(hundredths / 100);
	const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
	return `${hours}:${two(minutes)}:${two(seconds % 60)}.${two(hundredths % 100)}`;
}

/** Scrolling from right to left, in the usual size, white. */
const look = "1,25,16777215";
const noBreakSpace = "\u00a0";
/** Price of a diamond in these files. A yuan is 10 diamonds, and 1000 of their units. */
const priceOfDiamond = 100;

/**
 * Writes danmaku in the format of Bilibili's own tools and of those made for them: `<d>` for messages, `<gift>` for
 * gifts, with the `price` of one in thousandths of a yuan. Times are those of the recording. Two readers are stricter
 * than XML: danmaku2ass recognises the format by a declaration with `<i>` on the same line, and DanmakuFactory ends
 * every attribute but `user` at a space.
 */
export async function* writeBilibiliXml(
	pages: AsyncIterable<readonly StoredEvent[]>,
	options: RecordingOptions,
): AsyncGenerator<string, void> {
	yield '<?xml version="1.0" encoding="utf-8"?><i>\n<chatserver>chat.bilibili.com</chatserver>\n<chatid>0</chatid>\n';
	let head = metadata(options.liveId, options.from);
	const groups = placedIn(pages, options, (begin) => {
		head = metadata(options.liveId, begin - (options.offsetMs ?? 0));
	});
	for await (const group of groups) {
		yield head + group.map((placed) => element(placed, options.language)).join("");
		head = "";
	}
	yield `${head}</i>\n`;
}

function metadata(liveId: string, begin: number | undefined): string {
	const start = begin === undefined ? "" : `<video_start_time>${begin}</video_start_time>`;
	return `<!-- ${ownMark} -->\n<metadata><platform>douyin</platform><room_id>${text(liveId)}</room_id>${start}</metadata>\n`;
}

function element({ ms, event }: Placed, language: Language): string {
	const seconds = (ms / 1000).toFixed(3);
	if (event.type === "gap") {
		const line = text(gapLine(event, language));
		return `<d p="${seconds},${look},${event.at},0,0,0,0" user="livekeeper" uid="0" timestamp="${event.at}">${line}</d>\n`;
	}
	const { id: uid = "", nickname = "" } = event.user ?? {};
	const who = `user="${attribute(nickname)}" uid="${attribute(uid)}" timestamp="${event.at}"`;
	if (event.type === "gift") {
		const { gift_name: name, delta, diamonds } = event;
		const price = (diamonds / delta) * priceOfDiamond;
		return `<gift ts="${seconds}" giftname="${attribute(name.replaceAll(" ", noBreakSpace))}" giftcount="${delta}" price="${price}" ${who}/>\n`;
	}
	const hash = crc32(uid).toString(16);
	return `<d p="${seconds},${look},${event.at},0,${hash},${attribute(uid)},0" ${who}>${text(event.content)}</d>\n`;
}

/** Characters that XML must not contain, not even escaped: control characters, lone surrogates, and two others. */
const forbidden =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for
	/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF\p{Cs}]/gu;
const entities: Readonly<Record<string, string>> = { "<": "&lt;", ">": "&gt;", "&": "&amp;" };

/**
 * Escapes text. A parser turns a lone CR into a line end, and any line end within an attribute into a space, so both
 * are escaped.
 */
const text = (value: string) =>
	value
		.replace(forbidden, "\uFFFD")
		.replace(/[<>&]/g, (char) => entities[char] ?? char)
		.replaceAll("\r", "&#13;");
const attribute = (value: string) =>
	text(value).replaceAll('"', "&quot;").replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
