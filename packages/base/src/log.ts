import { createRequire } from "node:module";
import { type DestinationStream, type Logger, type LoggerOptions, pino, stdSerializers, stdTimeFunctions } from "pino";
import type { PrettyOptions } from "pino-pretty";
import { printable } from "./log/printable.ts";
import { chineseLine, englishLine, inLanguage, type Language, type LogLines } from "./text/index.ts";

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

export type { Logger } from "pino";

export interface LogOptions {
	level: "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
	/** `auto`: pretty if `terminal`, otherwise JSON. */
	format: "auto" | "pretty" | "json";
	/** Texts that must never be written, even as a part of others. */
	secrets?: readonly string[];
	/** Destination of the lines; default standard output. */
	destination?: DestinationStream;
	/** Lines of events that are logged without words. */
	lines: LogLines;
	/** Language of the lines; default Chinese. Names of events and fields are the same in each. */
	language?: Language;
	/** Whether a person is watching; default: whether standard output is a terminal. */
	terminal?: boolean;
}

const hidden = "[hidden]";

/** Fields that hold secrets wherever they appear, and one level down. */
const secretFields = ["cookie", "api_key", "apiKey", "token", "authorization", "proxy"];

/**
 * Creates the service's logger: short readable lines on a terminal, JSON elsewhere. Secrets are hidden twice: by the
 * name of their field, and by their text in the finished line, so that an error message that quotes one doesn't leak
 * it.
 */
