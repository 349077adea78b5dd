import type { StoredEvent } from "../../event-log/index.ts";
import { type Encoding, eventText, textFrames } from "../readers/index.ts";

/**
 * Packets of the Socket.IO protocol (revision 5: `2` is an event of the default namespace), built from the stored text:
 * encoded once for all readers of a batch, and never parsed.
 */
export class Packets {
	readonly texts: readonly string[];
	#frames: Buffer | undefined;

	constructor(texts: readonly string[]) {
		this.texts = texts;
	}

	/** The packets as Engine.IO messages (`4`) over a WebSocket. */
	get frames(): Buffer {
		this.#frames ??= textFrames(this.texts.map((text) => `4${text}`));
		return this.#frames;
	}
}

const singleOf = (raw: boolean): Encoding<Packets> => ({
	raw,
	encode: (events: readonly StoredEvent[]) =>
		new Packets(events.map((event) => `2["message",${eventText(event, raw)}]`)),
});

const batchedOf = (raw: boolean): Encoding<Packets> => ({
	raw,
	encode: (events: readonly StoredEvent[]) =>
		new Packets([`2["messages",[${events.map((event) => eventText(event, raw)).join(",")}]]`]),
});

const plain = { single: singleOf(false), batched: batchedOf(false) };
const withPayloads = { single: singleOf(true), batched: batchedOf(true) };

/** Returns the encoding shared by all readers with these options. */
export function encodingOf(batch: boolean, raw: boolean): Encoding<Packets> {
	const encodings = raw ? withPayloads : plain;
	return batch ? encodings.batched : encodings.single;
}
