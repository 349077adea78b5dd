import { open, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { LivekeeperError } from "@livekeeper/base/errors";
import { listed, type Text } from "@livekeeper/base/text";
import type { LivekeeperClient, Room, RoomEvent } from "@livekeeper/client";
import { type Clock, systemClock } from "@livekeeper/douyin";
import { ownMark } from "../../outputs/export/index.ts";
import { besideTexts, commandFailures } from "../../text/index.ts";
import { bytesText } from "../format/age.ts";
import type { Io } from "../io.ts";
import { saveFile } from "../save-file.ts";
import { type Recording, RecordingFolder, type RecordingFolderOptions } from "./recording-folder.ts";
import { type NamedRoom, plainName, roomsNamedIn } from "./recording-name.ts";

export interface BesideOptions extends Omit<RecordingFolderOptions, "clock"> {
	client: Pick<LivekeeperClient, "room" | "rooms" | "recordings">;
	format: "xml" | "ass";
	/** Room of each streamer's name in paths; "" is the room of all other recordings. */
	rooms: ReadonlyMap<string, string>;
	/** Added to each message's time, s: as far as the picture is behind the messages. */
	offset: number;
	/** Ends after all files that are closed now. */
	once: boolean;
	io: Pick<Io, "out" | "err" | "paint" | "language">;
	signal: AbortSignal;
	clock?: Clock | undefined;
}

const scanEveryMs = 2_000;
/** Time after a file was closed in which its last messages can still arrive, ms. */
const settleMs = 3_000;
/** Time until another attempt for a file with a problem, ms. */
const retryMs = 30_000;
/** Maximum time that a file waits for a room that is not connected: its gap is only logged once it is over, ms. */
const maxWaitForGapMs = 600_000;
/** Time after a connection opened until which the gap before it is logged, ms. */
const gapLoggedMs = 10_000;
/** States of a room in which messages may be missing, and that end with a gap. */
const openStates: ReadonlySet<Room["state"]> = new Set(["queued", "connecting", "reconnecting", "blocked"]);

/**
 * Writes a danmaku file beside each recording below a folder, once it is closed, until `signal` aborts.
 * @throws LivekeeperError if the folder can't be read; what the client throws at the first request
 */
export async function runBeside(options: BesideOptions): Promise<void> {
	await new Beside(options).run();
}

/** Outcome of an attempt to write one danmaku file. */
type Outcome = { is: "done"; line?: Text } | { is: "later"; problem?: Text } | { is: "left"; problem: Text };

class Beside {
	readonly #options: BesideOptions;
	readonly #clock: Clock;
	readonly #folder: RecordingFolder;
	/** Recordings that need nothing more, by stem: when they were last written, ms since the epoch. */
	readonly #done = new Map<string, number>();
	/** When the next attempt is due, by stem, by `clock.elapsed()`. */
	readonly #retryAt = new Map<string, number>();
	/** Problems already reported. */
	readonly #reported = new Set<string>();
	/** Recordings from before the start that got no file. */
	#left = 0;
	/** Newest notice read. */
	#after = 0;
	/** By how much the service's clock is ahead of this one, ms. */
	#aheadMs = 0;

	constructor(options: BesideOptions) {
		this.#options = options;
		this.#clock = options.clock ?? systemClock;
		this.#folder = new RecordingFolder({ ...options, clock: this.#clock });
	}

	async run(): Promise<void> {
		const { signal, once, client, io } = this.#options;
		try {
			// A wrong address or key ends the command; later failures are waited out.
			await client.recordings({ signal });
			for (let first = true; !signal.aborted; first = false) {
				const complete = await this.#pass();
				if (first && this.#left > 0) io.err(besideTexts.left(this.#left)[io.language]);
				if (once && complete) return;
				await this.#pause();
			}
		} catch (error) {
			if (!signal.aborted) throw error;
		}
		io.out(besideTexts.ended[io.language]);
	}

	#pause(): Promise<void> {
		const { signal } = this.#options;
		return new Promise((resolve) => {
			const timer = this.#clock.after(scanEveryMs, end);
			function end() {
				signal.removeEventListener("abort", end);
				timer.cancel();
				resolve();
			}
			signal.addEventListener("abort", end);
			if (signal.aborted) end();
		});
	}

	/** Looks once, and writes what is due. @returns whether no closed recording waits for anything */
	async #pass(): Promise<boolean> {
		const { signal, folder } = this.#options;
		try {
			await this.#readNotices();
			const { recordings, unnamed } = await this.#folder.scan().catch((error: NodeJS.ErrnoException) => {
				throw new LivekeeperError("invalid_request", commandFailures.unreadableFolder(folder, error.message), {
					hint: commandFailures.unreadableFolderHint,
				});
			});
			if (unnamed.length > 0) this.#report("unnamed", besideTexts.unnamed(unnamed.length, unnamed[0] ?? ""));
			this.#forget(recordings);
			await this.#moveRenamed(recordings);
			const due = recordings.filter((one) => this.#isDue(one));
			const rooms = due.length > 0 ? await this.#options.client.rooms.list({ signal }) : [];
			for (const one of due.toSorted((a, b) => a.times.writtenMs - b.times.writtenMs)) {
				signal.throwIfAborted();
				await this.#handle(one, rooms);
			}
			this.#reported.delete("service");
			return recordings.every((one) => one.closedAt === undefined || this.#isDone(one));
		} catch (error) {
			if (signal.aborted || !isUnavailable(error)) throw error;
			this.#report("service", besideTexts.serviceFails(error.message));
			return false;
		}
	}

	async #readNotices(): Promise<void> {
		const { client, signal } = this.#options;
		const [sentAt, elapsed] = [this.#clock.now(), this.#clock.elapsed()];
		const { now, recordings } = await client.recordings({ after: this.#after, signal });
		const halfMs = (this.#clock.elapsed() - elapsed) / 2;
		const aheadMs = now - (sentAt + halfMs);
		// Less is no more than the length of a request shows.
		this.#aheadMs = Math.abs(aheadMs) > 1_000 + halfMs ? aheadMs : 0;
		for (const one of recordings) this.#folder.report(one);
		this.#after = recordings.at(-1)?.id ?? this.#after;
	}

	/** Forgets recordings that were deleted. */
	#forget(recordings: readonly Recording[]): void {
		const stems = new Set(recordings.flatMap(({ name, renamedFrom }) => [name.stem, renamedFrom]));
		for (const map of [this.#done, this.#retryAt]) {
			for (const stem of map.keys()) if (!stems.has(stem)) map.delete(stem);
		}
	}

	/** Lets the danmaku file follow a recording that its recorder has renamed. */
	async #moveRenamed(recordings: readonly Recording[]): Promise<void> {
		for (const { name, renamedFrom } of recordings) {
			const doneAt = renamedFrom === undefined ? undefined : this.#done.get(renamedFrom);
			if (renamedFrom === undefined || doneAt === undefined) continue;
			this.#done.delete(renamedFrom);
			const [from, to] = [this.#fileOf(renamedFrom), this.#fileOf(name.stem)];
			if ((await existing(to)) !== undefined || (await existing(from)) !== "ours") continue;
			await rename(from, to);
			this.#done.set(name.stem, doneAt);
		}
	}

	#fileOf(stem: string): string {
		return join(this.#options.folder, `${stem}.${this.#options.format}`);
	}

	#isDone({ name, times }: Recording): boolean {
		const doneAt = this.#done.get(name.stem);
		return doneAt !== undefined && doneAt >= times.writtenMs;
	}

	#isDue(recording: Recording): boolean {
		const { closedAt, name, past } = recording;
		if (closedAt === undefined || this.#isDone(recording)) return false;
		const elapsed = this.#clock.elapsed();
		return (past || elapsed - closedAt >= settleMs) && elapsed >= (this.#retryAt.get(name.stem) ?? elapsed);
	}

	async #handle(recording: Recording, rooms: readonly Room[]): Promise<void> {
		const { io, once, signal } = this.#options;
		const { stem } = recording.name;
		let outcome: Outcome;
		try {
			outcome = await this.#write(recording, rooms);
		} catch (error) {
			if (signal.aborted || !isUnavailable(error)) throw error;
			outcome = { is: "later", problem: besideTexts.fails(recording.path, error.message) };
		}
		const isPast = recording.past && !once;
		if (outcome.is === "done") {
			this.#reported.delete(stem);
			if (outcome.line) io.out(`${io.paint("green", "✓")} ${outcome.line[io.language]}`);
		} else if (outcome.problem) {
			if (isPast && outcome.is === "left") this.#left++;
			else this.#report(stem, outcome.problem);
		}
		const waitMs = outcome.is === "later" && outcome.problem ? retryMs : 0;
		if (outcome.is === "later" && !once) this.#retryAt.set(stem, this.#clock.elapsed() + waitMs);
		else this.#done.set(stem, recording.times.writtenMs);
	}

	/** Reports a problem once, until it is over. */
	#report(about: string, problem: Text): void {
		const { io } = this.#options;
		if (this.#reported.has(about)) return;
		this.#reported.add(about);
		io.err(`${io.paint("yellow", "!")} ${problem[io.language]}`);
	}

	async #write(recording: Recording, rooms: readonly Room[]): Promise<Outcome> {
		const { client, format, offset, signal } = this.#options;
		const file = this.#fileOf(recording.name.stem);
		const before = await existing(file);
		if (before === "another's") return { is: "left", problem: besideTexts.anothers(file) };
		if (before === "ours" && (await isCurrent(file, recording))) return { is: "done" };
		const liveId = this.#roomOf(recording, rooms);
		if (typeof liveId !== "string") return { is: recording.past ? "left" : "later", problem: liveId };
		const room = rooms.find(({ live_id }) => live_id === liveId);
		const waitedMs = this.#clock.elapsed() - (recording.closedAt ?? 0);
		if (room && this.#mayMiss(room) && !recording.past && waitedMs < maxWaitForGapMs) return { is: "later" };
		const span = this.#folder.spanOf(recording);
		if (span.to <= span.from) return { is: "left", problem: besideTexts.beginsAfterEnd(recording.path) };
		if (span.zoneErrorMs !== 0)
			this.#report("zone", besideTexts.otherZone(recording.path, span.zoneErrorMs / 3_600_000));
		// Messages have Douyin's time, and recordings this machine's.
		const aheadMs = this.#aheadMs - (await this.#serviceAheadMs(liveId));
		const [from, to] = [span.from, span.to].map((ms) => Math.round(ms + aheadMs));
		const response = await client.room(liveId).openExport({ format, from, to, offset, signal });
		if (response.headers.get("x-livekeeper-empty") === "true") {
			await response.body?.cancel();
			return { is: "left", problem: besideTexts.noMessages(recording.path, liveId) };
		}
		const bytes = await saveFile(bodyOf(response, signal), file, { signal });
		return { is: "done", line: besideTexts.written(file, bytesText(bytes)) };
	}

	/** Whether messages of the room may be missing for which the log has no gap yet. */
	#mayMiss({ state, connected_at }: Room): boolean {
		const now = this.#clock.now() + this.#aheadMs;
		return openStates.has(state) || (connected_at !== null && Math.abs(now - connected_at) < gapLoggedMs);
	}

	/** @returns the live id, or why none is known */
	#roomOf({ name, notices, path }: Recording, rooms: readonly Room[]): string | Text {
		const { rooms: given } = this.#options;
		const reported = rooms.find(({ live_id, room_id }) => notices.room === live_id || notices.room === room_id);
		if (reported) return reported.live_id;
		const candidates = notices.author === undefined ? name.candidates : [notices.author, ...name.candidates];
		const mapped = [...given].flatMap(([name, liveId]) => (name === "" ? [] : [{ name, liveId }]));
		const kept: NamedRoom[] = rooms.map(({ live_id: liveId, anchor }) => ({ liveId, name: anchor?.nickname ?? "" }));
		for (const known of [mapped, kept]) {
			const found = new Set(roomsNamedIn({ candidates }, known).map(({ liveId }) => liveId));
			const [only = ""] = found;
			if (found.size === 1) return only;
			if (found.size > 1) return besideTexts.severalRooms(path, listed([...found]));
		}
		// The room's number may be in the path as well.
		const numbered = rooms.filter(({ live_id }) => candidates.some((part) => plainName(part) === live_id));
		return given.get("") ?? numbered[0]?.live_id ?? besideTexts.noRoom(path);
	}

	/** Returns by how much the service's clock is ahead of Douyin's, ms; 0 if they agree within a message's way. */
	async #serviceAheadMs(liveId: string): Promise<number> {
		const { client, signal } = this.#options;
		const room = client.room(liveId);
		const { lastSeq } = await room.history({ limit: 1, signal });
		const { events } = await room.history({ after: Math.max(0, lastSeq - sampleSize), limit: sampleSize, signal });
		return clockAheadMs(events);
	}
}

