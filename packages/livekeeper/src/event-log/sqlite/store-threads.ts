import type { Clock } from "@livekeeper/douyin";
import { LivekeeperError } from "../../errors.ts";
import { storageTexts } from "../../text/index.ts";
import type { Finding } from "./findings.ts";
import { type StartThread, StoreThread } from "./store-thread.ts";
import type { ReaderCalls, WriterCalls } from "./thread-protocol.ts";

interface Options {
	dataDir: string;
	clock: Clock;
	fsync: boolean;
	maxFileBytes: number | undefined;
	knownEvents: number | undefined;
	startThread: StartThread | undefined;
	onFinding: (finding: Finding) => void;
}

const pageBytes = 4_096;

/** The writer's and the reader's thread, opened and closed together. */
export class StoreThreads {
	readonly #options: Options;
	#writer: StoreThread<WriterCalls> | undefined;
	#reader: StoreThread<ReaderCalls> | undefined;

	constructor(options: Options) {
		this.#options = options;
	}

	get writer(): StoreThread<WriterCalls> {
		if (!this.#writer) throw notOpen();
		return this.#writer;
	}

	get reader(): StoreThread<ReaderCalls> {
		if (!this.#reader) throw notOpen();
		return this.#reader;
	}

	/** @throws LivekeeperError as `openDatabase` */
	async open(suspect: boolean): Promise<void> {
		const { dataDir, clock, fsync, knownEvents, maxFileBytes, startThread, onFinding } = this.#options;
		const options = { dataDir, fsync, knownEvents, suspect, now: clock.now() };
		const { thread, findings } = await StoreThread.start<WriterCalls>({ role: "writer", options }, startThread);
		this.#writer = thread;
		for (const finding of findings) onFinding(finding);
		if (maxFileBytes !== undefined) await thread.call("limitPages", maxFileBytes / pageBytes);
		this.#reader = (await StoreThread.start<ReaderCalls>({ role: "reader", dataDir }, startThread)).thread;
	}

	/**
	 * Ends both threads and reopens the database: `suspect` checks all of it; `tidy` first has SQLite write into it
	 * what it still holds.
	 */
	async reopen(how: "lost" | "suspect" | "tidy"): Promise<void> {
		if (how === "tidy") await this.close();
		else await this.terminate();
		await this.open(how === "suspect");
	}

	/** Closes the database properly where that is possible; the threads are gone in any case. */
	async close(): Promise<void> {
		try {
			await this.#reader?.call("close");
			await this.#writer?.call("close");
		} finally {
			await this.terminate();
		}
	}

	async terminate(): Promise<void> {
		const threads = [this.#reader, this.#writer];
		this.#reader = undefined;
		this.#writer = undefined;
		for (const thread of threads) await thread?.terminate();
	}
}

function notOpen(): LivekeeperError {
	return new LivekeeperError("storage_failing", storageTexts.notOpen);
}
