import type { Cursor, LiveEventType } from "@livekeeper/douyin";

/** An event on its way into a store: serialised once, still without its `seq`. */
export interface EncodedEvent {
	id: string;
	type: LiveEventType;
	at: number;
	json: string;
}

export interface EncodedBatch {
	liveId: string;
	events: EncodedEvent[];
	cursor: Cursor | undefined;
}

/** The stored text: the event's JSON with its `seq` in front, so that readers forward it without parsing. */
export function withSeq(seq: number, json: string): string {
	return `{"seq":${seq},${json.slice(1)}`;
}

/** What a waiting batch takes in memory, about: V8 keeps text with Chinese in two bytes a character. */
export function sizeOf(batch: EncodedBatch): number {
	let bytes = 256;
	for (const event of batch.events) bytes += event.json.length * 2 + 128;
	return bytes;
}
