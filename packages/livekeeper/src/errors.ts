/**
 * Every error code that leaves the process, with its HTTP status and what the user can do about it. The codes are
 * public API: they are only ever added.
 */
export const errorTable = {
	invalid_live_id: {
		status: 400,
		hint: "Give the last part of https://live.douyin.com/{live_id}: 1 to 64 letters, digits, '_', '-' or '.'.",
	},
	room_not_found: {
		status: 404,
		hint: "Start the room first, or look at the list of active rooms for its live id.",
	},
	too_many_rooms: {
		status: 409,
		hint: "Stop a room that is no longer needed, or raise max_rooms.",
	},
	shutting_down: {
		status: 503,
		hint: "The service is stopping: try again once it has been started anew.",
	},
	invalid_request: {
		status: 400,
		hint: "Compare the request with the API's documentation at /docs.",
	},
	invalid_json: {
		status: 400,
		hint: 'Send a JSON body with the header content-type: application/json, e.g. {"live_id":"261378947940"}.',
	},
	unauthorized: {
		status: 401,
		hint: "Send the service's API key as 'Authorization: Bearer <key>' (Socket.IO: auth.token).",
	},
	forbidden_host: {
		status: 403,
		hint: "Ask by 127.0.0.1 or localhost, add the page's origin to cors_origins, or set an api_key.",
	},
	forbidden_origin: {
		status: 403,
		hint: "Add the page's origin to cors_origins.",
	},
	not_found: {
		status: 404,
		hint: "The API's routes are listed at /docs.",
	},
	method_not_allowed: {
		status: 405,
		hint: "Use one of the methods that the Allow header lists.",
	},
	payload_too_large: {
		status: 413,
		hint: "Send less, or raise body_limit.",
	},
	unsupported_media_type: {
		status: 415,
		hint: "Send the body as JSON with the header content-type: application/json.",
	},
	too_many_requests: {
		status: 429,
		hint: "Wait as long as the Retry-After header says, or raise rate_limit.",
	},
	internal: {
		status: 500,
		hint: "This is a fault of the service: its log has the details under the request's id.",
	},
	slow_reader: {
		status: 500,
		hint: "Read faster, join with batch: true for fewer packets, or raise socket_buffer.",
	},
	invalid_config: {
		status: 500,
		hint: "Correct the option that is named; `livekeeper serve --help` lists them all.",
	},
	api_key_required: {
		status: 500,
		hint: "Set api_key (LIVEKEEPER_API_KEY, --api-key), or use host 127.0.0.1.",
	},
	port_in_use: {
		status: 500,
		hint: "Stop the other program, or choose another port (LIVEKEEPER_PORT, --port).",
	},
	cannot_listen: {
		status: 500,
		hint: "Check host and port; ports below 1024 need rights that most users lack.",
	},
	server_unreachable: {
		status: 500,
		hint: "Start the service with `livekeeper serve`, or name another with --url.",
	},
} as const satisfies Record<string, ErrorEntry>;

interface ErrorEntry {
	status: number;
	hint: string;
}

export type ErrorCode = keyof typeof errorTable;

/** Base of all errors of the service. `code` is for programs, `message` and `hint` are for people. */
export class LivekeeperError extends Error {
	override readonly name: string = "LivekeeperError";
	readonly code: ErrorCode;
	/** The HTTP status that this error is answered with. */
	readonly status: number;
	/** What the user can do. */
	readonly hint: string;

	/** @param options.hint replaces the table's hint where more is known */
	constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.code = code;
		this.status = errorTable[code].status;
		this.hint = options.hint ?? errorTable[code].hint;
	}
}

/** The body that tells of an error, the same in every output. */
export interface ErrorReply {
	success: false;
	error: { code: ErrorCode; message: string; hint: string };
}

export function errorReply({ code, message, hint }: LivekeeperError): ErrorReply {
	return { success: false, error: { code, message, hint } };
}

/** No room with this live id is active. */
export class RoomNotFoundError extends LivekeeperError {
	override readonly name = "RoomNotFoundError";

	constructor(liveId: string) {
		super("room_not_found", `Room ${liveId} is not active.`);
	}
}

/** One room more than `max_rooms`. */
export class TooManyRoomsError extends LivekeeperError {
	override readonly name = "TooManyRoomsError";

	constructor(maxRooms: number) {
		super("too_many_rooms", `The limit of ${maxRooms} rooms is reached.`);
	}
}

/** What was given cannot be a live id. */
export class InvalidLiveIdError extends LivekeeperError {
	override readonly name = "InvalidLiveIdError";

	constructor(message = "The live id is not valid.") {
		super("invalid_live_id", message);
	}
}

/** A room was started while the service is on its way out. */
export class ShuttingDownError extends LivekeeperError {
	override readonly name = "ShuttingDownError";

	constructor() {
		super("shutting_down", "The service is stopping and takes no new rooms.");
	}
}
