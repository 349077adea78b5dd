import { boundEvent, eventBounds, noteBounded } from "../events/bounds.ts";
import type {
	ChatEvent,
	EventBase,
	FansclubEvent,
	GiftEvent,
	LikeEvent,
	LiveUser,
	UpstreamEvent,
} from "../events/live-event.ts";

/** Number of fen (分) per diamond (抖币), which is a tenth of a yuan. */
export const fenOfDiamond = 10;

/**
 * Maximum age of an entry's time, ms: the platform redelivers for a day. An older time, or one in the future, is
 * invalid.
 */
const oldestMs = 2 * 86_400_000;
const aheadMs = 600_000;

/** Context in which entries are converted to events. */
export interface EntryContext {
	liveId: string;
	roomId: string;
	type: OfficialType;
	/** Time of arrival, ms since the epoch. */
	receivedAt: number;
}

/** Result of reading the platform's entries, each counted once. */
export interface ReadEntries {
	events: UpstreamEvent[];
	/** The platform's ids of them, in order, for acknowledging them. */
	msgIds: string[];
	/** Number of entries marked as made by the platform's test tool: they are no events. */
	tests: number;
	/** Number of entries without an id, or that are invalid. */
	unreadable: number;
}

type Fields = Record<string, unknown>;

/**
 * Parses the body of a callback, or the payload of a failed delivery: JSON text of a list.
 *
 * @throws SyntaxError if it is not JSON, TypeError if it is not a list
 */
export function parseEntries(text: string): unknown[] {
	const list: unknown = JSON.parse(text);
	if (!Array.isArray(list)) throw new TypeError("Expected a list of entries.");
	return list;
}

/**
 * Converts entries to events. Their ids are the platform's, with a prefix, and differ from the web's: no key joins the
 * two. In `user`, `secUid` is the app's own `sec_openid`. A gift reports only its increment: each is a streak of its
 * own.
 * @example
 * ```ts
 * import { parseEntries, readEntries } from "@livekeeper/douyin";
 * const entries = parseEntries('[{ "msg_id": "1", "nickname": "Anna", "gift_num": 2, "gift_value": 200 }]');
 * const context = { liveId: "261378947940", roomId: "7590", type: "live_gift", receivedAt: Date.now() } as const;
 * const { events, msgIds } = readEntries(entries, context);
 * for (const event of events) if (event.type === "gift") console.log(event.diamonds); // → 20
 * console.log(msgIds); // → ["1"]
 * ```
 */
export function readEntries(entries: readonly unknown[], context: EntryContext): ReadEntries {
	const read: ReadEntries = { events: [], msgIds: [], tests: 0, unreadable: 0 };
	for (const entry of entries) {
		const fields = fieldsOf(entry);
		const id = fields && textOf(fields["msg_id"]);
		if (!fields || !id) read.unreadable++;
		else if (fields["test"] === true) read.tests++;
		else {
			const event = eventOf(fields, baseOf(fields, id, context), context.type);
			boundEvent(event);
			read.events.push(event);
			read.msgIds.push(id);
		}
	}
	return read;
}

function eventOf(fields: Fields, base: EventBase, type: OfficialType): UpstreamEvent {
	switch (type) {
		case "live_comment":
			return { ...base, type: "chat", content: textOf(fields["content"]) } satisfies ChatEvent;
		case "live_like":
			return { ...base, type: "like", count: wholeOf(fields["like_num"]), total: 0 } satisfies LikeEvent;
		case "live_fansclub":
			return fansclub(fields, base);
		case "live_gift":
			return gift(fields, base);
	}
}

function gift(fields: Fields, base: EventBase): GiftEvent {
	const giftCount = Math.max(1, wholeOf(fields["gift_num"]));
	const count = Math.min(giftCount, eventBounds.count);
	if (giftCount > count) noteBounded(base, "count");
	const diamonds = wholeOf(fields["gift_value"]) / fenOfDiamond;
	return {
		...base,
		type: "gift",
		giftId: textOf(fields["sec_gift_id"]),
		giftName: "",
		giftImage: "",
		// The platform reports neither.
		giftType: 0,
		combo: false,
		groupCount: 1,
		count,
		delta: count,
		streakId: base.id,
		final: true,
		diamondCount: Math.round(diamonds / count),
		diamonds: Math.round(diamonds),
	};
}

/** `fansclub_reason_type`: 1 upgrade, 2 join. */
function fansclub(fields: Fields, base: EventBase): FansclubEvent {
	const reason = fields["fansclub_reason_type"];
	const action = reason === 1 ? "upgrade" : reason === 2 ? "join" : "other";
	return { ...base, type: "fansclub", action, code: wholeOf(reason), content: "" };
}

function baseOf(fields: Fields, id: string, { liveId, roomId, type, receivedAt }: EntryContext): EventBase {
	const timestamp = wholeOf(fields["timestamp"]);
	const isTime = timestamp >= receivedAt - oldestMs && timestamp <= receivedAt + aheadMs;
	return {
		id: `official:${type}:${id}`,
		liveId,
		roomId,
		method: type,
		source: "official",
		at: isTime ? timestamp : receivedAt,
		receivedAt,
		user: userOf(fields),
		...(timestamp > 0 && !isTime && { bounded: ["at"] }),
	};
}

function userOf(fields: Fields): LiveUser {
	return {
		id: "0",
		secUid: textOf(fields["sec_openid"]),
		nickname: textOf(fields["nickname"]),
		gender: "unknown",
		avatar: textOf(fields["avatar_url"]),
		level: 0,
		masked: false,
	};
}

function fieldsOf(entry: unknown): Fields | undefined {
	return typeof entry === "object" && entry !== null && !Array.isArray(entry) ? { ...entry } : undefined;
}

function textOf(value: unknown): string {
	return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

function wholeOf(value: unknown): number {
	const number = typeof value === "string" ? Number(value) : value;
	if (typeof number !== "number" || !(number > 0)) return 0;
	return Math.trunc(Math.min(number, Number.MAX_SAFE_INTEGER));
}

/** Kinds of data that the open platform pushes, by its own names. */
export const officialTypes = ["live_comment", "live_gift", "live_like", "live_fansclub"] as const;
export type OfficialType = (typeof officialTypes)[number];

/** Kinds whose failed deliveries the platform keeps, so that they can be looked up. */
export const lookedUpTypes: readonly OfficialType[] = ["live_gift", "live_fansclub"];

export function isOfficialType(text: unknown): text is OfficialType {
	return officialTypes.some((type) => type === text);
}
