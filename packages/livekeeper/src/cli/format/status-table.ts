import { printable } from "@livekeeper/base/log/printable";
import { codeNames, type Language, listed, lookupTexts, type Text, verbatim } from "@livekeeper/base/text";
import type { Room } from "@livekeeper/client";
import { isFailure } from "@livekeeper/engine/text";
import Table from "cli-table3";
import textWidth from "string-width";
import { commandTexts, listTexts, screenTexts, statusTexts } from "../../text/index.ts";
import type { Io, Style } from "../io.ts";
import { padColumns } from "../io.ts";
import { ago, inWords, until } from "./age.ts";

const stateStyles: Record<Room["state"], Style> = {
	idle: "gray",
	resolving: "cyan",
	waiting: "blue",
	queued: "cyan",
	connecting: "cyan",
	connected: "green",
	reconnecting: "yellow",
	blocked: "red",
	not_found: "red",
	stopped: "gray",
};

/** Returns the colour of a room; not green while a connected room has trouble. */
function styleOf({ state, trouble }: Room): Style {
	return state === "connected" && trouble ? "yellow" : (stateStyles[state] ?? "gray");
}

/** Page with a heading for each reason. */
const reasonsPage: Text = { en: "docs/reconnect.md", zh: "docs/reconnect.zh-CN.md" };

/** A column of the table, in the order of the table. */
interface Column {
	head: Text;
	/** Minimum terminal width for the column to appear. */
	from?: number;
	align?: "right";
	text(room: Room, now: number, io: Pick<Io, "paint" | "language">): string;
}

const { head: heads } = statusTexts;

const columns: readonly Column[] = [
	{ head: heads.room, text: (room) => room.live_id },
	{
		head: heads.state,
		text: (room, _, io) => io.paint(styleOf(room), stateText(room, io.language)),
	},
	{ head: heads.lastMessage, text: (room, now, { language }) => ago(room.last_message_at, now, language) },
	{ head: heads.messages, align: "right", text: (room) => String(room.messages) },
	{ head: heads.perMinute, align: "right", from: 90, text: (room) => String(room.messages_last_minute) },
	{ head: heads.lost, from: 110, text: (room, _, { language }) => lostText(room, language) },
	{ head: heads.retries, align: "right", from: 110, text: (room) => String(room.reconnect_count) },
];
/** Space between columns, and minimum width of the last one. */
const gapWidth = 2;
const minAbout = 12;

/**
 * Formats all rooms as a table with ages instead of timestamps. No line is wider than the terminal, whatever titles
 * contain; the last column gets the remaining width.
 */
export function statusTable(
	rooms: readonly Room[],
	now: number,
	io: Pick<Io, "paint" | "columns" | "language">,
): string {
	const { columns: width = Number.POSITIVE_INFINITY, language } = io;
	const shown = columns.filter(({ from = 0 }) => width >= from);
	const names = shown.map(({ head }) => head[language]);
	const cells = rooms.map((room) => shown.map(({ text }) => text(room, now, io)));
	const widths = names.map((head, at) => Math.max(...[head, ...cells.map((row) => row[at] ?? "")].map(textWidth)));
	const used = widths.reduce((sum, each) => sum + each + gapWidth, 0);
	const left = Number.isFinite(width) ? Math.max(minAbout, width - used) : null;
	const table = new Table({
		head: [...names, heads.about[language]],
		style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
		chars: { ...noLines, middle: " ".repeat(gapWidth) },
		colAligns: [...shown.map(({ align = "left" as const }) => align), "left" as const],
		colWidths: [...widths, left],
	});
	for (const [at, room] of rooms.entries()) table.push([...(cells[at] ?? []), about(room, now, language)]);
	return table.toString();
}

/** Columns are separated by space alone. */
const noLines = Object.fromEntries(
	["top", "bottom", "left", "right", "mid"].flatMap((side) =>
		["", "-mid", "-left", "-right"].map((part) => [`${side}${part}`, ""]),
	),
);