/** Number of messages that are compared with the service's clock. */
const sampleSize = 1_000;
/** Time that messages usually take, ms. */
const usualWayMs = 300;
/** Messages take less than this from Douyin's clock to the service, ms. */
const maxWayMs = 5_000;

/**
 * Returns by how much the clock that received messages is ahead of the one that sent them, ms; 0 if they agree within
 * the way of a message. Messages that were fetched after a cut are far behind, so a low rank counts instead of the median.
 */
export function clockAheadMs(events: readonly Pick<RoomEvent, "at" | "received_at" | "method">[]): number {
	const ways = events
		.filter(({ method }) => method.startsWith("Webcast"))
		.map(({ at, received_at }) => received_at - at)
		.sort((a, b) => a - b);
	const way = ways[Math.floor(ways.length / 50)] ?? 0;
	return way > -1_000 && way < maxWayMs ? 0 : way - usualWayMs;
}

/** Yields the file's content. @throws LivekeeperError `export_failed` if it breaks off */
async function* bodyOf({ body }: Response, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
	try {
		yield* body ?? [];
	} catch (cause) {
		if (signal.aborted) throw signal.reason;
		throw new LivekeeperError("export_failed", commandFailures.exportBroken, {
			hint: commandFailures.againHint,
			cause,
		});
	}
}

