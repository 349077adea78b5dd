import { hash32 } from "../traffic/random.ts";
import type { SourceMessage } from "../traffic/source.ts";

/** Which of a broadcast's messages a session is given. Two that are equal give the same, so that frames can be shared. */
export interface MessageFilter {
	/** How many gifts more; `Infinity` for all, 0 for none. */
	readonly gifts: number;
	/** The share of messages, 0 to 1. */
	readonly messages: number;
	/** Whose share: the same one is given the same messages each time that it asks. */
	readonly sample: string;
}

/** What tells that a broadcast pauses and ends is no matter of sampling. */
const controlMethod = "WebcastControlMessage";

/** The `messages` that a filter lets through, in order. */
export function filtered(messages: SourceMessage[], filter: MessageFilter): SourceMessage[] {
	if (filter.messages >= 1 && filter.gifts === Number.POSITIVE_INFINITY) return messages;
	if (filter.messages <= 0) return [];
	let gifts = 0;
	return messages.filter((message) => {
		if (!isSampled(message, filter)) return false;
		return !message.gift || gifts++ < filter.gifts;
	});
}

/** Tells filters apart that let different messages through. */
export function filterKey({ gifts, messages, sample }: MessageFilter): string {
	if (messages <= 0) return "none";
	return messages >= 1 ? String(gifts) : `${gifts} ${messages} ${sample}`;
}

function isSampled({ id, method }: SourceMessage, { messages, sample }: MessageFilter): boolean {
	return messages >= 1 || method === controlMethod || hash32(sample, id.toString()) < messages * 2 ** 32;
}
