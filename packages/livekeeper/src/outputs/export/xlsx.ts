import { writeXlsxStream } from "hucre/xlsx";
import { exportTexts } from "../../text/index.ts";
import { type Column, cellReader, columnsOf, type JsonRow } from "./columns.ts";
import type { ExportTable } from "./format.ts";
import { type Reader, type Shown, shownTo } from "./reader.ts";

export interface WorkbookOptions {
	table: ExportTable;
	reader: Reader;
	/** Rows of a sheet, the heading included; what is more goes to further sheets. Default: as many as Excel takes. */
	maxRowsPerSheet?: number;
}

/** How many rows are made at a stretch: a page at once would keep the event loop from its other work for too long. */
const rowsAtOnce = 100;

/** Excel refuses a workbook with a longer text in a cell. */
const maxCellChars = 32_767;
/** XML has no way to write them; hucre writes other control characters so that Excel reads them back. */
const noXml = /[\uFFFE\uFFFF]/g;
/** Width of a date and a time. */
const timeWidth = 20;
const textWidths: Readonly<Record<string, number>> = { nickname: 18, content: 48, gift_name: 16, fans_club: 14 };

/**
 * An Excel workbook with the columns of the CSV. Text is text, whatever it begins with, and never a formula; numbers are
 * numbers; ids are text, since Excel keeps 15 digits of a number. Made as it is read, in memory that does not grow with
 * the number of rows.
 */
export async function* writeXlsx(
	pages: AsyncIterable<readonly JsonRow[]>,
	{ table, reader, maxRowsPerSheet }: WorkbookOptions,
): AsyncGenerator<Uint8Array, void> {
	const shown = shownTo(reader);
	const columns = columnsOf[table];
	const cells = columns.map((column) => cellOf(column, shown));
	async function* rows() {
		for await (const page of pages) {
			for (const [index, { json }] of page.entries()) {
				if (index % rowsAtOnce === 0) await new Promise((resolve) => setImmediate(resolve));
				const row: Record<string, unknown> = JSON.parse(json);
				yield cells.map((cell) => cell(row));
			}
		}
	}
	yield* writeXlsxStream(rows(), {
		name: exportTexts.sheet[table][reader.language],
		columns: columns.map(({ name, type }) => ({
			header: shown.heading(name),
			...(type === "time" && { numFmt: "yyyy-mm-dd hh:mm:ss", width: timeWidth }),
			...(name in textWidths && { width: textWidths[name] }),
		})),
		freezePane: { rows: 1 },
		zip64: true,
		...(maxRowsPerSheet !== undefined && { maxRowsPerSheet }),
	});
}

type WorkbookCell = string | number | Date | null;

function cellOf(column: Column, { kind, local }: Shown): (row: Record<string, unknown>) => WorkbookCell {
	const read = cellReader(column);
	if (column.name === "type") return (row) => kind(String(read(row)));
	return (row) => {
		const value = read(row);
		if (value === undefined) return null;
		if (typeof value === "string") return value.replace(noXml, "\uFFFD").slice(0, maxCellChars);
		return column.type === "time" ? (local(value) ?? String(value)) : value;
	};
}
