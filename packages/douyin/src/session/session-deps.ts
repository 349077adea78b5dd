import type { Clock } from "../clock.ts";
import type { LookupDeps } from "../lookup/index.ts";
import type { PushHosts } from "./push-hosts.ts";
import type { Transport } from "./transport.ts";

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
	/** Times at which the first state of a broadcast was last given, by room id; of `Clock.elapsed`, ms. */
	firstStates: Map<string, number>;
	clock: Clock;
	random: () => number;
	options: SessionOptions;
}
