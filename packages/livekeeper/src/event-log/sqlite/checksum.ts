import { crc32 } from "node:zlib";

/** Checksum of a row's columns, stored in one more: what SQLite reads is believed only where it fits. */
export function checksumOf(...values: readonly unknown[]): number {
	return crc32(JSON.stringify(values));
}
