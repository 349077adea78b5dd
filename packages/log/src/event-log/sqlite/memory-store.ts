import { EventEmitter } from "node:events";
import { LivekeeperError } from "@livekeeper/base/errors";
import { inMemory } from "../../data-folder.ts";
import { storageTexts } from "../../text/index.ts";
import type { MemoryFolder } from "./memory-folder.ts";
import type { StorePort } from "./serve-store.ts";
import { toParts } from "./store-error.ts";
import type { StartThread, StoreHost } from "./store-thread.ts";
import type { ThreadRole } from "./thread-protocol.ts";

/**
 * The content of a service without a disk: SQLite on databases in memory, called in this thread. It lives as long as
 * this object: a log that is opened on it again continues as after a restart, also if the previous one was not closed.
 * One log can be open on it at a time.
 *
 * Calls are answered within microtasks, and upkeep is measured in steps, not in time. So the clock that the log was
 * given decides alone what happens when, and a simulation repeats exactly.
 */
export class MemoryStore {
	#folder: Promise<MemoryFolder> | undefined;
	#writer: LocalHost | undefined;

	/** Starts the writer or the reader, in this thread. */
	readonly startThread: StartThread = (role) => {
		const host = new LocalHost();
		void this.#serve(host, role);
		return host;
	};

	/**
	 * Returns another store with the content that this one has now. As with a restored backup, a log that is opened on it
	 * continues above every number that can have been assigned, because the original may have assigned more.
	 */
	async copy(): Promise<MemoryStore> {
		const copy = new MemoryStore();
		copy.#folder = this.#folder?.then((folder) => folder.copy());
		await copy.#folder;
		return copy;
	}

	async #serve(host: LocalHost, role: ThreadRole): Promise<void> {
		try {
			if (role.role === "writer") {
				if (this.#writer && !this.#writer.isEnded) {
					throw new LivekeeperError("database_locked", storageTexts.folderInUse(inMemory));
				}
				this.#writer = host;
			}
			// Loaded when it is needed, because a service with a data folder loads SQLite in threads of its own.
			this.#folder ??= import("./memory-folder.ts").then((loaded) => new loaded.MemoryFolder());
			(await this.#folder).serve(host.storePort, role);
		} catch (error) {
			host.storePort.postMessage({ ready: false, error: toParts(error) });
		}
	}
}

/** Host of a store in this thread. Messages are copied, as between threads, and delivered in a microtask. */
class LocalHost implements StoreHost {
	readonly #caller = new EventEmitter();
	readonly #store = new EventEmitter();
	isEnded = false;

	/** The store's end of the channel. */
	readonly storePort: StorePort = {
		on: (event, listener) => this.#store.on(event, listener),
		postMessage: (message) => this.#deliver(this.#caller, message),
		close: () => undefined,
	};

	on<T>(event: string, listener: (value: T) => void): void {
		this.#caller.on(event, listener);
	}

	off<T>(event: string, listener: (value: T) => void): void {
		this.#caller.off(event, listener);
	}

	postMessage(call: unknown, transfer: readonly ArrayBuffer[] = []): void {
		this.#deliver(this.#store, call, transfer);
	}

	async terminate(): Promise<void> {
		this.isEnded = true;
	}

	#deliver(receiver: EventEmitter, message: unknown, transfer: readonly ArrayBuffer[] = []): void {
		const copy: unknown = structuredClone(message, { transfer: [...transfer] });
		queueMicrotask(() => {
			if (!this.isEnded) receiver.emit("message", copy);
		});
	}
}
