import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { Turns } from "@livekeeper/base/turns";
import { Conflict, type Entry, tokenOf } from "../../storage/index.ts";
import { Block, encodeBlock } from "../block.ts";
import { Projection, type StoredProjection } from "../projection.ts";
import { beginning, type Placed, type Position, positionAfter } from "./claim.ts";
import { blockOf, gapsOf, type LogMessage } from "./message.ts";
import type { RoomReader } from "./room-reader.ts";
import type { StateBucket } from "./state-bucket.ts";

/** Value of a room's key: a line of JSON, then the summary if it fits. */
interface Root {
	/** Messages up to this sequence are counted. */
	sequence: number;
	/** Number of parts if it does not fit; `generation` distinguishes them from earlier parts. */
	parts: number;
	generation: string;
}

/** Progress of counting a room's log. */
interface Counted {
	projection: Projection;
	/** Stream sequence of the newest counted message. */
	sequence: number;
	/** End of the log with that message. */
	position: Position;
}

/** A projection in its stored form. */
interface Stored extends Omit<Counted, "projection"> {
	projection: StoredProjection;
}

/** A projection as this node last knew it. */
interface Known extends Counted {
	/** Revision of the stored one; `undefined`: none is stored. */
	revision: number | undefined;
	root: Root | undefined;
	/** Amount that is counted and not stored, bytes of messages. */
	unsaved: number;
	savedBytes: number;
}

const lineEnd = 10;
const maxPartBytes = 512 * 1024;
/** Minimum amount that is worth storing: a reader counts less than this itself, bytes. */
const minUnsaved = 256 * 1024;
const maxKnown = 64;
const zip = promisify(gzip);
const unzip = promisify(gunzip);

/**
 * Aggregates of rooms' logs, for any node: the stored summary plus later messages. A summary is stored again when the
 * messages to count again weigh more than the summary itself, so both stay small, and a node that dies loses nothing.
 */
export class Summaries {
	readonly #bucket: StateBucket;
	readonly #reader: RoomReader;
	readonly #onError: (error: unknown, liveId: string) => void;
	/** Rooms queried last; the oldest are forgotten. */
	readonly #known = new Map<string, Known>();
	readonly #turns = new Turns();
	/** For rooms that this node writes, bytes since their summary was last stored, and their maximum. */
	readonly #written = new Map<string, { bytes: number; maxBytes: number }>();
	/** Summaries due to be stored, one after the other. */
	#due: Promise<void> = Promise.resolve();
	#generations = 0;
	readonly #owner: string;

	/** @param owner identifies this run of this node */
	constructor(
		bucket: StateBucket,
		reader: RoomReader,
		owner: string,
		onError: (error: unknown, liveId: string) => void,
	) {
		this.#bucket = bucket;
		this.#reader = reader;
		this.#owner = owner;
		this.#onError = onError;
	}

	/** Notes bytes that this node has stored in the room's log, and stores its summary from time to time. */
	wrote(liveId: string, bytes: number): void {
		const room = this.#written.get(liveId) ?? { bytes: 0, maxBytes: minUnsaved };
		this.#written.set(liveId, room);
		room.bytes += bytes;
		if (room.bytes < room.maxBytes) return;
		room.bytes = 0;
		this.#due = this.#due.then(() => this.#store(liveId));
	}

	/** Must be called when this node no longer writes the room. */
	forget(liveId: string): void {
		this.#written.delete(liveId);
	}

	/** Returns the room's projection, up to date with its log. Not to be kept, because counting continues on it. */
	async current(liveId: string): Promise<Projection> {
		const { projection, unsaved, savedBytes } = await this.#turns.take(() => this.#counted(liveId), liveId);
		if (unsaved >= Math.max(minUnsaved, savedBytes)) void this.#store(liveId);
		return projection;
	}

	/** Stores a summary that counts all messages up to this sequence. */
	async settle(liveId: string, sequence: number): Promise<void> {
		const entry = await this.#bucket.get(keyOf(liveId));
		if (entry && rootOf(entry).root.sequence >= sequence) return;
		await this.#turns.take(async () => this.#save(liveId, await this.#counted(liveId)), liveId);
	}

	/**
	 * Stores the projection of a log that was moved here, unless the room already has one.
	 * @param last newest message of the log, which is counted
	 */
	async begin(liveId: string, projection: Projection, last: Placed): Promise<void> {
		if (await this.#bucket.get(keyOf(liveId))) return;
		const known = notStored({ projection, sequence: last.sequence, position: positionAfter(last.head) });
		await this.#turns.take(() => this.#save(liveId, known), liveId);
	}

	/** Waits until all due summaries are stored. */
	async close(): Promise<void> {
		await this.#due;
		await this.#turns.settled();
	}

	async #store(liveId: string): Promise<void> {
		try {
			await this.#turns.take(async () => this.#save(liveId, await this.#counted(liveId)), liveId);
		} catch (error) {
			this.#onError(error, liveId);
		}
	}

