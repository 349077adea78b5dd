import type { Socket } from "node:net";

/**
 * Maximum number of bytes held back per socket. Beyond that another write costs little, and held bytes count as queued
 * for their reader.
 */
const maxHeldBytes = 32 * 1024;

/** Combines all data sent over a socket in one turn of the event loop into one write. */
export class TurnWrites<Reader> {
	readonly #held = new Map<Socket, Reader>();
	readonly #left: (reader: Reader) => void;

	/** @param left called when the data held back for a reader's socket was written */
	constructor(left: (reader: Reader) => void) {
		this.#left = left;
	}

	/** @param send writes to the socket */
	gather(socket: Socket, reader: Reader, send: () => void): void {
		if (!this.#held.has(socket)) {
			socket.cork();
			if (this.#held.size === 0) process.nextTick(() => this.#release());
			this.#held.set(socket, reader);
		}
		send();
		if (socket.writableLength > maxHeldBytes) this.#write(socket, reader);
	}

	#release(): void {
		for (const [socket, reader] of this.#held) this.#write(socket, reader);
	}

	#write(socket: Socket, reader: Reader): void {
		this.#held.delete(socket);
		socket.uncork();
		this.#left(reader);
	}
}
