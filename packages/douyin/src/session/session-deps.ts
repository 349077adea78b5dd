import type { Agent } from "node:http";
import type { Clock } from "../clock.ts";
import type { DouyinError } from "../errors.ts";
import type { LookupDeps } from "../lookup/index.ts";
import type { FetchRecord } from "./backfill.ts";
import type { PushHosts } from "./push-hosts.ts";

export interface SessionOptions {
	/** Time between heartbeats, ms. */
	heartbeatMs: number;
	/** Timeout for the socket to open, ms. */
	handshakeTimeoutMs: number;
	/** Maximum size of a WebSocket message, bytes. */
	maxMessageBytes: number;
	/** Time without a message after which the session ends, ms; `undefined`: never. */
	silenceMs: number | undefined;
}

/** Dependencies shared by all sessions of one upstream. */
export interface SessionDeps {
	lookup: LookupDeps;
	transport: Transport;
	hosts: PushHosts;
	/** Last answers of `im/fetch` for each broadcast, by room id. */
	fetches: Map<string, FetchRecord>;
	clock: Clock;
	random: () => number;
	options: SessionOptions;
}

export interface TransportRequest {
	url: string;
	headers: Record<string, string>;
	/** Carries the connection through a proxy; without it the connection is direct. */
	agent: Agent | undefined;
	/** PEM bundle to trust instead of the built-in one. */
	ca: string[] | undefined;
	/** Maximum size of a message, bytes. */
	maxMessageBytes: number;
}

/** Callbacks of a transport. Nothing comes after `onEnd`, which is called exactly once, when the connection is gone. */
export interface TransportHandlers {
	onOpen(): void;
	onMessage(bytes: Uint8Array): void;
	/** Called after a ping was received and answered. */
	onSign(): void;
	/** Called when the answer to one of our pings arrives. */
	onPong(): void;
	/** Called with the reason of the end, whichever side ended the connection. */
	onEnd(failure: DouyinError): void;
}

export interface TransportSocket {
	/** Sends one binary message; does nothing unless the connection is open. */
	send(bytes: Uint8Array): void;
	/** Sends a ping; does nothing unless the connection is open. Without this method no ping is measured. */
	ping?(): void;
	/** Begins to close; `onEnd` follows when the other side agrees, which the real site never does. */
	close(): void;
	/** Ends the connection in any state; `onEnd` follows at once. */
	terminate(): void;
}

/** Opens connections to push sockets. Tests use a scripted one. */
export interface Transport {
	/** Opens a connection. Must not call a handler before it returns. */
	connect(request: TransportRequest, handlers: TransportHandlers): TransportSocket;
}
