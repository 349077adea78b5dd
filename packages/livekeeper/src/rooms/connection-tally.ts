/**
 * A connection is mute when it has brought nothing for this long, ms, while the others brought this many messages, or
 * while what they brought has waited as long to overlap with it.
 */
export const muteMs = 30_000;
const muteMessages = 10;

/** What is counted of one connection with each frame, over all its sessions. Times are of `Clock.elapsed`. */
export class ConnectionTally {
	/** Messages that it brought. */
	messages = 0;
	/** When it last brought a message, or was opened, ms. */
	#lastMessageAt = 0;
	/** When it last brought a message, ms. */
	heardAt: number | undefined;
	/** Since when the session is connected, ms; `undefined` while none is. */
	#openedAt: number | undefined;
	/** How many messages it had missed then. */
	#missedBefore = 0;

	opened(now: number, missed: number): void {
		this.#openedAt = now;
		this.#lastMessageAt = now;
		this.#missedBefore = missed;
	}

	/** @param missed messages that others have brought and it has not */
	took(messages: number, now: number, missed: number): void {
		if (messages === 0) return;
		this.messages += messages;
		this.#lastMessageAt = now;
		this.heardAt = now;
		this.#missedBefore = missed;
	}

	/** How the session went that has just failed; once. @param missed messages that others have brought and it has not */
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
	 * Whether it has brought nothing for a while in which others brought messages.
	 * @param awaitedSince messages of others have waited since then for what it brings, ms
	 */
	isMute(now: number, missed: number, awaitedSince = Number.POSITIVE_INFINITY): boolean {
		const isAwaited = now - awaitedSince >= muteMs;
		return now - this.#lastMessageAt >= muteMs && (isAwaited || missed - this.#missedBefore >= muteMessages);
	}
}
