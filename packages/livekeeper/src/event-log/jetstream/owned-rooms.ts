import type { Clock } from "@livekeeper/douyin";
import { clusterTexts } from "../../text/index.ts";
import type { EncodedEvent } from "../encoded-event.ts";
import type { CommittedBatch, EventBatch } from "../event-log.ts";
import { charsOf, GroupCommit } from "../group-commit.ts";
import type { PendingEvents } from "../pending-events.ts";
import type { Claimant, Placed } from "./claim.ts";
import { faultOf } from "./faults.ts";
import type { KnownRooms } from "./known-rooms.ts";
import type { LogStreams } from "./log-streams.ts";
import { maxCommitEvents } from "./options.ts";
import { Fenced } from "./room-subject.ts";
import { RoomWriter } from "./room-writer.ts";
import type { ServerRun } from "./server-run.ts";

export interface OwnedRoomsOptions {
	streams: LogStreams;
	run: ServerRun;
	known: KnownRooms;
	/** Whether rooms that are not known may have been given numbers. */
	mayBeUnknown: () => Promise<boolean>;
	/** For this long a room's end has to be in doubt before it counts as lost, ms. */
	doubtMs: number;
	clock: Clock;
	pending: PendingEvents;
	claimant: () => Claimant;
	groupCommitMs: number;
	knownEvents: number;
	/** What a NATS message may hold, bytes. */
	maxPayload: number;
	publish: (batch: CommittedBatch) => void;
	/** A room could not be stored; it is tried again. */
	onFault: (liveId: string, error: unknown) => void;
	/** A room was stored. */
	onSuccess: (liveId: string) => void;
	/** The room is another node's now. @param dropped events that waited */
	onFenced: (liveId: string, fenced: Fenced, dropped: number) => void;
}

interface Room {
	writer: RoomWriter;
	queue: GroupCommit;
	/** It is another node's: what is appended is dropped until it is claimed again. */
	fenced: boolean;
}

/** Headers and the first line of a body, bytes. */
const overhead = 128 * 1024;
/** Maximum bytes of UTF-8 for one character of a string. */
const bytesPerChar = 3;

/** How many bytes of events a message takes. @param maxPayload what a NATS message may hold, bytes */
export function maxBytesOf(maxPayload = 1 << 20): number {
	return maxPayload - overhead;
}

/** How many characters of events a message takes. @param maxPayload as in {@link maxBytesOf} */
export function maxCharsOf(maxPayload?: number): number {
	return Math.floor(maxBytesOf(maxPayload) / bytesPerChar);
}

/**
 * @param maxChars number of characters of events that a message takes
 * @returns the event, without its payload if a message takes it only so
 * @throws TypeError for an event that no message takes
 */
export function fitted(event: EncodedEvent, maxChars: number): EncodedEvent {
	if (charsOf(event) <= maxChars) return event;
	const { json, id } = event;
	if (json.length > maxChars) throw new TypeError(clusterTexts.eventTooLarge(id, json.length).en);
	return { ...event, raw: undefined };
}

/** The rooms that this node appends to, each with a queue of its own: one that can't be stored holds up no other. */
export class OwnedRooms {
	readonly #options: OwnedRoomsOptions;
	readonly #rooms = new Map<string, Room>();
	readonly #maxChars: number;
	/** The newest `seq` that this node gave out, or saw, of rooms that it owned: what the servers should have. */
	readonly #given = new Map<string, number>();
	#dropped = 0;
	/** Counts of queues that were released. */
	#repeats = 0;
	#closed = false;

	constructor(options: OwnedRoomsOptions) {
		this.#options = options;
		this.#maxChars = maxCharsOf(options.maxPayload);
	}

	/** Events that were given up since other nodes had claimed their rooms. */
	get dropped(): number {
		return this.#dropped;
	}

