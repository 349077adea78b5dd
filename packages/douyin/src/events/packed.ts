import { gunzipSync } from "node:zlib";
import { type Budget, WireError } from "../wire/index.ts";
import type { Mapper } from "./envelope.ts";

/** What one payload may unpack to, bytes. */
const mostBytes = 1024 * 1024;

/**
 * For kinds whose payload comes plain or gzipped. What it unpacks to is taken from the frame's budget, or many small
 * payloads could unpack to much.
 */
export function plainOrPacked(mapper: Mapper): Mapper {
	return (payload, envelope) => mapper(isGzip(payload) ? unpack(payload, envelope.budget) : payload, envelope);
}

/** No message begins so: it would be a field of wire type 7. */
const isGzip = (payload: Uint8Array): boolean => payload[0] === 0x1f && payload[1] === 0x8b;

function unpack(payload: Uint8Array, budget: Budget): Uint8Array {
	try {
		const plain = gunzipSync(payload, { maxOutputLength: Math.max(1, Math.min(mostBytes, budget.parts * 1024)) });
		budget.parts -= Math.ceil(plain.length / 1024);
		return plain;
	} catch (cause) {
		// It has cost what it may have unpacked to.
		budget.parts -= Math.min(budget.parts, mostBytes / 1024);
		throw new WireError(`a payload that is no gzip, or unpacks to too much: ${String(cause)}`);
	}
}
