import Table from "cli-table3";
import textWidth from "string-width";
import type { WireStatus } from "../../http/index.ts";
import { printable } from "../../log/printable.ts";
import type { Io, Style } from "../io.ts";
import { ago, inWords, until } from "./age.ts";

const stateStyles: Record<WireStatus["state"], Style> = {
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

/** A column of the table, in the order of the table. */
interface Column {
	head: string;
	/** Left out of a terminal that has fewer columns than this. */
	from?: number;
	align?: "right";
	text(room: WireStatus, now: number, io: Pick<Io, "paint">): string;
}

const columns: readonly Column[] = [
	{ head: "Room", text: (room) => room.live_id },
	{ head: "State", text: (room, _, io) => io.paint(stateStyles[room.state] ?? "gray", stateText(room)) },
	{ head: "Last message", text: (room, now) => ago(room.last_message_at, now) },
	{ head: "Messages", align: "right", text: (room) => String(room.messages) },
	{ head: "/min", align: "right", from: 90, text: (room) => String(room.messages_per_minute.at(-1) ?? 0) },
	{ head: "Lost", from: 110, text: lostText },
	{ head: "Retries", align: "right", from: 110, text: (room) => String(room.reconnect_count) },
];
/** Between columns, and the least that the last one gets. */
const gapWidth = 2;
const leastAbout = 12;

/**
 * All rooms as a table, the way people read it: ages instead of timestamps. On a terminal no line is wider than it,
 * whatever titles hold; the last column gets what is left.
 */
export function statusTable(rooms: readonly WireStatus[], now: number, io: Pick<Io, "paint" | "columns">): string {
	const { columns: width = Number.POSITIVE_INFINITY } = io;
	const shown = columns.filter(({ from = 0 }) => width >= from);
	const heads = shown.map(({ head }) => head);
	const cells = rooms.map((room) => shown.map(({ text }) => text(room, now, io)));
	const widths = heads.map((head, at) => Math.max(...[head, ...cells.map((row) => row[at] ?? "")].map(textWidth)));
	const used = widths.reduce((sum, each) => sum + each + gapWidth, 0);
	const left = Number.isFinite(width) ? Math.max(leastAbout, width - used) : null;
	const table = new Table({
		head: [...heads, "About"],
		style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
		chars: { ...noLines, middle: " ".repeat(gapWidth) },
		colAligns: [...shown.map(({ align = "left" as const }) => align), "left" as const],
		colWidths: [...widths, left],
	});
	for (const [at, room] of rooms.entries()) table.push([...(cells[at] ?? []), about(room, now)]);
	return table.toString();
}

/** Columns are set apart by space alone. */
const noLines = Object.fromEntries(
	["top", "bottom", "left", "right", "mid"].flatMap((side) =>
		["", "-mid", "-left", "-right"].map((part) => [`${side}${part}`, ""]),
	),
);

/** One room, a line for each thing that is known. */
export function statusDetails(room: WireStatus, now: number, io: Pick<Io, "paint">): string {
	const reconnects = Object.entries(room.reconnects).map(([reason, count]) => `${reason} ${count}`);
	const rows: [string, string][] = [
		["Room", room.live_id],
		["State", io.paint(stateStyles[room.state] ?? "gray", stateText(room))],
		["Since", ago(room.since, now)],
		["Reason", `${room.reason.code}: ${printable(room.reason.message)}`],
		...(room.unstored_since === null
			? []
			: [["Unstored since", ago(room.unstored_since, now)] satisfies [string, string]]),
		...optional("In line", room.queue && placeInLine(room.queue)),
		["Priority", room.priority],
		...optional("Decision", room.reason.decision),
		...optional("What it means", room.reason.help && `${room.reason.help} More: docs/reconnect.md#${room.reason.code}`),
		["Title", printable(room.title ?? "–")],
		["Anchor", printable(room.anchor?.nickname ?? "–")],
		["Broadcast", room.room_id ?? "–"],
		["Connected", ago(room.connected_at, now)],
		["Last message", ago(room.last_message_at, now)],
		...room.evidence.map((line, i): [string, string] => [i === 0 ? "Evidence" : "", printable(line)]),
		["Quality", qualityText(room.quality)],
		["Answers", answersText(room)],
		["Next attempt", until(room.next_attempt_at, now)],
		["Session", sessionText(room)],
		...(room.login_warning === null ? [] : [["Warning", printable(room.login_warning)] satisfies [string, string]]),
		...(room.legs ?? []).map((leg, i): [string, string] => [`Connection ${i + 1}`, legText(leg, now)]),
		["Frames, messages", `${room.frames}, ${room.messages}`],
		["Repeats left out", String(room.duplicates)],
		["Lost", lostText(room)],
		["Reconnects", reconnects.join(", ") || "none"],
	];
	return rows.map(([name, value]) => `${name.padEnd(18)}${value}`).join("\n");
}

/** What is known to be missing, or may be: `34 s in 2 gaps, 3 undecodable`. */
function lostText({ gaps, gap_ms: ms, decode_errors: undecodable }: WireStatus): string {
	const holes = gaps === 0 ? [] : [`${inWords(ms)} in ${gaps} ${gaps === 1 ? "gap" : "gaps"}`];
	const parts = [...holes, ...(undecodable === 0 ? [] : [`${undecodable} undecodable`])];
	return parts.join(", ") || "nothing";
}

function optional(name: string, text: string | null | undefined): [string, string][] {
	return text ? [[name, printable(text)]] : [];
}

function placeInLine({ position, why }: NonNullable<WireStatus["queue"]>): string {
	return position === 1 ? `next in line: ${why}` : `place ${position} in line: ${why}`;
}

const sessionWords: Record<WireStatus["identity"], string> = {
	anonymous: "anonymous (no gifts)",
	logged_in: "logged in",
	expired: "its login has ended (no gifts)",
};

function sessionText({ identity, identity_name: name }: WireStatus): string {
	return name === null ? sessionWords[identity] : `${sessionWords[identity]}, by identity ${printable(name)}`;
}

/** `100 (5 min), 98 (1 h), 97 (24 h)`. */
function qualityText(quality: WireStatus["quality"]): string {
	const spans = { "5m": "5 min", "1h": "1 h", "24h": "24 h" } as const;
	const known = Object.entries(spans).flatMap(([span, words]) => {
		const score = quality[span as keyof typeof spans]?.score;
		return score === undefined ? [] : [`${Math.round(score)} (${words})`];
	});
	return known.join(", ") || "not known yet";
}

function answersText({ heartbeat_ms: heartbeat, ping_ms: ping }: WireStatus): string {
	const known = [heartbeat === null ? "" : `heartbeat ${heartbeat} ms`, ping === null ? "" : `ping ${ping} ms`];
	return known.filter((text) => text !== "").join(", ") || "–";
}

function legText(leg: NonNullable<WireStatus["legs"]>[number], now: number): string {
	const where = leg.host === null ? "" : ` to ${leg.host}`;
	const next = leg.next_attempt_at === null ? "" : ` Next attempt ${until(leg.next_attempt_at, now)}.`;
	const why = leg.reason ? `: ${printable(leg.reason.message)}${next}` : "";
	const place = leg.state !== "connected" || leg.aligned ? "" : ", its place not known yet";
	const words = `${leg.kind}, ${leg.identity}, ${leg.state}${where}${place}${leg.state === "connected" ? "" : why}`;
	return `${words} (${leg.messages} messages, ${leg.missed} missed, lost ${leg.failures} times)`;
}

function stateText({ state, health, polling }: WireStatus): string {
	if (polling) return `${state} (polling)`;
	return health && health !== "fine" ? `${state} (${health})` : state;
}

/** Where all is well the title says more than the evidence. */
function worthSaying({ health, quiet_kinds: kinds }: WireStatus): boolean {
	return (health !== null && health !== "fine") || kinds.length > 0;
}

function about(room: WireStatus, now: number): string {
	if (room.state === "connected") return printable((worthSaying(room) && room.evidence[0]) || (room.title ?? ""));
	if (room.queue) return printable(placeInLine(room.queue));
	const next = room.next_attempt_at === null ? "" : `, next attempt ${until(room.next_attempt_at, now)}`;
	return `${printable(room.reason.message)}${next}`;
}
