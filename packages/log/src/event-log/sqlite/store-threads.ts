import { LivekeeperError } from "@livekeeper/base/errors";
import type { Clock } from "@livekeeper/douyin";
import { storageTexts } from "../../text/index.ts";
import type { Finding } from "./findings.ts";
import { type StartThread, StoreThread } from "./store-thread.ts";
import type { ReaderCalls, WriterCalls } from "./thread-protocol.ts";

interface Options {
	dataDir: string;
	clock: Clock;
	fsync: boolean;
	knownEvents: number | undefined;
	startThread: StartThread | undefined;
	onFinding: (finding: Finding) => void;
}

/** The writer's and the reader's thread. If there is nothing to read, the reader starts with the first query. */
export class StoreThreads {
	readonly #options: Options;
	#writer: StoreThread<WriterCalls> | undefined;
	#reader: Promise<StoreThread<ReaderCalls>> | undefined;

	constructor(options: Options) {
		this.#options = options;
	}

	get writer(): StoreThread<WriterCalls> {
		if (!this.#writer) throw notOpen();
		return this.#writer;
	}

	/** Whether a reader was started. */
	get isReading(): boolean {
		return this.#reader !== undefined;
	}

	/** Calls the reader. @throws as opening its database, and as `StoreThread.call` */
	async read<K extends keyof ReaderCalls & string>(
		method: K,
		...args: Parameters<ReaderCalls[K]>
	): Promise<Awaited<ReturnType<ReaderCalls[K]>>> {
		if (!this.#writer) throw notOpen();
		this.#reader ??= this.#startReader();
		return (await this.#reader).call(method, ...args);
	}

	/** @throws LivekeeperError as `openDatabase` */
	async open(suspect: boolean): Promise<void> {
		const { dataDir, clock, fsync, knownEvents, startThread, onFinding } = this.#options;
		const options = { dataDir, fsync, knownEvents, suspect, now: clock.now() };
		const { thread, findings } = await StoreThread.start<WriterCalls>({ role: "writer", options }, startThread);
		this.#writer = thread;
		for (const finding of findings) onFinding(finding);
		// The reader holds the file open, so that its content stays readable after the file was removed.
		if ((await thread.call("newestStoredAt")) !== undefined) this.#reader = this.#startReader();
	}

	/**
	 * Ends both threads and reopens the database. `suspect` checks all of it; `tidy` first lets SQLite write into it what
	 * it still holds.
	 */
	async reopen(how: "lost" | "suspect" | "tidy"): Promise<void> {
		if (how === "tidy") await this.close();
		else await this.terminate();
		await this.open(how === "suspect");
	}

	/** Closes the database properly if possible; the threads end in any case. */
	async close(): Promise<void> {
		try {
			const reader = await this.#reader?.catch(() => undefined);
			// Whatever happened to the reader, the writer closes the database.
			await reader?.call("close").catch(() => undefined);
			await this.#writer?.call("close");
		} finally {
			await this.terminate();
		}
	}

	async terminate(): Promise<void> {
		const [reader, writer] = [this.#reader, this.#writer];
		this.#reader = undefined;
		this.#writer = undefined;
		// A reader that did not start has ended by itself.
		await reader?.then(
			(thread) => thread.terminate(),
			() => undefined,
		);
		await writer?.terminate();
	}

	#startReader(): Promise<StoreThread<ReaderCalls>> {
		const { dataDir, startThread } = this.#options;
		const starting = StoreThread.start<ReaderCalls>({ role: "reader", dataDir }, startThread).then(
			({ thread }) => thread,
		);
		// The next query starts it again.
		starting.catch(() => {
			if (this.#reader === starting) this.#reader = undefined;
		});
		return starting;
	}
}

function notOpen(): LivekeeperError {
	return new LivekeeperError("storage_failing", storageTexts.notOpen);
}
