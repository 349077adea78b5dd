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
	broadcast_not_found: {
		status: 404,
		hint: "Take a room_id from the room's list of broadcasts: GET /api/v1/rooms/{live_id}/broadcasts.",
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
		hint: "Add the page's origin to cors_origins; what a browser's address bar asks for needs nothing.",
	},
	invalid_webhook: {
		status: 400,
		hint: "Compare the webhook with the description in docs/webhooks.md.",
	},
	webhook_url_not_allowed: {
		status: 400,
		hint: "Use a public http:// or https:// URL, or set webhook_allow_private.",
	},
	webhook_not_found: {
		status: 404,
		hint: "GET /api/v1/webhooks lists the webhooks with their ids.",
	},
	delivery_not_found: {
		status: 404,
		hint: "GET /api/v1/webhooks/{id}/dead-letters lists what can be sent again.",
	},
	too_many_webhooks: {
		status: 409,
		hint: "Delete a webhook that is no longer needed.",
	},
	events_expired: {
		status: 410,
		hint: "Keep events longer (retention) to have more time for redelivery.",
	},
	identity_not_found: {
		status: 404,
		hint: "GET /api/v1/identities (livekeeper identities) lists the identities with their names.",
	},
	identity_in_use: {
		status: 409,
		hint: "Have these rooms go by another identity, or stop them, first.",
	},
	too_many_identities: {
		status: 409,
		hint: "Remove an identity that is no longer needed.",
	},
	forbidden_token: {
		status: 403,
		hint: "Ask with the API key, or with a token for that room: livekeeper tokens add --name <name> --room <live_id>.",
	},
	token_not_found: {
		status: 404,
		hint: "GET /api/v1/overlay-tokens (livekeeper tokens) lists the tokens with their ids.",
	},
	too_many_tokens: {
		status: 409,
		hint: "Remove a token that is no longer needed.",
	},
	token_revoked: {
		status: 401,
		hint: "Make another token, and give the overlay its new address: livekeeper tokens add --name <name>.",
	},
	image_host_not_allowed: {
		status: 400,
		hint: "Give the address of a picture as an event names it.",
	},
	image_unavailable: {
		status: 502,
		hint: "Show something else in its place; the site may have it again later.",
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
	too_many_readers: {
		status: 503,
		hint: "Try again later, close readers that are no longer needed, or raise max_readers.",
	},
	too_many_joins: {
		status: 409,
		hint: "Leave a room first, read some over another connection, or raise max_rooms_per_socket.",
	},
	too_many_exports: {
		status: 429,
		hint: "Wait until another export has ended.",
	},
	parquet_unavailable: {
		status: 501,
		hint: "Install @duckdb/node-api where livekeeper is installed, or export as csv or jsonl.",
	},
	export_overtaken: {
		status: 500,
		hint: "Export again, from a later time; or keep events for longer.",
	},
	export_failed: {
		status: 500,
		hint: "Check the free space in the folder for temporary files (TMPDIR), or export as csv or jsonl, which need none.",
	},
	backup_running: {
		status: 409,
		hint: "Wait until it has ended: GET /api/v1/backup says how far it is.",
	},
	backup_failed: {
		status: 500,
		hint: "Free some space on the disk of the data folder, where the backup lies until it is sent.",
	},
	internal: {
		status: 500,
		hint: "This is a fault of the service: its log has the details under the request's id.",
	},
	slow_reader: {
		status: 500,
		hint: "Read faster, join with batch: true for fewer packets, or raise reader_stall_ms.",
	},
	cannot_write_file: {
		status: 500,
		hint: "Check the path, its permissions and the free space, or name another file with --output.",
	},
	invalid_config: {
		status: 500,
		hint: "Correct the option that is named; `livekeeper serve --help` lists them all.",
	},
	api_key_required: {
		status: 500,
		hint: "Set api_key (LIVEKEEPER_API_KEY, --api-key), or use host 127.0.0.1 and list the origins of your own pages only.",
	},
	port_in_use: {
		status: 500,
		hint: "Stop the other program, or choose another port (LIVEKEEPER_PORT, --port).",
	},
	cannot_listen: {
		status: 500,
		hint: "Check host and port; ports below 1024 need rights that most users lack.",
	},
	storage_failing: {
		status: 503,
		hint: "The status names the fault (disk full, read-only, locked); it goes on by itself once that is put right.",
	},
	storage_closed: {
		status: 503,
		hint: "The service is stopping: try again once it has been started anew.",
	},
	storage_unwritable: {
		status: 500,
		hint: "Give the service a folder that it may write to (LIVEKEEPER_DATA_DIR, --data-dir), on a disk with space.",
	},
	database_locked: {
		status: 500,
		hint: "Stop the other livekeeper that uses this data folder, or give each its own (LIVEKEEPER_DATA_DIR).",
	},
	database_too_new: {
		status: 500,
		hint: "Update livekeeper to the version that wrote this database, or give it another data folder.",
	},
	database_foreign: {
		status: 500,
		hint: "Move the file away, or give livekeeper another data folder (LIVEKEEPER_DATA_DIR).",
	},
	secret_unusable: {
		status: 500,
		hint: "Restore secret.key from a backup, or move it away: a new one is made, and cookies have to be given again.",
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
	/** Whoever asks again sooner is refused again, s. */
	readonly retryAfterS: number | undefined;
	/** The connection is closed with the answer: whoever floods us opens a new one each time. */
	readonly hangUp: boolean;

	/** @param options.hint replaces the table's hint where more is known */
	constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.code = code;
		this.status = errorTable[code].status;
		this.hint = options.hint ?? errorTable[code].hint;
		this.retryAfterS = options.retryAfterS;
		this.hangUp = options.hangUp ?? false;
	}
}

interface ErrorOptions {
	hint?: string;
	cause?: unknown;
	retryAfterS?: number;
	hangUp?: boolean;
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
