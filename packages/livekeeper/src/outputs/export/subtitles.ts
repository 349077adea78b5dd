import type { Language } from "@livekeeper/base/text";
import { eventWords } from "@livekeeper/base/text/event-words";
import type { LiveEventType, WireEvent } from "@livekeeper/douyin";
import type { StoredEvent } from "@livekeeper/log";

/** Kinds of events shown over a recording. A gap is a line as well, so that missing messages don't look like silence. */
export const shownTypes = [
	...(["chat", "emoji_chat", "screen_chat", "gift"] as const),
	"gap",
] as const satisfies readonly LiveEventType[];

export type Shown = WireEvent & { type: (typeof shownTypes)[number] };

export interface RecordingOptions {
	liveId: string;
	/** Start of the recording, ms since the epoch; default: the first message. */
	from?: number | undefined;
	/** Offset added to each time, ms. Messages that are then before the beginning are left out. Default 0. */
	offsetMs?: number | undefined;
	/** Language of what the service itself says. */
	language: Language;
}

export interface Placed {
	/** Time from the beginning of the recording, ms. */
	ms: number;
	event: Shown;
}

/** Marks a file as livekeeper's own, within its first kilobyte: only such a file may be replaced unasked. */
export const ownMark = "written-by: livekeeper";

/** Returns the line that stands for a gap. */
export function gapLine(event: Shown & { type: "gap" }, language: Language): string {
	return `[livekeeper] ${eventWords(event)[language]}`;
}

/** Number of events processed in one go, since the event loop has other work. */
const eventsAtOnce = 100;

/**
 * Returns the messages to show, in groups, each with its time in the recording. A gift counts what it adds: streak
 * steps that repeat an earlier one are left out.
 * @param onBegin called once with the start of the recording, before anything is returned
 */
export async function* placedIn(
	pages: AsyncIterable<readonly StoredEvent[]>,
	{ from, offsetMs = 0 }: RecordingOptions,
	onBegin?: (at: number) => void,
): AsyncGenerator<readonly Placed[], void> {
	let begin = from;
	for await (const events of pages) {
		begin ??= Math.min(...events.map(({ at }) => at));
		onBegin?.(begin);
		onBegin = undefined;
		for (let start = 0; start < events.length; start += eventsAtOnce) {
			const placed: Placed[] = [];
			for (const { at, json } of events.slice(start, start + eventsAtOnce)) {
				const event = JSON.parse(json) as Shown;
				// A gap is logged when it is over, and shown where it begins.
				const ms = Math.max(0, (event.type === "gap" ? event.from : at) - begin) + offsetMs;
				if (ms >= 0 && !(event.type === "gift" && event.delta <= 0)) placed.push({ ms, event });
			}
			yield placed;
			await new Promise((resolve) => setImmediate(resolve));
		}
	}
}