	async #counted(liveId: string): Promise<Known> {
		const { oldestSeq = 1, newest } = (await this.#reader.extent(liveId)) ?? {};
		let known = this.#known.get(liveId);
		// Missing messages may be deleted: the node that deleted them has stored a summary before.
		if (!known || known.position.next < oldestSeq) known = await this.#load(liveId);
		if (newest && known.position.next <= (newest.head.floor ?? 0)) {
			// Counted messages may be gone, with others in their place: the messages that follow are found by their numbers.
			known.sequence = (await this.#reader.placeAfter(liveId, known.position.next - 1)) - 1;
			known.position = { ...beginning, next: known.position.next };
		}
		const range = [known.sequence + 1, newest?.sequence ?? 0] as const;
		for await (const message of this.#reader.counted(liveId, range, known.position)) {
			if (hasHole(known, message)) {
				const { oldestSeq: now } = (await this.#reader.extent(liveId)) ?? {};
				// Retention has deleted messages during the read, and a summary was stored before that.
				if (now !== undefined && now > oldestSeq) {
					this.#known.delete(liveId);
					return this.#counted(liveId);
				}
			}
			known.projection.add(countedBlock(liveId, message));
			known.sequence = message.sequence;
			known.position = positionAfter(message.head);
			known.unsaved += message.body.length;
		}
		known.projection.trim(oldestSeq);
		this.#known.delete(liveId);
		this.#known.set(liveId, known);
		const [oldest] = this.#known.keys();
		if (this.#known.size > maxKnown && oldest !== undefined) this.#known.delete(oldest);
		return known;
	}

	async #load(liveId: string): Promise<Known> {
		for (;;) {
			const entry = await this.#bucket.get(keyOf(liveId));
			if (!entry) return notStored({ projection: new Projection(0), sequence: 0, position: beginning });
			const { root, rest } = rootOf(entry);
			const bytes = root.parts === 0 ? rest : await this.#joined(liveId, root);
			// Another node has stored it in between.
			if (!bytes) continue;
			const stored = JSON.parse((await unzip(bytes)).toString("utf8")) as Stored;
			const counted = { ...stored, projection: Projection.from(stored.projection) };
			return { ...counted, revision: entry.revision, root, unsaved: 0, savedBytes: bytes.length };
		}
	}

	async #joined(liveId: string, { parts, generation }: Root): Promise<Uint8Array | undefined> {
		const keys = Array.from({ length: parts }, (_, index) => partKey(liveId, generation, index));
		const entries = await Promise.all(keys.map((key) => this.#bucket.get(key)));
		const found = entries.filter((entry) => entry !== undefined);
		return found.length < parts ? undefined : Buffer.concat(found.map(({ value }) => value));
	}

	async #save(liveId: string, known: Known): Promise<void> {
		const { sequence, position, projection } = known;
		const bytes = await zip(JSON.stringify({ sequence, position, projection: projection.stored() } satisfies Stored));
		const parts = bytes.length <= maxPartBytes ? 0 : Math.ceil(bytes.length / maxPartBytes);
		const generation = parts === 0 ? "" : `${tokenOf(this.#owner)}-${++this.#generations}`;
		const root: Root = { sequence, parts, generation };
		for (let index = 0; index < parts; index++) {
			const part = bytes.subarray(index * maxPartBytes, (index + 1) * maxPartBytes);
			await this.#bucket.put(partKey(liveId, generation, index), part);
		}
		const value = Buffer.concat([Buffer.from(`${JSON.stringify(root)}\n`), parts === 0 ? bytes : Buffer.alloc(0)]);
		const { revision, root: before } = known;
		try {
			known.revision =
				revision === undefined
					? await this.#bucket.create(keyOf(liveId), value)
					: await this.#bucket.update(keyOf(liveId), value, revision);
		} catch (error) {
			this.#known.delete(liveId);
			// If only the answer was lost, it is stored, and needs its parts.
			if (!(error instanceof Conflict)) throw error;
			// Another node has stored it, and its count is as good.
			await this.#removeParts(liveId, root);
			return;
		}
		Object.assign(known, { root, unsaved: 0, savedBytes: bytes.length });
		const written = this.#written.get(liveId);
		if (written) written.maxBytes = Math.max(minUnsaved, bytes.length);
		await this.#removeParts(liveId, before);
	}

	/**
	 * Clears the parts instead of removing them: that would leave a permanent marker for each key, and no key is reused.
	 */
	async #removeParts(liveId: string, root: Root | undefined): Promise<void> {
		if (!root) return;
		for (let index = 0; index < root.parts; index++) {
			await this.#bucket.clear(partKey(liveId, root.generation, index));
		}
	}
}

/** Whether events between the counted ones and this message are missing. */
function hasHole({ position }: Counted, { head: { next, count, floor = 0 } }: LogMessage): boolean {
	return next - count > Math.max(position.next, floor + 1);
}

function rootOf({ value }: Entry): { root: Root; rest: Uint8Array } {
	const end = value.indexOf(lineEnd);
	const line = Buffer.from(value.subarray(0, end)).toString("utf8");
	return { root: JSON.parse(line) as Root, rest: value.subarray(end + 1) };
}

function notStored(counted: Counted): Known {
	return { ...counted, revision: undefined, root: undefined, unsaved: 0, savedBytes: 0 };
}

/** Returns the events of a message, with a gap for each damaged one. A message without events is an empty block. */
export function countedBlock(liveId: string, message: LogMessage): Block {
	const { next, count, at } = message.head;
	const gaps = () => encodeBlock({ events: gapsOf(liveId, message), storedAt: at });
	return blockOf(message) ?? new Block({ firstSeq: next - count, lastSeq: next - 1 }, gaps());
}

const keyOf = (liveId: string) => `room.${tokenOf(liveId)}`;
const partKey = (liveId: string, generation: string, index: number) => `part.${tokenOf(liveId)}.${generation}.${index}`;
