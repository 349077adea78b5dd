import { parseLiveId } from "../lookup/index.ts";
import { isSiteHost } from "../net/index.ts";

/** Why a pasted text leads to no room. */
export type LinkProblem =
	/** It is empty. */
	| "empty"
	/** More than {@link maxLinks} rooms, or longer than any share text. */
	| "too_much"
	/** A user's home page, which says nothing of their room. */
	| "profile"
	/** A video or a picture. */
	| "video"
	/** An address of the site that names no room. */
	| "no_room"
	/** An address of another site. */
	| "foreign"
	/** Neither an address nor a live id. */
	| "not_understood";

/** Why a part of a text leads to no room although the text names one. */
export type AsideReason = "no_room" | "foreign" | "words" | "repeated";

/** A room, link or account that the site can look up. `text` is the text in which it was found. */
export type UsableLink =
	/** A live id (`web_rid`) or the anchor's 抖音号: the site finds the room by both. */
	| { kind: "room"; text: string; liveId: string }
	/** A short link: only the site knows where it leads. */
	| { kind: "short"; text: string; code: string }
	/** One broadcast, as the app's links name it, or by its id alone. */
	| { kind: "broadcast"; text: string; roomId: string; secUid: string };

/**
 * One part of a pasted text and where it leads, without invisible characters. All parts that lead nowhere for the same
 * reason are one, joined by spaces.
 */
export type PastedLink =
	| UsableLink
	| { kind: "unusable"; text: string; problem: LinkProblem }
	/** Words around a link, for example: not an error, but reported. */
	| { kind: "aside"; text: string; reason: AsideReason };

/** Maximum number of rooms in one text. */
export const maxLinks = 20;
const maxTextLength = 20_000;
const siteUrl = "https://live.douyin.com";

