import type { Reader } from "../wire/index.ts";
import type { UpstreamEvent } from "./live-event.ts";
import { snakeKey } from "./to-wire.ts";

/**
 * Bounds of event fields. Whatever the upstream says, events can be summed, fit a column of 64 bits and a line of a
 * page, and thousands of them fit in memory; real ones stay far below all of them.
 */
export const eventBounds = {
	/** Maximum price of one gift, diamonds. */
	price: 1_000_000,
	/** Maximum count in one message: gifts, likes. */
	count: 10_000_000,
	/** Maximum worth of one streak of gifts, diamonds: ten thousand times the most expensive gift. */
	worth: 1_000_000_000,
	/** Running totals, scores, people in the room. */
	total: 1_000_000_000_000,
	/** Levels and ranks. */
	level: 1_000_000,
	/** The upstream's own numbers for kinds and states, which may be negative as well. */
	code: 2 ** 31 - 1,
	/** Duration, ms. */
	duration: 1_000_000_000,
	/** Time, ms since the epoch: the year 2100. */
	time: 4_102_444_800_000,
	/** Names, ids and figures as they are shown, characters. */
	name: 512,
	/** Length of a URL, characters. A longer one would lead nowhere, and becomes "". */
	url: 2_048,
	/** Text of a chat or notice, characters. */
	content: 5_000,
	/** A banner's JSON, characters. */
	extra: 100_000,
	/** People and wishes in a list. */
	items: 100,
	/** Sides of a battle, and top contributors of each. */
	sides: 32,
	/** Ids in a list. */
	ids: 1_000,
	/** An undecoded payload, bytes. */
	payload: 262_144,
} as const;

type Bound = keyof typeof eventBounds;

/** Names of all fields of a kind in events and in the objects they hold. */
type FieldsOf<T, Kind extends "number" | "text" | "list"> = T extends readonly (infer Item)[]
	? FieldsOf<Item, Kind>
	: T extends Uint8Array
		? never
		: T extends object
			? {
					[K in keyof T]-?:
						| (IsKind<NonNullable<T[K]>, Kind> extends true ? K : never)
						| FieldsOf<NonNullable<T[K]>, Kind>;
				}[keyof T]
			: never;

type IsKind<V, Kind> = Kind extends "number"
	? V extends number
		? true
		: false
	: Kind extends "text"
		? string extends V
			? true
			: false
		: V extends readonly unknown[]
			? true
			: false;

type NumberField = FieldsOf<UpstreamEvent, "number">;
type TextField = FieldsOf<UpstreamEvent, "text">;
type ListField = FieldsOf<UpstreamEvent, "list">;

/** Bound of each field: a missing one does not compile. */
const numberFields: Record<NumberField, Bound> = {
	at: "time",
	receivedAt: "time",
	level: "level",
	giftType: "code",
	groupCount: "count",
	count: "count",
	delta: "total",
	diamondCount: "price",
	diamonds: "worth",
	roomFanTicketCount: "total",
	total: "total",
	memberCount: "total",
	enterTipType: "code",
	action: "code",
	followCount: "total",
	value: "total",
	online: "total",
	rank: "level",
	code: "code",
	progress: "total",
	target: "total",
	msgType: "code",
	startedAt: "time",
	durationMs: "duration",
	score: "total",
	teamScore: "total",
	reason: "code",
	punishMs: "duration",
	opensAt: "time",
	status: "code",
	position: "code",
	waiting: "total",
	added: "total",
	result: "code",
	multiple: "total",
	parts: "total",
	partsLeft: "total",
	diamondsLeft: "total",
	prizeCount: "count",
	luckyCount: "count",
	participants: "total",
	drawsAt: "time",
};

/** Texts that may be longer than a name. */
const longTexts: Partial<Record<TextField, Bound>> = {
	avatar: "url",
	url: "url",
	giftImage: "url",
	emojiImage: "url",
	content: "content",
	tips: "content",
	shareTarget: "content",
	extra: "extra",
};

