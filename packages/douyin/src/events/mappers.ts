import { decodeUntyped, type Reader, readerOf, WireError } from "../wire/index.ts";
import { audienceMappers } from "./audience.ts";
import { boundEvent, eventBounds, keepPayload, noteBounded } from "./bounds.ts";
import { chatMappers } from "./chat.ts";
import { baseOf, type Envelope, type Mapper } from "./envelope.ts";
import { giftMappers } from "./gift.ts";
import { linkMappers } from "./link.ts";
import type { RawEvent, UpstreamEvent } from "./live-event.ts";
import { lotteryMappers } from "./lottery.ts";
import { pageMappers } from "./page.ts";
import { pkMappers } from "./pk.ts";
import { roomMappers } from "./room.ts";

/**
 * Mappers by the upstream's name of the kind. A map, because names are foreign, and `__proto__` is only a name here.
 */
const mappers: ReadonlyMap<string, Mapper> = new Map(
	Object.entries({
		...chatMappers,
		...giftMappers,
		...audienceMappers,
		...roomMappers,
		...pageMappers,
		...linkMappers,
		...pkMappers,
		...lotteryMappers,
	}),
);

/** The upstream's names of the kinds that have a type. */
export const typedMethods: readonly string[] = [...mappers.keys()];

/**
 * Maps one message to an event: of its type if the kind has one, otherwise `raw`. All fields are within `eventBounds`.
 * @param raw whether a typed event includes its payload
 * @throws WireError if the payload of a typed kind can't be read
 */
export function eventOf(bytes: Uint8Array | Reader, envelope: Envelope, raw = false): UpstreamEvent {
	const payload = readerOf(bytes, envelope.budget);
	const event = mappers.get(envelope.method)?.(payload, envelope) ?? rawEventOf(payload, envelope);
	if (raw && event.type !== "raw") {
		event.raw = keepPayload(payload);
		if (isTooLong(payload)) noteBounded(event, "raw");
	}
	if (envelope.budget.unusual) boundEvent(event);
	return event;
}

const isTooLong = ({ start, end }: Reader): boolean => end - start > eventBounds.payload;

function rawEventOf(payload: Reader, envelope: Envelope): RawEvent {
	const base = baseOf(payload, envelope, createTimeOf(payload));
	const event: RawEvent = { ...base, type: "raw", payload: keepPayload(payload) };
	if (isTooLong(payload)) noteBounded(event, "payload");
	return event;
}

/** Reads the time of the common part, with which every known kind begins; 0 for a message without one. */
function createTimeOf(payload: Reader): number {
	try {
		return decodeUntyped(payload);
	} catch (error) {
		if (error instanceof WireError) return 0;
		throw error;
	}
}
