import { maxRetryAfterMs } from "./reconnect/index.ts";

/** Consequences of a failure. Each reason has exactly one class, and it is defined here. */
export interface FailureClass {
	/** Whether the push host may be at fault, so that another is worth trying. */
	readonly blamesHost: boolean;
	/** Whether most rooms failing like this at once means that the network, the proxy or the upstream is broken. */
	readonly shared: boolean;
	/** State in which the room waits. `waiting`: there is nothing to connect to, so it is polled. */
	readonly state: "reconnecting" | "blocked" | "waiting";
	/** Number of the failed attempt from which on the room's page is looked up before the next one. */
	readonly looksFrom: number;
	/** Whether polling may still work because only the push socket failed. A block applies everywhere. */
	readonly mayPoll: boolean;
	/** Whether a connection that ends this way soon after its first frame counts as unstable. */
	readonly flap: boolean;
}

const ordinary = {
	blamesHost: false,
	shared: false,
	state: "reconnecting",
	looksFrom: 1,
	mayPoll: false,
	flap: true,
} as const satisfies FailureClass;
/** Class of failures without a connection to the host. */
const unreached = { ...ordinary, blamesHost: true, shared: true, mayPoll: true } as const;

const classes = {
	/** The TCP connection failed, was reset, or was cut without notice. */
	network: { ...unreached, looksFrom: 3 },
	/** The host name did not resolve. */
	dns: unreached,
	/** The TLS handshake failed. */
	tls: unreached,
	/** The user's proxy refused or failed. Never answered by connecting directly. */
	proxy: { ...ordinary, shared: true },
	/** No answer within the time allowed. */
	timeout: unreached,
	/** The WebSocket handshake was answered with something other than 101, and not one of the reasons below. */
	handshake_refused: unreached,
	/** The upstream refuses this device, address or session (`DEVICE_BLOCKED`, a captcha page). */
	blocked: { ...ordinary, state: "blocked" },
	/** The upstream did not accept our signature. */
	signature_rejected: ordinary,
	/** The upstream asks to slow down (HTTP 429). */
	rate_limited: ordinary,
	/** The upstream failed on its own side (HTTP 5xx). */
	upstream_error: unreached,
	/** The page can't be read: it is a shell, or its layout has changed. */
	unreadable_page: ordinary,
	/** Bytes from the socket are not a frame; if the host has never sent one, another host may. */
	bad_frame: { ...ordinary, blamesHost: true },
	/** The socket is open but nothing arrives. */
	silence: { ...ordinary, blamesHost: true },
	/** The upstream asked us to go (`close` payload) or closed the socket. */
	upstream_close: { ...ordinary, shared: true, mayPoll: true },
	/** The broadcast ended. Not a fault: livekeeper waits for the next one. */
	broadcast_ended: { ...ordinary, state: "waiting", flap: false },
	/** The named identity that the room uses is gone, or its secrets can't be read. Nothing was sent upstream. */
	identity: { ...ordinary, flap: false },
	/** The upstream led to a host that is not its own (`host` names it). Nothing was sent there. */
	foreign_host: { ...ordinary, mayPoll: true },
	/** The events could not be stored: the reader of the session takes no more for now. */
	storage: { ...ordinary, flap: false },
} as const satisfies Record<string, FailureClass>;

/**
 * Why a room could not be reached or a session ended. Each reason has its own advice for the user. The codes are public
 * API: they appear in status, logs and metrics.
 */
export type FailureReason = keyof typeof classes;

export const failureReasons = Object.keys(classes) as readonly FailureReason[];

/** How livekeeper handles each reason. `docs/reconnect.md` has a section for each; a test compares. */
export const failureClasses: Readonly<Record<FailureReason, FailureClass>> = classes;

/** Why a `DouyinLiveClient` is not connected although nothing has failed. */
export type AbsenceReason =
	/** The given live id is invalid. */
	| "invalid_live_id"
	/** There is no room with this number. */
	| "not_found"
	/** The account has no room now. */
	| "no_room"
	/** The room is not live. */
	| "offline"
	/** The broadcast is visible to selected viewers only. */
	| "hidden"
	/** The account was closed. */
	| "closed"
	/** It was stopped before it was connected. */
	| "stopped";

export interface DouyinErrorOptions {
	/** Whether the same attempt may work later. `false` only if something must change first. */
	retryable?: boolean;
	/** Time to wait as the upstream asked, ms. Limited to an hour. */
	retryAfterMs?: number | undefined;
	/** The upstream's own words, e.g. `DEVICE_BLOCKED`. */
	upstreamMessage?: string | undefined;
	/** HTTP status, if there was one. */
	status?: number | undefined;
	cause?: unknown;
}

/** The problem with a cookie or an option given by a user. */
export type InputProblem =
	| "cookie_too_long"
	| "no_cookie"
	| "foreign_cookie"
	| "request_without_cookie"
	| "fetch_without_cookie"
	| "cut_request"
	| "not_json"
	| "header_characters"
	| "user_agent"
	| "allowed_host"
	| "base_url"
	| "signer_url";

/** An input that can't be used. `message` is for people; `problem` is for programs. */
export class InputError extends TypeError {
	override readonly name = "InputError";
	readonly problem: InputProblem;

	constructor(problem: InputProblem, message: string) {
		super(message);
		this.problem = problem;
	}
}

/**
 * Any failure between us and one room. `message` is for people; `reason` is for programs.
 * @example
 * ```ts
 * import { DouyinError, DouyinLiveClient } from "@livekeeper/douyin";
 * const client = new DouyinLiveClient("1", { baseUrl: "http://127.0.0.1:7002" });
 * await client.start().catch((error: unknown) => {
 * 	if (error instanceof DouyinError) console.log(error.reason); // → "not_found"
 * });
 * await client.stop();
 * ```
 */
export class DouyinError<Reason extends FailureReason | AbsenceReason = FailureReason> extends Error {
	override readonly name = "DouyinError";
	readonly reason: Reason;
	readonly retryable: boolean;
	/** Time to wait as the upstream asked, ms: an hour at most, whatever it said. */
	readonly retryAfterMs: number | undefined;
	readonly upstreamMessage: string | undefined;
	readonly status: number | undefined;
	#host: string | undefined;

	constructor(reason: Reason, message: string, options: DouyinErrorOptions = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.reason = reason;
		this.retryable = options.retryable ?? reason !== "broadcast_ended";
		const { retryAfterMs } = options;
		this.retryAfterMs = retryAfterMs === undefined ? undefined : Math.min(retryAfterMs, maxRetryAfterMs);
		this.upstreamMessage = options.upstreamMessage;
		this.status = options.status;
		settleStack(this);
	}

	/** The push host that the session used or tried, or the host that was refused; `undefined` if there was none. */
	get host(): string | undefined {
		return this.#host;
	}

	/** Sets the push host. @returns this */
	at(host: string): this {
		this.#host = host;
		return this;
	}
}

/**
 * Creates the error's stack text now. Until it is read, V8 keeps the functions and receivers of all its frames, and
 * with them whole sessions that have ended: a failure outlives its session as the reason in a status.
 */
function settleStack(error: Error): void {
	for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth++) {
		void cause.stack;
	}
}
