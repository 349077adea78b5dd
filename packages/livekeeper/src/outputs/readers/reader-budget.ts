import { LivekeeperError } from "../../errors.ts";
import { requestTexts } from "../../text/index.ts";
import type { Party } from "./party.ts";
import { SharedPlaces } from "./shared-places.ts";

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
	/** How many readers share it now: each reads another room. */
	readers: number;
}

/** A connection as any output has it. */
interface Connection {
	readonly destroyed?: boolean;
	once(event: "close", listener: () => void): unknown;
}

/**
 * One connection may have this part of what is free. However many there are, the common bytes are never used up: each
 * that comes has a part of less, and what is given back is shared out again.
 */
const partOfFree = 1 / 8;
/** However little is free: who reads is served, a few events at a time, bytes. */
const leastBytes = 16 * 1024;

/** What all readers together may cost. */
export class ReaderBudget {
	readonly #limits: ReaderLimits;
	readonly #places: SharedPlaces;
	#usedBytes = 0;
	#refused = 0;

	constructor(limits: ReaderLimits) {
		this.#limits = limits;
		this.#places = new SharedPlaces(limits.maxReaders);
	}

	get counts(): { connections: number; refused: number } {
		return { connections: this.#places.taken, refused: this.#refused };
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
	 * Counts a connection as a reader's until it closes. Of `maxReaders` the owner may have all, a token or an address no
	 * more than it leaves free.
	 * @throws {LivekeeperError} `too_many_readers`
	 */
	admit(connection: Connection, party: Party): void {
		const { maxReaders } = this.#limits;
		if (connection.destroyed) return;
		const giveBack = this.#places.take(party);
		if (!giveBack) {
			this.#refused++;
			const full = this.#places.taken >= maxReaders;
			const text = full ? requestTexts.clientLimit(maxReaders) : requestTexts.clientShare(maxReaders);
			throw new LivekeeperError("too_many_readers", text);
		}
		connection.once("close", giveBack);
	}
}
