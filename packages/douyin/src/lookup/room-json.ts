import type { SiteProfile } from "../site-profile/index.ts";
import type { Anchor, RoomLookup } from "../upstream.ts";
import { isObject } from "./escaped-json.ts";

/** The site's `room` object, as the page and the JSON calls have it. */
export interface RoomJson {
	roomId: string;
	/** 2: live, 4: ended. */
	status: number;
	title: string;
	/** URL of its picture, or "". */
	cover: string;
	/** Time of finish, ms; `undefined` if it names none. */
	finishedAt: number | undefined;
	voice: boolean;
}

const liveStatus = 2;

/** Words and codes by which the site says what a room is. */
type Words = SiteProfile["refusals"];

/**
 * Reads a `room` object.
 * @param elsewhere a room id beside it, for objects without one
 * @returns `undefined` if there is no room, `"unreadable"` for an object that names one in an unknown way
 */
export function readRoom(value: unknown, elsewhere: unknown): RoomJson | "unreadable" | undefined {
	if (!isObject(value)) return undefined;
	const roomId = id(value["id_str"]) || id(elsewhere);
	if (!roomId) return isNone(value["id_str"]) ? undefined : "unreadable";
	const status = wholeNumber(value["status"]);
	if (status === undefined) return "unreadable";
	const finishTime = Number(value["finish_time"]);
	return {
		roomId,
		status,
		title: text(value["title"]),
		cover: pictureOf(value["cover"]),
		finishedAt: finishTime > 0 ? finishTime * 1000 : undefined,
		voice: value["live_type_audio"] === true,
	};
}

/** Whether the value is one by which the site leaves an id out. */
function isNone(value: unknown): boolean {
	return value === undefined || value === null || value === "" || value === "0" || value === "$undefined";
}

export interface SeenRoom {
	liveId: string;
	anchor: Anchor | undefined;
	userUniqueId: string;
}

/** Converts a `room` object to an answer. */
export function answerOf(words: Words, room: RoomJson, { liveId, anchor, userUniqueId }: SeenRoom): RoomLookup {
	const { roomId, title, cover, finishedAt } = room;
	const common = { liveId, roomId, title, ...(cover && { cover }), ...(anchor && { anchor }) };
	if (room.status === liveStatus) {
		const hint = finishedAt !== undefined && { finishedAt };
		return { status: "live", ...common, userUniqueId, ...hint, ...(room.voice && { kind: "voice" as const }) };
	}
	return isClosed(words, anchor) ? { status: "closed", liveId, anchor } : { status: "offline", ...common };
}

/**
 * As {@link answerOf}, for calls that name a time of finish only once the broadcast is over, whatever the status says.
 */
export function answerOfFinished(words: Words, room: RoomJson, seen: SeenRoom): RoomLookup {
	return answerOf(words, room.finishedAt === undefined ? room : { ...room, status: 4 }, seen);
}

/**
 * Reads a state that a JSON call puts into words or a code instead of a room: over, or hidden from this visitor.
 * @returns `undefined` if it is neither
 */
export function saidOf(
	words: Words,
	reply: Record<string, unknown>,
	{ liveId, anchor, roomId }: { liveId: string; anchor?: Anchor | undefined; roomId?: string | undefined },
): RoomLookup | undefined {
	const data = reply["data"];
	const prompts = isObject(data) ? text(data["prompts"]) : "";
	if (prompts.includes(words.hidden_text)) return { status: "hidden", liveId, ...(anchor && { anchor }) };
	if (reply["status_code"] !== words.over_code && !prompts.includes(words.over_text)) return undefined;
	return { status: "offline", liveId, ...(roomId && { roomId }), title: "", ...(anchor && { anchor }) };
}

export function isClosed(words: Words, anchor: Anchor | undefined): anchor is Anchor {
	return anchor?.nickname === words.closed_name;
}

/** Reads the anchor of a room; `undefined` without an id. */
export function readAnchor(value: unknown): Anchor | undefined {
	if (!isObject(value)) return undefined;
	const anchorId = id(value["id_str"]);
	if (!anchorId) return undefined;
	const secUid = value["sec_uid"];
	return {
		id: anchorId,
		nickname: text(value["nickname"]),
		avatar: pictureOf(value["avatar_thumb"]),
		...(typeof secUid === "string" && /^[\w.-]{1,200}$/.test(secUid) && { secUid }),
	};
}

/** Returns the anchor if it has what `reflow` needs; otherwise `undefined`. */
export function reachable(anchor: Anchor | undefined): (Anchor & { secUid: string }) | undefined {
	return anchor?.secUid === undefined ? undefined : { ...anchor, secUid: anchor.secUid };
}

/** Returns the first URL that a picture's object lists; "" without one. */
function pictureOf(value: unknown): string {
	const urls = isObject(value) ? value["url_list"] : undefined;
	return text(Array.isArray(urls) ? urls[0] : "");
}

/** Returns a decimal id, or "". Rejects numbers: beyond 2^53 they are already wrong. */
export function id(value: unknown): string {
	return typeof value === "string" && /^[1-9]\d{0,19}$/.test(value) ? value : "";
}

/** Returns text that users wrote, of a sane length; "" for anything else. */
export function text(value: unknown): string {
	return typeof value === "string" && value !== "$undefined" ? value.slice(0, 2_000) : "";
}

/** Returns a whole number, also if written in digits. */
export function wholeNumber(value: unknown): number | undefined {
	const number = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;
	return Number.isInteger(number) ? (number as number) : undefined;
}
