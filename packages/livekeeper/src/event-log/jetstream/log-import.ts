import { randomBytes } from "node:crypto";
import { LivekeeperError } from "../../errors.ts";
import { importTexts } from "../../text/index.ts";
import type { EncodedEvent } from "../encoded-event.ts";
import type { Jump } from "../floor.ts";
import type { LogSource, SourceRoom } from "../log-source.ts";
import { type Connected, connectNats } from "./connect.ts";
import { type Guard, guardOf } from "./guard.ts";
import { KnownGifts } from "./known-gifts.ts";
import { KnownRooms } from "./known-rooms.ts";
import { openJetStreamEventLog } from "./open.ts";
import { type JetStreamEventLogOptions, jetStreamDefaults } from "./options.ts";
import { maxCharsOf } from "./owned-rooms.ts";
import { RoomReader } from "./room-reader.ts";
import { Fenced } from "./room-subject.ts";
import { RoomWriter } from "./room-writer.ts";
import type { SharedEventLog } from "./shared-event-log.ts";
import { split } from "./split.ts";
import { Summaries } from "./summaries.ts";

/** Number of events read at once. */
const chunkEvents = 500;
/** Number of rooms written, or checked, at once. */
const roomsAtOnce = 16;

/**
 * Moves the logs of rooms into a cluster, with their numbers. The import claims a room as a node does, by a view
 * that is older than any: a node that has the room is never fenced by it.
 */
export class LogImport {
	readonly log: SharedEventLog;
	readonly #source: LogSource;
	readonly #connected: Connected;
	readonly #options: JetStreamEventLogOptions;
	readonly #owner: string;
	readonly #guard: Guard;
	readonly #known: KnownRooms;
	readonly #summaries: Summaries;

	/** @throws LivekeeperError as `openJetStreamEventLog` */
	static async open(given: JetStreamEventLogOptions, source: LogSource): Promise<LogImport> {
		const options = { ...given, keepsRetention: () => false };
		const connected = await connectNats(options);
		return new LogImport(await openJetStreamEventLog(options, connected), connected, options, source);
	}

	constructor(log: SharedEventLog, connected: Connected, options: JetStreamEventLogOptions, source: LogSource) {
		this.log = log;
		this.#source = source;
		this.#connected = connected;
		this.#options = options;
		this.#owner = `${ownerOf(source)}${randomBytes(6).toString("hex")}`;
		this.#guard = guardOf(
			() => false,
			() => 6 * (options.timeoutMs ?? jetStreamDefaults.timeoutMs),
		);
		this.#known = new KnownRooms(connected.state);
		this.#summaries = new Summaries(
			connected.summaries,
			new RoomReader(connected.streams),
			this.#owner,
			() => undefined,
		);
	}

	/** The rooms of which the cluster has a log that an import of this source did not begin. */
	async taken(): Promise<string[]> {
		const taken: string[] = [];
		await lanes(this.#source.rooms(), async ({ liveId }) => {
			const newest = await this.#guard(() => this.#connected.streams.newest(liveId));
			if (newest && !newest.head.owner.startsWith(ownerOf(this.#source))) taken.push(liveId);
		});
		return taken;
	}

	/**
	 * Writes what the cluster does not have yet of each room's log, and what it adds up to.
	 * @param onRoom called for each room once all of it is there, with the number of events written
	 * @throws LivekeeperError `import_refused` where a node has taken a room meanwhile, `storage_failing`
	 */
	async rooms(onRoom: (liveId: string, events: number) => void): Promise<void> {
		const rooms = this.#source.rooms();
		// The order of rooms is that in which they became known.
		for (const { liveId } of rooms) await this.#guard(() => this.#known.add(liveId));
		await lanes(rooms, async (room) => onRoom(room.liveId, await this.#room(room)));
	}

	async gifts(): Promise<void> {
		const gifts = new KnownGifts(this.#connected.state);
		gifts.adopt(this.#source.knownGifts());
		await this.#guard(() => gifts.save());
	}

	async close(): Promise<void> {
		await this.log.close();
	}

	async #room({ liveId, oldestSeq, cursor }: SourceRoom): Promise<number> {
		const maxChars = maxCharsOf(this.#connected.nc.info?.max_payload);
		const { clock, knownEvents = jetStreamDefaults.knownEvents } = this.#options;
		const writer = new RoomWriter({
			...{ liveId, clock, maxChars, knownEvents, firstSeq: oldestSeq },
			run: () => this.#connected.run.known,
			subject: this.#connected.streams.room(liveId),
			claimant: () => ({ owner: this.#owner, view: 0 }),
			onFirst: async () => undefined,
		});
		try {
			await this.#guard(() => writer.claim());
			const from = (writer.last?.head.next ?? oldestSeq) - 1;
			let written = 0;
			for (const { events, jump } of chunks(this.#source.events(liveId, from))) {
				for (const part of split({ liveId, events, cursor: undefined }, maxChars)) {
					await this.#guard(() => writer.commit([part]));
				}
				written += events.length;
				if (jump) await this.#guard(() => writer.jump(jump.to));
			}
			await this.#guard(() => writer.commit([{ liveId, events: [], cursor }]));
			const { last } = writer;
			if (last) await this.#guard(() => this.#summaries.begin(liveId, this.#source.projection(liveId), last));
			await this.#guard(() => writer.release());
			return written;
		} catch (error) {
			if (!(error instanceof Fenced)) throw error;
			throw new LivekeeperError("import_refused", importTexts.otherLog([liveId]), { cause: error });
		}
	}
}

/** Prefix of the owner name of every import of this source. */
function ownerOf({ id }: LogSource): string {
	return `import.${id}.`;
}

/** @returns events that follow each other, and the jump behind them */
function* chunks(
	events: Iterable<EncodedEvent | Jump>,
): Generator<{ events: EncodedEvent[]; jump: Jump | undefined }, void> {
	let chunk: EncodedEvent[] = [];
	for (const next of events) {
		const jump = "json" in next ? undefined : next;
		if ("json" in next) chunk.push(next);
		if (!jump && chunk.length < chunkEvents) continue;
		yield { events: chunk, jump };
		chunk = [];
	}
	if (chunk.length > 0) yield { events: chunk, jump: undefined };
}

/** Does it for all, some at a time. */
async function lanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
	const left = items.values();
	const lane = async () => {
		for (const item of left) await work(item);
	};
	await Promise.all(Array.from({ length: roomsAtOnce }, lane));
}
