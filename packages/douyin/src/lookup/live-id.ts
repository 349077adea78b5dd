export type LiveIdProblem =
	| "not_a_string"
	| "empty"
	| "too_long"
	| "bad_characters"
	| "foreign_url"
	| "no_id_in_url"
	/** The id of one broadcast (`room_id`): a room has it only for a while. */
	| "room_id";

export type ParsedLiveId =
	| { ok: true; liveId: string }
	| { ok: false; code: LiveIdProblem; message: string; hint: string };

const maxIdChars = 64;
const maxInputChars = 2_048;
const host = "live.douyin.com";
/** Ids of broadcasts have 19 digits, the first of them 6 or 7; live ids and 抖音号 are far shorter. */
const roomId = /^[67]\d{18}$/;
const idHint = `Give the last part of the room's address, e.g. 261378947940 from https://${host}/261378947940.`;

/**
 * Parses a live id as users give it: digits, a short name (letters, digits, `_`, `-`, `.`), or the room's
 * `https://live.douyin.com/…` address with or without the scheme. Never throws; the resulting id can be part of a path
 * as it is.
 * @example
 * ```ts
 * import { parseLiveId } from "@livekeeper/douyin";
 * console.log(parseLiveId("https://live.douyin.com/261378947940?from=x")); // → { ok: true, liveId: "261378947940" }
 * const refused = parseLiveId("https://example.com/1");
 * if (!refused.ok) console.log(refused.code); // → "foreign_url"
 * ```
 */
export function parseLiveId(input: unknown): ParsedLiveId {
	if (typeof input === "number") return fromNumber(input);
	if (typeof input !== "string") return refuse("not_a_string", "The live id is not a string.");
	if (input.length > maxInputChars) return refuse("too_long", `The live id is longer than ${maxIdChars} characters.`);
	const text = input.trim();
	if (text === "") return refuse("empty", "The live id is empty.");
	return looksLikeUrl(text) ? fromUrl(text) : fromId(text);
}

/** Accepts digits that a program wrote as a number. An inexact number would name another room. */
function fromNumber(value: number): ParsedLiveId {
	if (Number.isSafeInteger(value) && value > 0) return fromId(String(value));
	return refuse("not_a_string", "The live id is a number that JSON can't hold exactly: write it in quotes.");
}

function looksLikeUrl(text: string): boolean {
	return text.includes("//") || text.toLowerCase().startsWith(host);
}

function fromUrl(text: string): ParsedLiveId {
	const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text.replace(/^\/+/, "")}`;
	const url = URL.canParse(address) ? new URL(address) : undefined;
	const ours = url?.hostname === host && /^https?:$/.test(url.protocol) && !url.port && !url.username && !url.password;
	if (!url || !ours) {
		return refuse("foreign_url", `Only addresses of https://${host}/ are live rooms.`);
	}
	// The parser's handling of dots and backslashes must not change what was written.
	const path = /^[^?#]*?\/\/[^/?#\\]+([^?#]*)/.exec(address)?.[1] ?? "";
	if (path !== url.pathname && path !== "") {
		return refuse("bad_characters", "The address holds characters that no live id has.");
	}
	const id = url.pathname.replace(/^\//, "").replace(/\/$/, "");
	if (id === "") return refuse("no_id_in_url", "The address names no room.");
	return fromId(id);
}

function fromId(id: string): ParsedLiveId {
	if (id.length > maxIdChars) return refuse("too_long", `The live id is longer than ${maxIdChars} characters.`);
	if (!/^[A-Za-z0-9_.-]+$/.test(id) || /^\.+$/.test(id)) {
		return refuse("bad_characters", "A live id holds only letters, digits, '_', '-' and '.'.");
	}
	if (roomId.test(id)) {
		return refuse("room_id", "This is the id of one broadcast (room_id), which the room's next one no longer has.");
	}
	return { ok: true, liveId: id };
}

function refuse(code: LiveIdProblem, message: string): ParsedLiveId {
	return { ok: false, code, message, hint: idHint };
}
