import { randomUUID } from "node:crypto";
import { JetStreamApiError, type JetStreamClient, type JetStreamManager } from "@nats-io/jetstream";
import { Conflict } from "../../storage/index.ts";
import { Unsettled } from "./room-subject.ts";

const wrongLastSequence = 10_071;
const idHeader = "Nats-Msg-Id";
/** Header of messages that mark a key as removed. */
const operationHeader = "KV-Operation";

/** Location of a key. */
export interface Place {
	js: JetStreamClient;
	jsm: JetStreamManager;
	stream: string;
	subject: string;
}

/**
 * Writes a key of a bucket if its newest revision is the expected one; 0: there must be none, or it was removed.
 *
 * The request may reach the server twice (`requests.ts`), and the second one is refused: the id of the written message
 * then shows that it is this very value.
 * @returns its revision
 * @throws Conflict if another value was written
 */
export async function writeIf(place: Place, value: Uint8Array, expected: number): Promise<number> {
	const { js, jsm, stream, subject } = place;
	const msgID = randomUUID();
	try {
		const { seq } = await js.publish(subject, value, { msgID, expect: { lastSubjectSequence: expected } });
		if (seq > 0) return seq;
	} catch (error) {
		if (!(error instanceof JetStreamApiError) || error.code !== wrongLastSequence) throw error;
	}
	const newest = await jsm.streams.getMessage(stream, { last_by_subj: subject });
	if (newest?.header?.get(idHeader) === msgID) return newest.seq;
	// The server knows its id and has not stored it; it may never do so.
	if ((newest?.seq ?? 0) === expected) throw new Unsettled();
	if (expected === 0 && newest?.header?.has(operationHeader)) return writeIf(place, value, newest.seq);
	throw new Conflict();
}
