import { parseLiveId } from "../lookup/index.ts";
import { isSiteHost } from "../net/index.ts";

/** Why something that was pasted names no room. */
export type LinkProblem =
	/** There is nothing in it. */
	| "empty"
	/** More than {@link mostLinks}, or longer than any share text. */
	| "too_much"
	/** A person's home page, which says nothing of their room. */
	| "profile"
	/** A video or a picture. */
	| "video"
	/** An address of the site that names no room. */
	| "no_room"
	/** An address of another site. */
	| "foreign"
	/** No address, and no live id either. */
	| "not_understood";

/** What a piece of text that somebody pasted leads to. `text` is that piece. */
export type PastedLink =
	/** A live id (`web_rid`) or the anchor's 抖音号: the site has the room under both. */
	| { kind: "room"; text: string; liveId: string }
	/** A short link: only the site knows where it leads. */
	| { kind: "short"; text: string; code: string }
	/** One broadcast, as the app's links name it. */
	| { kind: "broadcast"; text: string; roomId: string; secUid: string }
	| { kind: "unusable"; text: string; problem: LinkProblem };

/** Most rooms in one text. */
export const mostLinks = 20;
const longestText = 20_000;
const siteUrl = "https://live.douyin.com";

/** An address with a scheme, or a bare one that begins with a host of the site. */
const address =
	/https?:\/\/[\w\-.~:/?#@!$&'()*+,;=%[\]]+|(?<![\w.-])(?:[\w-]+\.)*(?:douyin|iesdouyin|amemv)\.com(?![\w.-])(?:[/?#][\w\-.~:/?#@!$&'()*+,;=%]*)?/gi;
const betweenIds = /[\s,;，；、]+/;
/** People write what an id is before it. */
const idLabel = /^(?:抖音号|直播间(?:号|id)?|房间号|抖音id|id)\s*[:：]\s*/i;

/**
 * Finds what people paste to name rooms (compat: "Links that people paste"): addresses of rooms, the app's share texts,
 * live ids and 抖音号, one or several. Each room comes once, in the order of the text. Never throws, never asks the site.
 *
 * @param baseUrl of the upstream; under another one than the site's, that host has the site's other hosts as folders
 */
export function readLinks(text: string, baseUrl: string = siteUrl): PastedLink[] {
	const trimmed = text.trim();
	if (trimmed === "") return [unusable("", "empty")];
	if (trimmed.length > longestText)
		return [unusable(`${[...trimmed.slice(0, 80)].slice(0, 40).join("")}…`, "too_much")];
	const found = Array.from(trimmed.matchAll(address), ([match]) =>
		readUrl(match.replace(/[.,;:!?)\]']+$/, ""), baseUrl),
	);
	// A share text may name the app's home page or a music service beside the room.
	const usable = found.filter(({ kind }) => kind !== "unusable");
	const links = usable.length > 0 ? usable : found.length > 0 ? found : readIds(trimmed);
	const distinct = [...new Map(links.map((link) => [keyOf(link), link])).values()];
	return distinct.length > mostLinks ? [unusable(`${trimmed.slice(0, 40)}…`, "too_much")] : distinct;
}

/** Where an address of the site leads. */
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

/** The address as the site has it, with its host; `undefined` where it is another's. */
function siteAddress(url: URL, base: URL): { host: string; path: string; query: URLSearchParams } | undefined {
	const { pathname, searchParams: query } = url;
	if (url.username || url.password || !/^https?:$/.test(url.protocol)) return undefined;
	if (!isSiteHost(base.hostname) && url.host === base.host) {
		// There the other hosts are folders (`/v.douyin.com/…`).
		const folder = /^\/([a-z]+\.(?:douyin|amemv)\.com)(\/.*)$/.exec(pathname);
		return { host: folder?.[1] ?? "live.douyin.com", path: folder?.[2] ?? pathname, query };
	}
	if (url.port !== "") return undefined;
	const known = /(?:^|\.)(?:douyin|iesdouyin|amemv)\.com$/.test(url.hostname);
	return known ? { host: url.hostname, path: pathname, query } : undefined;
}

function roomOf(text: string, id: string): PastedLink {
	if (id === "") return unusable(text, "no_room");
	const parsed = parseLiveId(id);
	return parsed.ok ? { kind: "room", text, liveId: parsed.liveId } : unusable(text, "no_room");
}

/** Without an address, each word has to be an id. */
function readIds(text: string): PastedLink[] {
	const words = text.replace(idLabel, "").split(betweenIds);
	return words
		.filter((word) => word !== "")
		.map((word) => {
			const parsed = parseLiveId(word.replace(idLabel, ""));
			return parsed.ok
				? ({ kind: "room", text: word, liveId: parsed.liveId } satisfies PastedLink)
				: unusable(word, "not_understood");
		});
}

function unusable(text: string, problem: LinkProblem): PastedLink {
	return { kind: "unusable", text, problem };
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
			return `unusable ${link.problem} ${link.text}`;
		default:
			return link satisfies never;
	}
}
