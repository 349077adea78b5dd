import { longestRetryAfterMs } from "./reconnect/index.ts";

/**
 * Why a room could not be reached or a session ended. Each has its own answer for the user; the codes are public API
 * (they appear in status, logs and metrics).
 */
export const failureReasons = [
	/** The TCP connection failed, was reset, or was cut without a word. */
	"network",
	/** The host name did not resolve. */
	"dns",
	/** The TLS handshake failed. */
	"tls",
	/** The user's proxy refused or failed. Never answered by connecting directly. */
	"proxy",
	/** No answer within the time allowed. */
	"timeout",
	/** The WebSocket handshake was answered with something other than 101, and not one of the reasons below. */
	"handshake_refused",
	/** The upstream refuses this device, address or session (`DEVICE_BLOCKED`, a captcha page). */
	"blocked",
	/** The upstream did not accept our signature. */
	"signature_rejected",
	/** The upstream asks to slow down (HTTP 429). */
	"rate_limited",
	/** The upstream failed on its own side (HTTP 5xx). */
	"upstream_error",
	/** A page came that we can't read: a shell, or a layout that has changed. */
	"unreadable_page",
	/** What came over the socket is not a frame. */
	"bad_frame",
	/** The socket stands but nothing arrives. */
	"silence",
	/** The upstream asked us to go (`close` payload) or closed the socket. */
	"upstream_close",
	/** The broadcast ended. Not a fault: wait for the next one. */
	"broadcast_ended",
	/** The named identity that the room goes by is gone, or its secrets can't be read. Nothing was sent upstream. */
	"identity",
	/** The upstream led to a host that is not its own (`host` names it). Nothing was sent there. */
	"foreign_host",
	/** What came could not be stored: the reader of the session takes no more for now. */
	"storage",
] as const;

export type FailureReason = (typeof failureReasons)[number];

/** Why a `DouyinLiveClient` is not connected where nothing has failed. */
export type AbsenceReason =
	/** What was given as the live id is none. */
	| "invalid_live_id"
	/** There is no room with this live id. */
	| "not_found"
	/** The account has no room now. */
	| "no_room"
	/** The room is not live. */
	| "offline"
	/** It was stopped before it was connected. */
	| "stopped";

export interface DouyinErrorOptions {
	/** The same attempt may work later. `false` only where something must change first. */
	retryable?: boolean;
	/** The upstream said how long to wait, ms. It is given an hour at most. */
	retryAfterMs?: number | undefined;
	/** The upstream's own words, e.g. `DEVICE_BLOCKED`. */
	upstreamMessage?: string | undefined;
	/** HTTP status, where there was one. */
	status?: number | undefined;
	cause?: unknown;
}

/** What is wrong with a cookie or an option that a person has given. */
export type InputProblem =
	| "cookie_too_long"
	| "no_cookie"
	| "foreign_cookie"
	| "curl_without_cookie"
	| "cut_curl"
	| "not_json"
	| "header_characters"
	| "user_agent"
	| "allowed_host"
	| "base_url"
	| "signer_url";

/** What was given can't be used. `message` is for people; `problem` is for programs. */
export class InputError extends TypeError {
	override readonly name = "InputError";
	readonly problem: InputProblem;

	constructor(problem: InputProblem, message: string) {
		super(message);
		this.problem = problem;
	}
}

/** Everything that goes wrong between us and one room. `message` is for people; `reason` is for programs. */
export class DouyinError<Reason extends FailureReason | AbsenceReason = FailureReason> extends Error {
	override readonly name = "DouyinError";
	readonly reason: Reason;
	readonly retryable: boolean;
	/** How long the upstream asks to wait, ms: an hour at most, whatever it said. */
	readonly retryAfterMs: number | undefined;
	readonly upstreamMessage: string | undefined;
	readonly status: number | undefined;
	#host: string | undefined;

	constructor(reason: Reason, message: string, options: DouyinErrorOptions = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.reason = reason;
		this.retryable = options.retryable ?? reason !== "broadcast_ended";
		const { retryAfterMs } = options;
		this.retryAfterMs = retryAfterMs === undefined ? undefined : Math.min(retryAfterMs, longestRetryAfterMs);
		this.upstreamMessage = options.upstreamMessage;
		this.status = options.status;
		settleStack(this);
	}

	/** The push host that the session was with, or tried, or the host that was not tried; `undefined` where there was none. */
	get host(): string | undefined {
		return this.#host;
	}

	/** Notes the push host. @returns this */
	at(host: string): this {
		this.#host = host;
		return this;
	}
}

/**
 * Makes the error's stack text now. Until it is read V8 keeps the functions and receivers of all its frames, and with
 * them whole sessions that have ended: a failure outlives its session, as the reason that a status tells.
 */
function settleStack(error: Error): void {
	for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth++) {
		void cause.stack;
	}
}
