import { clusterTexts } from "../../text/index.ts";
import type { EncodedBatch, EncodedEvent } from "../encoded-event.ts";
import { charsOf } from "../group-commit.ts";

/**
 * @param maxChars what a message takes of events
 * @returns the event, without its payload where a message takes it only so
 * @throws TypeError for an event that no message takes
 */
export function fitted(event: EncodedEvent, maxChars: number): EncodedEvent {
	if (charsOf(event) <= maxChars) return event;
	const { json, id } = event;
	if (json.length > maxChars) throw new TypeError(clusterTexts.eventTooLarge(id, json.length).en);
	return { ...event, raw: undefined };
}

/** Cuts a batch into those that one message takes, as {@link fitted}; its cursor goes with the last. */
export function split(batch: EncodedBatch, maxChars: number): EncodedBatch[] {
	let chars = 0;
	const parts: EncodedEvent[][] = [[]];
	for (const whole of batch.events) {
		const event = fitted(whole, maxChars);
		const more = charsOf(event);
		if (chars > 0 && chars + more > maxChars) {
			parts.push([]);
			chars = 0;
		}
		parts.at(-1)?.push(event);
		chars += more;
	}
	const { liveId, cursor } = batch;
	return parts.map((events, index) => ({ liveId, events, cursor: index === parts.length - 1 ? cursor : undefined }));
}
