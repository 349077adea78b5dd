/**
 * Codes that the client adds to the service's own: no answer came (`unreachable`), none in time (`timeout`), what came
 * is not livekeeper's (`bad_answer`), a stream fell silent (`silence`), the service ended it (`bye`), or more came than
 * was read (`overrun`; it is read again from the log).
 */
export type ClientErrorCode = "unreachable" | "timeout" | "bad_answer" | "silence" | "bye" | "overrun";

export interface ApiErrorDetails {
	status?: number | undefined;
	hint?: string | undefined;
	retryAfterMs?: number | undefined;
	cause?: unknown;
}

/** A request was refused or failed. `code` is for programs, `message` and `hint` are for people. */
export class LivekeeperApiError extends Error {
	override readonly name = "LivekeeperApiError";
	/** One of the service's codes (`room_not_found`, `unauthorized` …), or a {@link ClientErrorCode}. */
	readonly code: string;
	/** HTTP status; 0 where no answer came. */
	readonly status: number;
	/** What to do about it. */
	readonly hint: string;
	/** How long the service asked to wait, ms. */
	readonly retryAfterMs: number | undefined;

	constructor(code: string, message: string, details: ApiErrorDetails = {}) {
		super(message, details.cause === undefined ? undefined : { cause: details.cause });
		this.code = code;
		this.status = details.status ?? 0;
		this.hint = details.hint ?? "";
		this.retryAfterMs = details.retryAfterMs;
	}

	/** The same request may work later. False where something must change first (a key, a live id). */
	get retryable(): boolean {
		return this.status === 0 || this.status === 408 || this.status === 425 || this.status === 429 || this.status >= 500;
	}
}
