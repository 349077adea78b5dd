import { hash32 } from "../traffic/random.ts";
import type { SourceMessage } from "../traffic/source.ts";

/**
 * Selects the messages of a broadcast that a session receives. Equal filters select the same, so frames can be shared.
 */
export interface MessageFilter {
	/** Remaining number of gifts; `Infinity` for all, 0 for none. */
	readonly gifts: number;
	/** The share of messages, 0 to 1. */
	readonly messages: number;
	/** Key of the sample: the same key selects the same messages each time. */
	readonly sample: string;
}

/** Messages about a broadcast's pause and end are never sampled out. */
const controlMethod = "WebcastControlMessage";

/** Returns the `messages` that a filter selects, in order. */
export function filtered(messages: SourceMessage[], filter: MessageFilter): SourceMessage[] {
	if (filter.messages >= 1 && filter.gifts === Number.POSITIVE_INFINITY) return messages;
	if (filter.messages <= 0) return [];
	let gifts = 0;
	return messages.filter((message) => {
		if (!isSampled(message, filter)) return false;
		return !message.gift || gifts++ < filter.gifts;
	});
}

/** Returns a key that differs for filters that select different messages. */
export function filterKey({ gifts, messages, sample }: MessageFilter): string {
	if (messages <= 0) return "none";
	return messages >= 1 ? String(gifts) : `${gifts} ${messages} ${sample}`;
}

function isSampled({ id, method }: SourceMessage, { messages, sample }: MessageFilter): boolean {
	return messages >= 1 || method === controlMethod || hash32(sample, id.toString()) < messages * 2 ** 32;
}
