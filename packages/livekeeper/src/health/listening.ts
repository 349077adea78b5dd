/** Time spent listening to a broadcast without receiving anything. Time without a connection doesn't count. */
export class Listening {
	/** The current broadcast. */
	#roomId: string | undefined;
	/** While connected: start of the silence, as if there had been no interruption, ms. */
	#from: number | undefined;
	/** Silence up to the end of the last connection, ms. */
	#silentMs = 0;

	began(roomId: string, now: number): void {
		if (roomId !== this.#roomId) this.#silentMs = 0;
		this.#roomId = roomId;
		this.#from = now - this.#silentMs;
	}

	ended(now: number, lastMessageAt: number | undefined): void {
		this.#silentMs = this.silentMs(this.#roomId, now, lastMessageAt);
		this.#from = undefined;
	}

	/** Returns 0 for a broadcast that was never connected. */
	silentMs(roomId: string | undefined, now: number, lastMessageAt: number | undefined): number {
		if (roomId !== this.#roomId) return 0;
		return this.#from === undefined ? this.#silentMs : now - Math.max(this.#from, lastMessageAt ?? 0);
	}
}
