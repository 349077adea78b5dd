import type { StoredEvent } from "../../event-log/index.ts";
import { type Encoding, eventText, textFrames } from "../readers/index.ts";

/**
 * Packets of the Socket.IO protocol (revision 5: `2` is an event of the default namespace), made of the text that is
 * stored: encoded once for all readers of a batch, and never parsed.
 */
export class Packets {
	readonly texts: readonly string[];
	#frames: Buffer | undefined;

	constructor(texts: readonly string[]) {
		this.texts = texts;
	}

	/** The packets as messages of Engine.IO (`4`) over a WebSocket. */
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

/** The same for all readers who want the same. */
export function encodingOf(batch: boolean, raw: boolean): Encoding<Packets> {
	const encodings = raw ? withPayloads : plain;
	return batch ? encodings.batched : encodings.single;
}
