import type { WireEvent } from "@livekeeper/douyin";
import { eventWords } from "../../text/event-words.ts";
import { exportTexts, type Language } from "../../text/index.ts";
import { type Cell, type Column, cellReader } from "./columns.ts";

/** The person who opens the file. */
export interface Reader {
	/** Language of headings, and of the kinds of events. */
	language: Language;
	/** IANA name of the zone whose time the cells show: times in a spreadsheet have no zone. */
	timeZone: string;
}

/** How what a table holds is shown to somebody. */
export interface Shown {
	/** What a column is called. */
	heading: (column: string) => string;
	/** Takes a column's value out of a row; what is a code there is said in words. */
	cellOf: (column: Column) => (row: Readonly<Record<string, unknown>>) => Cell;
	/** A date whose UTC fields are the reader's local time; `undefined` where a spreadsheet can't have it. */
	local: (ms: number) => Date | undefined;
}

type Names = Readonly<Record<string, { readonly [Of in Language]: string }>>;

/** @throws RangeError for a time zone that does not exist */
export function shownTo({ language, timeZone }: Reader): Shown {
	const headings: Names = exportTexts.columns;
	const words: Readonly<Record<string, Names>> = {
		type: exportTexts.types,
		gender: exportTexts.genders,
		source: exportTexts.sources,
	};
	return {
		heading: (column) => headings[column]?.[language] ?? column,
		cellOf: (column) => {
			if (column.name === "content") return (row) => contentOf(row, language);
			const read = cellReader(column);
			const names = words[column.name];
			if (!names) return read;
			return (row) => {
				const code = read(row);
				return code === undefined ? undefined : (names[code]?.[language] ?? code) || undefined;
			};
		},
		local: localTimes(timeZone),
	};
}

/** An event's text, as the page and the notices have it; a gift has columns of its own. */
function contentOf(row: Readonly<Record<string, unknown>>, language: Language): Cell {
	if (row["type"] === "gift") return undefined;
	return eventWords(row as unknown as WireEvent)[language] || undefined;
}

const hourMs = 3_600_000;
/** A spreadsheet counts days from 1900; its programs know none after 9999. */
const firstMs = Date.UTC(1900, 2, 1);
const endMs = Date.UTC(10_000, 0, 1);

/**
 * @returns what turns a time (ms since the epoch) into a date whose UTC fields are the zone's local time; `undefined`
 * where a spreadsheet can't have it
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
