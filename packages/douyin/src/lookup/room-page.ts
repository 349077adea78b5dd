import type { Anchor } from "../upstream.ts";
import { digitsNamed, isObject, objectsNamed, type ScanBudget } from "./escaped-json.ts";
import { type RoomJson, reachable, readAnchor, readRoom, wholeNumber } from "./room-json.ts";

/** Content of a room's page, before anything is concluded from it. */
export type RoomPage =
	| {
			kind: "room";
			room: RoomJson;
			anchor: Anchor | undefined;
			/** The visitor's id; "" if the page names none. */
			userUniqueId: string;
	  }
	/** A voice room is live, and the page lacks its broadcast. */
	| { kind: "voice"; anchor: Anchor & { secUid: string } }
	/** The page has no state, or not in a known form: a captcha, a shell, a layout that has changed. */
	| { kind: "unreadable" }
	| { kind: "no_room"; anchor: Anchor }
	| { kind: "empty" };

const scanBudget = 8 * 1024 * 1024;
/** `enter_mode` of a voice room, whose page has no room (biliLive-tools #469, 2026-06). */
const voiceMode = 1;

/** Precedence of results, if a page holds its state several times. */
const ranks: readonly RoomPage["kind"][] = ["room", "voice", "unreadable", "no_room", "empty"];

/** Parses a room's page (the web page's protocol, "room lookup"). Never throws, whatever the page holds. */
export function parseRoomPage(html: string): RoomPage {
	const budget: ScanBudget = { left: scanBudget };
	let best: RoomPage | undefined;
	for (const info of roomInfos(html, budget)) {
		const page = readRoomInfo(info, html);
		if (page.kind === "room") return page;
		if (!best || ranks.indexOf(page.kind) < ranks.indexOf(best.kind)) best = page;
	}
	return best ?? { kind: "unreadable" };
}

function* roomInfos(html: string, budget: ScanBudget): Generator<Record<string, unknown>> {
	const marker = html.indexOf("roomStore");
	if (marker < 0) return;
	for (const store of objectsNamed(html, "roomStore", budget)) {
		if (isObject(store["roomInfo"])) yield store["roomInfo"];
	}
	// Another part of the store may be invalid JSON: the relevant part can still be read by itself.
	yield* objectsNamed(html.slice(marker), "roomInfo", budget);
}

function readRoomInfo(info: Record<string, unknown>, html: string): RoomPage {
	const value = info["room"];
	const room = readRoom(value, info["roomId"]);
	const anchor = readAnchor(info["anchor"]) ?? readAnchor(isObject(value) ? value["owner"] : undefined);
	if (room === "unreadable") return { kind: "unreadable" };
	const voice = wholeNumber(info["enter_mode"]) === voiceMode;
	if (room) {
		const userUniqueId = digitsNamed(html, "user_unique_id");
		return { kind: "room", room: { ...room, voice: room.voice || voice }, anchor, userUniqueId };
	}
	if (voice) {
		const known = reachable(anchor);
		return known ? { kind: "voice", anchor: known } : { kind: "unreadable" };
	}
	return anchor ? { kind: "no_room", anchor } : { kind: "empty" };
}
