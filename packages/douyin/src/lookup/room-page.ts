import { builtInProfile, type SiteProfile } from "../site-profile/index.ts";
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

/** Precedence of results, if a page holds its state several times. */
const ranks: readonly RoomPage["kind"][] = ["room", "voice", "unreadable", "no_room", "empty"];

/**
 * Parses a room's page (the web page's protocol, "room lookup"). Never throws, whatever the page holds.
 * @param names of its keys
 */
export function parseRoomPage(html: string, names: PageNames = builtInProfile.page): RoomPage {
	const budget: ScanBudget = { left: scanBudget };
	let best: RoomPage | undefined;
	for (const info of roomInfos(html, names, budget)) {
		const page = readRoomInfo(info, html, names);
		if (page.kind === "room") return page;
		if (!best || ranks.indexOf(page.kind) < ranks.indexOf(best.kind)) best = page;
	}
	return best ?? { kind: "unreadable" };
}

type PageNames = SiteProfile["page"];

function* roomInfos(html: string, names: PageNames, budget: ScanBudget): Generator<Record<string, unknown>> {
	const marker = html.indexOf(names.store);
	if (marker < 0) return;
	for (const { [names.info]: info } of objectsNamed(html, names.store, budget)) {
		if (isObject(info)) yield info;
	}
	// Another part of the store may be invalid JSON: the relevant part can still be read by itself.
	yield* objectsNamed(html.slice(marker), names.info, budget);
}

function readRoomInfo(info: Record<string, unknown>, html: string, names: PageNames): RoomPage {
	const value = info[names.room];
	const room = readRoom(value, info[names.room_id]);
	const anchor = readAnchor(info[names.anchor]) ?? readAnchor(isObject(value) ? value["owner"] : undefined);
	if (room === "unreadable") return { kind: "unreadable" };
	const voice = wholeNumber(info[names.mode]) === names.voice_mode;
	if (room) {
		const userUniqueId = digitsNamed(html, names.visitor);
		return { kind: "room", room: { ...room, voice: room.voice || voice }, anchor, userUniqueId };
	}
	if (voice) {
		const known = reachable(anchor);
		return known ? { kind: "voice", anchor: known } : { kind: "unreadable" };
	}
	return anchor ? { kind: "no_room", anchor } : { kind: "empty" };
}