	get repeats(): number {
		return Array.from(this.#rooms.values()).reduce((sum, { queue }) => sum + queue.repeats, this.#repeats);
	}

	/** When the oldest event that is not stored was appended, by the clock's `elapsed()`; `undefined`: all are stored. */
	get oldest(): number | undefined {
		const oldest = Math.min(
			...Array.from(this.#rooms.values(), ({ queue }) => queue.oldest ?? Number.POSITIVE_INFINITY),
		);
		return Number.isFinite(oldest) ? oldest : undefined;
	}

	/** How many rooms this node owns. */
	get count(): number {
		return Array.from(this.#rooms.values()).filter(({ writer }) => writer.last !== undefined).length;
	}

	/** The room's newest message, where this node owns it. */
	last(liveId: string): Placed | undefined {
		return this.#rooms.get(liveId)?.writer.last;
	}

	/** The newest `seq` of the room that this node ever gave out, or saw; 0: none. */
	given(liveId: string): number {
		return Math.max(this.#given.get(liveId) ?? 0, this.#rooms.get(liveId)?.writer.given ?? 0);
	}

	append(batch: EventBatch): boolean {
		const room = this.#room(batch.liveId);
		if (!room.fenced) return room.queue.append(batch);
		this.#dropped += batch.events.length;
		return true;
	}

	async flush(): Promise<void> {
		await Promise.all(Array.from(this.#rooms.values(), ({ queue }) => queue.flush()));
	}

	/** @throws Fenced, where a node with a newer view has it; what NATS throws */
	async claim(liveId: string): Promise<void> {
		const room = this.#room(liveId);
		await room.writer.claim();
		room.fenced = false;
	}

	/** Stores what waits, and appends nothing more. @returns how many events could not be stored */
	async release(liveId: string): Promise<number> {
		const room = this.#rooms.get(liveId);
		if (!room) return 0;
		await room.queue.close();
		await this.#letGo(liveId, room);
		this.#repeats += room.queue.repeats;
		if (this.#rooms.get(liveId) === room) this.#rooms.delete(liveId);
		// The log lives on without it: what could not be stored takes no other room's place, and waiters are notified.
		return room.queue.drop();
	}

	/** Has rooms name the present run of the servers. @param lost a partition that has lost something: its rooms look in any case */
	stamp(lost?: number): void {
		const { streams, run, onFault } = this.#options;
		for (const [liveId, { writer, fenced }] of this.#rooms) {
			const isDue = lost === streams.names.partitionOf(liveId);
			if (fenced || !writer.last || !(isDue || writer.last.head.run !== run.known)) continue;
			writer.stamp(isDue).catch((error: unknown) => {
				if (error instanceof Fenced) this.#fence(liveId, error);
				else if (this.#rooms.get(liveId)?.queue.oldest !== undefined) onFault(liveId, error);
			});
		}
	}

	/** @returns how many events could not be stored */
	async close(): Promise<number> {
		this.#closed = true;
		const lost = await Promise.all(
			Array.from(this.#rooms, async ([liveId, room]) => {
				const left = await room.queue.close();
				await this.#letGo(liveId, room);
				return left;
			}),
		);
		return lost.reduce((sum, events) => sum + events, 0);
	}

	/** Notes in the room's log that no more was given out. Where that fails its next owner can't know. */
	async #letGo(liveId: string, { writer }: Room): Promise<void> {
		await writer.release().catch(() => undefined);
		this.#given.set(liveId, Math.max(this.#given.get(liveId) ?? 0, writer.given));
	}

	async #unseen(liveId: string): Promise<"new" | "maybe" | "lost"> {
		const { known, mayBeUnknown } = this.#options;
		if (await known.has(liveId)) return "lost";
		return (await mayBeUnknown()) ? "maybe" : "new";
	}

	#room(liveId: string): Room {
		const known = this.#rooms.get(liveId);
		if (known) return known;
		const { streams, run, doubtMs, clock, claimant, knownEvents, known: rooms } = this.#options;
		const evidence = {
			...{ run: () => run.current(), unseen: () => this.#unseen(liveId) },
			...{ given: this.given(liveId), doubtMs },
		};
		const writer = new RoomWriter({
			liveId,
			subject: streams.room(liveId),
			claimant,
			clock,
			maxChars: this.#maxChars,
			knownEvents,
			onFirst: () => rooms.add(liveId),
			run: () => run.known,
			evidence,
		});
		const room: Room = { writer, queue: this.#queueOf(liveId, writer), fenced: false };
		if (!this.#closed) this.#rooms.set(liveId, room);
		return room;
	}

	#queueOf(liveId: string, writer: RoomWriter): GroupCommit {
		const { clock, pending, publish, groupCommitMs, onFault, onSuccess } = this.#options;
		return new GroupCommit({
			clock,
			commit: (batches) => writer.commit(batches),
			fit: (event) => fitted(event, this.#maxChars),
			maxBatchChars: this.#maxChars,
			onFault: (_, error) => {
				if (error instanceof Fenced) this.#fence(liveId, error);
				else onFault(liveId, error);
			},
			onSuccess: () => onSuccess(liveId),
			publish,
			pending,
			classify: faultOf,
			intervalMs: groupCommitMs,
			maxTransactionEvents: maxCommitEvents,
		});
	}

	#fence(liveId: string, fenced: Fenced): void {
		const room = this.#rooms.get(liveId);
		if (!room) return;
		room.fenced = true;
		const dropped = room.queue.drop();
		this.#dropped += dropped;
		this.#options.onFenced(liveId, fenced, dropped);
	}
}
