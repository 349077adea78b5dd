import { crc32 } from "node:zlib";
import type { Language } from "@livekeeper/base/text";
import type { StoredEvent } from "@livekeeper/log";
import { gapLine, ownMark, type Placed, placedIn, type RecordingOptions } from "./subtitles.ts";

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
