/** File formats of an export. */
export const exportFormats = ["csv", "xlsx", "jsonl", "parquet", "xml", "ass"] as const;

export type ExportFormat = (typeof exportFormats)[number];

/** Tables of an export: one row per event, per giver, or per kind of gift. */
export const exportTables = ["events", "givers", "gifts"] as const;

export type ExportTable = (typeof exportTables)[number];

/** Recipients of a CSV: a program gets the stable format, Excel shows it as its reader expects. */
export const csvReaders = ["programs", "excel"] as const;

export type CsvReader = (typeof csvReaders)[number];

/**
 * Whether a format is for subtitles. Their times are those of one recording, so they take neither tables nor several
 * rooms.
 */
export const isSubtitles = (format: string): boolean => format === "xml" || format === "ass";

export const contentTypes = {
	csv: "text/csv; charset=utf-8; header=present",
	xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	jsonl: "application/x-ndjson; charset=utf-8",
	parquet: "application/vnd.apache.parquet",
	xml: "application/xml; charset=utf-8",
	ass: "text/x-ass; charset=utf-8",
} as const satisfies Record<ExportFormat, string>;

export interface ExportNaming {
	liveIds: readonly string[];
	format: ExportFormat;
	table: ExportTable;
	/** ms since the epoch. */
	from?: number | undefined;
}

/**
 * Returns a file name for programs: `<live_id>-<from>.<format>`, `from` in UTC, or `all`. With several rooms it has
 * their number, and with a table other than the events the table's name.
 */
export function fileNameForPrograms({ liveIds, format, table, from }: ExportNaming): string {
	const whose = liveIds.length === 1 ? liveIds[0] : `${liveIds.length}-rooms`;
	const start = from === undefined ? "all" : new Date(from).toISOString().replace(/[-:]|\.\d+/g, "");
	return `${[whose, ...(table === "events" ? [] : [table]), start].join("-")}.${format}`;
}

export interface NamingForPeople {
	/** Name of the anchor or of the room. */
	name: string;
	format: ExportFormat;
	/** Name of the table in the reader's language; "" for the events. */
	table: string;
	/** A date whose UTC fields are the reader's local time. */
	local: Date | undefined;
	/** Whether another file could have the same name and day. */
	withTime: boolean;
}

/** Returns a file name for people: `灯塔本人 2026-12-01.xlsx`. It is valid on Windows for any nickname. */
export function fileNameForPeople({ name, format, table, local, withTime }: NamingForPeople): string {
	const [day, time = ""] = local?.toISOString().slice(0, 16).split("T") ?? [];
	const parts = [name, day ?? "", withTime ? time.replace(":", ".") : "", table];
	return `${parts.filter((part) => part !== "").join(" ")}.${format}`;
}

/** Names that Windows reserves for devices. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * Makes a nickname a valid part of a file name on every system: removes what Windows refuses, invisible characters, and
 * dots or spaces at its ends.
 * @param max UTF-16 units; a character is never split
 */
export function safeName(text: string, max: number): string {
	const clean = text
		.replace(/[<>:"/\\|?*]|[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069\u200B\u200E\u200F\uFEFF]/gu, " ")
		.replace(/\s+/gu, " ");
	const short = cutTo(clean, max).replace(/^[\s.]+|[\s.]+$/gu, "");
	return devices.test(short) ? `_${short}` : short;
}

/** Shortens a text to at most `max` UTF-16 units, without splitting a grapheme. */
export function cutTo(text: string, max: number): string {
	if (text.length <= max) return text;
	let end = 0;
	for (const { index, segment } of new Intl.Segmenter().segment(text.slice(0, max + 64))) {
		if (index + segment.length > max) break;
		end = index + segment.length;
	}
	return text.slice(0, end);
}
