import { DouyinError } from "../errors.ts";
import { cutText, eventBounds } from "../events/bounds.ts";
import type { UpstreamEvent } from "../events/live-event.ts";
import { eventOf } from "../events/mappers.ts";
import type { DecodeProblem } from "../upstream.ts";
import * as wire from "../wire/index.ts";
import { inflate } from "./inflate.ts";

/** What the codec must know that is not in the bytes. */
export interface DecodeContext {
	liveId: string;
	roomId: string;
	/** When the bytes came, ms since the epoch. */
	receivedAt: number;
	/** Whether each typed event is to have its payload as `raw`; default false. */
	raw?: boolean | undefined;
	/** What a frame may unpack to; default 8 MiB. */
	maxInflatedBytes?: number;
}

/** One binary WebSocket message. */
export interface DecodedFrame {
	/** `msg`, or `hb`, `ack`, `close`, …: those hold no events. */
	payloadType: string;
	/** What an ack must name. */
	logId: string;
	needAck: boolean;
	/** The frame's own where it has one, else the Response's; "" where neither has. */
	internalExt: string;
	cursor: string;
	/** How often the upstream wants a heartbeat, ms. */
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

/** What such an answer says beside its messages. */
export interface ResponseHead {
	cursor: string;
	internalExt: string;
	/** Hosts or URLs to open the socket at, best first. */
	pushServers: string[];
	heartbeatMs: number | undefined;
	/** How long to wait before the next `im/fetch`, ms, for who polls. */
	fetchIntervalMs: number | undefined;
}

/** @throws DouyinError `bad_frame` when the frame as a whole can't be read. A message in it that can't is a problem. */
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

/** @throws DouyinError `bad_frame` when `bytes` is not a Response. */
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
		fetchIntervalMs: Math.min(response.fetchInterval, longestPeriodMs) || undefined,
	};
}

function decodeMessages(
	response: Pick<wire.Response, "messages" | "now">,
	context: DecodeContext,
	budget: wire.Budget,
): { events: UpstreamEvent[]; problems: DecodeProblem[] } {
	const { liveId, roomId, receivedAt, raw } = context;
	const events: UpstreamEvent[] = [];
	const problems: DecodeProblem[] = [];
	const { now: upstreamNow } = response;
	// Each message is judged by what it holds itself, and its kind's name, which was read with the envelope.
	const unusualEnvelope = budget.unusual;
	for (const { method, msgId, payload } of response.messages) {
		budget.unusual = unusualEnvelope;
		try {
			events.push(eventOf(payload, { method, id: msgId, liveId, roomId, receivedAt, upstreamNow, budget }, raw));
		} catch (error) {
			const message = error instanceof Error ? error.message : String(error);
			problems.push({ method: cutText(method, eventBounds.name), id: msgId, message });
		}
	}
	return { events, problems };
}

/**
 * A cursor or an `internal_ext`, which are handed back as they came: in part they are of no use, so one that is longer than
 * any real one is none.
 */
const tokenOf = (text: string): string => (text.length <= maxToken ? text : "");

/** Real ones have some 200 characters. */
const maxToken = 8_192;
/** Most hosts that are read, and the longest name of one, characters. */
const maxServers = 32;
const maxServer = 256;
/** Nothing is asked for at longer intervals, ms. */
const longestPeriodMs = 3_600_000;

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

/** Real Responses say 15 and mean seconds; a value that makes no sense as seconds is taken for ms. */
function periodMs(duration: number): number | undefined {
	if (duration === 0) return undefined;
	return Math.min(duration < 1000 ? duration * 1000 : duration, longestPeriodMs);
}