/** Formats one room, one line per known fact. */
export function statusDetails(room: Room, now: number, io: Pick<Io, "paint" | "language">): string {
	const { language } = io;
	const { rows: names } = statusTexts;
	const { code, decision, help } = room.reason;
	const priority = codeNames.priority[room.priority]?.[language] ?? room.priority;
	const counts = statusTexts.counts(room.frames, room.messages);
	const rows: [Text, string][] = [
		[names.room, room.live_id],
		[names.state, io.paint(styleOf(room), stateText(room, language))],
		[names.since, ago(room.since, now, language)],
		[names.reason, `${code}${language === "en" ? ": " : "："}${printable(room.reason.message)}`],
		...optional(names.unstored, room.unstored_since === null ? null : ago(room.unstored_since, now, language)),
		...optional(names.queue, room.queue && numberInLine(room.queue, language)),
		[names.priority, priority],
		...optional(names.decision, decision),
		...optional(names.help, help && withMore(help, code, language)),
		[names.title, printable(room.title ?? "–")],
		[names.anchor, printable(room.anchor?.nickname ?? "–")],
		[names.broadcast, room.room_id ?? "–"],
		[names.connected, ago(room.connected_at, now, language)],
		[names.lastMessage, ago(room.last_message_at, now, language)],
		...lines(names.evidence, room.evidence),
		[names.quality, qualityText(room.quality, language)],
		[names.answers, answersText(room, language)],
		[names.next, until(room.next_attempt_at, now, language)],
		...optional(names.lastLookUp, lookUpText(room.watch?.last_at, room.watch?.last_way, ago, now, language)),
		...optional(names.nextLookUp, lookUpText(room.watch?.next_at, room.watch?.next_way, until, now, language)),
		[names.session, sessionText(room, language)],
		...optional(names.warning, room.login_warning),
		...(room.connections ?? []).map((one, i): [Text, string] => [
			statusTexts.connection(i + 1),
			connectionText(one, now, language),
		]),
		...optional(names.together, room.compared && togetherText(room.compared, language)),
		[names.frames, counts[language]],
		[names.duplicates, String(room.duplicates)],
		[names.lost, lostText(room, language)],
		[names.reconnects, reconnectsText(room, language)],
		...lines(names.gifts, giftLines(room)),
		...lines(names.official, room.official ? officialLines(room.official, giftLines(room), now, language) : []),
	];
	const width = Math.max(...rows.map(([name]) => textWidth(name[language]))) + 2;
	return rows.map(([name, value]) => `${padColumns(name[language], width)}${value}`).join("\n");
}

/** Adds the manual's heading for the failure. */
function withMore(help: string, code: string, language: Language): string {
	return isFailure(code) ? `${help} ${statusTexts.more(`${reasonsPage[language]}#${code}`)[language]}` : help;
}

/** Returns several lines under one name. */
function lines(name: Text, all: readonly string[]): [Text, string][] {
	return all.map((line, i) => [i === 0 ? name : verbatim(""), printable(line)]);
}

/** Returns whether all gifts arrive, why not, and what can be done. An older service does not report it. */
function giftLines({ gift_coverage: coverage }: Pick<Room, "gift_coverage">): string[] {
	if (coverage === undefined) return [];
	return [
		coverage.summary,
		coverage.before ?? "",
		coverage.why ?? "",
		...coverage.advice.map((line, i) => `${i + 1}. ${line}`),
	].filter(Boolean);
}

function reconnectsText({ reconnects }: Room, language: Language): string {
	const names: Partial<Record<string, Text>> = codeNames.reason;
	const nameOf = (reason: string) => names[reason]?.[language] ?? reason;
	const known = Object.entries(reconnects).map(([reason, count]) => `${nameOf(reason)} ${count}`);
	return joined(known, language) || statusTexts.none[language];
}

/** Formats what is known or suspected to be missing: `34 s in 2 gaps, 3 undecodable`. */
function lostText({ gaps, gap_ms: ms, decode_errors: undecodable }: Room, language: Language): string {
	const span = verbatim(inWords(ms, language));
	const parts = [
		...(gaps === 0 ? [] : [statusTexts.gaps(span, gaps)]),
		...(undecodable === 0 ? [] : [statusTexts.undecodable(undecodable)]),
	].map((text) => text[language]);
	return joined(parts, language) || statusTexts.nothing[language];
}

