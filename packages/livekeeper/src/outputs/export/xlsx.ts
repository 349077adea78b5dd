import { writeXlsxStream } from "hucre/xlsx";
import type { StoredEvent } from "../../event-log/index.ts";
import { exportTexts, type Language } from "../../text/index.ts";
import { type Cell, type Column, cellReader, columns } from "./columns.ts";

export interface WorkbookOptions {
	/** Of the sheet's name, the headings, and the kinds of events. */
	language: Language;
	/** IANA name of the zone whose time the cells show: a workbook's times have no zone. */
	timeZone: string;
	/** Rows of a sheet, the heading included; what is more goes to further sheets. Default: as many as Excel takes. */
	maxRowsPerSheet?: number;
}

/** How many rows are made at a stretch: a page at once would keep the event loop from its other work for too long. */
const rowsAtOnce = 100;

/** Excel refuses a workbook with a longer text in a cell. */
const maxCellChars = 32_767;
/** XML has no way to write them; hucre writes other control characters so that Excel reads them back. */
const noXml = /[\uFFFE\uFFFF]/g;
/** As wide as a date and a time. */
const timeWidth = 20;
const textWidths: Readonly<Record<string, number>> = { nickname: 18, content: 48, gift_name: 16, fans_club: 14 };

/**
 * An Excel workbook with the columns of the CSV. Text is text, whatever it begins with, and never a formula; numbers are
 * numbers; ids are text, since Excel keeps 15 digits of a number. Made as it is read, in memory that does not grow with
 * the number of rows.
 */
export async function* writeXlsx(
	pages: AsyncIterable<readonly StoredEvent[]>,
	{ language, timeZone, maxRowsPerSheet }: WorkbookOptions,
): AsyncGenerator<Uint8Array, void> {
	const local = localTimes(timeZone);
	const cells = columns.map((column) => cellOf(column, { language, local }));
	async function* rows() {
		for await (const events of pages) {
			for (const [index, { json }] of events.entries()) {
				if (index % rowsAtOnce === 0) await new Promise((resolve) => setImmediate(resolve));
				const event: Record<string, unknown> = JSON.parse(json);
				yield cells.map((cell) => cell(event));
			}
		}
	}
	yield* writeXlsxStream(rows(), {
		name: exportTexts.sheet[language],
		columns: columns.map(({ name, type }) => ({
			header: exportTexts.columns[name as keyof typeof exportTexts.columns][language],
			...(type === "time" && { numFmt: "yyyy-mm-dd hh:mm:ss", width: timeWidth }),
			...(name in textWidths && { width: textWidths[name] }),
		})),
		freezePane: { rows: 1 },
		zip64: true,
		...(maxRowsPerSheet !== undefined && { maxRowsPerSheet }),
	});
}

type WorkbookCell = string | number | Date | null;

function cellOf(
	column: Column,
	{ language, local }: { language: Language; local: (ms: number) => Date | undefined },
): (event: Record<string, unknown>) => WorkbookCell {
	const read = cellReader(column);
	if (column.name === "type") return (event) => typeName(read(event), language);
	return (event) => {
		const value = read(event);
		if (value === undefined) return null;
		if (typeof value === "string") return value.replace(noXml, "\uFFFD").slice(0, maxCellChars);
		return column.type === "time" ? (local(value) ?? String(value)) : value;
	};
}

function typeName(type: Cell, language: Language): WorkbookCell {
	const names: Readonly<Record<string, { readonly [Of in Language]: string }>> = exportTexts.types;
	return names[String(type)]?.[language] ?? type ?? null;
}

const hourMs = 3_600_000;
/** A workbook counts days from 1900; its programs know none after 9999. */
const firstMs = Date.UTC(1900, 2, 1);
const endMs = Date.UTC(10_000, 0, 1);

/**
 * @returns what turns a time (ms since the epoch) into a date whose UTC fields are the zone's local time; `undefined`
 * where a workbook can't have it
 * @throws RangeError for a name that no zone has
 */
function localTimes(timeZone: string): (ms: number) => Date | undefined {
	const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
	// A zone changes its offset on a quarter of an hour at most: events lie close together.
	let known = { quarter: Number.NaN, offsetMs: 0 };
	return (ms) => {
		const quarter = Math.floor(ms / (hourMs / 4));
		if (quarter !== known.quarter) {
			if (!(ms >= firstMs && ms < endMs)) return undefined;
			known = { quarter, offsetMs: offsetIn(format.formatToParts(ms)) };
		}
		return new Date(ms + known.offsetMs);
	};
}

/** From a part such as `GMT+08:00`, or `GMT`, ms. */
function offsetIn(parts: readonly Intl.DateTimeFormatPart[]): number {
	const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
	const [, sign, hours = "0", minutes = "0", seconds = "0"] = /([+-])(\d+):(\d+)(?::(\d+))?/.exec(name) ?? [];
	const ms = (Number(hours) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1_000;
	return sign === "-" ? -ms : ms;
}
