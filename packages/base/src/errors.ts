import { errorHints, type Language, requestTexts, type Text } from "./text/index.ts";

/** HTTP status of each error code. The codes are public API: they are only ever added. */
const statuses: Record<keyof typeof errorHints, number> = {
	invalid_live_id: 400,
	room_not_found: 404,
	broadcast_not_found: 404,
	secret_required: 400,
	secret_differs: 400,
	cluster_other_version: 500,
	node_silent: 503,
	too_many_rooms: 409,
	shutting_down: 503,
	invalid_request: 400,
	invalid_json: 400,
	unauthorized: 401,
	forbidden_host: 403,
	forbidden_origin: 403,
	invalid_target: 400,
	target_url_not_allowed: 400,
	target_not_found: 404,
	delivery_not_found: 404,
	official_not_set: 404,
	callback_refused: 403,
	too_many_targets: 409,
	events_expired: 410,
	identity_not_found: 404,
	exit_not_found: 404,
	invalid_cookie: 400,
	pairing_refused: 403,
	pairing_not_found: 404,
	identity_in_use: 409,
	too_many_identities: 409,
	forbidden_token: 403,
	token_not_found: 404,
	too_many_tokens: 409,
	token_revoked: 401,
	sound_not_found: 404,
	too_many_sounds: 409,
	sound_too_large: 413,
	unsupported_sound: 415,
	image_host_not_allowed: 400,
	image_unavailable: 502,
	not_found: 404,
	method_not_allowed: 405,
	payload_too_large: 413,
	unsupported_media_type: 415,
	too_many_requests: 429,
	too_many_readers: 503,
	too_many_joins: 409,
	too_many_exports: 429,
	parquet_unavailable: 501,
	export_overtaken: 500,
	export_failed: 500,
	backup_running: 409,
	backup_failed: 500,
	internal: 500,
	slow_reader: 500,
	cannot_write_file: 500,
	invalid_config: 500,
	invalid_site_profile: 500,
	update_failed: 500,
	api_key_required: 500,
	port_in_use: 500,
	cannot_listen: 500,
	storage_failing: 503,
	storage_closed: 503,
	import_refused: 409,
	nats_unreachable: 503,
	nats_refused: 500,
	nats_too_old: 500,
	nats_unsuitable: 500,
	storage_unwritable: 500,
	database_locked: 500,
	database_other_version: 500,
	database_foreign: 500,
	secret_unusable: 500,
	system_service_failed: 500,
	server_unreachable: 500,
};

export type ErrorCode = keyof typeof statuses;

/** HTTP status of each error code, with advice for the user. */
export const errorTable = Object.fromEntries(
	Object.entries(statuses).map(([code, status]) => [code, { status, hint: errorHints[code as ErrorCode] }]),
) as Readonly<Record<ErrorCode, { status: number; hint: Text }>>;

/**
 * Base of all errors of the service. `code` is for programs, `text` and `hint` are for people; `message` is the text in
 * English.
 */
export class LivekeeperError extends Error {
	override readonly name: string = "LivekeeperError";
	readonly code: ErrorCode;
	/** HTTP status of the answer. */
	readonly status: number;
	/** Description of the error. */
	readonly text: Text;
	/** Advice for the user. */
	readonly hint: Text;
	/** Time before which a retry is refused again, s. */
	readonly retryAfterS: number | undefined;
	/**
	 * Whether the connection is closed with the answer, so a client that floods the service has to open a new one each
	 * time.
	 */
	readonly hangUp: boolean;

	/** @param options.hint replaces the table's hint if more is known */
	constructor(code: ErrorCode, text: Text, options: ErrorOptions = {}) {
		super(text.en, options.cause === undefined ? undefined : { cause: options.cause });
		this.code = code;
		this.text = text;
		this.status = errorTable[code].status;
		this.hint = options.hint ?? errorTable[code].hint;
		// Such a refusal is temporary: its clients come back.
		this.retryAfterS = options.retryAfterS ?? (this.status === 503 ? 1 : undefined);
		this.hangUp = options.hangUp ?? false;
	}
}

interface ErrorOptions {
	hint?: Text;
	cause?: unknown;
	retryAfterS?: number;
	hangUp?: boolean;
}

/** Body of an error, the same in every output, in the language of the client. */
export interface ErrorReply {
	success: false;
	error: { code: ErrorCode; message: string; hint: string };
}

export function errorReply({ code, text, hint }: LivekeeperError, language: Language): ErrorReply {
	return { success: false, error: { code, message: text[language], hint: hint[language] } };
}

/** Thrown if no room with this live id is active. */
export class RoomNotFoundError extends LivekeeperError {
	override readonly name = "RoomNotFoundError";

	constructor(liveId: string) {
		super("room_not_found", requestTexts.roomNotActive(liveId));
	}
}

/** Thrown for one room more than `max_rooms`. */
export class TooManyRoomsError extends LivekeeperError {
	override readonly name = "TooManyRoomsError";

	constructor(maxRooms: number) {
		super("too_many_rooms", requestTexts.roomLimit(maxRooms));
	}
}

/** Thrown for an input that can't be a live id. */
export class InvalidLiveIdError extends LivekeeperError {
	override readonly name = "InvalidLiveIdError";

	constructor() {
		super("invalid_live_id", requestTexts.invalidLiveId);
	}
}

/** Thrown if a room is started while the service stops. */
export class ShuttingDownError extends LivekeeperError {
	override readonly name = "ShuttingDownError";

	constructor() {
		super("shutting_down", requestTexts.noNewRooms);
	}
}
