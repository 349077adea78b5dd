import type { LiveEventType } from "@livekeeper/douyin";
import type { StoredEvent } from "../../event-log/index.ts";
import type { ReaderSink } from "./reader-sink.ts";

/**
 * One reader's place in a room's log.
 *
 * ```
 * behind ──(position reaches the newest event)──> live
 *   ^                                               │
 *   └──(the wire holds more than its bound)─────────┘        either ──> ended
 * ```
 * Behind, a reader is served pages of the log at its own pace. Live, it is sent what is committed, as it comes.
 */
export const readerStates = { behind: "behind", live: "live", ended: "ended" } as const;
export type ReaderState = (typeof readerStates)[keyof typeof readerStates];

export class Reader<Payload = unknown> {
	readonly liveId: string;
	readonly sink: ReaderSink<Payload>;
	readonly types: readonly LiveEventType[] | undefined;
	/** Readers of the same kinds share a filtered batch. */
	readonly filterKey: string;
	state: ReaderState = readerStates.behind;
	/** All up to this `seq` was sent or filtered out. */
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

	/** How long the other side has taken nothing although something waits for it, ms. */
	stalledMs(now: number): number {
		const taken = this.sink.takenBytes();
		if (taken !== this.#taken || this.sink.bufferedBytes() === 0) {
			this.#taken = taken;
			this.#takenAt = now;
		}
		return now - this.#takenAt;
	}
}

/** Events of one commit as one filter lets them through, encoded at most once for each encoding. */
export class FilteredBatch {
	readonly events: readonly StoredEvent[];
	/** `seq` of the commit's first and last event, whether the filter lets them through or not. */
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
