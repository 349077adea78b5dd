import { longestRetryAfterMs } from "./reconnect/index.ts";

/** What follows from a failure; for each reason there is one answer, and it is here. */
export interface FailureClass {
	/** It may be the push host's fault: another is worth trying. */
	readonly blamesHost: boolean;
	/** When most rooms fail so at once, something that they share is broken: the network, the proxy, the upstream. */
	readonly shared: boolean;
	/** The state in which the room waits. `waiting`: there is nothing to connect to, it is polled. */
	readonly state: "reconnecting" | "blocked" | "waiting";
	/** The failed attempt from which on the room's page is looked at before the next one. */
	readonly looksFrom: number;
	/** Whether polling may still work: the failure is of the push socket only. A block applies everywhere. */
	readonly mayPoll: boolean;
	/** A connection that ends so soon after its first frame is one that does not hold. */
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
/** There was no connection to the host. */
const unreached = { ...ordinary, blamesHost: true, shared: true, mayPoll: true } as const;

const classes = {
	/** The TCP connection failed, was reset, or was cut without a word. */
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
	/** A page came that we can't read: a shell, or a layout that has changed. */
	unreadable_page: ordinary,
	/** What came over the socket is not a frame: of a host that has never brought one, another may. */
	bad_frame: { ...ordinary, blamesHost: true },
	/** The socket is open but nothing arrives. */
	silence: { ...ordinary, blamesHost: true },
	/** The upstream asked us to go (`close` payload) or closed the socket. */
	upstream_close: { ...ordinary, shared: true, mayPoll: true },
	/** The broadcast ended. Not a fault: wait for the next one. */
	broadcast_ended: { ...ordinary, state: "waiting", flap: false },
	/** The named identity that the room uses is gone, or its secrets can't be read. Nothing was sent upstream. */
	identity: { ...ordinary, flap: false },
	/** The upstream led to a host that is not its own (`host` names it). Nothing was sent there. */
	foreign_host: { ...ordinary, mayPoll: true },
	/** What came could not be stored: the reader of the session takes no more for now. */
	storage: { ...ordinary, flap: false },
} as const satisfies Record<string, FailureClass>;

/**
 * Why a room could not be reached or a session ended. Each has its own answer for the user; the codes are public API
 * (they appear in status, logs and metrics).
 */
export type FailureReason = keyof typeof classes;

export const failureReasons = Object.keys(classes) as readonly FailureReason[];

/** What livekeeper does about each kind of failure. `docs/reconnect.md` has a section for each; a test compares. */
export const failureClasses: Readonly<Record<FailureReason, FailureClass>> = classes;

/** Why a `DouyinLiveClient` is not connected where nothing has failed. */
export type AbsenceReason =
	/** What was given as the live id is none. */
	| "invalid_live_id"
	/** There is no room with this number. */
	| "not_found"
	/** The account has no room now. */
	| "no_room"
	/** The room is not live. */
	| "offline"
	/** The broadcast is shown to chosen people only. */
	| "hidden"
	/** The account was closed. */
	| "closed"
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
	| "request_without_cookie"
	| "fetch_without_cookie"
	| "cut_request"
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
