import { join } from "node:path";
import { type Db, FileWatch, putBack } from "../../data-folder/index.ts";
import { type OpenOptions, openWebhookDatabase } from "./open-database.ts";
import { webhookDatabase } from "./schema.ts";
import { SqliteWebhookStore } from "./sqlite-webhook-store.ts";

/** The open `webhooks.db` of a data folder. Where it is removed while it is open, it is put back as it was. */
export class WebhookFile {
	readonly store: SqliteWebhookStore;
	readonly #dataDir: string;
	readonly #logger: OpenOptions["logger"];
	#db: Db;
	#watch: FileWatch;

	/** @throws as `openWebhookDatabase` */
	constructor(dataDir: string, options: OpenOptions) {
		this.#dataDir = dataDir;
		this.#logger = options.logger;
		this.#db = openWebhookDatabase(dataDir, options);
		this.#watch = this.#newWatch();
		this.store = new SqliteWebhookStore(this.#db);
	}

	get #path(): string {
		return join(this.#dataDir, "webhooks.db");
	}

	/** To be called every few seconds. @param now ms since the epoch. @throws what writing it anew throws */
	look(now: number): void {
		// Closed: the last time it could not be opened again.
		if (this.#db.open) {
			const state = this.#watch.look();
			if (state === "whole") return;
			// Where it is the WAL that is gone, the open one still is whole: closing the database writes it there.
			if (state === "file") putBack(this.#db, this.#path, now);
			this.close();
		}
		this.#db = openWebhookDatabase(this.#dataDir, { now, logger: this.#logger });
		this.store.use(this.#db);
		this.#watch = this.#newWatch();
		this.#logger.error(
			{ event: "webhooks_removed", path: this.#path },
			"【!】webhooks.db 在运行中被删除或替换：已重新写回",
		);
	}

	/** All of it, for a backup. */
	serialize(): Buffer {
		return this.#db.serialize();
	}

	close(): void {
		this.#db.close();
		this.#watch.close();
	}

	#newWatch(): FileWatch {
		return new FileWatch(this.#path, webhookDatabase.applicationId);
	}
}
