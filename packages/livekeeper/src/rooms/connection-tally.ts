/**
 * A connection is mute after this time without a message, ms, if the others brought this many messages meanwhile, or if
 * their messages have waited this long for an overlap with it.
 */
export const muteMs = 30_000;
const muteMessages = 10;

/** Per-frame counters of one connection over all its sessions. Times are of `Clock.elapsed`. */
export class ConnectionTally {
	/** Number of messages it brought. */
	messages = 0;
	/** Time of its last message, or of its opening, ms. */
	#lastMessageAt = 0;
	/** Time of its last message, ms. */
	heardAt: number | undefined;
	/** Time at which the session connected, ms; `undefined` while no session is connected. */
	#openedAt: number | undefined;
	/** Number of messages it had missed when the session connected. */
	#missedBefore = 0;

	opened(now: number, missed: number): void {
		this.#openedAt = now;
		this.#lastMessageAt = now;
		this.#missedBefore = missed;
	}

	/** @param missed number of messages that other connections brought and this one did not */
	took(messages: number, now: number, missed: number): void {
		if (messages === 0) return;
		this.messages += messages;
		this.#lastMessageAt = now;
		this.heardAt = now;
		this.#missedBefore = missed;
	}

	/**
	 * Returns how the session that just failed went. Call it once per session.
	 * @param missed number of messages that other connections brought and this one did not
	 */
	sessionEnded(missed: number): { opened: boolean; heard: boolean; othersHeard: boolean } {
		const openedAt = this.#openedAt;
		this.#openedAt = undefined;
		return {
			opened: openedAt !== undefined,
			heard: openedAt !== undefined && (this.heardAt ?? Number.NEGATIVE_INFINITY) >= openedAt,
			othersHeard: missed - this.#missedBefore >= muteMessages,
		};
	}

	/**
	 * Returns whether it brought nothing for a while in which other connections brought messages.
	 * @param awaitedSince time since which messages of other connections wait for this one, ms
	 */
	isMute(now: number, missed: number, awaitedSince = Number.POSITIVE_INFINITY): boolean {
		const isAwaited = now - awaitedSince >= muteMs;
		return now - this.#lastMessageAt >= muteMs && (isAwaited || missed - this.#missedBefore >= muteMessages);
	}
}
