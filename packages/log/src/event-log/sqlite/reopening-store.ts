import { LivekeeperError } from "@livekeeper/base/errors";
import { storageTexts } from "../../text/index.ts";
import type { Retention } from "../event-log.ts";
import { codeOf, faultOf, textOf } from "./store-error.ts";
import type { StoreThread } from "./store-thread.ts";
import type { StoreThreads } from "./store-threads.ts";
import type { ReaderCalls, WriterCalls } from "./thread-protocol.ts";
import type { Upkeep } from "./writer.ts";

export interface ReopeningStoreOptions {
	threads: StoreThreads;
	/**
	 * Called when the database was reopened.
	 * @param walRemoved SQLite has written the remaining content of its WAL into it
	 */
	onReopened: (walRemoved: boolean) => void;
	/** Called when reopening failed. */
	onFailed: (error: unknown) => void;
}

/** The database on its two threads, which are restarted when files are lost or damaged, or a thread has died. */
export class ReopeningStore {
	readonly #options: ReopeningStoreOptions;
	/** Whether and why the threads must be restarted before the next commit. */
	#reopen: "no" | "lost" | "suspect" | "tidy" = "no";
	#reopening: Promise<void> | undefined;
	/** Settles with the current commit; never rejects. */
	#committing: Promise<unknown> | undefined;
	/** Whether the threads are ending and take no more calls. */
	#closing = false;

	constructor(options: ReopeningStoreOptions) {
		this.#options = options;
	}

	/** Whether the reader's thread runs. */
	get isReading(): boolean {
		return this.#options.threads.isReading;
	}

	/** Calls the reader's thread. @throws LivekeeperError `storage_closed`, `storage_failing`, and those of the method */
	read<K extends keyof ReaderCalls & string>(method: K, ...args: Parameters<ReaderCalls[K]>) {
		return this.#guard(() => this.#options.threads.read(method, ...args));
	}

	/** Calls the writer's thread. @throws as {@link read} */
	write<K extends keyof WriterCalls & string>(method: K, ...args: Parameters<WriterCalls[K]>) {
		return this.#guard(() => this.#options.threads.writer.call(method, ...args));
	}

	/** @param run calls the writer's thread. @throws StoreError; the same call may be repeated */
	commit<T>(run: (writer: StoreThread<WriterCalls>) => Promise<T>): Promise<T> {
		return this.#withReopening(() => {
			const result = run(this.#options.threads.writer);
			this.#committing = result.catch(() => undefined);
			return result;
		});
	}

	/** @param before runs first, with the database intact. @throws as {@link commit} */
	upkeep(now: number, retention: Retention, budgetMs: number, before: () => Promise<void>): Promise<Upkeep> {
		return this.#withReopening(async () => {
			await before();
			return this.#options.threads.writer.call("upkeep", now, retention, budgetMs);
		});
	}

	/** Closes the database. All commits are in the file even if this throws; SQLite cleans up at the next open. */
	close(): Promise<void> {
		this.#closing = true;
		return this.#options.threads.close();
	}

	/** Runs a call to the writer, twice if the WAL was lost: the reopened database has all of its content. */
	async #withReopening<T>(call: () => Promise<T>): Promise<T> {
		try {
			await this.#repair();
			return await call();
		} catch (error) {
			this.#noteDamage(error);
			if (codeOf(error) !== "wal_lost") throw error;
		}
		await this.#repair();
		return call();
	}

	/** Restarts the threads if needed, even if nothing is appended, because rooms may wait to read. */
	#repair(): Promise<void> {
		if (this.#reopen === "no") return Promise.resolve();
		this.#reopening ??= this.#reopenStore().finally(() => {
			this.#reopening = undefined;
		});
		return this.#reopening;
	}

	async #reopenStore(): Promise<void> {
		const { threads, onReopened, onFailed } = this.#options;
		// If interrupted, the commit would be retried though it may have succeeded.
		await this.#committing;
		try {
			const how = this.#reopen === "no" ? "lost" : this.#reopen;
			await threads.reopen(how);
			this.#reopen = "no";
			onReopened(how === "tidy");
		} catch (error) {
			onFailed(error);
			throw error;
		}
	}

	/** Runs a call to the store, and converts its failures to errors of the service. */
	async #guard<T>(call: () => Promise<T>): Promise<T> {
		if (this.#closing) throw new LivekeeperError("storage_closed", storageTexts.closed);
		try {
			await this.#reopening;
			return await call();
		} catch (error) {
			this.#noteDamage(error);
			if (error instanceof LivekeeperError) throw error;
			throw new LivekeeperError("storage_failing", storageTexts.failed(textOf(error)), { cause: error });
		}
	}

	#noteDamage(error: unknown): void {
		if (faultOf(error) === "corrupt") this.#reopen = "suspect";
		else if (this.#reopen !== "no") return;
		else if (codeOf(error) === "wal_lost") this.#reopen = "tidy";
		else if (codeOf(error) === "store_thread_lost") this.#reopen = "lost";
	}
}
