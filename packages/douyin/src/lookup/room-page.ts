import type { Anchor } from "../upstream.ts";
import { digitsNamed, isObject, objectsNamed, type ScanBudget } from "./escaped-json.ts";

/** What a room's page says, before anything is concluded from it. */
export type RoomPage =
	| {
			kind: "room";
			roomId: string;
			/** 2: live, 4: ended. */
			status: number;
			title: string;
			/** URL of its picture, or "". */
			cover: string;
			anchor: Anchor | undefined;
			/** The visitor's id; "" where the page names none. */
			userUniqueId: string;
			/** ms; `undefined` while the page names no time of finish. */
			finishedAt: number | undefined;
	  }
	| { kind: "no_room"; anchor: Anchor }
	| { kind: "empty" }
	/** The upstream wants to see a person. */
	| { kind: "captcha" }
	/** No state in it: a shell, or a layout that has changed. */
	| { kind: "unreadable" };

const scanBudget = 8 * 1024 * 1024;

/** Reads a room's page (the web page's protocol, "room lookup"). Never throws, whatever the page holds. */
export function parseRoomPage(html: string): RoomPage {
	const budget: ScanBudget = { left: scanBudget };
	let best: RoomPage | undefined;
	for (const info of roomInfos(html, budget)) {
		const page = readRoomInfo(info, html);
		if (page.kind === "room") return page;
		if (!best || best.kind === "empty") best = page;
	}
	if (best) return best;
	return looksLikeCaptcha(html) ? { kind: "captcha" } : { kind: "unreadable" };
}

function* roomInfos(html: string, budget: ScanBudget): Generator<Record<string, unknown>> {
	const marker = html.indexOf("roomStore");
	if (marker < 0) return;
	for (const store of objectsNamed(html, "roomStore", budget)) {
		if (isObject(store["roomInfo"])) yield store["roomInfo"];
	}
	// Something else in the store may be no JSON: the part that matters can still be read by itself.
	yield* objectsNamed(html.slice(marker), "roomInfo", budget);
}

function readRoomInfo(info: Record<string, unknown>, html: string): RoomPage {
	const room = isObject(info["room"]) ? info["room"] : {};
	const anchor = readAnchor(info["anchor"]) ?? readAnchor(room["owner"]);
	const roomId = id(room["id_str"]) || id(info["roomId"]);
	const status = Number(room["status"]);
	if (roomId && Number.isInteger(status)) {
		const finishTime = Number(room["finish_time"]);
		return {
			kind: "room",
			roomId,
			status,
			title: text(room["title"]),
			cover: pictureOf(room["cover"]),
			anchor,
			userUniqueId: digitsNamed(html, "user_unique_id"),
			finishedAt: finishTime > 0 ? finishTime * 1000 : undefined,
		};
	}
	return anchor ? { kind: "no_room", anchor } : { kind: "empty" };
}

/** The person behind a room, as the page and `web/enter` describe them; `undefined` without an id. */
export function readAnchor(value: unknown): Anchor | undefined {
	if (!isObject(value)) return undefined;
	const anchorId = id(value["id_str"]);
	if (!anchorId) return undefined;
	return { id: anchorId, nickname: text(value["nickname"]), avatar: pictureOf(value["avatar_thumb"]) };
}

/** URL of a picture, the first of those that its object lists; "" without one. */
export function pictureOf(value: unknown): string {
	const urls = isObject(value) ? value["url_list"] : undefined;
	return text(Array.isArray(urls) ? urls[0] : "");
}

/** A decimal id, or "". Numbers are not taken: past 2^53 they are already wrong. */
export function id(value: unknown): string {
	return typeof value === "string" && /^[1-9]\d{0,19}$/.test(value) ? value : "";
}

/** Text that people wrote, of a sane length; "" for anything else. */
export function text(value: unknown): string {
	return typeof value === "string" && value !== "$undefined" ? value.slice(0, 2_000) : "";
}

/** Whether a page without state is one that asks for a captcha. */
export function looksLikeCaptcha(html: string): boolean {
	return /captcha|verifycenter|验证码/i.test(html.slice(0, 256 * 1024));
}
