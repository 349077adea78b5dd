import { errorTable } from "@livekeeper/base/errors";
import { driftKinds, failureReasons, liveEventTypes, lookupWays } from "@livekeeper/douyin";
import { hourTones, roomPriorities, roomTroubles } from "../live/index.ts";

/** JSON that holds no text but codes. */
export type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };

/**
 * Codes of this program, the only texts in a bundle besides pseudonyms and its own explanations. A text that is not in
 * this list does not leave the machine.
 */
const codes: ReadonlySet<string> = new Set([
	...failureReasons,
	...driftKinds,
	...liveEventTypes,
	...lookupWays,
	...Object.keys(errorTable),
	...[...hourTones, ...roomPriorities, ...roomTroubles],
	// States, health and reasons of rooms.
	...["idle", "resolving", "waiting", "queued", "connecting", "connected", "reconnecting", "blocked", "not_found"],
	...["stopped", "fine", "quiet", "silent", "degraded", "offline", "no_room", "hidden", "closed", "no_free_slot"],
	...["preempted", "new", "ok", "video", "voice", "anonymous", "logged_in", "expired", "unknown", "live", "ended"],
	// Connections, permits and look-ups of a room.
	...["socket", "poll", "polling", "look", "connect", "looking", "taking", "unread", "reading", "read", "claiming"],
	...["ours", "limit", "turn", "cooldown", "refused", "outage", "batch", "followed"],
	// Inputs of a room.
	...["start", "due", "taken", "take_failed", "waits", "permitted", "looked_up"],
	...["look_failed", "look_waits", "opened", "proven", "synced", "revived", "failed", "contradicted"],
	...["writable", "options", "stop"],
	// Ways of asking the site, and how it refuses.
	...["untried", "works", "captcha", "empty", "layout", "slow_down", "login", "direct"],
	// Storage.
	...["disk_full", "read_only", "locked", "lost", "corrupt", "io", "unreachable", "stalled", "internal"],
	...["missing", "younger", "shorter", "broadcast_ended", "memory_lost"],
	// Steps of the doctor.
	...[
		"service",
		"storage",
		"nats",
		"upstream",
		"room",
		"network",
		"dns",
		"tls",
		"page",
		"signature",
		"messages",
		"cookie",
		"im_fetch",
	],
	...["default", "file", "environment", "flag", "program", "integer", "boolean", "list", "text"],
	// Options with a choice.
	...["fixed", "adaptive", "rhythm", "off", "read", "control", "trace", "debug", "info", "warn", "error", "fatal"],
	...["auto", "pretty", "json"],
	...["built_in", "update"],
]);

/** The site's name of a kind of message, and the number of a field: `WebcastChatMessage#12`. */
const method = /^Webcast[A-Z][A-Za-z]{2,60}Message(#\d{1,10})?$/;

export const isCode = (text: string): boolean => codes.has(text) || method.test(text);

/**
 * Copies numbers, flags and codes. Any other text becomes `null`, and fields with names that this program does not
 * use are left out.
 */
export function plain(value: unknown): Plain {
	if (typeof value === "string") return isCode(value) ? value : null;
	if (typeof value === "number" || typeof value === "boolean") return value;
	if (Array.isArray(value)) return value.map(plain);
	if (typeof value !== "object" || value === null) return null;
	const fields: Record<string, Plain> = {};
	for (const [name, inner] of Object.entries(value)) {
		if (inner !== undefined && isFieldName(name)) fields[name] = plain(inner);
	}
	return fields;
}

/** Names of fields are code's, in either case; a record's keys have to be codes, or windows of time such as `5m`. */
const isFieldName = (name: string) => fieldNames.has(name) || isCode(name) || /^\d{1,2}[mh]$/.test(name);

const fieldNames: ReadonlySet<string> = new Set(
	(
		"kind state health since unstored_since reconnect_count next_attempt_at last_message_at last_sign_at connected_at " +
		"polling identity login_expires_at frames messages decode_errors bounded_messages duplicates reconnects gaps gap_ms " +
		"quiet_kinds heartbeat_ms ping_ms quality score parts uptime silence latency completeness decoding last_hour " +
		"messages_per_minute messages_last_minute viewers diamonds pinned priority trouble urgency synced failures missed " +
		"watch last_at last_way next_at next_way transport source on phase next attempt started memory claim refused count " +
		"rooms known known_in_ms closed captcha ways way sign until left per_minute asked at drift by first last total " +
		"current learned success_rate open type of code ok took_ms name " +
		"fault pending_events pending_bytes stored_bytes repeats clock_in_doubt damaged_events damaged_rooms findings losses found"
	).split(" "),
);

/** Copies the named fields of an object, as {@link plain} does. */
export function plainFields<T extends object>(from: T, names: readonly (keyof T & string)[]): { [key: string]: Plain } {
	return Object.fromEntries(names.map((name) => [name, plain(from[name])]));
}

/** Replaces names by numbers that stay the same within one bundle: `room-1`, `login-2`. */
export class Pseudonyms {
	readonly #known = new Map<string, Map<string, string>>();
	readonly #keepRooms: boolean;

	/** @param keepRooms whether live ids are kept, because the user wants that */
	constructor(keepRooms = false) {
		this.#keepRooms = keepRooms;
	}

	of(kind: "room" | "login" | "exit" | "node" | "host" | "name", name: string): string {
		if (kind === "room" && this.#keepRooms && /^\w{1,40}$/.test(name)) return `room ${name}`;
		const names = this.#known.get(kind) ?? new Map<string, string>();
		this.#known.set(kind, names);
		const known = names.get(name) ?? `${kind}-${names.size + 1}`;
		names.set(name, known);
		return known;
	}
}

/** Kinds of names that labels hold. A label that is not listed here is one of codes, or gets a pseudonym. */
const kinds: Readonly<Record<string, "room" | "login" | "exit" | "node" | "host">> = {
	live_id: "room",
	identity: "login",
	exit: "exit",
	node: "node",
	host: "host",
};

const sample = /^([a-z][a-z0-9_]{2,100})(?:\{(.*)\})? ([-+0-9.eENaInf]{1,40})$/;
const label = /([a-z_]{1,40})="((?:[^"\\]|\\.)*)"/g;

/** Copies samples of Prometheus text with their labels in codes and pseudonyms; comments and what it can't read are left out. */
export function plainMetrics(text: string, names: Pseudonyms): string {
	const lines: string[] = [];
	for (const line of text.split("\n")) {
		const [, metric, labels = "", value] = sample.exec(line) ?? [];
		if (metric === undefined || value === undefined) continue;
		const shown = Array.from(labels.matchAll(label), ([, name = "", labelled = ""]) => {
			return `${name}="${labelOf(name, labelled, names)}"`;
		});
		lines.push(`${metric}${shown.length > 0 ? `{${shown.join(",")}}` : ""} ${value}`);
	}
	return `${lines.join("\n")}\n`;
}

function labelOf(name: string, value: string, names: Pseudonyms): string {
	const kind = kinds[name];
	if (kind) return value === "" ? "" : names.of(kind, value);
	const isPlain = value === "" || isCode(value) || /^[+-]?\d{1,12}(\.\d{1,12})?[mhs]?$|^\+Inf$|^p?\d{2,3}$/.test(value);
	return isPlain ? value : names.of("name", `${name} ${value}`);
}
