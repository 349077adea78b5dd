import type { LogMessage } from "./message.ts";
import type { RoomMessages } from "./room-messages.ts";

/** A message that is to become a room's newest. */
export interface Outgoing extends Pick<LogMessage, "head" | "cursor" | "body"> {
	/** Distinguishes it from every other message of the stream. */
	id: string;
}

/** One room's messages in its stream, for a writer: the leader answers queries about its end. */
export interface RoomSubject extends RoomMessages {
	newest(): Promise<LogMessage | undefined>;
	/**
	 * @param expected required sequence of the newest message; 0: there must be none
	 * @returns its sequence
	 * @throws WrongSequence if another message is the newest; after any other error it is unknown whether it is stored
	 */
	append(message: Outgoing, expected: number): Promise<number>;
}

/** The server refused a message because the room's newest one is not the expected one. */
export class WrongSequence extends Error {
	override readonly name = "WrongSequence";
}

/** The server knows the id of a message that it has not stored yet, and may never store. */
export class Unsettled extends Error {
	override readonly name = "Unsettled";
}

/**
 * The leader's answer says that existing data is missing. A newly elected leader may not have caught up, so it is asked
 * again before that counts.
 */
export class InDoubt extends Error {
	override readonly name = "InDoubt";
}

/** The room belongs to another node: nothing of this epoch may be appended any more. */
export class Fenced extends Error {
	override readonly name = "Fenced";
	readonly by: LogMessage | undefined;

	/** @param by the room's newest message; `undefined`: the servers have lost data */
	constructor(by: LogMessage | undefined) {
		super(by ? `The room was claimed by ${by.head.owner} (epoch ${by.head.epoch})` : "The room's log has lost its end");
		this.by = by;
	}
}
