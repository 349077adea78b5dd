import { crc32 } from "node:zlib";
import type { LiveEventType } from "@livekeeper/douyin";

/** An event's row. */
export interface EventRow {
	pos: number;
	id: string;
	type: LiveEventType;
	at: number;
	storedAt: number;
	/** Of all the others. */
	crc: number;
	/** The stored text, UTF-8. */
	json: Buffer;
}

/** All columns, by the names of {@link EventRow}. */
export const eventColumns = "pos, id, type, at, stored_at AS storedAt, crc, json";

export function checksumOf({ pos, id, type, at, storedAt, json }: Omit<EventRow, "crc">): number {
	return crc32(json, crc32(`${pos} ${at} ${storedAt} ${type} ${id}`));
}

/** Whether it is as it was written. What a damaged row holds can be of any type. */
export function isWhole(row: EventRow): boolean {
	return Buffer.isBuffer(row.json) && checksumOf(row) === row.crc;
}
