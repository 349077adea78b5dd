import Database from "better-sqlite3";
import { inMemory } from "../../data-folder.ts";
import { createSchema, type DatabaseKind, type Db } from "../../database/index.ts";
import { KeyValueTable, keptIn } from "../../storage/index.ts";
import type { Finding } from "./findings.ts";
import { type OpenedFolder, stateOf } from "./open-database.ts";
import { SqliteReader } from "./reader.ts";
import { continueAbove } from "./salvage.ts";
import { logDatabase, registryDatabase, targetDatabase } from "./schema.ts";
import { type StorePort, serveStore } from "./serve-store.ts";
import type { ThreadRole } from "./thread-protocol.ts";
import { SqliteWriter } from "./writer.ts";

/** Steps in a round of upkeep. Each takes less than a millisecond. */
const stepsOfRound = 8;

/** The databases of a data folder, in memory. They can't be damaged, removed or left incomplete. */
export class MemoryFolder {
	readonly #log: Db;
	readonly #registry;
	readonly #targets;
	/** Whether another one may have continued this content. */
	#isCopy: boolean;

	/** @param original default: everything is empty */
	constructor(original?: MemoryFolder) {
		this.#isCopy = original !== undefined;
		const databases = original && {
			log: original.#log,
			registry: original.#registry.db,
			targets: original.#targets.db,
		};
		this.#log = create(logDatabase, databases?.log);
		this.#registry = keyValues(registryDatabase, databases?.registry);
		this.#targets = keyValues(targetDatabase, databases?.targets);
	}

	copy(): MemoryFolder {
		return new MemoryFolder(this);
	}

	/** Opens the writer or the reader, and answers its calls on the port. */
	serve(port: StorePort, role: ThreadRole): void {
		serveStore(port, role, () =>
			role.role === "writer"
				? new SqliteWriter(role.options, this.#open(role.options.now))
				: new SqliteReader(this.#log),
		);
	}

	#open(now: number): OpenedFolder {
		const findings: Finding[] = this.#isCopy ? [{ found: "restored", path: inMemory }] : [];
		if (this.#isCopy) continueAbove(this.#log, { floor: 0, kept: keptIn(this.#registry.values) }, now);
		this.#isCopy = false;
		return {
			...{ ...stateOf(this.#log), db: this.#log, path: inMemory, findings, isCorrected: false },
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

function create(kind: DatabaseKind, original: Db | undefined): Db {
	if (original) return new Database(original.serialize());
	const db = new Database(":memory:");
	createSchema(db, kind);
	return db;
}

function keyValues(kind: DatabaseKind, original: Db | undefined) {
	const db = create(kind, original);
	return { db, values: new KeyValueTable(db), repair: () => undefined };
}
