import type { Jump } from "../floor.ts";
import { beginning, counts, type Position, positionAfter } from "./claim.ts";
import type { LogMessage } from "./message.ts";

/** One room's messages in its stream, to be read. */
export interface RoomMessages {
	/** The first one at this sequence or behind it. */
	firstFrom(sequence: number): Promise<LogMessage | undefined>;
	/** The one with this sequence; `undefined`: it was deleted. */
	at(sequence: number): Promise<LogMessage | undefined>;
	/** All from one sequence to another, in order. */
	range(from: number, end: number): AsyncIterable<LogMessage>;
}

/** The ends of a room's log. */
export interface Bounds {
	first: LogMessage;
	newest: LogMessage;
}

/** Messages that count, from one sequence to another. @param from how far the log goes before them */
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

/** Messages that count, from the first that holds events after this `seq`. */
export async function* countedAfter(
	messages: RoomMessages,
	{ first, newest }: Bounds,
	after: number,
): AsyncGenerator<LogMessage, void> {
	const beforeOf = async ({ before }: LogMessage) => (before < first.sequence ? undefined : await messages.at(before));
	let message = await firstWhere(messages, { first, newest }, ({ head }) => head.next > after + 1);
	let before = await beforeOf(message);
	// A message that doesn't count can lead the search astray.
	while (before && before.head.next > after + 1) {
		message = before;
		before = await beforeOf(message);
	}
	yield* countedIn(messages, [message.sequence, newest.sequence], before && positionAfter(before.head));
}

/** Ranges of a room's numbers that have events, newest first: numbers jump at floors. */
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

/** The `seq` behind which the newest events lie, so many of them. */
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

/** Number of a room's events. */
export async function countOf(messages: RoomMessages, bounds: Bounds): Promise<number> {
	let count = 0;
	for await (const { from, to } of ranges(messages, bounds)) count += to - from + 1;
	return count;
}

/** The first message of which it is true. It is true of all after one of which it is, and of the newest. */
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
