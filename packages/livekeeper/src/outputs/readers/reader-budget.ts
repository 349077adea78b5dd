import { LivekeeperError } from "../../errors.ts";
import { requestTexts } from "../../text/index.ts";

export interface ReaderLimits {
	/** Connections that may read at once, over all outputs. */
	maxReaders: number;
	/** What may wait for one connection, bytes. */
	bufferBytes: number;
	/** What may wait for all of them together, bytes. */
	totalBytes: number;
}

/** What waited for a connection when it was last looked at, bytes. Readers over the same connection share it. */
export interface BufferAccount {
	held: number;
}

/** A connection as any output has it. */
interface Connection {
	readonly destroyed?: boolean;
	once(event: "close", listener: () => void): unknown;
}

/**
 * One connection may have this part of what is free. However many there are, the common bytes are never used up: each
 * that comes has a part of less, and what is given back is shared out anew.
 */
const partOfFree = 1 / 8;
/** However little is free: who reads is served, a few events at a time, bytes. */
const leastBytes = 16 * 1024;

/** What all readers together may cost. */
export class ReaderBudget {
	readonly #limits: ReaderLimits;
	#usedBytes = 0;
	#connections = 0;
	#refused = 0;

	constructor(limits: ReaderLimits) {
		this.#limits = limits;
	}

	get counts(): { connections: number; refused: number } {
		return { connections: this.#connections, refused: this.#refused };
	}

	/** What may wait for one connection at the moment, bytes. */
	get bound(): number {
		const { bufferBytes, totalBytes } = this.#limits;
		return Math.min(bufferBytes, Math.max(leastBytes, (totalBytes - this.#usedBytes) * partOfFree));
	}

	/** Takes note of what waits for a connection now. */
	note(account: BufferAccount, bytes: number): void {
		this.#usedBytes += bytes - account.held;
		account.held = bytes;
	}

	/**
	 * Counts a connection as a reader's until it closes.
	 * @throws {LivekeeperError} `too_many_readers`
	 */
	admit(connection: Connection): void {
		const { maxReaders } = this.#limits;
		if (connection.destroyed) return;
		if (this.#connections >= maxReaders) {
			this.#refused++;
			throw new LivekeeperError("too_many_readers", requestTexts.clientLimit(maxReaders));
		}
		this.#connections++;
		connection.once("close", () => {
			this.#connections--;
		});
	}
}
