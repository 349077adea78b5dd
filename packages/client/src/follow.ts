import { createParser, type EventSourceMessage } from "eventsource-parser";
import { LivekeeperApiError } from "./errors.ts";
import { type Connection, record, send } from "./http.ts";
import { type ReopenOptions, reopen } from "./reopen.ts";
import { roomPath } from "./rooms-api.ts";
import { socketMessages } from "./socket-reader.ts";
import { type Clock, linkedAbort } from "./time.ts";
import type { RoomEvent, RoomEventType, RoomItem, TruncatedNotice } from "./types.ts";

export interface FollowOptions extends ReopenOptions {
	/**
	 * `seq` of the event to begin after: 0 is before the oldest event there is; pass the last `seq` you have seen to
	 * continue. Default: only new events.
	 */
	after?: number | undefined;
	/** Only these kinds; default all. */
	types?: readonly RoomEventType[] | undefined;
	/** Whether events include the upstream's payload as `raw` (base64), if the room stores it; default false. */
	raw?: boolean | undefined;
	/**
	 * `sse` (default): server-sent events by `fetch`. `websocket`: for pages, because a browser opens only six HTTP/1.1
	 * connections to one host over all its tabs, and a WebSocket takes none of them.
	 */
	transport?: "sse" | "websocket" | undefined;
}

interface Follow extends FollowOptions {
	connection: Connection;
	liveId: string;
	/** Returns the newest `seq`, after which new events begin. */
	lastSeq: (signal: AbortSignal) => Promise<number>;
}

/**
 * Follows a room without end: yields every event after `after` once, in order, across cuts and restarts of the service.
 * Ends when `signal` aborts.
 * @throws LivekeeperApiError if retrying can't help: an unknown room, a wrong key, a bad filter
 */
export function follow(options: Follow): AsyncGenerator<RoomItem, void> {
	const { transport, connection, lastSeq } = options;
	const position = new Position(options.after);
	const read = transport === "websocket" ? readSocket : readEventStream;
	return reopen<RoomItem>(
		async function* (signal, onAlive) {
			position.after ??= await lastSeq(signal);
			for await (const message of read(options, position.after, signal, onAlive)) {
				const item = position.take(message);
				if (item) yield item;
			}
		},
		{ ...options, clock: connection.clock },
	);
}

/** A message of a stream: an event, or a notice of the stream's own by its name. */
interface Message {
	notice?: string | undefined;
	data: Record<string, unknown>;
}

type Read = (options: Follow, after: number, signal: AbortSignal, onAlive: () => void) => AsyncGenerator<Message, void>;

const defaultSilenceMs = 45_000;

const readEventStream: Read = async function* ({ connection, liveId, types, raw, silenceMs }, after, signal, onAlive) {
	const { controller, release } = linkedAbort(signal);
	try {
		const query = { after, types: types?.join(","), raw: raw ? 1 : undefined };
		const response = await send(
			connection,
			`${roomPath(liveId)}/events/stream`,
			{ query, accept: "text/event-stream" },
			controller,
		);
		const { body, status } = response;
		if (!body || !response.headers.get("content-type")?.startsWith("text/event-stream")) {
			throw new LivekeeperApiError("bad_answer", "The answer is no event stream: is this URL livekeeper's?", {
				status,
			});
		}
		const options = { clock: connection.clock, silenceMs: silenceMs ?? defaultSilenceMs, onAlive };
		for await (const { event, data } of sseMessages(body, options)) {
			yield { notice: event === "message" ? undefined : event, data: parse(data) };
		}
	} finally {
		controller.abort();
		release();
	}
};

const readSocket: Read = async function* (options, after, signal, onAlive) {
	const { connection, liveId, types, raw, silenceMs = defaultSilenceMs, lastSeq } = options;
	const query = { after, types: types?.join(","), raw: raw ? 1 : undefined };
	const socket = { signal, silenceMs, onAlive, ask: () => lastSeq(signal) };
	for await (const data of socketMessages(connection, `ws/${encodeURIComponent(liveId)}`, query, socket)) {
		yield { notice: data["type"] === "truncated" ? "truncated" : undefined, data };
	}
};

/** Position in the room's log: ensures that nothing is yielded twice. */
class Position {
	/** The last `seq` that is done; `undefined` until the newest one is known. */
	after: number | undefined;

	constructor(after: number | undefined) {
		this.after = after;
	}

	/**
	 * Takes a message. @throws LivekeeperApiError `bye` when the service announces the end of the stream, `bad_answer`
	 */
	take({ notice, data }: Message): RoomItem | undefined {
		switch (notice) {
			case undefined:
				return this.#takeEvent(data as RoomEvent);
			case "truncated":
				return this.#takeTruncation(data);
			case "bye":
				throw bye(data);
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
			// Even if that is less than the last known `seq`, which then belonged to another log.
			this.after = notice.to;
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

/** Maximum length of an event. Real ones are far smaller; a longer line is not livekeeper's. */
const maxEventChars = 16 * 1024 * 1024;

interface SseOptions {
	clock: Clock;
	/** Time without any byte after which the stream is closed, ms. The service sends a comment every 15 s. */
	silenceMs: number;
	/** Called with the first bytes: the stream works. */
	onAlive: () => void;
}

/**
 * Yields the messages of an event stream at the consumer's own pace. Returns when the service ended the stream.
 * @throws LivekeeperApiError `silence` or `bad_answer`; any error of the stream
 */
async function* sseMessages(
	body: ReadableStream<Uint8Array>,
	{ clock, silenceMs, onAlive }: SseOptions,
): AsyncGenerator<EventSourceMessage, void> {
	const messages: EventSourceMessage[] = [];
	let broken: Error | undefined;
	const parser = createParser({
		maxBufferSize: maxEventChars,
		onEvent: (message) => messages.push(message),
		onError: (error) => {
			// Unknown fields are not an error: later versions may add some.
			if (error.type === "max-buffer-size-exceeded") broken = error;
		},
	});
	const decoder = new TextDecoder();
	const reader = body.getReader();
	try {
		for (;;) {
			const { done, value } = await readWithin(reader, clock, silenceMs);
			if (done) return;
			onAlive();
			parser.feed(decoder.decode(value, { stream: true }));
			yield* messages.splice(0);
			if (broken) throw new LivekeeperApiError("bad_answer", "The stream is not an event stream.", { cause: broken });
		}
	} finally {
		// The reading is over: release the socket. The stream's failure has been thrown already.
		reader.cancel().catch(() => undefined);
	}
}

/** The clock only runs while waiting for the service: a slow consumer does not count as silence. */
async function readWithin(reader: ReadableStreamDefaultReader<Uint8Array>, clock: Clock, silenceMs: number) {
	let giveUp: (reason: Error) => void = () => undefined;
	const silence = new Promise<never>((_, reject) => {
		giveUp = reject;
	});
	const timer = clock.after(silenceMs, () =>
		giveUp(new LivekeeperApiError("silence", `Nothing came for ${silenceMs / 1000} s.`)),
	);
	try {
		return await Promise.race([reader.read(), silence]);
	} finally {
		timer.cancel();
	}
}
