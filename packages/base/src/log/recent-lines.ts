/** A line of the log, reduced to what can't name anybody: no text, no address. */
export interface RecentLine {
	/** ms since the epoch. */
	at: number;
	level: number;
	/** Code of the event; absent for a line that has none. */
	event?: string;
	liveId?: string;
	/** Numbers and flags by the name of their field. */
	values: Record<string, number | boolean>;
	/** Texts that may be codes, by the name of their field: whoever shows them knows which codes there are. */
	codes: Record<string, string>;
	error?: { type: string; code?: string; stack: string[] };
}

/** Number of lines kept, the newest. */
const maxLines = 500;
const maxFrames = 12;
const isName = (text: string) => /^[a-z][a-z0-9_]{0,40}$/.test(text);
/** Fields of the log whose numbers, flags and codes are kept: none of them holds a person or a place. */
const fieldNames: ReadonlySet<string> = new Set(
	(
		"source events rooms detail refused reason pending wait until socket retry_ms plan per_minute nodes left_ms " +
		"lasted_ms jumped_ms hold_ms found failures answer attempt attempts fault minutes replicas asked way from to state " +
		"delay_ms status count bytes took_ms code kind"
	).split(" "),
);
/** Codes of the system and of Node, which no text of a person looks like. */
const systemCode = /^(E[A-Z0-9]{2,20}|(ERR|SQLITE|UND_ERR)_[A-Z_]{2,40})$/;

/** Keeps the newest lines of a log in memory, as {@link RecentLine}. */
export class RecentLines {
	readonly #lines: RecentLine[] = [];

	/** @param fields first argument of the call that wrote the line */
	add(level: number, fields: unknown, at = Date.now()): void {
		if (typeof fields !== "object" || fields === null) return;
		const { event, live_id: liveId, err, ...more } = fields as Record<string, unknown>;
		const line: RecentLine = { at, level, values: {}, codes: {} };
		if (typeof event === "string" && isName(event)) line.event = event;
		if (typeof liveId === "string") line.liveId = liveId;
		for (const [name, value] of Object.entries(more)) {
			if (!fieldNames.has(name)) continue;
			if (typeof value === "boolean" || typeof value === "number") line.values[name] = value;
			else if (typeof value === "string" && isName(value)) line.codes[name] = value;
		}
		const error = err instanceof Error ? err : fields instanceof Error ? fields : undefined;
		if (error) line.error = errorOf(error);
		this.#lines.push(line);
		if (this.#lines.length > maxLines) this.#lines.shift();
	}

	/** Oldest first. */
	lines(): readonly RecentLine[] {
		return this.#lines;
	}
}

function errorOf(error: Error): NonNullable<RecentLine["error"]> {
	const { code } = error as { code?: unknown };
	const type = /^[A-Z][A-Za-z]{2,40}Error$/.test(error.name) ? error.name : "Error";
	const isKnown = typeof code === "string" && (systemCode.test(code) || isName(code));
	return { type, ...(isKnown && { code }), stack: framesOf(error) };
}

/** Returns the places of a stack in this program and its packages; never the message, which a stack begins with. */
function framesOf({ stack = "", message }: Error): string[] {
	const begin = stack.indexOf(message);
	if (begin < 0) return [];
	const frames: string[] = [];
	for (const line of stack.slice(begin + message.length).split("\n")) {
		const place = /(?:^|[/\\])((?:packages|node_modules|dist)[/\\][\w@./\\-]{1,200}\.[cm]?[jt]s):(\d+):(\d+)\)?$/.exec(
			line,
		);
		if (place && frames.length < maxFrames) frames.push(`${place[1]?.replaceAll("\\", "/")}:${place[2]}:${place[3]}`);
	}
	return frames;
}
