import type { Language } from "@livekeeper/base/text";
import type { WireEvent } from "@livekeeper/douyin";
import { eventWords } from "@livekeeper/targets/text/event-words";
import { exportTexts } from "../../text/index.ts";
import { type Cell, type Column, cellReader } from "./columns.ts";

/** A person who opens the file. */
export interface Reader {
	/** Language of the headings and of the kinds of events. */
	language: Language;
	/** IANA name of the time zone of the cells, because times in a spreadsheet have no zone. */
	timeZone: string;
}

/** Formats a table's content for a person. */
export interface Shown {
	/** Returns the heading of a column. */
	heading: (column: string) => string;
	/** Returns a function that reads a column's value from a row, with codes replaced by words. */
	cellOf: (column: Column) => (row: Readonly<Record<string, unknown>>) => Cell;
	/** Returns a date whose UTC fields are the reader's local time; `undefined` if a spreadsheet does not support it. */
	local: (ms: number) => Date | undefined;
}

type Names = Readonly<Record<string, { readonly [Of in Language]: string }>>;

/** @throws RangeError if the time zone does not exist */
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

/** Returns an event's text, as the page and the notices show it; a gift has columns of its own. */
function contentOf(row: Readonly<Record<string, unknown>>, language: Language): Cell {
	if (row["type"] === "gift") return undefined;
	return eventWords(row as unknown as WireEvent)[language] || undefined;
}

const hourMs = 3_600_000;
/** First supported date, ms since the epoch. Spreadsheets count days from 1900 and support none after 9999. */
const firstMs = Date.UTC(1900, 2, 1);
const endMs = Date.UTC(10_000, 0, 1);

/**
 * @returns a function that converts a time (ms since the epoch) to a date whose UTC fields are the zone's local time;
 * `undefined` if a spreadsheet does not support it
 * @throws RangeError if no zone has the name
 */
function localTimes(timeZone: string): (ms: number) => Date | undefined {
	const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
	// Cached per quarter of an hour: a zone changes its offset only on one, and events are close together.
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

/** Parses the offset from a part such as `GMT+08:00` or `GMT`, ms. */
function offsetIn(parts: readonly Intl.DateTimeFormatPart[]): number {
	const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
	const [, sign, hours = "0", minutes = "0", seconds = "0"] = /([+-])(\d+):(\d+)(?::(\d+))?/.exec(name) ?? [];
	const ms = (Number(hours) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1_000;
	return sign === "-" ? -ms : ms;
}