function joined(parts: readonly string[], language: Language): string {
	return parts.join(statusTexts.separator[language]);
}

function optional(name: Text, text: string | null | undefined): [Text, string][] {
	return text ? [[name, printable(text)]] : [];
}

function numberInLine({ position, why }: NonNullable<Room["queue"]>, language: Language): string {
	return (position === 1 ? statusTexts.nextInLine(why) : statusTexts.inLine(position, why))[language];
}

function sessionText(room: Room, language: Language): string {
	const { identity, identity_name: name } = room;
	// With the open platform's push of every gift, no login is needed for gifts.
	const bare = room.gift_coverage?.source === "official" && identity === "anonymous";
	const session = bare ? codeNames.login.anonymous : statusTexts.sessions[identity];
	return (name === null ? session : statusTexts.byIdentity(session, printable(name)))[language];
}

/** Formats `100 (5 min), 98 (1 h), 97 (24 h)`. */
function qualityText(quality: Room["quality"], language: Language): string {
	const known = Object.entries(statusTexts.spans).flatMap(([span, words]) => {
		const score = quality[span as keyof typeof statusTexts.spans]?.score;
		return score === undefined ? [] : [statusTexts.score(Math.round(score), words)[language]];
	});
	return joined(known, language) || statusTexts.unknownYet[language];
}

function answersText({ heartbeat_ms: heartbeat, ping_ms: ping }: Room, language: Language): string {
	const known = [
		...(heartbeat === null ? [] : [statusTexts.heartbeat(heartbeat)]),
		...(ping === null ? [] : [statusTexts.ping(ping)]),
	].map((text) => text[language]);
	return joined(known, language) || "–";
}

function connectionText(connection: NonNullable<Room["connections"]>[number], now: number, language: Language): string {
	const { kind, identity, state, host, reason, synced } = connection;
	const names = [codeNames.connection[kind], codeNames.login[identity], codeNames.state[state]];
	const what = joined(
		names.map((text) => text[language]),
		language,
	);
	const where = host === null ? "" : statusTexts.toHost(host)[language];
	const offset = state === "connected" && !synced ? statusTexts.notSynced[language] : "";
	const why = reason && state !== "connected" ? commandTexts.stateIs("", printable(reason.message))[language] : "";
	const reasoned = why === "" ? "" : withNext(why, connection.next_attempt_at, now, language);
	const { messages, missed, failures, compared } = connection;
	const gain = compared?.message_gain ?? null;
	const added = statusTexts.added(gain ?? 0, compared?.diamond_gain ?? null, compared?.message_coverage ?? null);
	const beside = gain === null ? "" : added[language];
	return `${what}${where}${offset}${reasoned}${statusTexts.carried(messages, missed, failures)[language]}${beside}`;
}

/** Formats the combined comparison of all connections. */
function togetherText(compared: NonNullable<Room["compared"]>, language: Language): string {
	return statusTexts.together(compared.message_coverage, compared.diamond_coverage)[language];
}

/** Appends the next attempt if one is due: a sentence continues without its full stop. */
function withNext(words: string, at: number | null, now: number, language: Language): string {
	if (at === null) return words;
	const next = statusTexts.attempt(verbatim(until(at, now, language)))[language];
	return words.replace(/[.。]$/, "") + statusTexts.separator[language] + next;
}

/** Formats `2 min ago (room page)`. */
function lookUpText(
	at: number | null | undefined,
	way: keyof typeof lookupTexts.ways | null | undefined,
	words: typeof ago,
	now: number,
	language: Language,
): string | null {
	if (at === null || at === undefined) return null;
	const when = words(at, now, language);
	if (way === null || way === undefined) return when;
	return listTexts.lookups.byWay(verbatim(when), lookupTexts.ways[way] ?? verbatim(way))[language];
}

function stateText({ state, health, polling, kind }: Room, language: Language): string {
	const known = codeNames.state[state]?.[language] ?? state;
	const name = kind === "voice" ? known + statusTexts.inParentheses(statusTexts.voice)[language] : known;
	if (polling) return name + statusTexts.inParentheses(statusTexts.polling)[language];
	if (!health || health === "fine") return name;
	return name + statusTexts.inParentheses(codeNames.health[health] ?? verbatim(health))[language];
}

