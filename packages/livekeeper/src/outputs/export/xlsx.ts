import { exportTexts } from "@livekeeper/base/text";
import { type Column, columnsForPeople, type JsonRow, shortColumns, shortTypes } from "./columns.ts";
import { type ExportTable, safeName } from "./format.ts";
import { type Reader, type Shown, shownTo } from "./reader.ts";
import { type WorkbookCell, type WorkbookSheet, writeWorkbook } from "./workbook.ts";

export interface WorkbookOptions {
	table: ExportTable;
	reader: Reader;
	/** Name of the room's anchor; "" if it is unknown, or if there are several rooms. */
	name?: string | undefined;
	/** Whether the rows are of several rooms. */
	several?: boolean | undefined;
	/**
	 * Maximum number of rows in a sheet, including the heading; further rows go to further sheets. Default: Excel's
	 * maximum.
	 */
	maxRowsPerSheet?: number | undefined;
}

/** Number of rows written in one go. A whole page would block the event loop for too long. */
const rowsAtOnce = 100;
const plainWidth = 11;
const widths: Readonly<Record<string, number>> = {
	...{ nickname: 18, content: 48, gift_name: 16, fans_club: 14, room_id: 22, id: 22, user_id: 22, sec_uid: 22 },
};
/** Width of a date with its time. */
const timeWidth = 20;

/**
 * Writes an Excel workbook. For events, the first sheet has what people look for, named after the room, and the second
 * one has everything; for givers and gifts there is one sheet. Numbers are numbers; ids are text, because Excel keeps
 * 15 digits of a number.
 * @param read reads the rows from the beginning, once per sheet
 */
export function writeXlsx(
	read: () => AsyncIterable<readonly JsonRow[]>,
	{ table, reader, name = "", several = false, maxRowsPerSheet }: WorkbookOptions,
): AsyncGenerator<Uint8Array, void> {
	const shown = shownTo(reader);
	const words = (text: { readonly [Of in Reader["language"]]: string }) => text[reader.language];
	const title = words(exportTexts.sheet[table]);
	const all = sheetOf(table === "events" ? words(exportTexts.sheet.all) : title, columnsForPeople(table), read, shown);
	if (table !== "events") return writeWorkbook([all], maxRowsPerSheet);
	const isShort = ({ type }: { type?: unknown }) => shortTypes.has(String(type));
	const short = sheetOf(safeName(name, 80) || title, shortColumns(several), read, shown, isShort);
	return writeWorkbook([short, all], maxRowsPerSheet);
}

function sheetOf(
	name: string,
	columns: readonly Column[],
	read: () => AsyncIterable<readonly JsonRow[]>,
	shown: Shown,
	isSelected?: (row: Record<string, unknown>) => boolean,
): WorkbookSheet {
	const cells = columns.map((column) => cellOf(column, shown));
	async function* rows() {
		for await (const page of read()) {
			for (const [index, { json }] of page.entries()) {
				if (index % rowsAtOnce === 0) await new Promise((resolve) => setImmediate(resolve));
				const row: Record<string, unknown> = JSON.parse(json);
				if (isSelected?.(row) ?? true) yield cells.map((cell) => cell(row));
			}
		}
	}
	const widthOf = ({ name, type }: Column) => (type === "time" ? timeWidth : (widths[name] ?? plainWidth));
	return {
		name,
		columns: columns.map((column) => ({ heading: shown.heading(column.name), width: widthOf(column) })),
		rows,
	};
}

function cellOf(column: Column, { cellOf: read, local }: Shown): (row: Record<string, unknown>) => WorkbookCell {
	const value = read(column);
	if (column.type !== "time") return value;
	return (row) => {
		const at = value(row);
		// Outside the range of a workbook's dates, shows the number itself.
		return typeof at === "number" ? (local(at) ?? String(at)) : at;
	};
}
