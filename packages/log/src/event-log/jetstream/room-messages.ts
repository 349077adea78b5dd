import type { Jump } from "../floor.ts";
import { beginning, counts, type Position, positionAfter } from "./claim.ts";
import { blockOf, type LogMessage } from "./message.ts";

/** Reads one room's messages in its stream. */
export interface RoomMessages {
	/** Returns the first message at or after this sequence. */
	firstFrom(sequence: number): Promise<LogMessage | undefined>;
	/** Returns the message with this sequence; `undefined` if it was deleted. */
	at(sequence: number): Promise<LogMessage | undefined>;
	/** Yields all messages from one sequence to another, in order. */
	range(from: number, end: number): AsyncIterable<LogMessage>;
}

/** Events of a damaged message, both ends included. */
type DamagedEvents = Jump;

/** Listeners for damage found by reading. */
export interface DamageReports {
	/** Called for events that are damaged on all replicas: readers get gaps in their place. */
	onDamaged: (liveId: string, events: DamagedEvents) => void;
	/** Called for events that are damaged on one replica and intact on another. */
	onDamagedReplica: (liveId: string, events: DamagedEvents) => void;
}

/** Maximum number of reads to get a damaged message intact. Which of three replicas answers is random. */
const maxReplicaReads = 8;

/**
 * Reads a room's messages, and asks again for a damaged one: a disk error of one of three replicas hides nothing. A
 * replica that does not answer may have the message whole, so a read then fails instead of reporting damage. Only
 * `firstFrom` returns a message as the first replica gives it, for readers of its head.
 * @param ofReplica returns a message as any one replica has it; `undefined` if that one does not have it
 */
export function wholeMessages(
	liveId: string,
	messages: RoomMessages,
	ofReplica: RoomMessages["at"],
	reports: DamageReports,
): RoomMessages {
	const wholeOf = async (message: LogMessage): Promise<LogMessage> => {
		const { next, count } = message.head;
		if (count === 0 || blockOf(message)) return message;
		const events = { from: next - count, to: next - 1 };
		let failure: unknown;
		for (let attempt = 0; attempt < maxReplicaReads; attempt++) {
			const again = await ofReplica(message.sequence).catch((error: unknown) => {
				failure = error;
				return undefined;
			});
			if (!again || !blockOf(again)) continue;
			reports.onDamagedReplica(liveId, events);
			return again;
		}
		if (failure !== undefined) throw failure;
		reports.onDamaged(liveId, events);
		return message;
	};
	return {
		firstFrom: (sequence) => messages.firstFrom(sequence),
		at: async (sequence) => {
			const message = await messages.at(sequence);
			return message && wholeOf(message);
		},
		async *range(from, end) {
			for await (const message of messages.range(from, end)) yield await wholeOf(message);
		},
	};
}

/** First and newest message of a room's log. */
export interface Bounds {
	first: LogMessage;
	newest: LogMessage;
}

/** Yields messages that count, from one sequence to another. @param from end of the log before them */
export async function* countedIn(
	messages: RoomMessages,
	[sequence, end]: readonly [number, number],
	from: Position = beginning,
): AsyncGenerator<LogMessage, void> {
	let position = from;
	for await (const message of messages.range(sequence, end)) {
		if (!counts(position, message.head)) continue;
		position = positionAfter(message.head);
		yield message;
	}
}

/** Yields messages that count, from the first one with events after this `seq`. */
export async function* countedAfter(
	messages: RoomMessages,
	{ first, newest }: Bounds,
	after: number,
): AsyncGenerator<LogMessage, void> {
	const beforeOf = async ({ before }: LogMessage) => (before < first.sequence ? undefined : await messages.at(before));
	let message = await firstWhere(messages, { first, newest }, ({ head }) => head.next > after + 1);
	let before = await beforeOf(message);
	// A message that doesn't count can mislead the search.
	while (before && before.head.next > after + 1) {
		message = before;
		before = await beforeOf(message);
	}
	yield* countedIn(messages, [message.sequence, newest.sequence], before && positionAfter(before.head));
}

/** Yields the ranges of a room's numbers that have events, newest first: numbers jump at floors. */
async function* ranges(messages: RoomMessages, { first, newest }: Bounds): AsyncGenerator<Jump, void> {
	const oldest = first.head.next - first.head.count;
	let to = newest.head.next - 1;
	for (let last = newest; ; ) {
		const { floor = 0 } = last.head;
		yield { from: Math.max(oldest, floor + 1), to };
		if (floor < oldest) return;
		const next = await firstWhere(messages, { first, newest: last }, ({ head }) => head.next > floor);
		const before = next.before < first.sequence ? undefined : await messages.at(next.before);
		if (!before) return;
		to = before.head.next - 1;
		last = before;
	}
}

/** Returns the `seq` after which the newest `count` events follow. */
export async function afterNewest(messages: RoomMessages, bounds: Bounds, count: number): Promise<number> {
	let left = count;
	let oldest = bounds.newest.head.next;
	for await (const { from, to } of ranges(messages, bounds)) {
		oldest = from;
		const events = to - from + 1;
		if (events >= left) return to - left;
		left -= events;
	}
	return oldest - 1;
}

/** Returns the number of a room's events. */
export async function countOf(messages: RoomMessages, bounds: Bounds): Promise<number> {
	let count = 0;
	for await (const { from, to } of ranges(messages, bounds)) count += to - from + 1;
	return count;
}

/** Returns the first `seq` that was stored at or after this time; the one after the newest if there is none. */
export async function firstStoredFrom(messages: RoomMessages, bounds: Bounds, time: number): Promise<number> {
	if (bounds.newest.head.at < time) return bounds.newest.head.next;
	const { head } = await firstWhere(messages, bounds, (message) => message.head.at >= time);
	return head.next - head.count;
}

/**
 * Returns the first message for which `isTrue`. It must be true of all messages after such a one, and of the newest.
 */
export async function firstWhere(
	messages: RoomMessages,
	{ first, newest }: Bounds,
	isTrue: (message: LogMessage) => boolean,
): Promise<LogMessage> {
	if (isTrue(first)) return first;
	let low = first.sequence + 1;
	let found = newest;
	let high = newest.sequence;
	while (low < high) {
		const middle = Math.floor((low + high) / 2);
		const message = await messages.firstFrom(middle);
		if (message && !isTrue(message)) low = message.sequence + 1;
		else {
			found = message ?? newest;
			high = middle;
		}
	}
	return found;
}
