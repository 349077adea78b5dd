import type { RawField } from "@livekeeper/client";
import { safeText } from "../text/safe-text.ts";

/** One field of a payload as a line. */
export interface FieldLine {
	key: string;
	/** Nesting depth. */
	depth: number;
	/** Field number, such as `3`. */
	field: string;
	/** Value as text; empty for a message, whose fields follow. */
	value: string;
	/** Number of bytes that are not shown. */
	more: number;
}

/** Flattens the fields of a payload into lines, with a message's fields below it. */
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
