import type { Clock } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { Retention } from "../event-log.ts";
import { defaultKnownEvents } from "../recent-ids.ts";

/** How NATS knows this node, and this node NATS. */
export interface NatsAuth {
	user?: string | undefined;
	password?: string | undefined;
	token?: string | undefined;
	/** The path of a credentials file. */
	creds?: string | undefined;
	/** Paths of PEM files; with `ca` the connection is over TLS. */
	ca?: string | undefined;
	cert?: string | undefined;
	key?: string | undefined;
}

export interface JetStreamEventLogOptions {
	/** Addresses of NATS servers, `nats://host:port`; one that answers is enough. */
	servers: readonly string[];
	auth?: NatsAuth | undefined;
	/** Tells this node from others, in claims and for NATS' own listings. */
	node: string;
	clock: Clock;
	logger: Pick<Logger, "info" | "warn" | "error">;
	/** Key for cookies and proxies; the same on every node. */
	secret: string;
	/** Replicas of each stream and bucket: 1 or 3; default 3. */
	replicas?: 1 | 3 | undefined;
	/** Streams that rooms are spread over, 1 to 32; default 4. Fixed once the cluster is made: later it changes nothing. */
	partitions?: number | undefined;
	/** Begins the names of all streams, subjects and buckets; default `lk`. */
	prefix?: string | undefined;
	/** The newest view that this node knows: claims are made by it. Default 0, as for a node that is alone. */
	view?: (() => number) | undefined;
	/** Whether this node deletes for all what retention no longer keeps; default true. */
	keepsRetention?: (() => boolean) | undefined;
	retention?: Partial<Retention> | undefined;
	/** After a jump of the clock nothing is deleted by age until it has run evenly for this long, ms; default 24 h. */
	clockTrustMs?: number | undefined;
	/** The least time between two messages of one room, ms; default 10. */
	groupCommitMs?: number | undefined;
	/** Nothing more should be appended while this waits for its commit, bytes; default 64 MiB. */
	maxPendingBytes?: number | undefined;
	/** How many of a room's newest events are recognised when they come again; default 2,000. What is older is stored. */
	knownEvents?: number | undefined;
	/** So long an answer of NATS is waited for, ms; default 5,000. */
	timeoutMs?: number | undefined;
	/** For this long something has to look lost before it counts as lost, ms; default 10,000. */
	doubtMs?: number | undefined;
	/** Told how long NATS took to acknowledge an append, ms. */
	onAppended?: ((ms: number) => void) | undefined;
	/** Whether to refuse a NATS without a log, in place of making one; default false. */
	mustExist?: boolean | undefined;
	/** Longest time NATS may take to be ready at the start, ms; default 60,000. */
	startMs?: number | undefined;
}

export const jetStreamDefaults = {
	replicas: 3,
	partitions: 4,
	prefix: "lk",
	retention: { maxAgeMs: 7 * 24 * 60 * 60 * 1_000, maxBytes: 2 * 1024 ** 3 },
	groupCommitMs: 10,
	maxPendingBytes: 64 * 1024 ** 2,
	knownEvents: defaultKnownEvents,
	timeoutMs: 5_000,
	startMs: 60_000,
	doubtMs: 10_000,
} as const satisfies Partial<JetStreamEventLogOptions>;

/** A room takes about this many events at once from what waits, and cuts them into messages. */
export const maxCommitEvents = 20_000;