const listFields: Record<ListField, Bound> = {
	bounded: "items",
	top: "items",
	ranks: "items",
	wishes: "items",
	sides: "sides",
	contributors: "sides",
	seats: "items",
	scores: "items",
	places: "items",
	phrases: "items",
	people: "items",
	labels: "items",
	giftIds: "ids",
	winners: "ids",
	messageIds: "ids",
	likes: "ids",
};

const numbers = new Map<string, Bound>(Object.entries(numberFields));
const texts = new Map<string, Bound>(Object.entries(longTexts));
const lists = new Map<string, Bound>(Object.entries(listFields));

/** Brings all fields of an event within {@link eventBounds}, and lists in `bounded` those that were not. */
export function boundEvent(event: UpstreamEvent): void {
	const found = new Set(event.bounded);
	boundFields(event as unknown as Fields, "", found);
	if (found.size > 0) event.bounded = [...found];
}

/** Records that a field was bounded before it was put into the event. @param field its name on the wire */
export function noteBounded(event: { bounded?: string[] }, field: string): void {
	event.bounded ??= [];
	if (!event.bounded.includes(field)) event.bounded.push(field);
}

type Fields = Record<string, unknown>;

function boundFields(fields: Fields, path: string, found: Set<string>): void {
	for (const key in fields) {
		const value = fields[key];
		const fits = boundValue(value, key, path, found);
		if (fits === value) continue;
		fields[key] = fits;
		found.add(path + snakeKey(key));
	}
}

/** @returns the value itself if it is within its bound */
function boundValue(value: unknown, key: string, path: string, found: Set<string>): unknown {
	if (typeof value === "number") return boundNumber(value, numbers.get(key) ?? "total");
	if (typeof value === "string") return boundText(value, texts.get(key) ?? "name");
	if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
	const inner = `${path}${snakeKey(key)}.`;
	if (!Array.isArray(value)) boundFields(value as Fields, inner, found);
	else return boundList(value, key, inner, found);
	return value;
}

function boundList(list: unknown[], key: string, path: string, found: Set<string>): unknown[] {
	const max = eventBounds[lists.get(key) ?? "items"];
	const kept = list.length > max ? list.slice(0, max) : list;
	for (const [i, item] of kept.entries()) {
		if (typeof item !== "string") boundFields(item as Fields, path, found);
		else if (item.length > eventBounds.name) {
			kept[i] = cutText(item, eventBounds.name);
			found.add(path.slice(0, -1));
		}
	}
	return kept;
}

function boundNumber(value: number, bound: Bound): number {
	const max = eventBounds[bound];
	const min = bound === "code" ? -max - 1 : 0;
	if (value >= min && value <= max && Number.isInteger(value)) return value;
	return Number.isNaN(value) ? 0 : Math.trunc(Math.min(max, Math.max(min, value)));
}

function boundText(text: string, bound: Bound): string {
	const max = eventBounds[bound];
	if (text.length <= max) return text;
	return bound === "url" ? "" : cutText(text, max);
}

/** Copies the beginning of a text, because V8 would keep the whole text for a slice. Never splits a character. */
export function cutText(text: string, max: number): string {
	if (text.length <= max) return text;
	const last = text.charCodeAt(max - 1);
	const end = last >= 0xd800 && last < 0xdc00 ? max - 1 : max;
	return Buffer.from(text.slice(0, end), "utf16le").toString("utf16le");
}

/** Copies a payload for an event, because a view would keep the whole frame. */
export function keepPayload({ bytes, start, end }: Reader): Uint8Array {
	return new Uint8Array(bytes.subarray(start, Math.min(end, start + eventBounds.payload)));
}

/** Limits a gift's price and count so that both, and their product, stay within their bounds. */
export function boundGift(price: number, count: number): { price: number; count: number; bounded: string[] } {
	const diamonds = Math.min(Math.max(0, price), eventBounds.price);
	const max = Math.min(eventBounds.count, Math.floor(eventBounds.worth / Math.max(1, diamonds)));
	const bounded: string[] = [];
	if (price > diamonds) bounded.push("diamond_count");
	if (count > max) bounded.push("count");
	return { price: diamonds, count: Math.min(count, max), bounded };
}
