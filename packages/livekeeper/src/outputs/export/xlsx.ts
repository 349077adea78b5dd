import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { ZipFile } from "yazl";
import { exportTexts } from "../../text/index.ts";
import { type Column, columnsForPeople, type JsonRow, shortColumns, shortTypes } from "./columns.ts";
import { cutTo, type ExportTable, safeName } from "./format.ts";
import { type Reader, type Shown, shownTo } from "./reader.ts";

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

/** Excel's own limits: rows of a sheet with its heading, characters of a cell, characters of a sheet's name. */
const maxSheetRows = 1_048_576;
const maxCellChars = 32_767;
const maxNameChars = 31;
/**
 * Maximum size of a sheet's XML, UTF-16 units. A part larger than 4 GiB needs ZIP64, which LibreOffice does not read if
 * a part's size follows it. A UTF-16 unit takes at most three bytes in UTF-8.
 */
const maxSheetChars = 1_200_000_000;
/** Approximate size of the pieces in which XML is passed on, characters. */
const pieceChars = 65_536;

/** A `Date` is shown by its UTC fields, because times in a workbook have no zone. */
type WorkbookCell = string | number | Date | undefined;

interface WorkbookSheet {
	name: string;
	columns: readonly { heading: string /** Width in characters. */; width: number }[];
	/** Called when this sheet is due, after the earlier ones were written. */
	rows: () => AsyncIterable<readonly WorkbookCell[]>;
}

/** A sheet that has been written. */
interface Written {
	name: string;
	/** Cells covered by its filter, such as `$A$1:$G$10`. */
	range: string;
}

interface Part {
	path: string;
	chunks: AsyncIterable<string>;
}

/**
 * Writes a workbook for Excel, WPS and LibreOffice: each sheet has a frozen heading and a filter on it. Text stays
 * text, whatever it begins with, and is never a formula. The workbook is produced as it is read, and memory does not
 * grow with the number of rows. Rows that exceed a sheet continue in further sheets with the same heading.
 */
async function* writeWorkbook(
	sheets: readonly WorkbookSheet[],
	maxRows = maxSheetRows,
): AsyncGenerator<Uint8Array, void> {
	const zip = new ZipFile();
	const output = zip.outputStream as Readable;
	let open: Readable | undefined;
	zip.on("error", (error: unknown) => output.destroy(error as Error));
	const writeParts = async () => {
		for await (const { path, chunks } of partsOf(sheets, maxRows)) {
			open = Readable.from(chunks, { objectMode: false });
			zip.addReadStream(open, path);
			await finished(open);
		}
		zip.end();
	};
	const writing = writeParts().catch((error: unknown) => void output.destroy(error as Error));
	try {
		for await (const chunk of output) yield chunk as Uint8Array;
	} finally {
		open?.destroy();
		await writing;
	}
}

async function* partsOf(sheets: readonly WorkbookSheet[], maxRows: number): AsyncGenerator<Part, void> {
	const written: Written[] = [];
	for (const { name, columns, rows: open } of sheets) {
		const rows = open()[Symbol.asyncIterator]();
		try {
			let next = await rows.next();
			async function* chunks(sheet: Written, isFirst: boolean) {
				let text = `${beginOfSheet(columns, isFirst)}${rowXml(
					1,
					columns.map(({ heading }) => heading),
					styles.heading,
				)}`;
				let [count, chars] = [1, 0];
				for (; !next.done && count < maxRows && chars < maxSheetChars; next = await rows.next()) {
					text += rowXml(++count, next.value);
					if (text.length < pieceChars) continue;
					yield text;
					chars += text.length;
					text = "";
				}
				const end = `${letterOf(columns.length - 1)}`;
				sheet.range = `$A$1:$${end}$${count}`;
				yield `${text}</sheetData><autoFilter ref="A1:${end}${count}"/></worksheet>`;
			}
			do {
				const sheet = { name: sheetName(name, written), range: "" };
				written.push(sheet);
				const path = `xl/worksheets/sheet${written.length}.xml`;
				yield { path, chunks: chunks(sheet, written.length === 1) };
			} while (!next.done);
		} finally {
			await rows.return?.();
		}
	}
	for (const [path, xml] of Object.entries(framesOf(written))) yield { path, chunks: Readable.from([xml]) };
}

