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
 * The name that a file gets when the user names none: `<live_id>-<from>.<format>`, `from` in UTC, or `all`. Of several
 * rooms it says how many, and of a table other than the events which.
 */
export function exportFileName({ liveIds, format, table, from }: ExportNaming): string {
	const whose = liveIds.length === 1 ? liveIds[0] : `${liveIds.length}-rooms`;
	const start = from === undefined ? "all" : new Date(from).toISOString().replace(/[-:]|\.\d+/g, "");
	return `${[whose, ...(table === "events" ? [] : [table]), start].join("-")}.${format}`;
}
