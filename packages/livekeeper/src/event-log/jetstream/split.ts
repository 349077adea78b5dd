import { clusterTexts } from "../../text/index.ts";
import type { EncodedBatch, EncodedEvent } from "../encoded-event.ts";

const charsOf = ({ json, raw }: EncodedEvent) => json.length + (raw?.length ?? 0);

/**
 * Cuts a batch into those that one message takes; its cursor goes with the last.
 * @param maxChars what a message takes of events
 * @throws TypeError for an event that no message takes, even without its payload
 */
export function split(batch: EncodedBatch, maxChars: number): EncodedBatch[] {
	let chars = 0;
	const parts: EncodedEvent[][] = [[]];
	for (const whole of batch.events) {
		const event = charsOf(whole) > maxChars ? { ...whole, raw: undefined } : whole;
		const more = charsOf(event);
		if (more > maxChars) throw new TypeError(clusterTexts.eventTooLarge(event.id, more).en);
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