/** Returns a sheet name that Excel accepts and that no other sheet has. */
function sheetName(name: string, others: readonly Written[]): string {
	const clean = name
		.replace(/[[\]:*?/\\]|[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, " ")
		.replace(/\s+/gu, " ")
		.trim();
	// Excel reserves this name, and refuses an apostrophe at either end.
	const usable = /^history$/i.test(clean) ? `${clean}_` : clean;
	for (let n = 1; ; n++) {
		const tail = n === 1 ? "" : ` ${n}`;
		const name = `${cutTo(usable, maxNameChars - tail.length).replace(/^'+|[\s']+$/g, "") || "Sheet"}${tail}`;
		if (!others.some((other) => other.name.toLowerCase() === name.toLowerCase())) return name;
	}
}

/** Indexes of the formats in `xl/styles.xml`. */
const styles = { plain: 0, time: 1, heading: 2 };

const xmlHead = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const packages = "http://schemas.openxmlformats.org/package/2006";

function beginOfSheet(columns: WorkbookSheet["columns"], isFirst: boolean): string {
	const widths = columns.map(({ width }, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`);
	return (
		`${xmlHead}<worksheet xmlns="${main}"><sheetViews><sheetView ${isFirst ? 'tabSelected="1" ' : ""}workbookViewId="0">` +
		'<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>' +
		`<cols>${widths.join("")}</cols><sheetData>`
	);
}

function rowXml(row: number, cells: readonly WorkbookCell[], style = styles.plain): string {
	let xml = `<row r="${row}">`;
	for (const [column, cell] of cells.entries()) {
		const place = `r="${letterOf(column)}${row}"`;
		if (typeof cell === "string") {
			const format = style === styles.plain ? "" : ` s="${style}"`;
			xml += `<c ${place}${format} t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
		} else if (typeof cell === "number") {
			xml += Number.isFinite(cell) ? `<c ${place}><v>${cell}</v></c>` : "";
		} else if (cell) xml += `<c ${place} s="${styles.time}"><v>${daysOf(cell)}</v></c>`;
	}
	return `${xml}</row>`;
}

/** Days since the end of 1899, as a workbook counts them from March 1900. */
const daysOf = (time: Date) => (time.getTime() - Date.UTC(1899, 11, 30)) / 86_400_000;

/** Returns a column's letters: A, B, … Z, AA. */
function letterOf(column: number): string {
	const last = String.fromCharCode(65 + (column % 26));
	return column < 26 ? last : letterOf(Math.floor(column / 26) - 1) + last;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/**
 * Escapes characters that XML cannot contain: Excel reads most control characters back from `_x0000_`, and that text
 * itself from `_x005F_x0000_`.
 */
function escaped(text: string): string {
	return text
		.slice(0, maxCellChars)
		.replace(/[\p{Cs}\uFFFE\uFFFF]/gu, "\uFFFD")
		.replace(/_(?=x[\da-f]{4}_)/gi, "_x005F_")
		.replace(
			/[^\P{Cc}\t\n\u007F-\u009F]/gu,
			(one) => `_x${one.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase()}_`,
		)
		.replace(/[&<>"]/g, (one) => entities[one] ?? one);
}

/** Returns the workbook's files besides the sheets, by path. */
function framesOf(sheets: readonly Written[]): Record<string, string> {
	const sheetTags = sheets.map(
		({ name }, i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`,
	);
	const filters = sheets.map(
		({ name, range }, i) =>
			`<definedName name="_xlnm._FilterDatabase" localSheetId="${i}" hidden="1">` +
			`${escaped(`'${name.replaceAll("'", "''")}'!${range}`)}</definedName>`,
	);
	const type = (name: string) => `application/vnd.openxmlformats-officedocument.spreadsheetml.${name}+xml`;
	const relation = (id: string, kind: string, target: string) =>
		`<Relationship Id="${id}" Type="${office}/${kind}" Target="${target}"/>`;
	const relations = (...all: string[]) =>
		`${xmlHead}<Relationships xmlns="${packages}/relationships">${all.join("")}</Relationships>`;
	return {
		"xl/workbook.xml":
			`${xmlHead}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${sheetTags.join("")}</sheets>` +
			`<definedNames>${filters.join("")}</definedNames></workbook>`,
		"xl/_rels/workbook.xml.rels": relations(
			...sheets.map((_, i) => relation(`rId${i + 1}`, "worksheet", `worksheets/sheet${i + 1}.xml`)),
			relation("rIdStyles", "styles", "styles.xml"),
		),
		"xl/styles.xml":
			`${xmlHead}<styleSheet xmlns="${main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>` +
			'<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
			'<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
			'<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
			'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
			'<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
			'<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' +
			'<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>' +
			'<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
		"_rels/.rels": relations(relation("rId1", "officeDocument", "xl/workbook.xml")),
		"[Content_Types].xml":
			`${xmlHead}<Types xmlns="${packages}/content-types">` +
			'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
			'<Default Extension="xml" ContentType="application/xml"/>' +
			`<Override PartName="/xl/workbook.xml" ContentType="${type("sheet.main")}"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="${type("styles")}"/>` +
			`${sheets.map((_, i) => `<Override PartName="/xl/worksheets/sheet${i + 1}.xml" ContentType="${type("worksheet")}"/>`).join("")}</Types>`,
	};
}
