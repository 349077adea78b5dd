/** The ways in which what a room said can be written to a file. */
export const exportFormats = ["csv", "xlsx", "jsonl", "parquet", "xml", "ass"] as const;

export type ExportFormat = (typeof exportFormats)[number];

/** What the rows of a table are: each event, each person who gave something, each kind of gift. */
export const exportTables = ["events", "givers", "gifts"] as const;

export type ExportTable = (typeof exportTables)[number];

/** Who a CSV is for: a program finds it as it always was, Excel shows it as its reader expects. */
export const csvReaders = ["programs", "excel"] as const;

export type CsvReader = (typeof csvReaders)[number];

/** Formats of subtitles, whose times are those of one recording: they take neither tables nor several rooms. */
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
 * The name of a file for programs: `<live_id>-<from>.<format>`, `from` in UTC, or `all`. Of several rooms it says how
 * many, and of a table other than the events which.
 */
export function fileNameForPrograms({ liveIds, format, table, from }: ExportNaming): string {
	const whose = liveIds.length === 1 ? liveIds[0] : `${liveIds.length}-rooms`;
	const start = from === undefined ? "all" : new Date(from).toISOString().replace(/[-:]|\.\d+/g, "");
	return `${[whose, ...(table === "events" ? [] : [table]), start].join("-")}.${format}`;
}

export interface NamingForPeople {
	/** Name of the anchor, or of the room. */
	name: string;
	format: ExportFormat;
	/** Name of the table in the reader's language; "" for the events. */
	table: string;
	/** A date whose UTC fields are the reader's local time. */
	local: Date | undefined;
	/** Whether another file could have the same name by its day alone. */
	withTime: boolean;
}

/** The name of a file for people: `灯塔本人 2026-12-01.xlsx`. Windows can store it, whatever people call themselves. */
export function fileNameForPeople({ name, format, table, local, withTime }: NamingForPeople): string {
	const [day, time = ""] = local?.toISOString().slice(0, 16).split("T") ?? [];
	const parts = [name, day ?? "", withTime ? time.replace(":", ".") : "", table];
	return `${parts.filter((part) => part !== "").join(" ")}.${format}`;
}

/** Names that Windows keeps for devices. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * A nickname as a part of a file's name that every system can store: without what Windows refuses,
 * what shows nothing, and dots or spaces at its ends.
 * @param max UTF-16 units; a character is never cut in two
 */
export function safeName(text: string, max: number): string {
	const clean = text
		.replace(/[<>:"/\\|?*]|[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069\u200B\u200E\u200F\uFEFF]/gu, " ")
		.replace(/\s+/gu, " ");
	const short = cutTo(clean, max).replace(/^[\s.]+|[\s.]+$/gu, "");
	return devices.test(short) ? `_${short}` : short;
}

/** Up to so many UTF-16 units of a text, whole characters as people see them. */
export function cutTo(text: string, max: number): string {
	if (text.length <= max) return text;
	let end = 0;
	for (const { index, segment } of new Intl.Segmenter().segment(text.slice(0, max + 64))) {
		if (index + segment.length > max) break;
		end = index + segment.length;
	}
	return text.slice(0, end);
}
