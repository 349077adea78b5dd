import { crc32 } from "node:zlib";

/**
 * Returns the checksum of a row's columns, which is stored in a column of its own. A row whose checksum differs is not
 * trusted, even though SQLite could read it.
 */
export function checksumOf(...values: readonly unknown[]): number {
	return crc32(JSON.stringify(values));
}
