import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { Conflict, type Entry, tokenOf } from "../../storage/index.ts";
import { Turns } from "../../turns.ts";
import { Block, encodeBlock } from "../block.ts";
import { Projection, type StoredProjection } from "../projection.ts";
import { beginning, type Placed, type Position, positionAfter } from "./claim.ts";
import { blockOf, gapsOf, type LogMessage } from "./message.ts";
import type { RoomReader } from "./room-reader.ts";
import type { StateBucket } from "./state-bucket.ts";

/** What lies under a room's key: a line of JSON, then the summary where it fits. */
interface Root {
	/** Messages up to this sequence are counted. */
	sequence: number;
	/** Where it does not fit: how many parts it is cut into, and what tells them from those before. */
	parts: number;
	generation: string;
}

/** How far a room's log is counted. */
interface Counted {
	projection: Projection;
	/** Stream sequence of the newest message that is counted. */
	sequence: number;
	/** How far the log goes with it. */
	position: Position;
}

/** A projection as it is stored. */
interface Stored extends Omit<Counted, "projection"> {
	projection: StoredProjection;
}

/** A projection as this node last knew it. */
interface Known extends Counted {
	/** Of what is stored; `undefined`: nothing is. */
	revision: number | undefined;
	root: Root | undefined;
	/** How much is counted and not stored, bytes of messages. */
	unsaved: number;
	savedBytes: number;
}

const lineEnd = 10;
const maxPartBytes = 512 * 1024;
/** Stored summaries are small: less than this is counted again by who asks. */
const leastUnsaved = 256 * 1024;
const maxKnown = 64;
const zip = promisify(gzip);
const unzip = promisify(gunzip);

/**
 * What rooms' logs add up to, for any node that asks: the stored summary and what came since. It is stored again when
 * what would have to be counted again weighs more than itself, so both stay small, and a node that dies loses nothing.
 */
export class Summaries {
	readonly #bucket: StateBucket;
	readonly #reader: RoomReader;
	readonly #onError: (error: unknown, liveId: string) => void;
	/** The rooms last asked for; the oldest are forgotten. */
	readonly #known = new Map<string, Known>();
	readonly #turns = new Turns();
	/** Rooms that this node writes: how much has come since their summary was last stored, and how much may. */
	readonly #written = new Map<string, { bytes: number; mostBytes: number }>();
	/** Rooms whose summary is due to be stored, one after the other. */
	#due: Promise<void> = Promise.resolve();
	#generations = 0;
	readonly #owner: string;

	/** @param owner tells this run of this node from every other */
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

	/** Notes what this node has stored in the room's log: now and then its summary is stored as well. */
	wrote(liveId: string, bytes: number): void {
		const room = this.#written.get(liveId) ?? { bytes: 0, mostBytes: leastUnsaved };
		this.#written.set(liveId, room);
		room.bytes += bytes;
		if (room.bytes < room.mostBytes) return;
		room.bytes = 0;
		this.#due = this.#due.then(() => this.#store(liveId));
	}

	/** This node writes the room no more. */
	forget(liveId: string): void {
		this.#written.delete(liveId);
	}

	/** Up to date with the room's log. Not to be kept: it is counted on. */
	async current(liveId: string): Promise<Projection> {
		const { projection, unsaved, savedBytes } = await this.#turns.take(() => this.#counted(liveId), liveId);
		if (unsaved >= Math.max(leastUnsaved, savedBytes)) void this.#store(liveId);
		return projection;
	}

	/** Has all messages up to this sequence counted in what is stored. */
	async settle(liveId: string, sequence: number): Promise<void> {
		const entry = await this.#bucket.get(keyOf(liveId));
		if (entry && rootOf(entry).root.sequence >= sequence) return;
		await this.#turns.take(async () => this.#save(liveId, await this.#counted(liveId)), liveId);
	}

	/**
	 * Stores the projection of a log that was moved here, unless something is stored of the room.
	 * @param last newest message of the log, which is counted
	 */
	async begin(liveId: string, projection: Projection, last: Placed): Promise<void> {
		if (await this.#bucket.get(keyOf(liveId))) return;
		const known = notStored({ projection, sequence: last.sequence, position: positionAfter(last.head) });
		await this.#turns.take(() => this.#save(liveId, known), liveId);
	}

	/** Waits for what is being stored. */
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
		// What it lacks may be deleted: the node that deleted it had stored a summary first.
		if (!known || known.position.next < oldestSeq) known = await this.#load(liveId);
		if (newest && known.position.next <= (newest.head.floor ?? 0)) {
			// Some of what was counted may be gone, and other messages lie there: what follows is found by its numbers.
			known.sequence = (await this.#reader.placeAfter(liveId, known.position.next - 1)) - 1;
			known.position = { ...beginning, next: known.position.next };
		}
		const range = [known.sequence + 1, newest?.sequence ?? 0] as const;
		for await (const message of this.#reader.counted(liveId, range, known.position)) {
			if (hasHole(known, message)) {
				const { oldestSeq: now } = (await this.#reader.extent(liveId)) ?? {};
				// Retention has deleted while it was read, and a summary was stored before that.
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
			// Where only the answer was lost it is stored, and needs its parts.
			if (!(error instanceof Conflict)) throw error;
			// Another node has stored it: what it has counted is as good.
			await this.#removeParts(liveId, root);
			return;
		}
		Object.assign(known, { root, unsaved: 0, savedBytes: bytes.length });
		const written = this.#written.get(liveId);
		if (written) written.mostBytes = Math.max(leastUnsaved, bytes.length);
		await this.#removeParts(liveId, before);
	}

	/** Cleared, not removed: that would leave a marker for each key, for good, and no key is used again. */
	async #removeParts(liveId: string, root: Root | undefined): Promise<void> {
		if (!root) return;
		for (let index = 0; index < root.parts; index++) {
			await this.#bucket.clear(partKey(liveId, root.generation, index));
		}
	}
}

/** Events between what is counted and this message are not there. */
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

/** The events of a message, in the place of each that is damaged its gap. A message without events is an empty block. */
export function countedBlock(liveId: string, message: LogMessage): Block {
	const { next, count, at } = message.head;
	const gaps = () => encodeBlock({ events: gapsOf(liveId, message), storedAt: at });
	return blockOf(message) ?? new Block({ firstSeq: next - count, lastSeq: next - 1 }, gaps());
}

const keyOf = (liveId: string) => `room.${tokenOf(liveId)}`;
const partKey = (liveId: string, generation: string, index: number) => `part.${tokenOf(liveId)}.${generation}.${index}`;
