import type { LiveEvent } from "./live-event.ts";

/** Size of an object without its texts, bytes. */
const ofObject = 64;

/**
 * Estimates the memory that an event takes, bytes; bounds of queues use it. Texts count two bytes a character, as V8
 * keeps Chinese.
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
