import { crc32 } from "node:zlib";
import type { Db } from "./open-database.ts";

/** Checksum of a row's columns, stored in one more: what SQLite reads is believed only where it fits. */
export function checksumOf(...values: readonly unknown[]): number {
	return crc32(JSON.stringify(values));
}

/** Makes `checksum_of(…)` known to SQL, for queries that count rows without giving them. */
export function defineChecksum(db: Db): void {
	db.function("checksum_of", { deterministic: true, varargs: true }, (...values: unknown[]) => checksumOf(...values));
}
