import { availableParallelism, release, totalmem } from "node:os";
import { LivekeeperError } from "@livekeeper/base/errors";
import type { RecentLine } from "@livekeeper/base/log";
import type { Language } from "@livekeeper/base/text";
import { Turns } from "@livekeeper/base/turns";
import type { Clock } from "@livekeeper/douyin";
import type { RoomHistory } from "@livekeeper/engine";
import type { EventLogStatus } from "@livekeeper/log";
import type { Doctor, LiveRoomStatus, LookupView } from "../live/index.ts";
import { diagnosisTexts, isKnownEvent } from "../text/index.ts";
import { version } from "../version.ts";
import { toWireStatus, toWireUpstream, type WireStatus } from "../wire/index.ts";
import { isCode, type Plain, Pseudonyms, plain, plainFields, plainMetrics } from "./plain.ts";

export interface DiagnosisDeps {
	options: readonly { name: string; kind: string; secret: boolean; set: boolean; value: unknown; from: string }[];
	rooms: () => readonly LiveRoomStatus[];
	/** Decision state and newest inputs of a room that runs here. */
	historyOf: (liveId: string) => RoomHistory | undefined;
	doctor: Pick<Doctor, "examine">;
	lookups: () => LookupView;
	storage: () => EventLogStatus;
	metrics: () => Promise<string>;
	/** Newest lines of the log, oldest first. */
	lines: () => readonly RecentLine[];
	clock: Clock;
}

export interface DiagnosisQuestion {
	/** Whether to try the way to a room, which visits the site once and takes up to a minute. */
	doctor: boolean;
	/** Whether live ids are kept. Default: each room has a number. */
	keepRooms: boolean;
	language: Language;
}

export interface DiagnosisFile {
	name: string;
	/** Description of its content, for people. */
	about: string;
	text: string;
}

export interface DiagnosisBundle {
	fileName: string;
	files: DiagnosisFile[];
	/** All files as one archive. */
	zip: Buffer;
}

/**
 * Collects what explains a problem: numbers and codes of this program, copied by name. Texts, addresses and names are
 * never copied, so there is nothing to search for secrets.
 */
export class Diagnosis {
	readonly #deps: DiagnosisDeps;
	readonly #turns = new Turns();

	constructor(deps: DiagnosisDeps) {
		this.#deps = deps;
	}

	/** Makes a bundle, one at a time. @throws the signal's reason */
	make(question: DiagnosisQuestion, signal: AbortSignal): Promise<DiagnosisBundle> {
		return this.#turns.take(async () => {
			signal.throwIfAborted();
			const files = await this.#files(question, signal);
			const stamp = new Date(this.#deps.clock.now()).toISOString().slice(0, 16).replaceAll(/[-:]/g, "");
			return { fileName: `livekeeper-diagnosis-${stamp}.zip`, files, zip: await zipOf(files) };
		});
	}

	async #files({ doctor, keepRooms, language }: DiagnosisQuestion, signal: AbortSignal): Promise<DiagnosisFile[]> {
		const { options, rooms, historyOf, lookups, storage, metrics, lines } = this.#deps;
		const names = new Pseudonyms(keepRooms);
		const statuses = rooms();
		const contents: [string, keyof typeof diagnosisTexts.about, string][] = [
			["versions.json", "versions", json(versions())],
			["options.json", "options", json(options.map(optionOf))],
			["rooms.json", "rooms", json(statuses.map((status) => roomOf(toWireStatus(status, "en"), names)))],
			...statuses.flatMap(({ liveId }): [string, "inputs", string][] => {
				const history = historyOf(liveId);
				const room = names.of("room", liveId);
				return history ? [[`inputs/${room.replace(" ", "-")}.json`, "inputs", json(inputsOf(room, history))]] : [];
			}),
			["doctor.json", "doctor", json(doctor ? await this.#examined(signal) : [])],
			["upstream.json", "upstream", json(upstreamOf(lookups(), names))],
			["storage.json", "storage", json(storageOf(storage()))],
			[
				"log.jsonl",
				"log",
				lines()
					.map((line) => `${JSON.stringify(lineOf(line, names))}\n`)
					.join(""),
			],
			["metrics.txt", "metrics", plainMetrics(await metrics(), names)],
		];
		const files = contents.map(([name, about, text]) => ({ name, about: diagnosisTexts.about[about][language], text }));
		const list = files.map(({ name, about }) => `${name}: ${about}\n`).join("");
		const readme = `${diagnosisTexts.readme[language]}\n\n${list}`;
		return [{ name: "README.txt", about: diagnosisTexts.about.readme[language], text: readme }, ...files];
	}

	async #examined(signal: AbortSignal): Promise<Plain[]> {
		const found: Plain[] = [];
		try {
			for await (const { name, ok, code, tookMs } of this.#deps.doctor.examine({}, signal)) {
				found.push(plain({ name, ok, code, took_ms: tookMs }));
			}
		} catch (error) {
			// An examination that is refused, such as the seventh in a minute, is a finding too.
			if (signal.aborted || !(error instanceof LivekeeperError)) throw error;
			found.push(plain({ name: "service", ok: null, code: error.code }));
		}
		return found;
	}
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

