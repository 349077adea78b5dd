import type { LiveEventType, WireEvent } from "@livekeeper/douyin";
import type { StoredEvent } from "../../event-log/index.ts";

/** What is shown over a recording. */
export const shownTypes = ["chat", "emoji_chat", "screen_chat", "gift"] as const satisfies readonly LiveEventType[];

export type Shown = WireEvent & { type: (typeof shownTypes)[number] };

export interface RecordingOptions {
	liveId: string;
	/** When the recording begins, ms since the epoch; default: with the first message. */
	from?: number | undefined;
	/** Added to each time, ms; what is then before the beginning is left out. Default 0. */
	offsetMs?: number | undefined;
}

export interface Placed {
	/** Time from the beginning of the recording. */
	ms: number;
	event: Shown;
}

/** How many are made at a stretch: the event loop has other work. */
const eventsAtOnce = 100;

/**
 * What is to be shown, each with its place in the recording, in groups. A gift counts with what it adds: the steps of a
 * streak that repeat what an earlier one brought are left out.
 * @param onBegin called once, with when the recording begins, before anything is given
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
				const ms = Math.max(0, at - begin) + offsetMs;
				const event = JSON.parse(json) as Shown;
				if (ms >= 0 && !(event.type === "gift" && event.delta <= 0)) placed.push({ ms, event });
			}
			yield placed;
			await new Promise((resolve) => setImmediate(resolve));
		}
	}
}
