import { randomBytes } from "node:crypto";
import { LivekeeperError } from "@livekeeper/base/errors";
import type { Cursor } from "@livekeeper/douyin";
import type { KeyValueStores } from "../../storage/index.ts";
import { clusterTexts, importTexts } from "../../text/index.ts";
import { Block, encodeBlock, partOf } from "../block.ts";
import {
	type CopiedRoom,
	inLanes,
	isBlock,
	type LogDestination,
	type LogSource,
	type Piece,
	type RoomCopy,
} from "../log-copy.ts";
import type { Projection } from "../projection.ts";
import { type Connected, connectNats, floorKey } from "./connect.ts";
import { type Guard, guardOf } from "./guard.ts";
import { KnownRooms } from "./known-rooms.ts";
import { accessOf, type JetStreamEventLogOptions, jetStreamDefaults } from "./options.ts";
import { maxBytesOf, maxCharsOf } from "./owned-rooms.ts";
import { RoomReader } from "./room-reader.ts";
import { Fenced } from "./room-subject.ts";
import { RoomWriter } from "./room-writer.ts";
import { SharedKeyValues } from "./shared-key-values.ts";
import { Summaries } from "./summaries.ts";

/**
 * Opens a cluster to copy a log into it, and creates it if there is none.
 * @throws LivekeeperError as `connectNats`
 */
export async function openJetStreamDestination(options: JetStreamEventLogOptions): Promise<LogDestination> {
	const connected = await connectNats(options);
	connected.whenReady.end();
	return new JetStreamDestination(connected, options);
}

/** Returns a cluster's key-value stores, for use without a node. */
export function sharedStores({ nc, keeper, state, targets }: Connected, guard: Guard): KeyValueStores {
	const shared = { nc, keeper, guard, onError: () => undefined };
	const values = new SharedKeyValues({ ...shared, bucket: state });
	return { settings: values, notes: values, targets: new SharedKeyValues({ ...shared, bucket: targets }) };
}

/** Waits for NATS several times as long as a node does, because nothing else is in progress. */
export function patientGuard(options: JetStreamEventLogOptions): Guard {
	const { timeoutMs = jetStreamDefaults.timeoutMs } = options;
	return guardOf(new AbortController().signal, () => 6 * timeoutMs, accessOf(options).clock);
}

/**
 * Copies logs of rooms into a cluster. Claims a room as a node does, but with a view older than any other, so it never
 * fences a node that has the room.
 */
class JetStreamDestination implements LogDestination {
	readonly stores: KeyValueStores;
	readonly #connected: Connected;
	readonly #options: JetStreamEventLogOptions;
	readonly #guard: Guard;
	readonly #known: KnownRooms;
	readonly #summaries: Summaries;
	readonly #run = randomBytes(6).toString("hex");

	constructor(connected: Connected, options: JetStreamEventLogOptions) {
		this.#connected = connected;
		this.#options = options;
		this.#guard = patientGuard(options);
		this.stores = sharedStores(connected, this.#guard);
		this.#known = new KnownRooms(connected.state);
		const reader = new RoomReader(connected.streams);
		this.#summaries = new Summaries(connected.summaries, reader, `import.${this.#run}`, () => undefined);
	}

	async taken(source: LogSource): Promise<string[]> {
		const taken: string[] = [];
		await inLanes(source.rooms, async ({ liveId }) => {
			const newest = await this.#guard(() => this.#connected.streams.newest(liveId));
			if (newest && !newest.head.owner.startsWith(ownerOf(source))) taken.push(liveId);
		});
		return taken;
	}

	async begin({ rooms, hasLost }: LogSource): Promise<void> {
		const { state } = this.#connected;
		if (hasLost) await this.#guard(() => state.put(floorKey, Buffer.from("{}")));
		// Rooms are listed in the order in which they became known.
		for (const { liveId } of rooms) await this.#guard(() => this.#known.add(liveId));
	}

	async room({ liveId, oldestSeq }: CopiedRoom, source: LogSource): Promise<RoomCopy> {
		const { streams, run, nc } = this.#connected;
		const { clock, knownEvents = jetStreamDefaults.knownEvents } = this.#options;
		const time = { at: undefined as number | undefined };
		const writer = new RoomWriter({
			...{ liveId, knownEvents, firstSeq: oldestSeq, maxChars: maxCharsOf(nc.info?.max_payload) },
			// A message has the time at which its events were originally stored.
			clock: { now: () => time.at ?? clock.now() },
			run: () => run.known,
			subject: streams.room(liveId),
			claimant: () => ({ owner: `${ownerOf(source)}${this.#run}`, view: 0 }),
			onFirst: async () => undefined,
		});
		const newest = await this.#guard(() => streams.newest(liveId));
		time.at = newest?.head.at;
		const attempt = <T>(work: () => Promise<T>) => this.#attempt(liveId, work);
		return {
			lastSeq: (newest?.head.next ?? oldestSeq) - 1,
			append: async (pieces) => {
				for (const piece of pieces) {
					if (isBlock(piece)) time.at = piece.storedAt(piece.lastSeq);
					await this.#append(piece, writer, attempt);
				}
			},
			end: async (cursor, projection) => {
				await attempt(() => this.#end(liveId, writer, cursor, projection));
			},
		};
	}

	async close(): Promise<void> {
		await this.#summaries.close();
		this.#connected.keeper.close();
		await this.#connected.nc.close();
	}

	async #append(piece: Piece, writer: RoomWriter, attempt: (work: () => Promise<void>) => Promise<void>) {
		if (!isBlock(piece)) return attempt(() => writer.jump(piece.to));
		for (const block of fittedBlocks(piece, this.#connected.nc.info?.max_payload)) {
			await attempt(() => writer.copy(block));
		}
	}

	async #end(liveId: string, writer: RoomWriter, cursor: Cursor | undefined, projection: Projection): Promise<void> {
		await writer.commit([{ liveId, events: [], cursor }]);
		if (writer.last) await this.#summaries.begin(liveId, projection, writer.last);
		await writer.release();
	}

	/** @throws LivekeeperError `import_refused` if a node has taken the room in the meantime */
	async #attempt<T>(liveId: string, work: () => Promise<T>): Promise<T> {
		try {
			return await this.#guard(work);
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

/**
 * Splits a block that is too large for a message into blocks of one event each. An event that is still too large loses
 * its payload.
 * @param maxPayload maximum size of a NATS message, bytes
 * @throws TypeError for an event that no message can hold
 */
function* fittedBlocks(block: Block, maxPayload: number | undefined): Generator<Block, void> {
	const maxBytes = maxBytesOf(maxPayload);
	if (block.byteLength <= maxBytes) {
		yield block;
		return;
	}
	for (let seq = block.firstSeq; seq <= block.lastSeq; seq++) {
		const place = { firstSeq: seq, lastSeq: seq };
		const whole = partOf(block, place);
		const { raw: _, ...event } = block.event(seq);
		const isWhole = whole.byteLength <= maxBytes;
		const single = isWhole ? whole : new Block(place, encodeBlock({ events: [event], storedAt: block.storedAt(seq) }));
		if (single.byteLength > maxBytes) throw new TypeError(clusterTexts.eventTooLarge(`${seq}`, event.json.length).en);
		yield single;
	}
}
