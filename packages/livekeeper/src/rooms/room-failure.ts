import { DouyinError, type DouyinErrorOptions, type FailureReason } from "@livekeeper/douyin";
import type { FailureFacts, Said } from "../text/index.ts";

/** A failure that livekeeper itself has found: what failed is said by a code with its values. */
export class RoomFailure extends DouyinError {
	readonly said: Said;

	constructor(reason: FailureReason, said: Said, options: DouyinErrorOptions = {}) {
		super(reason, said.join(" "), options);
		this.said = said;
	}
}

/** What a room keeps of a failure: plain, and nothing of the session that it ended. */
export interface Failure {
	readonly reason: FailureReason;
	/** What failed. */
	readonly said: Said;
	readonly host?: string | undefined;
	/** How long the upstream asked to wait, ms. */
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

/** The event log takes no more for now; what the upstream says meanwhile comes from the cursor later. */
export const storageFailure: Failure = { reason: "storage", said: ["cannotStoreNow"] };

/** What is stored of the room can't be read, so nobody knows where it has to go on. */
export function unreadableMemory(cause: unknown): Failure {
	return { reason: "storage", said: ["memoryUnreadable", cause instanceof Error ? cause.message : String(cause)] };
}
