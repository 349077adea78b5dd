import { DouyinError } from "../errors.ts";
import { cutText, eventBounds } from "../events/bounds.ts";
import type { UpstreamEvent } from "../events/live-event.ts";
import { eventOf } from "../events/mappers.ts";
import type { DecodeProblem } from "../upstream.ts";
import * as wire from "../wire/index.ts";
import { inflate } from "./inflate.ts";
import type { MessageWatch } from "./message-watch.ts";

/** Facts about a frame that are not in its bytes. */
export interface DecodeContext {
	liveId: string;
	roomId: string;
	/** Time of arrival, ms since the epoch. */
	receivedAt: number;
	/** Whether each typed event includes its payload as `raw`; default false. */
	raw?: boolean | undefined;
	/** Watches the messages for what is not known; default: nothing does. */
	watch?: MessageWatch | undefined;
	/** Maximum size of an unpacked frame, bytes; default 8 MiB. */
	maxInflatedBytes?: number;
}

/** One binary WebSocket message, decoded. */
export interface DecodedFrame {
	/** `msg`, or `hb`, `ack`, `close`, …, which hold no events. */
	payloadType: string;
	/** Id that an ack must name. */
	logId: string;
	needAck: boolean;
	/** The frame's own if it has one, otherwise the Response's; "" if neither has. */
	internalExt: string;
	cursor: string;
	/** Interval at which the upstream wants heartbeats, ms. */
	heartbeatMs: number | undefined;
	events: UpstreamEvent[];
	/** Messages that would not decode; the others are in `events`. */
	problems: DecodeProblem[];
}

/** An answer of `im/fetch`. */
export interface DecodedResponse extends ResponseHead {
	events: UpstreamEvent[];
	problems: DecodeProblem[];
}

/** Fields of such an answer beside its messages. */
export interface ResponseHead {
	cursor: string;
	internalExt: string;
	/** Hosts or URLs to open the socket at, best first. */
	pushServers: string[];
	heartbeatMs: number | undefined;
	/** Time to wait before the next `im/fetch` when polling, ms. */
	fetchIntervalMs: number | undefined;
}

/**
 * Decodes one frame. A message that can't be read becomes a problem.
 * @throws DouyinError `bad_frame` if the frame as a whole can't be read
 * @example
 * ```ts
 * import { decodeFrame } from "@livekeeper/douyin";
 * import { encodeChatMessage, encodePushFrame, encodeResponse } from "@livekeeper/douyin/wire";
 * const chat = { method: "WebcastChatMessage", msgId: "1", payload: encodeChatMessage({ content: "晚上好" }) };
 * const frame = encodePushFrame({ payloadType: "msg", payload: encodeResponse({ messages: [chat] }) });
 * const context = { liveId: "261378947940", roomId: "7590000000000000000", receivedAt: Date.now() };
 * const { events, problems } = decodeFrame(frame, context);
 * console.log(events.map((event) => event.type)); // → ["chat"]
 * console.log(problems); // → []
 * ```
 */
export function decodeFrame(bytes: Uint8Array, context: DecodeContext): DecodedFrame {
	const budget = wire.newBudget();
	const frame = readEnvelope(wire.decodePushFrame, bytes, budget);
	let compression = "";
	let cursor = "";
	let internalExt = "";
	for (const { key, value } of frame.headers) {
		if (key === "compress_type") compression = value;
		else if (key === "im-cursor") cursor = tokenOf(value);
		else if (key === "im-internal_ext") internalExt = tokenOf(value);
	}
	const { payloadType, logId } = frame;
	if (payloadType !== "msg") {
		return {
			payloadType,
			logId,
			needAck: false,
			internalExt,
			cursor,
			heartbeatMs: undefined,
			events: [],
			problems: [],
		};
	}
	const payload = unpack(frame.payload, compression, context.maxInflatedBytes);
	const response = readEnvelope(wire.decodeResponse, payload, budget);
	const { events, problems } = decodeMessages(response, context, budget);
	return {
		payloadType,
		logId,
		needAck: response.needAck,
		internalExt: internalExt || tokenOf(response.internalExt),
		cursor: cursor || tokenOf(response.cursor),
		heartbeatMs: periodMs(response.heartbeatDuration),
		events,
		problems,
	};
}

