import type { WireEvent } from "@livekeeper/douyin";
import { hashesOf } from "../../event-log/index.ts";

/**
 * The newest events that a target has accepted in a room: its own dedup window. The log recognises what the upstream says
 * again; where the log has lost its end (a power cut), it can't, and stores it under new numbers. The target's place may
 * have come through that, and then this shows what the target has had already. An event is left out only where one of its
 * ids, its kind and its time are among these; what is not among these is delivered, and may be a repeat all the same.
 */
export interface DeliveredEvents {
	/** Base64 of one hash of 53 bits, as a double, for each id of an event; the oldest first. */
	keys: string;
	/** How many of them have come since the log was last found to have lost its end; absent: all. */
	sinceReset?: number;
}

/** Of each target and room: 5 KB at most, written with each of its steps. */
const maxKeys = 512;

/** @param events that the target has just accepted. @param isReset they came behind an end that the log has lost */
export function withDelivered(
	before: DeliveredEvents | undefined,
	events: readonly { json: string }[],
	isReset: boolean,
): DeliveredEvents | undefined {
	if (events.length === 0 && !isReset) return before;
	const added = [...new Set(events.flatMap(({ json }) => keysOf(parse(json))))];
	const known = before ? doublesIn(before.keys) : [];
	const keys = [...known, ...added].slice(-maxKeys);
	const since = isReset ? added.length : before?.sinceReset === undefined ? maxKeys : before.sinceReset + added.length;
	if (keys.length === 0) return undefined;
	const text = Buffer.from(Float64Array.from(keys).buffer).toString("base64");
	return { keys: text, ...(since < keys.length && { sinceReset: since }) };
}

/** Tells whether an event is among them. */
export function repeatsOf({ keys }: DeliveredEvents): (event: WireEvent) => boolean {
	const known = new Set(doublesIn(keys));
	return (event) => keysOf(event).some((key) => known.has(key));
}

function keysOf({ id, envelope_id: envelopeId, method, at }: WireEvent & { envelope_id?: string }): number[] {
	return [...hashesOf([{ id, method, at, ...(envelopeId !== undefined && { envelopeId }) }])];
}

function doublesIn(base64: string): number[] {
	const { buffer, byteLength } = Uint8Array.from(Buffer.from(base64, "base64"));
	return [...new Float64Array(buffer, 0, byteLength / Float64Array.BYTES_PER_ELEMENT)];
}

function parse(json: string): WireEvent {
	return JSON.parse(json) as WireEvent;
}
