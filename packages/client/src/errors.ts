/**
 * Codes that the client adds to the service's own: no answer came (`unreachable`), or none in time (`timeout`), the
 * answer is not livekeeper's (`bad_answer`), a stream fell silent (`silence`), the service ended it (`bye`), or more
 * arrived than was read (`overrun`; it is read again from the log).
 */
export type ClientErrorCode = "unreachable" | "timeout" | "bad_answer" | "silence" | "bye" | "overrun";

export interface ApiErrorDetails {
	status?: number | undefined;
	hint?: string | undefined;
	retryAfterMs?: number | undefined;
	cause?: unknown;
}

/**
 * A request was refused or failed. `code` is for programs, `message` and `hint` are for people.
 * @example
 * ```ts
 * import { LivekeeperApiError, LivekeeperClient } from "@livekeeper/client";
 * const keeper = new LivekeeperClient({ url: "http://127.0.0.1:7001" });
 * await keeper.rooms.get("2").catch((error: unknown) => {
 * 	if (error instanceof LivekeeperApiError) console.log(error.code); // → "room_not_found"
 * });
 * ```
 */
export class LivekeeperApiError extends Error {
	override readonly name = "LivekeeperApiError";
	/** One of the service's codes (`room_not_found`, `unauthorized` …), or a {@link ClientErrorCode}. */
	readonly code: string;
	/** HTTP status; 0 if no answer came. */
	readonly status: number;
	/** Advice about it. */
	readonly hint: string;
	/** Time to wait as the service asked, ms. */
	readonly retryAfterMs: number | undefined;

	constructor(code: string, message: string, details: ApiErrorDetails = {}) {
		super(message, details.cause === undefined ? undefined : { cause: details.cause });
		this.code = code;
		this.status = details.status ?? 0;
		this.hint = details.hint ?? "";
		this.retryAfterMs = details.retryAfterMs;
	}

	/** Whether the same request may work later. False if something must change first (a key, a live id). */
	get retryable(): boolean {
		return this.status === 0 || this.status === 408 || this.status === 425 || this.status === 429 || this.status >= 500;
	}
}
