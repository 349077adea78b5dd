import { createHash } from "node:crypto";
import {
	type Budget,
	commonFieldOf,
	decodeIdentified,
	decodeIdentifiedInSecond,
	type Reader,
	WireError,
} from "../wire/index.ts";
import type { EventBase, LiveUser, UpstreamEvent } from "./live-event.ts";

/** Facts about a message before its payload is read. */
export interface Envelope {
	method: string;
	/** `Message.msg_id`; "0" if the upstream gave none. */
	id: string;
	liveId: string;
	roomId: string;
	receivedAt: number;
	/** The Response's own time; 0 if the upstream gave none. */
	upstreamNow: number;
	/** Decoding budget shared by the frame's messages. */
	budget: Budget;
}

/**
 * Marks a message for the bounds check. Call it when numbers are parsed from texts, or texts are composed of others.
 */
export function lookTwice({ budget }: Envelope): void {
	budget.unusual = true;
}

/**
 * Reads the payload of one kind. `undefined`: this message of the kind has no type of its own.
 * @throws WireError
 */
export type Mapper = (payload: Reader, envelope: Envelope) => UpstreamEvent | undefined;

/** Wraps the mapper of a kind with uncertain field numbers: an unreadable message becomes `raw` instead of an error. */
export function orRaw(mapper: Mapper): Mapper {
	return (payload, envelope) => {
		try {
			return mapper(payload, envelope);
		} catch (error) {
			if (error instanceof WireError) return undefined;
			throw error;
		}
	};
}

/**
 * Returns the fields that every event has. The time is the message's own, otherwise the common part's, the Response's,
 * or ours; the id is the common part's, otherwise the envelope's, or one made from the content.
 */
export function baseOf(
	payload: Reader,
	envelope: Envelope,
	createTime = 0,
	user?: LiveUser | undefined,
	ownTime = 0,
): EventBase {
	const { method, liveId, roomId, receivedAt, upstreamNow } = envelope;
	const id = idOf(payload, envelope);
	const at = upstreamTime(ownTime) ?? upstreamTime(createTime) ?? upstreamTime(upstreamNow) ?? receivedAt;
	const hasTwo = envelope.id !== id && envelope.id !== "0";
	const base: EventBase = hasTwo
		? { id, envelopeId: envelope.id, liveId, roomId, method, at, receivedAt }
		: { id, liveId, roomId, method, at, receivedAt };
	if (user) base.user = user;
	return base;
}

export function idOf(payload: Reader, envelope: Envelope): string {
	const id = commonIdOf(payload, envelope.method);
	if (id !== "0") return id;
	if (envelope.id !== "0") return envelope.id;
	const hash = createHash("sha256").update(envelope.method).update("\0").update(payload.whole()).digest();
	return hash.readBigUInt64BE(0).toString();
}

/** @returns the message id in the common part, decimal; "0" if there is none, or it can't be read */
function commonIdOf(payload: Reader, method: string): string {
	const field = commonFieldOf(method);
	try {
		if (field === 1) return decodeIdentified(payload);
		// No message was seen of kinds that have it in yet another place: they use their envelope's.
		return field === 2 ? decodeIdentifiedInSecond(payload) : "0";
	} catch (error) {
		if (error instanceof WireError) return "0";
		throw error;
	}
}

const EARLIEST = Date.UTC(2016, 0);
const LATEST = Date.UTC(2100, 0);

/**
 * Converts a time of the upstream to ms since the epoch. Its fields hold seconds in some kinds, ms or µs in others, so
 * the magnitude decides. `undefined` for 0 and for anything that can't be the time of a broadcast.
 */
export function upstreamTime(value: number): number | undefined {
	if (value === 0) return undefined;
	if (isTime(value)) return value;
	if (isTime(value * 1000)) return value * 1000;
	const fromMicros = Math.floor(value / 1000);
	return isTime(fromMicros) ? fromMicros : undefined;
}

const isTime = (ms: number): boolean => ms >= EARLIEST && ms < LATEST;