/** Returns whether the evidence is worth showing: while all is well the title is more useful. */
function worthSaying({ health, quiet_kinds: kinds }: Room): boolean {
	return (health !== null && health !== "fine") || kinds.length > 0;
}

function about(room: Room, now: number, language: Language): string {
	if (room.state === "connected") {
		const gifts = room.trouble === "gifts" && room.gift_coverage.summary;
		return printable((worthSaying(room) && room.evidence[0]) || gifts || (room.title ?? ""));
	}
	if (room.queue) return printable(numberInLine(room.queue, language));
	return withNext(printable(room.reason.message), room.next_attempt_at, now, language);
}

type Official = NonNullable<Room["official"]>;

/**
 * Formats the status of a room's push from the open platform, one item per line.
 *
 * @param reported lines that already report some of it
 */
export function officialLines(
	official: Official,
	reported: readonly string[],
	now: number,
	language: Language,
): string[] {
	const { official: texts, separator } = statusTexts;
	const { app_id: app, types, summary, why, advice, token, refused, last_refused: last } = official;
	const joined = (...parts: (Text | undefined)[]) =>
		parts.flatMap((part) => (part ? [part[language]] : [])).join(separator[language]);
	const [newest] = official.broadcasts;
	const expires = token.expires_at === null ? undefined : texts.token(until(token.expires_at, now, language));
	const lines = [joined(texts.push(app, listed(types)), expires), summary, why ?? "", ...advice];
	if (newest) {
		const gifts = newest.tasks.find(({ msg_type: type }) => type === "live_gift");
		const {
			callbacks,
			failed_deliveries: failed,
			missing,
			last_callback_at: at,
		} = gifts ?? {
			callbacks: 0,
			failed_deliveries: 0,
			missing: 0,
			last_callback_at: null,
		};
		const lastAt = at === null ? undefined : texts.last(ago(at, now, language));
		const { official_diamonds: theirs, web_diamonds: web, matched_diamonds: both } = newest.match;
		lines.push(
			joined(newest.counts ? texts.counts : texts.webCounts, texts.deliveries(callbacks, failed, missing), lastAt),
		);
		if (theirs > 0 && web > 0) lines.push(joined(texts.match(both, theirs, web)));
	}
	if (last) lines.push(joined(texts.refused(refused, last.message)));
	return lines.filter((line) => line !== "" && !reported.some((other) => other.includes(line)));
}

interface Screen {
	now: number;
	io: Pick<Io, "paint" | "columns" | "language">;
	/** Number of lines that fit. */
	rows: number;
	url: string;
}

/**
 * Number of lines above and below the rooms: counts, an empty line, the table's head, and the number of hidden rooms.
 */
const otherLines = 4;

/** Formats the screen of `top`: counts, and as many rooms as fit, worst first. */
export function topScreen(rooms: readonly Room[], { now, io, rows, url }: Screen): string[] {
	const { language } = io;
	const failing = rooms.filter((room) => room.trouble !== null).length;
	const connected = rooms.filter(({ state }) => state === "connected").length;
	const perMinute = rooms.reduce((sum, room) => sum + room.messages_last_minute, 0);
	const counts = [
		screenTexts.rooms(rooms.length)[language],
		io.paint("green", screenTexts.connected(connected)[language]),
		io.paint(failing > 0 ? "red" : "gray", screenTexts.failing(failing)[language]),
		screenTexts.perMinute(perMinute)[language],
	];
	const head = `${counts.join("   ")}   ${io.paint("gray", url)}`;
	if (rooms.length === 0) return [head, "", commandTexts.noRooms[language]];
	const worstFirst = [...rooms].sort((a, b) => a.urgency - b.urgency || Number(b.pinned) - Number(a.pinned));
	const shown = worstFirst.slice(0, Math.max(1, rows - otherLines));
	const more = rooms.length - shown.length;
	return [
		head,
		"",
		...statusTable(shown, now, io).split("\n"),
		...(more > 0 ? [io.paint("gray", screenTexts.more(more)[language])] : []),
	];
}
