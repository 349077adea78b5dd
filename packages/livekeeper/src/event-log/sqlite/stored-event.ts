import type { LiveEventType } from "@livekeeper/douyin";

/** An event's row. */
export interface EventRow {
	pos: number;
	id: string;
	type: LiveEventType;
	at: number;
	storedAt: number;
	/** Of all the others. */
	checksum: number;
	/** The stored text. */
	json: string;
}

/** All columns, by the names of {@link EventRow}. */
export const eventColumns = "pos, id, type, at, stored_at AS storedAt, checksum, json";

/**
 * A checksum of 32 bits over the columns as they are read, not as they are stored: what is read is a text already, and
 * hashing that costs a third of a CRC-32 over the bytes, which would have to be copied out of SQLite beside it. A difference of
 * a single character changes it for certain, any other but for one in 2^32.
 */
export function checksumOf({ pos, id, type, at, storedAt, json }: Omit<EventRow, "checksum">): number {
	let hash = withNumber(withNumber(withNumber(0, pos), at), storedAt);
	// SQLite keeps no lone surrogates.
	hash = withText(withText(hash, type), id.replaceAll(/\p{Surrogate}/gu, "\ufffd"));
	return withText(hash, json) >>> 0;
}

/** Whether it is as it was written. What a damaged row holds can be of any type. */
export function isWhole(row: EventRow): boolean {
	const { id, type, json, at, storedAt } = row;
	if (typeof id !== "string" || typeof type !== "string" || typeof json !== "string") return false;
	return Number.isInteger(at) && Number.isInteger(storedAt) && checksumOf(row) === row.checksum;
}

function withNumber(hash: number, value: number): number {
	return mixed(mixed(hash, value | 0), Math.floor(value / 0x1_0000_0000));
}

/** Two hashes, each of every other character, so that none waits for the one before it. */
function withText(hash: number, text: string): number {
	let even = hash;
	let odd = text.length;
	const pairs = text.length & ~1;
	for (let index = 0; index < pairs; index += 2) {
		even = mixed(even, text.charCodeAt(index));
		odd = mixed(odd, text.charCodeAt(index + 1));
	}
	if (pairs < text.length) even = mixed(even, text.charCodeAt(pairs));
	return mixed(even, odd);
}

/** Another hash for each `bits`, whatever `hash` is. */
function mixed(hash: number, bits: number): number {
	const product = Math.imul(hash ^ bits, 0x5bd1e995);
	return product ^ (product >>> 15);
}