/** Reads whose a file is; `undefined` if there is none. */
async function existing(file: string): Promise<"ours" | "another's" | undefined> {
	const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
		if (error.code === "ENOENT") return undefined;
		throw error;
	});
	if (!handle) return undefined;
	try {
		const { buffer, bytesRead } = await handle.read(Buffer.alloc(1_024), 0, 1_024, 0);
		return buffer.subarray(0, bytesRead).includes(ownMark) ? "ours" : "another's";
	} finally {
		await handle.close();
	}
}

/** Whether a file of an earlier run has all of the recording: written after it, or before its conversion. */
async function isCurrent(file: string, { times }: Recording): Promise<boolean> {
	const { mtimeMs } = await stat(file);
	// A conversion that follows at once can be created in the same tick of the file system's clock.
	return mtimeMs >= times.writtenMs || (times.birthMs !== undefined && times.birthMs >= mtimeMs);
}

/** Whether an error is the service's or the disk's, so that a later attempt may succeed. */
function isUnavailable(error: unknown): error is Error {
	if (!(error instanceof Error)) return false;
	if (error.name === "LivekeeperApiError") return !["unauthorized", "forbidden"].includes(codeOf(error));
	return ["cannot_write_file", "export_failed"].includes(codeOf(error)) || codeOf(error).startsWith("E");
}

function codeOf(error: Error): string {
	return String((error as { code?: unknown }).code ?? "");
}
