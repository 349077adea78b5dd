/** The ways in which a room's events can be exported. */
export const exportFormats = ["csv", "xlsx", "jsonl", "parquet"] as const;

export type ExportFormat = (typeof exportFormats)[number];

export const contentTypes = {
	csv: "text/csv; charset=utf-8; header=present",
	xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	jsonl: "application/x-ndjson; charset=utf-8",
	parquet: "application/vnd.apache.parquet",
} as const satisfies Record<ExportFormat, string>;

/**
 * The name that a file gets when the user names none: `<live_id>-<from>.<format>`, `from` in UTC, or `all`.
 * @param from ms since the epoch
 */
export function exportFileName(liveId: string, format: ExportFormat, from?: number): string {
	const start = from === undefined ? "all" : new Date(from).toISOString().replace(/[-:]|\.\d+/g, "");
	return `${liveId}-${start}.${format}`;
}