function versions() {
	return {
		livekeeper: version,
		node: process.versions.node,
		sqlite: process.versions["sqlite"] ?? null,
		platform: process.platform,
		arch: process.arch,
		// A distribution's builder may name it as they like.
		kernel: /^\d+(\.\d+){0,3}/.exec(release())?.[0] ?? null,
		processors: availableParallelism(),
		memory_bytes: totalmem(),
		used_bytes: process.memoryUsage.rss(),
		up_s: Math.round(process.uptime()),
	};
}

/** Numbers, flags and choices are shown; of all other options only whether they are set. */
function optionOf({ name, kind, secret, set, value, from }: DiagnosisDeps["options"][number]) {
	const isShown = !secret && (kind === "integer" || kind === "boolean" || (kind === "text" && isChoice(value)));
	const shown = isShown ? { value: plain(value) } : Array.isArray(value) ? { entries: value.length } : {};
	return { name, set, from: plain(from), ...shown };
}

const isChoice = (value: unknown) => typeof value === "string" && isCode(value);

const roomFields = [
	...["kind", "state", "health", "trouble", "urgency", "since", "unstored_since", "pinned", "priority"],
	...["reconnect_count", "next_attempt_at", "last_message_at", "last_sign_at", "connected_at", "watch", "polling"],
	...["identity", "login_expires_at", "frames", "messages", "decode_errors", "bounded_messages", "duplicates"],
	...["reconnects", "gaps", "gap_ms", "quiet_kinds", "heartbeat_ms", "ping_ms", "quality", "last_hour"],
	...["messages_per_minute", "messages_last_minute", "viewers", "diamonds"],
] as (keyof WireStatus & string)[];

/** The site's own hosts. A user's server may have any name. */
const siteHost = /^[a-z0-9-]{1,40}\.(douyin|bytedance|amemv|douyincdn)\.com$/;

function roomOf(room: WireStatus, names: Pseudonyms) {
	const login = room.identity_name === null ? null : names.of("login", room.identity_name);
	return {
		room: names.of("room", room.live_id),
		reason: plain(room.reason.code),
		...plainFields(room, roomFields),
		login,
		host: hostOf(room.host, names),
		node: room.node === null ? null : names.of("node", room.node),
		queue_position: room.queue?.position ?? null,
		connections: (room.connections ?? []).map(({ host, reason, ...connection }) => ({
			...plainFields(connection, ["kind", "state", "synced", "identity", "next_attempt_at", "failures", "messages"]),
			missed: connection.missed,
			host: hostOf(host, names),
			reason: plain(reason?.code ?? null),
		})),
	};
}

const hostOf = (host: string | null, names: Pseudonyms) =>
	host === null || siteHost.test(host) ? host : names.of("host", host);

