import type { Socket } from "node:net";
import type { StoredEvent, Truncation } from "../../event-log/index.ts";
import type { Text } from "../../text/index.ts";
import type { BufferAccount } from "./reader-budget.ts";

/** Why the service ends a reader's stream. Public: readers receive the code. */
export type EndReason = "slow_reader" | "failed" | "shutting_down" | "token_revoked";

/** How one output puts events on the wire. Readers with the same encoding share the encoded payload. */
export interface Encoding<Payload> {
	/** Whether it puts the upstream's payloads on the wire as well; default false. */
	readonly raw?: boolean;
	encode(events: readonly StoredEvent[]): Payload;
}

/** The wire to one reader. None of its methods waits. */
export interface ReaderSink<Payload> {
	readonly encoding: Encoding<Payload>;
	/** The connection's own, for the hub to keep. */
	readonly account: BufferAccount;
	/** Its socket, where several rooms may be read over it: all that one commit brings leaves in one write. */
	socket?(): Socket | undefined;
	send(payload: Payload): void;
	/** Events that were asked for are gone; those after `to` follow. */
	truncated(truncation: Truncation): void;
	/** All that was there has been sent; what follows is live. Called once. */
	caughtUp?(): void;
	/** Bytes that were sent and not yet taken by the other side. */
	bufferedBytes(): number;
	/** Bytes that the other side has taken so far; it grows while the reader reads. */
	takenBytes(): number;
	/** Tells the reader why, in the language of its request, and closes. The hub does not use the sink afterwards. */
	end(reason: EndReason, text: Text): void;
}
