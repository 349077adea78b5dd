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
	/** Whether unknown rooms may have been assigned numbers. */
	mayBeUnknown: () => Promise<boolean>;
	/** Time for which a room's end must be in doubt before it counts as lost, ms. */
	doubtMs: number;
	clock: Clock;
	pending: PendingEvents;
	claimant: () => Claimant;
	groupCommitMs: number;
	knownEvents: number;
	/** Maximum size of a NATS message, bytes. */
	maxPayload: number;
	publish: (batch: CommittedBatch) => void;
	/** Called when a room could not be stored; it is retried. */
	onFault: (liveId: string, error: unknown) => void;
	/** Called when a room was stored. */
	onSuccess: (liveId: string) => void;
	/** Called when another node has taken the room. @param dropped number of waiting events that were dropped */
	onFenced: (liveId: string, fenced: Fenced, dropped: number) => void;
}

interface Room {
	writer: RoomWriter;
	queue: GroupCommit;
	/** Whether another node has it: further appends are dropped until it is claimed again. */
	fenced: boolean;
}

/** Headers and the first line of a body, bytes. */
const overhead = 128 * 1024;
/** Maximum bytes of UTF-8 per UTF-16 code unit of a string. */
const bytesPerChar = 3;

/** Returns the maximum bytes of events in a message. @param maxPayload maximum size of a NATS message, bytes */
export function maxBytesOf(maxPayload = 1 << 20): number {
	return maxPayload - overhead;
}

/** Returns the maximum characters of events in a message. @param maxPayload as in {@link maxBytesOf} */
export function maxCharsOf(maxPayload?: number): number {
	return Math.floor(maxBytesOf(maxPayload) / bytesPerChar);
}

/**
 * @param maxChars maximum number of characters of events in a message
 * @returns the event, without its payload if it only fits so
 * @throws TypeError for an event that no message can hold
 */
export function fitted(event: EncodedEvent, maxChars: number): EncodedEvent {
	if (charsOf(event) <= maxChars) return event;
	const { json, id } = event;
	if (json.length > maxChars) throw new TypeError(clusterTexts.eventTooLarge(id, json.length).en);
	return { ...event, raw: undefined };
}

/**
 * The rooms that this node appends to, each with a queue of its own, so that a room that can't be stored delays no
 * other.
 */
export class OwnedRooms {
	readonly #options: OwnedRoomsOptions;
	readonly #rooms = new Map<string, Room>();
	readonly #maxChars: number;
	/** The newest `seq` that this node assigned or saw, of rooms that it owned: the servers should have it. */
	readonly #given = new Map<string, number>();
	#dropped = 0;
	/** Repeats counted by released queues. */
	#repeats = 0;
	#closed = false;

	constructor(options: OwnedRoomsOptions) {
		this.#options = options;
		this.#maxChars = maxCharsOf(options.maxPayload);
	}

	/** Number of events dropped because other nodes had claimed their rooms. */
	get dropped(): number {
		return this.#dropped;
	}

	get repeats(): number {
		return Array.from(this.#rooms.values()).reduce((sum, { queue }) => sum + queue.repeats, this.#repeats);
	}

	/** When the oldest unstored event was appended, by the clock's `elapsed()`; `undefined` if all are stored. */
	get oldest(): number | undefined {
		const oldest = Math.min(
			...Array.from(this.#rooms.values(), ({ queue }) => queue.oldest ?? Number.POSITIVE_INFINITY),
		);
		return Number.isFinite(oldest) ? oldest : undefined;
	}

	/** Number of rooms that this node owns. */
	get count(): number {
		return Array.from(this.#rooms.values()).filter(({ writer }) => writer.last !== undefined).length;
	}

	/** Returns the room's newest message if this node owns it. */
	last(liveId: string): Placed | undefined {
		return this.#rooms.get(liveId)?.writer.last;
	}

	/** Returns the newest `seq` of the room that this node ever assigned or saw; 0: none. */
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

	/** @throws Fenced if a node with a newer view has it; errors of NATS */
	async claim(liveId: string): Promise<void> {
		const room = this.#room(liveId);
		await room.writer.claim();
		room.fenced = false;
	}

	/** Stores waiting events, and appends nothing more. @returns the number of events that could not be stored */
	async release(liveId: string): Promise<number> {
		const room = this.#rooms.get(liveId);
		if (!room) return 0;
		await room.queue.close();
		await this.#letGo(liveId, room);
		this.#repeats += room.queue.repeats;
		if (this.#rooms.get(liveId) === room) this.#rooms.delete(liveId);
		// The log continues without the room: unstored events must not take other rooms' space, and waiters are notified.
		return room.queue.drop();
	}

	/**
	 * Makes rooms record the current run of the servers.
	 * @param lost a partition that has lost data: its rooms check in any case
	 */
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

	/** @returns the number of events that could not be stored */
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

	/** Records in the room's log that nothing more was published. If that fails, its next owner can't know. */
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
			...{ given: this.given(liveId), doubtMs, clock: streams.clock },
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
