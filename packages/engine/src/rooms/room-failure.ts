import { DouyinError, type DouyinErrorOptions, type FailureReason } from "@livekeeper/douyin";
import type { FailureFacts, Said } from "../text/index.ts";

/** A failure that livekeeper itself detected, described by a code with values. */
export class RoomFailure extends DouyinError {
	readonly said: Said;

	constructor(reason: FailureReason, said: Said, options: DouyinErrorOptions = {}) {
		super(reason, said.join(" "), options);
		this.said = said;
	}
}

/** Plain record of a failure that a room keeps, without a reference to the ended session. */
export interface Failure {
	readonly reason: FailureReason;
	/** Description of the failure. */
	readonly said: Said;
	readonly host?: string | undefined;
	/** Wait that the upstream asked for, ms. */
	readonly retryAfterMs?: number | undefined;
}

export function failureOf(error: DouyinError): Failure {
	const { reason, host, retryAfterMs } = error;
	return { reason, said: error instanceof RoomFailure ? error.said : ["failed", factsOf(error)], host, retryAfterMs };
}

function factsOf({ reason, message, host, status, upstreamMessage, cause }: DouyinError): FailureFacts {
	const code: unknown = (cause as { code?: unknown } | undefined)?.code;
	return { reason, message, host, status, upstreamMessage, ...(typeof code === "string" && { cause: { code } }) };
}

/** The event log accepts nothing for now. The cursor brings the missed messages later. */
export const storageFailure: Failure = { reason: "storage", said: ["cannotStoreNow"] };

/** Returns the failure for stored state that can't be read, because the position to resume from is unknown. */
export function unreadableMemory(cause: unknown): Failure {
	return { reason: "storage", said: ["memoryUnreadable", cause instanceof Error ? cause.message : String(cause)] };
}
