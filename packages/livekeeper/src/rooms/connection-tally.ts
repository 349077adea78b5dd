import type { DouyinError } from "@livekeeper/douyin";
import { failureText } from "./room-failure.ts";
import type { ConnectionReason } from "./room-route.ts";

/**
 * A connection is mute when it has brought nothing for this long, ms, while the others brought this many messages, or
 * while what they brought has waited as long to overlap with it.
 */
export const muteMs = 30_000;
const muteMessages = 10;

/** What is counted of one connection, over all its attempts. Times are of `Clock.elapsed`. */
export class ConnectionTally {
	/** How often it was lost or could not be made. */
	failures = 0;
	/** Messages that it brought. */
	messages = 0;
	#failure: DouyinError | undefined;
	/** Why it does not try, where that is not its own failure. */
	heldFor: ConnectionReason | undefined;
	/** When it last brought a message, or was opened, ms. */
	#lastMessageAt = 0;
	/** When it last brought a message, ms. */
	heardAt: number | undefined;
	/** Since when the session stands, ms; `undefined` while none does. */
	#openedAt: number | undefined;
	/** How many messages it had missed then. */
	#missedBefore = 0;

	/** Why it is not connected. */
	get reason(): ConnectionReason | undefined {
		return this.heldFor ?? (this.#failure && { code: this.#failure.reason, message: failureText(this.#failure) });
	}

	opened(now: number, missed: number): void {
		this.#failure = undefined;
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

	failed(failure: DouyinError): void {
		this.#failure = failure;
		this.failures++;
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