/** Patterns for parts of a line. Each kind is searched in the text that the kinds before it left. */
const partKinds = [
	/**
	 * An address with a scheme, or a bare one that begins with a host of the site. A comma ends it, because addresses
	 * are listed like that.
	 */
	{
		kind: "address",
		pattern:
			/https?:\/\/(?:(?!https?:\/\/)[\w\-.~:/?#@!$&'()*+=%[\]])+|(?<![\w.-])(?:[\w-]+\.)*(?:douyin|iesdouyin|amemv)\.com(?![\w.-])(?:[/?#](?:(?!https?:\/\/)[\w\-.~:/?#@!$&'()*+=%])*)?/giu,
	},
	/** Labels that users write before an id. */
	{
		kind: "labelled",
		pattern:
			/(?:抖音(?:号|id)\s*:?|(?:直播间(?:号|id)?|直播号|房间号|(?<![\w.-])(?:live_id|room|id))\s*:)\s*@?[A-Za-z0-9_.-]+/giu,
	},
	/** A nickname in a share text. */
	{ kind: "name", pattern: /【[^】]*】/gu },
	{ kind: "word", pattern: /[!-+\--:<-{}~]+|[^\s!-~、【】]+/gu },
] as const;

interface Part {
	kind: (typeof partKinds)[number]["kind"];
	text: string;
	/** Characters next to it. */
	before: string;
	after: string;
}

/**
 * Finds rooms in a pasted text (compat: "Links that people paste"): addresses of rooms, the app's share texts, live
 * ids, 抖音号 and ids of broadcasts, one or several. Each room is returned once, in the order of the text; after the rooms
 * follow the parts that lead nowhere, each reason once, so that no letter or digit of the text is left out. Never
 * throws, never sends a request.
 *
 * @param baseUrl base URL of the upstream; if it is not the site's own, the site's other hosts are folders under it
 * @example
 * ```ts
 * import { readLinks } from "@livekeeper/douyin";
 * const [room, rest] = readLinks("来看直播 https://live.douyin.com/261378947940");
 * console.log(room); // → { kind: "room", text: "https://live.douyin.com/261378947940", liveId: "261378947940" }
 * console.log(rest); // → { kind: "aside", text: "来看直播", reason: "words" }
 * ```
 */
export function readLinks(text: string, baseUrl: string = siteUrl): PastedLink[] {
	if (text.length > maxTextLength) {
		return [unusable(`${[...text.trim().slice(0, 80)].slice(0, 40).join("")}…`, "too_much")];
	}
	// Chats and web pages put invisible characters into copied text; a Chinese keyboard types full-width ones.
	const plain = text.normalize("NFKC").replace(/[\p{Cf}\p{DI}\u2800]/gu, "");
	const lines = plain.split(/[\n\r\t]+/).map((line) => partsOf(line, partKinds));
	const isSingle = lines.flat().length === 1;
	const found = groupLinks(lines.flatMap((parts) => readLine(parts, isSingle, baseUrl)));
	if (found.length > 0) return found;
	return [unusable(plain.trim(), plain.trim() === "" ? "empty" : "not_understood")];
}

function partsOf(text: string, [first, ...others]: readonly (typeof partKinds)[number][]): Part[] {
	if (!first) return [];
	const parts: Part[] = [];
	let from = 0;
	for (const match of text.matchAll(first.pattern)) {
		const to = match.index + match[0].length;
		parts.push(...partsOf(text.slice(from, match.index), others));
		parts.push({ kind: first.kind, text: match[0], before: text.slice(0, match.index), after: text.slice(to) });
		from = to;
	}
	return [...parts, ...partsOf(text.slice(from), others)];
}

/**
 * Reads one line. In a sentence, only a part that can hardly be a word is an id; in a list, any part that could be one.
 */
function readLine(parts: readonly Part[], isSingle: boolean, baseUrl: string): PastedLink[] {
	const words = parts.filter(({ kind }) => kind === "word");
	const isSentence =
		parts.some(({ kind }) => kind === "name") ||
		words.some(({ text }) => /[^\0-\x7f]/.test(text) && /\p{L}/u.test(text)) ||
		words.filter(({ text }) => /^[A-Za-z']+[.!?]?$/.test(text)).length > 2;
	return parts.flatMap((part): PastedLink[] => {
		const { kind, text } = part;
		if (kind === "address") return [readUrl(text.replace(/[.:!?([)\]']+$/, ""), baseUrl)];
		if (kind === "labelled") return [idOf(text, /[A-Za-z0-9_.-]+$/.exec(text)?.[0] ?? "") ?? aside(text, "words")];
		const bare = text.replace(/^["'([<{]*@?/, "").replace(/[.!?"')\]>}]+$/, "");
		const isId =
			isSingle || (isSentence ? isPlainlyId(bare, part) : bare.length > 3 && !/^(?:room|live_id)$/i.test(bare));
		const found = kind === "word" && isId ? idOf(text, bare) : undefined;
		if (found) return [found];
		// Punctuation alone names nothing.
		return /[\p{L}\p{N}]/u.test(text) ? [aside(text, "words")] : [];
	});
}

/** Whether a word of a sentence is an id: preceded by `@`, or digits that are not an amount. */
function isPlainlyId(bare: string, { text, before, after }: Part): boolean {
	if (text.startsWith("@")) return bare.length > 3;
	if (!/^\d{4,}$/.test(bare)) return false;
	const isGlued = /\p{L}$/u.test(before) || /^\p{L}/u.test(after);
	return isGlued ? bare.length > 8 : !/^\s*[年月日号点分秒元块人万个级]/.test(after);
}

/**
 * Groups links: each room once, then each reason once. Next to a room, an address that leads nowhere is no error,
 * because share texts have some.
 */
function groupLinks(links: readonly PastedLink[]): PastedLink[] {
	const rooms = new Map<string, PastedLink>();
	const others: PastedLink[] = [];
	for (const link of links) {
		if (link.kind === "unusable" || link.kind === "aside") others.push(link);
		else if (rooms.has(keyOf(link))) others.push(aside(link.text, "repeated"));
		else if (rooms.size < maxLinks) rooms.set(keyOf(link), link);
		else others.push(unusable(link.text, "too_much"));
	}
	const isNamed = rooms.size > 0;
	const isRefused = others.some(({ kind }) => kind === "unusable");
	const grouped = new Map<string, PastedLink>();
	for (const other of others) {
		let link = other;
		if (other.kind === "aside" && !isNamed && !isRefused) link = unusable(other.text, "not_understood");
		if (other.kind === "unusable" && isNamed && (other.problem === "foreign" || other.problem === "no_room")) {
			link = aside(other.text, other.problem);
		}
		const same = grouped.get(keyOf(link));
		grouped.set(keyOf(link), same ? { ...same, text: `${same.text} ${link.text}` } : link);
	}
	const reasons = [...grouped.values()];
	const ofKind = (kindOfReason: PastedLink["kind"]) => reasons.filter(({ kind }) => kind === kindOfReason);
	return [...rooms.values(), ...ofKind("unusable"), ...ofKind("aside")];
}

/** Returns where an address of the site leads. */
export function readUrl(text: string, baseUrl: string = siteUrl): PastedLink {
	const written = /^https?:\/\//i.test(text) ? text : `https://${text}`;
	const url = URL.canParse(written) ? siteAddress(new URL(written), new URL(baseUrl)) : undefined;
	if (!url) return unusable(text, "foreign");
	const [first = "", second = "", third = ""] = url.path.split("/").filter((part) => part !== "");
	if (url.host === "v.douyin.com") {
		return /^[\w-]{4,40}$/.test(first) ? { kind: "short", text, code: first } : unusable(text, "no_room");
	}
	const broadcast = /\/reflow\/(\d{5,20})(?:\/|$)/.exec(url.path)?.[1];
	if (broadcast) {
		const secUid = url.query.get("sec_user_id") ?? "";
		return { kind: "broadcast", text, roomId: broadcast, secUid: /^[\w.-]{1,200}$/.test(secUid) ? secUid : "" };
	}
	if (first === "user" || (first === "share" && second === "user")) return unusable(text, "profile");
	if (["video", "note"].includes(first) || (first === "share" && second === "video")) return unusable(text, "video");
	const isList = (first === "follow" || first === "root") && second === "live";
	if (isList) return roomOf(text, third);
	return url.host === "live.douyin.com" && second === "" ? roomOf(text, first) : unusable(text, "no_room");
}

/** Returns the address as the site has it, with its host; `undefined` if it is another site's. */
function siteAddress(url: URL, base: URL): { host: string; path: string; query: URLSearchParams } | undefined {
	const { pathname, searchParams: query } = url;
	if (url.username || url.password || !/^https?:$/.test(url.protocol)) return undefined;
	if (!isSiteHost(base.hostname) && url.host === base.host) {
		// Under another base URL the other hosts are folders (`/v.douyin.com/…`).
		const folder = /^\/([a-z]+\.(?:douyin|amemv)\.com)(\/.*)$/.exec(pathname);
		return { host: folder?.[1] ?? "live.douyin.com", path: folder?.[2] ?? pathname, query };
	}
	if (url.port !== "") return undefined;
	const known = /(?:^|\.)(?:douyin|iesdouyin|amemv)\.com$/.test(url.hostname);
	return known ? { host: url.hostname, path: pathname, query } : undefined;
}

function roomOf(text: string, id: string): PastedLink {
	return idOf(text, id) ?? unusable(text, "no_room");
}

/** Reads a live id or the id of a broadcast; `undefined` if it can't be one. */
function idOf(text: string, id: string): PastedLink | undefined {
	const parsed = parseLiveId(id);
	if (parsed.ok) return { kind: "room", text, liveId: parsed.liveId };
	return parsed.code === "room_id" ? { kind: "broadcast", text, roomId: id, secUid: "" } : undefined;
}

function unusable(text: string, problem: LinkProblem): PastedLink {
	return { kind: "unusable", text, problem };
}

function aside(text: string, reason: AsideReason): PastedLink {
	return { kind: "aside", text, reason };
}

function keyOf(link: PastedLink): string {
	switch (link.kind) {
		case "room":
			return `room ${link.liveId}`;
		case "short":
			return `short ${link.code}`;
		case "broadcast":
			return `broadcast ${link.roomId}`;
		case "unusable":
			return `unusable ${link.problem}`;
		case "aside":
			return `aside ${link.reason}`;
		default:
			return link satisfies never;
	}
}
