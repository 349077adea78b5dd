import type { Socket } from "node:net";
import { LivekeeperError } from "@livekeeper/base/errors";
import { listed, liveIdHint, liveIdTexts, requestTexts, type Text } from "@livekeeper/base/text";
import { type LiveEventType, liveEventTypes, parseLiveId } from "@livekeeper/douyin";
import { type StoredEvent, type Truncation, withRaw } from "@livekeeper/log";
import type { BufferAccount } from "./reader-budget.ts";
import type { ReadFrom } from "./reader-hub.ts";

const known = new Set<string>(liveEventTypes);

/** A reader's request as received: `after` is a number or its text, `types` a list or comma-separated text. */
interface ReadRequest {
	live_id?: unknown;
	after?: unknown;
	types?: unknown;
	raw?: unknown;
}

/**
 * Validates a reader's request; shared by all outputs.
 * @throws {LivekeeperError} `invalid_live_id` or `invalid_request`
 */
export function parseReadRequest({ live_id, after, types, raw }: ReadRequest): ReadFrom {
	const id = parseLiveId(live_id);
	if (!id.ok) throw new LivekeeperError("invalid_live_id", liveIdTexts[id.code], { hint: liveIdHint });
	return { liveId: id.liveId, after: parseAfter(after), types: parseTypes(types), raw: parseFlag("raw", raw) };
}

/** Parses a boolean from a query or from JSON. */
function parseFlag(name: string, value: unknown): boolean {
	if (value === true || value === "1" || value === "true") return true;
	if (value === undefined || value === null || value === false || value === "" || value === "0" || value === "false") {
		return false;
	}
	throw new LivekeeperError("invalid_request", requestTexts.flag(name), { hint: requestTexts.flagHint(name) });
}

function parseAfter(value: unknown): number | undefined {
	if (value === undefined || value === null || value === "") return undefined;
	const seq = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value;
	if (typeof seq === "number" && Number.isSafeInteger(seq) && seq >= 0) return seq;
	throw new LivekeeperError("invalid_request", requestTexts.after, {
		hint: requestTexts.afterHint,
	});
}

function parseTypes(value: unknown): LiveEventType[] | undefined {
	if (value === undefined || value === null || value === "") return undefined;
	const names: unknown[] =
		typeof value === "string" ? value.split(",").map((name) => name.trim()) : Array.isArray(value) ? value : [value];
	const wrong = names.find((name) => typeof name !== "string" || !known.has(name));
	if (wrong === undefined && names.length > 0) return [...new Set(names as LiveEventType[])];
	throw new LivekeeperError("invalid_request", requestTexts.types(JSON.stringify(wrong)?.slice(0, 80)), {
		hint: requestTexts.typesHint(listed(liveEventTypes)),
	});
}

/** Reason for ending a reader's stream. Public: readers receive the code. */
export type EndReason = "slow_reader" | "failed" | "shutting_down" | "token_revoked";

/** Wire format of one output. Readers with the same encoding share the encoded payload. */
export interface Encoding<Payload> {
	/** Whether the format includes the upstream's payloads; default false. */
	readonly raw?: boolean;
	encode(events: readonly StoredEvent[]): Payload;
}

/** The wire to one reader. None of its methods blocks. */
export interface ReaderSink<Payload> {
	readonly encoding: Encoding<Payload>;
	/** The connection's account, maintained by the hub. */
	readonly account: BufferAccount;
	/** The connection's socket, if several rooms may be read over it: all events of one commit leave in one write. */
	socket?(): Socket | undefined;
	send(payload: Payload): void;
	/** Reports that requested events are gone. The events after `to` follow. */
	truncated(truncation: Truncation): void;
	/** Reports that the backlog has been sent and live events follow. Called once. */
	caughtUp?(): void;
	/** Bytes sent that the other side has not taken yet. */
	bufferedBytes(): number;
	/** Bytes that the other side has taken so far; grows while the reader reads. */
	takenBytes(): number;
	/** Sends the reason in the language of the request, and closes. The hub does not use the sink afterwards. */
	end(reason: EndReason, text: Text): void;
}

/** Returns an event in the form sent to readers: as stored, with the upstream's payload if `raw`. */
export function eventText({ json, raw: payload }: StoredEvent, raw: boolean): string {
	return raw ? withRaw(json, payload) : json;
}

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
type ReaderState = (typeof readerStates)[keyof typeof readerStates];

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
