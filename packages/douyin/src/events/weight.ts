import type { LiveEvent } from "./live-event.ts";

/** Size of an object without its texts, bytes. */
const ofObject = 64;

/**
 * Estimates an event's size in memory, bytes, for bounds of queues. A character counts two bytes, as V8 stores Chinese.
 */
export function weightOf(event: LiveEvent): number {
	return weigh(event);
}

function weigh(value: object): number {
	let bytes = ofObject;
	for (const key in value) {
		const inner = (value as Record<string, unknown>)[key];
		if (typeof inner === "string") bytes += inner.length * 2;
		else if (typeof inner !== "object" || inner === null) bytes += 8;
		else bytes += inner instanceof Uint8Array ? inner.length : weigh(inner);
	}
	return bytes;
}
