import type { EventSourceMessage } from "eventsource-parser";
import { type Backoff, backoffMs, defaultBackoff } from "./backoff.ts";
import { LivekeeperApiError } from "./errors.ts";
import { type Connection, record, send } from "./http.ts";
import { sseMessages } from "./sse-reader.ts";
import { linkedAbort, pause } from "./time.ts";
import type { RoomEvent, RoomEventType, RoomItem, TruncatedNotice } from "./types.ts";

/** The stream was lost; it will be opened again. */
export interface RetryNotice {
	/** Why. */
	error: LivekeeperApiError;
	/** Attempts in a row, from 1; begins anew with the first bytes of a stream. */
	attempt: number;
	/** When the next one is due, ms from now. */
	delayMs: number;
}

export interface FollowOptions {
	/**
	 * Begin behind this `seq`: 0 is the oldest event there is, the last `seq` you have seen goes on from there.
	 * Default: what comes from now on.
	 */
	after?: number | undefined;
	/** Only these kinds; default all. */
	types?: readonly RoomEventType[] | undefined;
	/** Whether events have the upstream's payload as `raw` (base64), where the room stores it; default false. */
	raw?: boolean | undefined;
	/** Ends the iteration, also while it waits. */
	signal?: AbortSignal | undefined;
	/** Called when the stream was lost, before the wait. */
	onRetry?: ((notice: RetryNotice) => void) | undefined;
	backoff?: Partial<Backoff> | undefined;
	/** A stream without a byte for this long is opened anew, ms; default 45,000 (the service sends one every 15 s). */
	silenceMs?: number | undefined;
}

export interface Follow extends FollowOptions {
	connection: Connection;
	liveId: string;
	/** Where "from now on" begins. */
	lastSeq: (signal: AbortSignal) => Promise<number>;
}

/**
 * Follows a room for ever: every event behind `after` once, in order, whatever happens to the connection or the
 * service in between. Ends when `signal` aborts.
 * @throws LivekeeperApiError where trying again can't help: an unknown room, a wrong key, a bad filter
 */
export async function* follow(options: Follow): AsyncGenerator<RoomItem, void> {
	const { controller, release } = linkedAbort(options.signal);
	const { signal } = controller;
	const position = new Position(options.after);
	let attempt = 0;
	try {
		while (!signal.aborted) {
			try {
				position.after ??= await options.lastSeq(signal);
				yield* oneStream(options, position, signal, () => {
					attempt = 0;
				});
			} catch (cause) {
				if (signal.aborted) return;
				const error = asStreamError(cause);
				if (!error.retryable) throw error;
				attempt++;
				const { minMs, maxMs } = { ...defaultBackoff, ...options.backoff };
				const delayMs = Math.max(backoffMs(attempt, { minMs, maxMs }, Math.random()), error.retryAfterMs ?? 0);
				options.onRetry?.({ error, attempt, delayMs });
				await pause(options.connection.clock, delayMs, signal);
			}
		}
	} finally {
		release();
	}
}

/** Yields what one stream brings; always ends by throwing why it ended, unless the consumer leaves. */
async function* oneStream(
	{ connection, liveId, types, raw, silenceMs = 45_000 }: Follow,
	position: Position,
	signal: AbortSignal,
	onAlive: () => void,
): AsyncGenerator<RoomItem, never> {
	const { controller, release } = linkedAbort(signal);
	try {
		const query = { after: position.after, types: types?.join(","), raw: raw ? 1 : undefined };
		const path = `api/v1/rooms/${encodeURIComponent(liveId)}/events/stream`;
		const response = await send(connection, path, { query, accept: "text/event-stream" }, controller);
		const { body } = response;
		if (!body || !response.headers.get("content-type")?.startsWith("text/event-stream")) {
			const { status } = response;
			throw new LivekeeperApiError("bad_answer", "The answer is no event stream: is this URL livekeeper's?", {
				status,
			});
		}
		for await (const message of sseMessages(body, { clock: connection.clock, silenceMs, onAlive })) {
			const item = position.take(message);
			if (item) yield item;
		}
		throw new LivekeeperApiError("unreachable", "The service ended the stream.");
	} finally {
		controller.abort();
		release();
	}
}

/** Where we are in the room's log: makes sure that nothing is given twice. */
class Position {
	/** The last `seq` that is behind us; `undefined` until "now" is known. */
	after: number | undefined;

	constructor(after: number | undefined) {
		this.after = after;
	}

	/** @throws LivekeeperApiError `bye` when the service says that it ends the stream, `bad_answer` */
	take({ event, data }: EventSourceMessage): RoomItem | undefined {
		switch (event) {
			case undefined:
			case "message":
				return this.#takeEvent(parse(data) as RoomEvent);
			case "truncated":
				return this.#takeTruncation(parse(data));
			case "bye":
				throw bye(parse(data));
			default:
				// A later version's notice. Events have no name of their own, so nothing is lost with it.
				return undefined;
		}
	}

	#takeEvent(event: RoomEvent): RoomEvent | undefined {
		if (!Number.isSafeInteger(event.seq)) throw badAnswer("An event has no seq.");
		if (event.seq <= (this.after ?? 0)) return undefined;
		this.after = event.seq;
		return event;
	}

	#takeTruncation({ from, to, reason }: Record<string, unknown>): TruncatedNotice {
		if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) throw badAnswer("A truncation has no range.");
		const notice = { type: "truncated", from: Number(from), to: Number(to) } as const;
		if (reason === "reset") {
			// The new log's first event has seq 1 again: what we had counted as seen is another log's.
			this.after = 0;
			return { ...notice, reason };
		}
		this.after = Math.max(this.after ?? 0, notice.to);
		return { ...notice, reason: "retention" };
	}
}

function bye({ code, message }: Record<string, unknown>): LivekeeperApiError {
	const why = typeof message === "string" ? message : "no reason given";
	return new LivekeeperApiError("bye", `The service ended the stream: ${why} (${String(code)})`);
}

function parse(data: string): Record<string, unknown> {
	try {
		return record(JSON.parse(data));
	} catch (cause) {
		throw badAnswer("What the stream brought is not JSON.", cause);
	}
}

function badAnswer(message: string, cause?: unknown): LivekeeperApiError {
	return new LivekeeperApiError("bad_answer", message, { cause });
}

/** A cut shows as whatever the platform's streams throw. */
function asStreamError(cause: unknown): LivekeeperApiError {
	if (cause instanceof LivekeeperApiError) return cause;
	return new LivekeeperApiError("unreachable", "The stream was cut.", { cause });
}
