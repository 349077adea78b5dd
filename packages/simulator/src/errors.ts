/** Codes of errors in setting up or controlling a simulator. The codes are public. */
export const simulatorErrorCodes = [
	/** An option is out of its range. */
	"bad_options",
	/** The port is taken, or the address is not this machine's. */
	"cannot_listen",
	/** A recording cannot be read; the message names file and line. */
	"replay_unreadable",
	/** No room has this live id. */
	"unknown_room",
	/** A room already has this live id. */
	"room_exists",
	/** A fault that does not exist, or whose parameters do not fit it. */
	"bad_fault",
	/** An invalid rule for an identity. */
	"bad_identity",
	/** No app of the open platform has this id. */
	"unknown_app",
	/** Invalid settings of an app. */
	"bad_app",
	/** A current broadcast cannot begin; one that is over cannot end or carry messages. */
	"wrong_state",
] as const;

export type SimulatorErrorCode = (typeof simulatorErrorCodes)[number];

export class SimulatorError extends Error {
	override readonly name = "SimulatorError";
	readonly code: SimulatorErrorCode;

	constructor(code: SimulatorErrorCode, message: string, cause?: unknown) {
		super(message, cause === undefined ? undefined : { cause });
		this.code = code;
	}
}
