import type { RequestOptions } from "./http.ts";
import type { RoomEventType } from "./types.ts";

export interface ExportOptions extends RequestOptions {
	/** `xlsx`: an Excel workbook, in the language of the client. `xml`: Bilibili danmaku. `ass`: subtitles. */
	format: "csv" | "xlsx" | "jsonl" | "parquet" | "xml" | "ass";
	/** Kind of rows: events (default), all givers, or all kinds of gifts; the latter two with totals. */
	table?: "events" | "givers" | "gifts" | undefined;
	/** `excel`: a CSV with headings in the language of the client and local times; default `programs`. */
	for?: "programs" | "excel" | undefined;
	/** Time zone of times in a workbook or a CSV for Excel, e.g. `Asia/Shanghai`; default: the service's own. */
	timeZone?: string | undefined;
	/** Seconds added to each time of `xml` and `ass`; default 0: they count from `from`, or from the first message. */
	offset?: number | undefined;
	/**
	 * Only events of this broadcast of one room: its `room_id`, or `latest`; all that belong to it, whatever their times.
	 */
	broadcast?: string | undefined;
	/** Events at or after this, ms since the epoch. */
	from?: number | undefined;
	/** Events before this, ms since the epoch. */
	to?: number | undefined;
	types?: readonly RoomEventType[] | undefined;
	/** Called as the file arrives, with the number of bytes so far. The length is not known before it is complete. */
	onProgress?: ((bytes: number) => void) | undefined;
}

/** Creates the request for an export. */
export function exportCall({ signal, types, timeZone, ...query }: Omit<ExportOptions, "onProgress">) {
	return { signal, query: { ...query, types: types?.join(","), tz: timeZone } };
}
