import Database from "better-sqlite3";
import { inMemory } from "../../data-folder/index.ts";
import { createSchema, type DatabaseKind, type Db } from "../../database/index.ts";
import { KeyValueTable } from "../../storage/index.ts";
import { type OpenedFolder, stateOf } from "./open-database.ts";
import { SqliteReader } from "./reader.ts";
import { logDatabase, registryDatabase, targetDatabase } from "./schema.ts";
import { type StorePort, serveStore } from "./serve-store.ts";
import type { ThreadRole } from "./thread-protocol.ts";
import { SqliteWriter } from "./writer.ts";

/** Steps in a round of upkeep. Each takes less than a millisecond. */
const stepsOfRound = 8;
/** Default of SQLite. */
const maxPages = 4_294_967_294;

/** The databases of a data folder, in memory. They can't be damaged, removed or left incomplete. */
export class MemoryFolder {
	readonly #log = create(logDatabase);
	readonly #registry = keyValues(registryDatabase);
	readonly #targets = keyValues(targetDatabase);

	/** Opens the writer or the reader, and answers its calls on the port. */
	serve(port: StorePort, role: ThreadRole): void {
		serveStore(port, role, () =>
			role.role === "writer" ? new SqliteWriter(role.options, this.#open()) : new SqliteReader(this.#log),
		);
	}

	#open(): OpenedFolder {
		this.#log.pragma(`max_page_count = ${maxPages}`);
		return {
			...{ ...stateOf(this.#log), db: this.#log, path: inMemory, findings: [], isCorrected: false },
			...{ registry: this.#registry, targets: this.#targets },
			watch: { look: () => "whole", lookInside: () => "whole", walBytes: () => 0 },
			progress: { reach: () => undefined },
			canRot: false,
			budget() {
				let left = stepsOfRound;
				return () => left-- > 0;
			},
			close: () => undefined,
		};
	}
}

function create(kind: DatabaseKind): Db {
	const db = new Database(":memory:");
	createSchema(db, kind);
	return db;
}

function keyValues(kind: DatabaseKind) {
	const db = create(kind);
	return { db, values: new KeyValueTable(db), repair: () => undefined };
}