export function createLogger(options: LogOptions): Logger {
	const output = options.destination ?? process.stdout;
	const terminal = options.terminal ?? process.stdout.isTTY === true;
	const readable = options.format === "pretty" || (options.format === "auto" && terminal);
	const scrub = scrubber(options.secrets ?? []);
	const { language = "zh" } = options;
	const recent = new RecentLines();
	const layOut = readable ? prettyLines(terminal, language) : (line: string) => line;
	const settings: LoggerOptions = {
		level: options.level,
		hooks: keepingLines(recent, hooksIn(language, options.lines)),
		base: null,
		redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.headers.${field}`]), censor: hidden },
		serializers: { err: stdSerializers.err, req: shortRequest, res: shortReply },
	};
	if (!readable) {
		settings.timestamp = stdTimeFunctions.isoTime;
		settings.formatters = { level: (label) => ({ level: label }) };
	}
	const logger = pino(settings, { write: (line: string) => void output.write(scrub(layOut(line))) });
	recentOf.set(logger, recent);
	return logger;
}

const recentOf = new WeakMap<Logger, RecentLines>();

/** Returns a logger's newest lines without any text, oldest first; none for a logger that was created elsewhere. */
export function recentLines(logger: Logger): readonly RecentLine[] {
	return recentOf.get(logger)?.lines() ?? [];
}

/** Adds each written line to the recent ones. */
function keepingLines(recent: RecentLines, { logMethod }: ReturnType<typeof hooksIn>): ReturnType<typeof hooksIn> {
	return {
		logMethod(given, write, level) {
			recent.add(level, given[0]);
			logMethod?.call(this, given, write, level);
		},
	};
}

/**
 * Adds the line of its `event` to each entry: the Chinese one if the caller gives none, the English one always. Texts
 * among the fields are written in the log's language, so callers give both.
 */
export function hooksIn(language: Language, lines: LogLines): LoggerOptions["hooks"] & object {
	return {
		logMethod([first, ...words], write) {
			const fields: unknown = fieldsIn(first, language);
			const own = words.length === 0 ? chineseLine(lines.zh, fields) : undefined;
			const line = language === "en" ? englishLine(lines.en, fields) : own;
			write.apply(this, [fields, ...(line === undefined ? words : [line])] as Parameters<typeof write>);
		},
	};
}

/** Returns an entry's fields with each text in one language. */
export function fieldsIn(fields: unknown, language: Language): unknown {
	if (typeof fields !== "object" || fields === null || fields instanceof Error) return fields;
	return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, inLanguage(value, language)]));
}

/** Returns the pretty printer, whose library is loaded only if lines are for people. */
function prettyLines(terminal: boolean, language: Language): (line: string) => string {
	const { prettyFactory } = createRequire(import.meta.url)("pino-pretty") as typeof import("pino-pretty");
	return prettyFactory(prettyOptions(terminal, language));
}

function prettyOptions(terminal: boolean, language: Language): PrettyOptions {
	return {
		colorize: terminal,
		translateTime: "SYS:HH:MM:ss",
		ignore: "level",
		hideObject: true,
		customColors: { message: "reset" },
		messageFormat: (log, messageKey, _label, { colors }) => {
			const text = printable(withRoom(String(log[messageKey] ?? ""), log["live_id"], language));
			const level = Number(log["level"]);
			if (level < 40) return level < 30 ? colors.gray(text) : text;
			const colour = level < 50 ? colors.yellow : colors.red;
			return `${colour(text)}${colors.gray(detailsOf(log, messageKey))}`;
		},
	};
}

/** Adds the room if the line does not name it, because with many rooms it would be unclear. */
function withRoom(message: string, liveId: unknown, language: Language): string {
	if (typeof liveId !== "string" || message.includes(liveId)) return message;
	return language === "en" ? `${message} (room ${liveId})` : `${message}（直播间 ${liveId}）`;
}

/** Returns the details that a person needs about a problem: the other fields, and an error's stack. */
function detailsOf(log: Record<string, unknown>, messageKey: string): string {
	const { level: _level, time: _time, reqId: _reqId, [messageKey]: _message, err, ...more } = log;
	// These are for programs, and in English.
	const { event: _event, error: _error, ...fields } = more;
	const stack = (err as { stack?: unknown } | undefined)?.stack;
	const lines = typeof stack === "string" ? stack.split("\n").map((line) => `\n    ${printable(line)}`) : [];
	return `${Object.keys(fields).length > 0 ? ` ${printable(JSON.stringify(fields))}` : ""}${lines.join("")}`;
}

/** Secrets of overlay tokens. Only their bearers know them, so they are recognized by their form. */
const tokenSecret = /lko(?:_|%(?:25)*5f)[\w-]{16,}/gi;

/**
 * Returns a function that hides the given texts, secrets of overlay tokens, and the user part of any URL
 * (`http://user:password@proxy`).
 */
function scrubber(secrets: readonly string[]): (line: string) => string {
	// Shorter ones would be found inside unrelated words.
	const texts = secrets.filter((secret) => secret.length >= 6).flatMap((secret) => [secret, inJson(secret)]);
	const unique = [...new Set(texts)].sort((a, b) => b.length - a.length);
	let encoded: RegExp | undefined;
	return (line) => {
		let clean = line.includes("@") ? line.replace(/\/\/[^\s/@"]+@/g, `//${hidden}@`) : line;
		if (/lko/i.test(clean)) clean = clean.replace(tokenSecret, hidden);
		for (const text of unique) if (clean.includes(text)) clean = clean.replaceAll(text, hidden);
		if (unique.length > 0 && clean.includes("%")) {
			encoded ??= new RegExp(unique.map(percentEncoded).join("|"), "giu");
			clean = clean.replace(encoded, hidden);
		}
		return clean;
	};
}

/**
 * Returns a pattern for a text any part of which may be percent-encoded, once or more often, as clients do in
 * addresses.
 */
function percentEncoded(text: string): string {
	return Array.from(text, (char) => {
		const bytes = Array.from(Buffer.from(char), (byte) => `%(?:25)*${byte.toString(16).padStart(2, "0")}`);
		const plain = `\\u{${char.codePointAt(0)?.toString(16)}}`;
		return `(?:${plain}|${bytes.join("")}${char === " " ? "|\\+" : ""})`;
	}).join("");
}

function inJson(text: string): string {
	return JSON.stringify(text).slice(1, -1);
}

/** Reduces a logged request: never headers nor queries, which hold keys. */
function shortRequest({ method, url, ip }: { method?: string; url?: string; ip?: string }) {
	return { method, url: url?.replace(/[?#].*$/s, ""), ip };
}

function shortReply(reply: { statusCode?: number }) {
	return { status: reply.statusCode };
}
