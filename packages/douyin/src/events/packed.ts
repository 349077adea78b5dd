import { gunzipSync } from "node:zlib";
import { type Budget, type Reader, readerOf, WireError } from "../wire/index.ts";
import type { Mapper } from "./envelope.ts";

/** Maximum unpacked size of one payload, bytes. */
const maxBytes = 1024 * 1024;

/**
 * Wraps the mapper of a kind whose payload comes plain or gzipped. The unpacked size counts against the frame's budget,
 * or many small payloads could unpack to much.
 */
export function plainOrPacked(mapper: Mapper): Mapper {
	return (payload, envelope) => mapper(isGzip(payload) ? unpack(payload, envelope.budget) : payload, envelope);
}

/** No message begins like this: it would be a field of wire type 7. */
const isGzip = ({ bytes, start, end }: Reader): boolean =>
	end - start > 1 && bytes[start] === 0x1f && bytes[start + 1] === 0x8b;

function unpack(payload: Reader, budget: Budget): Reader {
	try {
		const plain = gunzipSync(payload.whole(), {
			maxOutputLength: Math.max(1, Math.min(maxBytes, budget.parts * 1024)),
		});
		budget.parts -= Math.ceil(plain.length / 1024);
		return readerOf(plain, budget);
	} catch (cause) {
		// A failure costs the maximum that it may have unpacked.
		budget.parts -= Math.min(budget.parts, maxBytes / 1024);
		throw new WireError(`a payload that is no gzip, or unpacks to too much: ${String(cause)}`);
	}
}
