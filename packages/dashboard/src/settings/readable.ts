import { safeText } from "../text/safe-text.ts";

const maxLines = 200;

/** Formats a sent message for people: JSON is indented, and line breaks within its strings become lines. */
export function readable(content: string): string {
	const lines = (laidOut(content) ?? content).split(/(?:\\n|\n)+/).slice(0, maxLines);
	return lines.map((line) => (/^ */.exec(line)?.[0] ?? "") + safeText(line)).join("\n");
}

/** Returns `undefined` for text that is not JSON or was truncated. */
function laidOut(content: string): string | undefined {
	try {
		return JSON.stringify(JSON.parse(content), null, 2);
	} catch {
		return undefined;
	}
}
