import type { RawField } from "@livekeeper/client";
import { safeText } from "../text/safe-text.ts";

/** One field of a payload as a line. */
export interface FieldLine {
	key: string;
	/** How deep it is nested. */
	depth: number;
	/** `3`: its number. */
	field: string;
	/** What it holds; "" for a message, whose fields follow. */
	value: string;
	/** Bytes that are not shown. */
	more: number;
}

/** The fields of a payload as lines, a message's below it. */
export function fieldLines(fields: readonly RawField[], depth = 0, place = ""): FieldLine[] {
	return fields.flatMap(({ field, kind, value, more = 0 }, n) => {
		const key = `${place}${n}.`;
		if (typeof value !== "string") {
			return [{ key, depth, field: `${field}`, value: "", more }, ...fieldLines(value, depth + 1, key)];
		}
		const shown = kind === "text" ? `“${safeText(value)}”` : kind === "bytes" ? `base64 ${value}` : value;
		return [{ key, depth, field: `${field}`, value: shown, more }];
	});
}
