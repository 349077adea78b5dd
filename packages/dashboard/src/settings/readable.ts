import { safeText } from "../text/safe-text.ts";

const maxLines = 200;

/** A message as it is sent, for people: JSON is laid out, and lines within its texts are lines. */
export function readable(content: string): string {
	const lines = (laidOut(content) ?? content).split(/(?:\\n|\n)+/).slice(0, maxLines);
	return lines.map((line) => (/^ */.exec(line)?.[0] ?? "") + safeText(line)).join("\n");
}

/** `undefined` for what is no JSON, or was cut. */
function laidOut(content: string): string | undefined {
	try {
		return JSON.stringify(JSON.parse(content), null, 2);
	} catch {
		return undefined;
	}
}
