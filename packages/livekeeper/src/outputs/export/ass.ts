import type { StoredEvent } from "../../event-log/index.ts";
import { exportTexts, type Language } from "../../text/index.ts";
import { type Placed, placedIn, type RecordingOptions, type Shown } from "./subtitles.ts";

const width = 1920;
const height = 1080;
const fontSize = 48;
const lineHeight = 56;
/** The lower part is left free for what is seen there. */
const lanes = Math.floor((height * 0.6) / lineHeight);
/** How long a line takes to cross the picture, ms. */
const crossMs = 12_000;
/** Longer ones are nobody's to read while they pass, characters. */
const maxChars = 200;

const style = (name: string, colour: string) =>
	`Style: ${name},Microsoft YaHei,${fontSize},${colour},${colour},&H64000000,&H64000000,0,0,0,0,100,100,0,0,1,2,0,7,0,0,0,1`;

const head = `\uFEFF[Script Info]
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
 * Subtitles in which each message crosses the picture from right to left, gifts in gold. Lines do not run into each other
 * while there is room; where more is said than fits they overlap, and none is left out.
 */
export async function* writeAss(
	pages: AsyncIterable<readonly StoredEvent[]>,
	{ language, ...options }: RecordingOptions & { language: Language },
): AsyncGenerator<string, void> {
	yield head;
	const free = new Array<Lane>(lanes).fill({ entered: 0, left: 0 });
	for await (const group of placedIn(pages, options)) {
		yield group.map((placed) => dialogue(placed, free, language)).join("");
	}
}

/** When the last line of a lane is whole in the picture, and when it has left it, ms of the recording. */
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
	if (event.type !== "gift") return event.content;
	return exportTexts.gave(event.user?.nickname ?? "", event.gift_name, event.delta)[language];
}

/** The first lane in which the line touches none before it, or else the one that is free soonest. */
function place(free: Lane[], ms: number, wide: number): number {
	// When it would catch up: its front is at the left edge then.
	const reaches = ms + (crossMs * width) / (width + wide);
	const open = free.findIndex(({ entered, left }) => entered <= ms && left <= reaches);
	const soonest = free.reduce((best, { entered }, at) => (entered < (free[best]?.entered ?? 0) ? at : best), 0);
	const at = open < 0 ? soonest : open;
	free[at] = { entered: ms + (crossMs * wide) / (width + wide), left: ms + crossMs };
	return at;
}

/** About as wide as it is drawn, px of the script: what is not Latin is as wide as it is high. */
function widthOf(shown: string): number {
	let half = 0;
	for (const char of shown) half += char < "\u0300" ? 1 : 2;
	return Math.ceil((half * fontSize) / 2);
}

/** Nothing of it is a command of the format, or ends the line. */
function plain(said: string): string {
	const line = said.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").replace(/\p{Cs}/gu, "\uFFFD");
	const safe = line.replaceAll("{", "｛").replaceAll("}", "｝").replaceAll("\\", "＼");
	return safe.length > maxChars ? `${[...safe].slice(0, maxChars - 1).join("")}…` : safe;
}

/** As `1:02:03.45`. */
function clock(ms: number): string {
	const hundredths = Math.round(ms / 10);
	const two = (value: number) => String(value).padStart(2, "0");
	const seconds = Math.floor(hundredths / 100);
	const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
	return `${hours}:${two(minutes)}:${two(seconds % 60)}.${two(hundredths % 100)}`;
}
