import type { ExportTable } from "./format.ts";

/** `time` is ms since the epoch; `id` is text that may look like a number. */
type ColumnType = "text" | "id" | "integer" | "time";

export interface Column {
	name: string;
	type: ColumnType;
	/** Fields of the event's JSON to take the value from; the first one present counts. */
	from: readonly string[];
}

/** A row as JSON. For the events table, the event as stored in the log. */
export interface JsonRow {
	json: string;
}

const column = (name: string, type: ColumnType, ...from: string[]): Column => ({
	name,
	type,
	from: from.length === 0 ? [name] : from,
});

/**
 * Columns of the flat events table, the same in every tabular format. Users' scripts rely on names and order, so
 * columns are only added at the end.
 */
const events: readonly Column[] = [
	column("seq", "integer"),
	column("at", "time"),
	column("type", "text"),
	column("user_id", "id", "user.id"),
	column("sec_uid", "text", "user.sec_uid"),
	column("nickname", "text", "user.nickname"),
	column("gender", "text", "user.gender"),
	column("level", "integer", "user.level"),
	column("fans_club", "text", "user.fans_club.name"),
	column("fans_club_level", "integer", "user.fans_club.level"),
	// Text of the event: a chat's text, a broadcast's title, a gap's reason …
	column(
		"content",
		"text",
		"content",
		"phrases.0.content",
		"places.0.content",
		"display",
		"total_display",
		"tips",
		"title",
		"share_target",
		"message",
		"reason",
	),
	column("gift_name", "text"),
	column("gift_id", "id"),
	// Number of the event: gifts or likes in it, people in the room …
	column("count", "integer", "count", "member_count", "follow_count", "online", "value"),
	column("delta", "integer"),
	column("diamonds", "integer"),
	column("total", "integer"),
	column("room_id", "id"),
	column("id", "id"),
	column("method", "text"),
	column("diamonds_missing", "integer"),
	// `official`: pushed by the open platform. Web gifts that it also pushes have `delta` and `diamonds` 0; the evidence
	// is what these would be otherwise.
	column("source", "text"),
	column("evidence_delta", "integer", "evidence.delta"),
	column("evidence_diamonds", "integer", "evidence.diamonds"),
	column("live_id", "id"),
	column("display_id", "id", "user.display_id"),
	column("webcast_uid", "text", "user.webcast_uid"),
];

const givers: readonly Column[] = [
	column("live_id", "id"),
	column("user_id", "id"),
	column("sec_uid", "text"),
	column("nickname", "text"),
	column("level", "integer"),
	column("delta", "integer"),
	column("diamonds", "integer"),
	column("first_at", "time"),
	column("last_at", "time"),
	column("display_id", "id"),
];

const gifts: readonly Column[] = [
	column("live_id", "id"),
	column("gift_id", "id"),
	column("gift_name", "text"),
	column("diamond_count", "integer"),
	column("delta", "integer"),
	column("diamonds", "integer"),
	column("first_at", "time"),
	column("last_at", "time"),
];

/** Columns without the names of upstream messages, which mean nothing to a person who opens the table. */
const forPeople = events.filter(({ name }) => name !== "method");

/** Columns of the short sheet: who did what, and when. */
const short: readonly Column[] = [
	column("at", "time"),
	column("nickname", "text", "user.nickname"),
	column("type", "text"),
	column("content", "text"),
	column("gift_name", "text"),
	// Numbers that can be summed: a gift's addition to its streak, and likes.
	column("amount", "integer", "delta", "count"),
	column("diamonds", "integer"),
];

/** Kinds of events in the short table: what people in a room do. */
export const shortTypes: ReadonlySet<string> = new Set([
	...["chat", "emoji_chat", "screen_chat", "gift", "follow", "fansclub", "share", "member", "like"],
]);

/** Returns the columns of the short table. @param several whether it covers several rooms, which adds a room column */
export function shortColumns(several: boolean): readonly Column[] {
	return several ? [...short, column("live_id", "id")] : short;
}

/** Returns the columns for a person who opens the table. */
export function columnsForPeople(table: ExportTable): readonly Column[] {
	return table === "events" ? forPeople : columnsOf[table];
}

export const columnsOf: Readonly<Record<ExportTable, readonly Column[]>> = { events, givers, gifts };

export type Cell = string | number | undefined;

/** Returns a function that reads a column's value from an event. Empty text counts as no value. */
export function cellReader({ from }: Column): (event: Readonly<Record<string, unknown>>) => Cell {
	const paths = from.map((path) => path.split("."));
	return (event) => {
		for (const path of paths) {
			let value: unknown = event;
			for (const key of path) value = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
			if (typeof value === "number" || (typeof value === "string" && value !== "")) return value;
		}
		return undefined;
	};
}

/** Writes one row per line. An event is exactly as stored in the log and as sent by every other output. */
export async function* writeJsonl(pages: AsyncIterable<readonly JsonRow[]>): AsyncGenerator<string, void> {
	for await (const rows of pages) yield jsonLines(rows);
}

export function jsonLines(rows: readonly JsonRow[]): string {
	let lines = "";
	for (const { json } of rows) lines += `${json}\n`;
	return lines;
}
