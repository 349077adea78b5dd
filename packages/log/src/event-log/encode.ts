import { type LiveEvent, toWire } from "@livekeeper/douyin";
import { columnsOf } from "./columns.ts";
import type { EncodedBatch, EncodedEvent } from "./encoded-event.ts";
import type { EventBatch } from "./event-log.ts";

/** @throws TypeError when an event holds what JSON can't (a bigint, a cycle) */
export function encodeBatch(batch: EventBatch): EncodedBatch {
	return { liveId: batch.liveId, events: batch.events.map(encodeEvent), cursor: batch.cursor };
}

function encodeEvent(event: LiveEvent): EncodedEvent {
	const at = isTime(event.at) ? Math.trunc(event.at) : event.receivedAt;
	// A queue may have numbered the event for its own purposes; only the log's number is kept.
	const wire: object & { seq?: unknown; at: number; raw?: string } = toWire(event);
	const { raw } = wire;
	if (wire.at !== at) wire.at = at;
	if (wire.seq !== undefined) delete wire.seq;
	if (raw !== undefined) delete wire.raw;
	const { id, method, type, envelopeId } = event;
	return {
		...{ id, method, type, at, json: JSON.stringify(wire), columns: columnsOf(event) },
		...(envelopeId !== undefined && { envelopeId }),
		...(raw !== undefined && { raw }),
	};
}

/** Whether a date can represent it. No store could hold a time further away. */
function isTime(ms: number): boolean {
	return Math.abs(ms) <= 8.64e15;
}
