import type { Agent } from "node:http";
import type { DouyinError } from "../errors.ts";

export interface TransportRequest {
	url: string;
	headers: Record<string, string>;
	/** Carries the connection through a proxy; without it the connection is direct. */
	agent: Agent | undefined;
	/** PEM bundle to trust instead of the built-in one. */
	ca: string[] | undefined;
	/** Longest message, bytes. */
	maxMessageBytes: number;
}

/** What a transport tells. Nothing comes after `onEnd`, which comes exactly once, when the connection is gone. */
export interface TransportHandlers {
	onOpen(): void;
	onMessage(bytes: Uint8Array): void;
	/** A ping came, and has been answered. */
	onSign(): void;
	/** The answer to a ping of ours came. */
	onPong(): void;
	/** Why it ended, whichever side ended it. */
	onEnd(failure: DouyinError): void;
}

export interface TransportSocket {
	/** Sends one binary message; does nothing unless the connection is open. */
	send(bytes: Uint8Array): void;
	/** Sends a ping; does nothing unless the connection is open. A transport without it measures no ping. */
	ping?(): void;
	/** Begins to close; `onEnd` follows when the other side agrees, which the real site never does. */
	close(): void;
	/** Ends the connection in whatever state it is; `onEnd` follows at once. */
	terminate(): void;
}

/** How a push socket is reached. Tests bring a scripted one. */
export interface Transport {
	/** Must not call a handler before it returns. */
	connect(request: TransportRequest, handlers: TransportHandlers): TransportSocket;
}
