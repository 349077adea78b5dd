import { stringify } from "csv-stringify/sync";
import { type Cell, type Column, cellReader, type JsonRow } from "./columns.ts";
import { type Reader, type Shown, shownTo } from "./reader.ts";

/** Number of rows written in one go. A whole page would block the event loop for too long. */
const rowsAtOnce = 100;

// `quote_record_delimiter`: many readers end a line at a lone CR or LF, so text with one is quoted too.
const options = { record_delimiter: "windows", quote_record_delimiter: true } as const;

/**
 * Writes CSV by RFC 4180 with a header, CRLF, and a UTF-8 BOM, which makes Excel show Chinese.
 *
 * Cells are safe to open in a spreadsheet. Text that it would take for a formula (it begins with `=`, `+`, `-` or `@`,
 * also in full width, also after invisible characters) gets an apostrophe in front, and so does text whose digits it
 * would change: ids of more than 15 digits, numbers with leading zeros. Text that begins with an apostrophe, a tab or a
 * line end gets another one, so a program restores the exact text by removing one leading apostrophe. Numbers stay
 * numbers.
 * @param reader a person who opens it in Excel, with headings and codes in words of their language and times in their
 * zone; `undefined`: a program, with the columns' names and times in UTC
 */
export async function* writeCsv(
	pages: AsyncIterable<readonly JsonRow[]>,
	columns: readonly Column[],
	reader?: Reader,
): AsyncGenerator<string, void> {
	const shown = reader && shownTo(reader);
	const cells = columns.map((column) => cellOf(column, shown));
	const heads = columns.map(({ name }) => shown?.heading(name) ?? name);
	yield stringify([heads], { ...options, bom: true });
	for await (const rows of pages) {
		for (let start = 0; start < rows.length; start += rowsAtOnce) {
			const part = rows.slice(start, start + rowsAtOnce).map(({ json }): Cell[] => {
				const row: Record<string, unknown> = JSON.parse(json);
				return cells.map((cell) => cell(row));
			});
			yield stringify(part, options);
			await new Promise((resolve) => setImmediate(resolve));
		}
	}
}

function cellOf(column: Column, shown: Shown | undefined): (row: Record<string, unknown>) => Cell {
	const read = shown?.cellOf(column) ?? cellReader(column);
	return (row) => {
		const value = read(row);
		if (typeof value === "string") return asText(value);
		if (column.type !== "time" || value === undefined) return value;
		return shown ? localTime(value, shown) : isoTime(value);
	};
}

/** Formats a time so that Excel reads it as a date in every language. */
function localTime(ms: number, { local }: Shown): Cell {
	return local(ms)?.toISOString().slice(0, 19).replace("T", " ") ?? ms;
}

/** Formats a time in UTC. Outside the range of dates, it returns the number itself. */
function isoTime(ms: number): Cell {
	return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : ms;
}

/** Spaces, line ends and invisible characters (U+200B, U+2060, …): many programs drop them from a cell's edges. */
const blank = String.raw`[\s\p{Cc}\p{Cf}\p{Z}]*`;
const looksLikeFormula = new RegExp(`^${blank}[=+\\-@＝＋－＠]`, "u");
/** Text that a spreadsheet would read as a number and show with other digits. */
const looksLikeNumber = new RegExp(`^${blank}(?:\\d{16,}|0\\d+|\\d+(?:\\.\\d*)?e[+-]?\\d+)${blank}$`, "iu");

function asText(value: string): string {
	const risky = /^['\t\r\n]/.test(value) || looksLikeFormula.test(value) || looksLikeNumber.test(value);
	return risky ? `'${value}` : value;
}
