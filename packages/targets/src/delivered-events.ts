import type { WireEvent } from "@livekeeper/douyin";
import { hashesOf } from "@livekeeper/log";

/**
 * The newest events that a target has accepted in a room: the target's own dedup window. The log recognises events that
 * the upstream repeats. After the log has lost its end (a power cut) it cannot, and stores them under new numbers. If
 * the target's position survived, this window shows which of them the target already has. An event is left out only if
 * one of its ids, its kind and its time are in the window; any other event is delivered, and may still be a repeat.
 */
export interface DeliveredEvents {
	/** Base64 of a 53-bit hash, as a double, for each id of an event, oldest first. */
	keys: string;
	/** Number of keys added since the log was last found to have lost its end; absent: all. */
	sinceReset?: number;
}

/** Maximum number of keys per target and room: at most 5 KB, written with each step of the position. */
const maxKeys = 512;

/**
 * Adds events to the window.
 * @param events events that the target has just accepted
 * @param isReset whether they follow an end that the log has lost
 */
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

/** Returns a function that checks whether the window contains an event. */
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