/**
 * Decodes an answer of `im/fetch`. @throws DouyinError `bad_frame` if `bytes` is not a Response
 * @example
 * ```ts
 * import { decodeResponse } from "@livekeeper/douyin";
 * import { encodeResponse } from "@livekeeper/douyin/wire";
 * const page = encodeResponse({ cursor: "t-1_r-1", fetchInterval: 1000, messages: [] });
 * const context = { liveId: "261378947940", roomId: "7590000000000000000", receivedAt: Date.now() };
 * const { cursor, fetchIntervalMs } = decodeResponse(page, context);
 * console.log(cursor); // → "t-1_r-1"
 * console.log(fetchIntervalMs); // → 1000
 * ```
 */
export function decodeResponse(bytes: Uint8Array, context: DecodeContext): DecodedResponse {
	const budget = wire.newBudget();
	const response = readEnvelope(wire.decodeResponse, bytes, budget);
	return { ...decodeMessages(response, context, budget), ...headOf(response) };
}

function headOf(response: wire.Response): ResponseHead {
	const servers = [response.pushServerV2, response.pushServer, response.proxyServer]
		.flatMap((list) => list.split(","))
		.map((server) => server.trim())
		.filter((server) => server !== "" && server.length <= maxServer);
	return {
		cursor: tokenOf(response.cursor),
		internalExt: tokenOf(response.internalExt),
		pushServers: [...new Set(servers)].slice(0, maxServers),
		heartbeatMs: periodMs(response.heartbeatDuration),
		fetchIntervalMs: Math.min(response.fetchInterval, maxPeriodMs) || undefined,
	};
}

function decodeMessages(
	response: Pick<wire.Response, "messages" | "now">,
	context: DecodeContext,
	budget: wire.Budget,
): { events: UpstreamEvent[]; problems: DecodeProblem[] } {
	const { liveId, roomId, receivedAt, raw, watch } = context;
	const events: UpstreamEvent[] = [];
	const problems: DecodeProblem[] = [];
	const { now: upstreamNow } = response;
	// Each message is judged by its own content and its kind's name, which was read with the envelope.
	const unusualEnvelope = budget.unusual;
	for (const { method, msgId, payload } of response.messages) {
		budget.unusual = unusualEnvelope;
		try {
			const event = eventOf(payload, { method, id: msgId, liveId, roomId, receivedAt, upstreamNow, budget }, raw);
			events.push(event);
			watch?.saw(method, payload, event.type === "raw");
		} catch (error) {
			const message = error instanceof Error ? error.message : String(error);
			watch?.undecodable(method, payload);
			problems.push({ method: cutText(method, eventBounds.name), id: msgId, message });
		}
	}
	return { events, problems };
}

/**
 * Returns a cursor or an `internal_ext`, which are sent back as they came. A part of one would be useless, so one that
 * is longer than any real one becomes "".
 */
const tokenOf = (text: string): string => (text.length <= maxToken ? text : "");

/** Maximum length of a token, characters; real ones have some 200. */
const maxToken = 8_192;
/** Maximum number of hosts that are read, and maximum length of a name, characters. */
const maxServers = 32;
const maxServer = 256;
/** Maximum interval between requests, ms. */
const maxPeriodMs = 3_600_000;

function readEnvelope<T>(
	decode: (bytes: Uint8Array, budget: wire.Budget) => T,
	bytes: Uint8Array,
	budget: wire.Budget,
): T {
	try {
		return decode(bytes, budget);
	} catch (cause) {
		if (!(cause instanceof wire.WireError)) throw cause;
		throw new DouyinError("bad_frame", `The frame can't be read: ${cause.message}.`, { cause });
	}
}

function unpack(payload: Uint8Array, compression: string, maxBytes: number | undefined): Uint8Array {
	// A Response can't begin like gzip does (that would be wire type 7), so a missing header does no harm.
	if (compression === "gzip" || (payload[0] === 0x1f && payload[1] === 0x8b)) return inflate(payload, maxBytes);
	if (compression === "" || compression === "none") return payload;
	throw new DouyinError("bad_frame", `The frame can't be read: it is packed with ${compression.slice(0, 40)}.`);
}

/** Converts a duration to ms: real Responses say 15 and mean seconds; values too large for seconds are taken as ms. */
function periodMs(duration: number): number | undefined {
	if (duration === 0) return undefined;
	return Math.min(duration < 1000 ? duration * 1000 : duration, maxPeriodMs);
}