/** Times in ms from now. */
function inputsOf(room: string, { state, inputs, now }: RoomHistory) {
	const fromNow = (at: number | undefined) => (at === undefined ? null : Math.round(at - now));
	return {
		room,
		state: {
			...plainFields(state, ["phase", "started", "ownership", "refused", "reconnects"]),
			reason: plain(state.reason.code),
			since: fromNow(state.since),
			next_attempt: fromNow(state.nextAttemptAt),
			running: state.broadcast?.state === "running",
			permits: state.permits.filter(({ state: is }) => is !== "requested").length,
			requested: state.permits.filter(({ state: is }) => is === "requested").length,
			links: state.links.map((link) => ({
				...plainFields(link, ["transport", "source", "on", "phase", "next", "attempt", "failures"]),
				until: fromNow(link.until),
				not_before: fromNow(state.holds[link.identity]),
				failure: plain(link.failure?.reason ?? null),
				waits_for: plain(link.wait?.for ?? null),
			})),
		},
		inputs: inputs.map(({ at, type, of, code, phase }) => ({
			at: fromNow(at),
			...(plain({ type, of, code, phase }) as object),
		})),
	};
}

function upstreamOf(view: LookupView, names: Pseudonyms) {
	const { exits, drift, hosts, profile, signer, ...wire } = toWireUpstream(view, "en");
	const exitOf = (name: string) => (name === "direct" ? "direct" : names.of("exit", name));
	return {
		...plainFields(wire, ["at", "rooms", "known", "known_in_ms"]),
		profile: { ...plainFields(profile, ["source", "since"]), works: profile.problem === null },
		signer: { ...plainFields(signer, ["source", "since"]), works: signer.problem === null },
		hosts: hosts.map((one) => ({ host: hostOf(one.host, names), ...plainFields(one, ["success_rate", "open"]) })),
		drift: drift.map((one) => ({
			exit: exitOf(one.exit),
			...plainFields(one, ["kind", "name", "count", "since", "last_at", "current", "learned"]),
		})),
		exits: exits.map((exit) => ({
			exit: exitOf(exit.name),
			...plainFields(exit, ["rooms", "closed", "captcha", "ways"]),
		})),
	};
}

function storageOf({ state, fault, since, damage, losses = [], clock, findings, ...status }: EventLogStatus) {
	return {
		state: plain(state === "ok" ? "ok" : "failing"),
		fault: plain(fault ?? null),
		since,
		pending_events: status.pendingEvents,
		pending_bytes: status.pendingBytes,
		stored_bytes: status.storedBytes,
		repeats: status.repeats,
		clock_in_doubt: clock !== undefined,
		damaged_events: damage?.events ?? 0,
		damaged_rooms: damage?.rooms.length ?? 0,
		findings: findings.length,
		losses: losses.map(({ loss }) => plain({ found: loss.found, since: loss.since, at: loss.at })),
	};
}

const levels: Readonly<Record<number, string>> = { 10: "trace", 20: "debug", 30: "info", 40: "warn", 50: "error" };

function lineOf({ at, level, event, liveId, values, codes, error }: RecentLine, names: Pseudonyms) {
	return {
		at: new Date(at).toISOString(),
		level: levels[level] ?? "fatal",
		...(event !== undefined && isKnownEvent(event) && { event }),
		...(liveId !== undefined && { room: names.of("room", liveId) }),
		...values,
		...Object.fromEntries(Object.entries(codes).filter(([, code]) => isCode(code))),
		...(error && { error: { ...error, ...(error.code !== undefined && { code: errorCode(error.code) }) } }),
	};
}

/** Codes of the system are upper case, and checked where the line was kept. */
const errorCode = (code: string) => (/^[A-Z]/.test(code) ? code : plain(code));

async function zipOf(files: readonly DiagnosisFile[]): Promise<Buffer> {
	const { ZipFile } = await import("yazl");
	const zip = new ZipFile();
	// The same content makes the same archive.
	for (const { name, text } of files) zip.addBuffer(Buffer.from(text), name, { mtime: new Date(0) });
	zip.end();
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		zip.outputStream.on("data", (chunk: Buffer) => chunks.push(chunk));
		zip.outputStream.once("end", () => resolve(Buffer.concat(chunks)));
		zip.outputStream.once("error", reject);
	});
}
