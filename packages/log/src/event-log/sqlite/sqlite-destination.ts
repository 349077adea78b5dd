import { LivekeeperError } from "@livekeeper/base/errors";
import { importTexts } from "@livekeeper/base/text";
import type { KeyValueStores } from "../../storage/index.ts";
import type { StoredEvent } from "../event-log.ts";
import type { KnownGift } from "../gift-catalogue.ts";
import { type CopiedRoom, isBlock, type LogDestination, type LogSource, type RoomCopy } from "../log-copy.ts";
import { databasePath } from "./file-names.ts";
import type { Finding } from "./findings.ts";
import { SqliteWriter, storesIn } from "./writer.ts";

/** Findings that leave the folder's content unchanged. */
const harmless: readonly Finding["found"][] = ["restored", "restored_partly", "replaced", "older", "corrected"];

/**
 * Opens a data folder to copy another log into it, and creates it if there is none. Locks out other processes.
 * @param now returns ms since the epoch
 * @throws LivekeeperError `import_refused`, `storage_unwritable`, `database_locked`, `database_other_version`,
 * `database_foreign`
 */
export function openSqliteDestination(dataDir: string, now: () => number): LogDestination {
	const writer = new SqliteWriter({ dataDir, fsync: true, suspect: false, now: now() });
	if (writer.findings.some(({ found }) => !harmless.includes(found))) {
		writer.close();
		throw new LivekeeperError("import_refused", importTexts.damaged(databasePath(dataDir)));
	}
	return new SqliteDestination(writer, now);
}

class SqliteDestination implements LogDestination {
	readonly stores: KeyValueStores;
	readonly #writer: SqliteWriter;
	readonly #now: () => number;

	constructor(writer: SqliteWriter, now: () => number) {
		this.stores = storesIn(writer);
		this.#writer = writer;
		this.#now = now;
	}

	/** An interrupted copy of the same log ends with an event that the source has under the same number. */
	async taken(source: LogSource): Promise<string[]> {
		const taken: string[] = [];
		for (const { liveId, lastSeq } of source.rooms) {
			const newest = this.#writer.newestEvent(liveId);
			const isPart = this.#writer.lastSeq(liveId) <= lastSeq;
			if (!isPart || (newest && !(await isIn(source, liveId, newest)))) taken.push(liveId);
		}
		return taken;
	}

	async begin({ rooms, hasLost }: LogSource): Promise<void> {
		this.#writer.beginCopy(rooms, hasLost, this.#now());
	}

	async room({ liveId }: CopiedRoom): Promise<RoomCopy> {
		const writer = this.#writer;
		const now = this.#now;
		return {
			lastSeq: writer.lastSeq(liveId),
			append: async (pieces) => writer.copy(liveId, pieces, now()),
			end: async (cursor, projection) => writer.endCopy(liveId, cursor, projection),
		};
	}

	async addGifts(gifts: readonly KnownGift[]): Promise<void> {
		this.#writer.addGifts(gifts);
	}

	async close(): Promise<void> {
		this.#writer.close();
	}
}

/** Whether the source has this event under its number. */
async function isIn(source: LogSource, liveId: string, { seq, json }: StoredEvent): Promise<boolean> {
	for await (const piece of source.pieces(liveId, seq - 1)) {
		return isBlock(piece) && piece.firstSeq === seq && piece.event(seq).json === json;
	}
	return false;
}
