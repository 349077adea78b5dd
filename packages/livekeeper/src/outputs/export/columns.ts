import type { ExportTable } from "./format.ts";

/** `time` is ms since the epoch; `id` is text that may look like a number. */
export type ColumnType = "text" | "id" | "integer" | "time";

export interface Column {
	name: string;
	type: ColumnType;
	/** Where the value is in an event's JSON; the first place that has one counts. */
	from: readonly string[];
}

/** A row as JSON; of the events, the event as the log holds it. */
export interface JsonRow {
	json: string;
}

const column = (name: string, type: ColumnType, ...from: string[]): Column => ({
	name,
	type,
	from: from.length === 0 ? [name] : from,
});

/** Flat views, the same in every tabular format. Users' scripts rely on names and order: columns are only added at the end. */
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
	// What the event says in words: a chat's text, the title of a broadcast, the reason of a gap …
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
	// The event's own number: gifts or likes in it, people in the room …
	column("count", "integer", "count", "member_count", "follow_count", "online", "value"),
	column("delta", "integer"),
	column("diamonds", "integer"),
	column("total", "integer"),
	column("room_id", "id"),
	column("id", "id"),
	column("method", "text"),
	column("diamonds_missing", "integer"),
	// `official`: pushed by the open platform. Gifts of the web that it also pushes have `delta` and `diamonds` 0; the
	// evidence is what these would be without it.
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

/** Names of upstream messages say nothing to who opens a table in an office. */
const forPeople = events.filter(({ name }) => name !== "method");

/** Columns of the short sheet: who did what when. */
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

/** The kinds of events in the short table: what people in a room do. */
export const shortTypes: ReadonlySet<string> = new Set([
	...["chat", "emoji_chat", "screen_chat", "gift", "follow", "fansclub", "share", "member", "like"],
]);

/** Columns of the short table. @param several whether it is of several rooms: then it says which */
export function shortColumns(several: boolean): readonly Column[] {
	return several ? [...short, column("live_id", "id")] : short;
}

/** Columns for a person who opens the table. */
export function columnsForPeople(table: ExportTable): readonly Column[] {
	return table === "events" ? forPeople : columnsOf[table];
}

export const columnsOf: Readonly<Record<ExportTable, readonly Column[]>> = { events, givers, gifts };

export type Cell = string | number | undefined;

/** Takes a column's value out of an event. Empty text counts as none. */
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
