/** How long a broadcast has been listened to without hearing anything. Time without a connection doesn't count. */
export class Listening {
	/** The broadcast that this is about. */
	#roomId: string | undefined;
	/** While connected: since when, as if there had been no interruption, ms. */
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

	/** 0 for a broadcast that nobody has listened to yet. */
	silentMs(roomId: string | undefined, now: number, lastMessageAt: number | undefined): number {
		if (roomId !== this.#roomId) return 0;
		return this.#from === undefined ? this.#silentMs : now - Math.max(this.#from, lastMessageAt ?? 0);
	}
}
