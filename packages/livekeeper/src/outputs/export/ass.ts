import { exportTexts, type Language } from "@livekeeper/base/text";
import type { StoredEvent } from "@livekeeper/log";
import { gapLine, ownMark, type Placed, placedIn, type RecordingOptions, type Shown } from "./subtitles.ts";

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
