import type { Socket } from "node:net";
import type { Text } from "@livekeeper/base/text";
import type { StoredEvent, Truncation } from "@livekeeper/log";
import { withRaw } from "@livekeeper/log";
import type { BufferAccount } from "./reader-budget.ts";

/** Reason for ending a reader's stream. Public: readers receive the code. */
export type EndReason = "slow_reader" | "failed" | "shutting_down" | "token_revoked";

/** Wire format of one output. Readers with the same encoding share the encoded payload. */
export interface Encoding<Payload> {
	/** Whether the format includes the upstream's payloads; default false. */
	readonly raw?: boolean;
	encode(events: readonly StoredEvent[]): Payload;
}

/** The wire to one reader. None of its methods blocks. */
export interface ReaderSink<Payload> {
	readonly encoding: Encoding<Payload>;
	/** The connection's account, maintained by the hub. */
	readonly account: BufferAccount;
	/** The connection's socket, if several rooms may be read over it: all events of one commit leave in one write. */
	socket?(): Socket | undefined;
	send(payload: Payload): void;
	/** Reports that requested events are gone. The events after `to` follow. */
	truncated(truncation: Truncation): void;
	/** Reports that the backlog has been sent and live events follow. Called once. */
	caughtUp?(): void;
	/** Bytes sent that the other side has not taken yet. */
	bufferedBytes(): number;
	/** Bytes that the other side has taken so far; grows while the reader reads. */
	takenBytes(): number;
	/** Sends the reason in the language of the request, and closes. The hub does not use the sink afterwards. */
	end(reason: EndReason, text: Text): void;
}

/** Returns an event in the form sent to readers: as stored, with the upstream's payload if `raw`. */
export function eventText({ json, raw: payload }: StoredEvent, raw: boolean): string {
	return raw ? withRaw(json, payload) : json;
}
