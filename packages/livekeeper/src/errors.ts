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
