import type { LiveEventType } from "@livekeeper/douyin";
import type { StoredEvent } from "@livekeeper/log";
import type { ReaderSink } from "./reader-sink.ts";

/**
 * States of a reader's position in a room's log.
 *
 * ```
 * behind ──(position reaches the newest event)──> live
 *   ^                                               │
 *   └──(the wire holds more than its bound)─────────┘        either ──> ended
 * ```
 * A reader that is behind is served pages of the log at its own pace. A live one is sent commits as they come.
 */
export const readerStates = { behind: "behind", live: "live", ended: "ended" } as const;
export type ReaderState = (typeof readerStates)[keyof typeof readerStates];

export class Reader<Payload = unknown> {
	readonly liveId: string;
	readonly sink: ReaderSink<Payload>;
	readonly types: readonly LiveEventType[] | undefined;
	/** Sorted types of the filter. Readers with the same key share a filtered batch. */
	readonly filterKey: string;
	state: ReaderState = readerStates.behind;
	/** Sequence up to which everything was sent or filtered out. */
	position: number;
	#taken = 0;
	#takenAt: number;

	constructor(
		liveId: string,
		sink: ReaderSink<Payload>,
		after: number,
		types: readonly LiveEventType[] | undefined,
		now: number,
	) {
		this.liveId = liveId;
		this.sink = sink;
		this.position = after;
		this.types = types;
		this.filterKey = types ? [...types].sort().join(",") : "";
		this.#takenAt = now;
	}

	/**
	 * Returns how long the other side has taken nothing although something is queued for it, ms.
	 * @param now elapsed time, ms, which no setting of the clock changes
	 */
	stalledMs(now: number): number {
		const taken = this.sink.takenBytes();
		if (taken !== this.#taken || this.sink.bufferedBytes() === 0) {
			this.#taken = taken;
			this.#takenAt = now;
		}
		return now - this.#takenAt;
	}
}

/** Events of one commit that pass a filter, encoded at most once per encoding. */
export class FilteredBatch {
	readonly events: readonly StoredEvent[];
	/** `seq` of the commit's first event, whether or not it passes the filter; `last` likewise. */
	readonly first: number;
	readonly last: number;
	readonly #payloads = new Map<unknown, unknown>();

	constructor(events: readonly StoredEvent[], types: readonly LiveEventType[] | undefined) {
		this.first = events[0]?.seq ?? 0;
		this.last = events.at(-1)?.seq ?? 0;
		this.events = types ? events.filter((event) => types.includes(event.type)) : events;
	}

	payloadFor<Payload>(sink: ReaderSink<Payload>): Payload {
		let payload = this.#payloads.get(sink.encoding) as Payload | undefined;
		if (payload === undefined) {
			payload = sink.encoding.encode(this.events);
			this.#payloads.set(sink.encoding, payload);
		}
		return payload;
	}
}
