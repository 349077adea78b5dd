import { type Clock, systemClock } from "@livekeeper/douyin";
import { connect } from "@nats-io/transport-node";
import type { Logger } from "pino";
import type { Retention } from "../event-log.ts";
import { defaultKnownEvents } from "../recent-ids.ts";

/** Credentials of this node, and files to verify the servers. */
export interface NatsAuth {
	user?: string | undefined;
	password?: string | undefined;
	token?: string | undefined;
	/** Path of a credentials file. */
	creds?: string | undefined;
	/** Paths of PEM files; with `ca` the connection is over TLS. */
	ca?: string | undefined;
	cert?: string | undefined;
	key?: string | undefined;
}

/** Way to NATS. */
export interface NatsAccess {
	/** Connects to one of the servers. */
	connect: typeof connect;
	/** Clock of this machine, by which NATS is waited for: its servers have their own time, whatever the log's clock is. */
	clock: Clock;
}

export interface JetStreamEventLogOptions {
	/** Addresses of NATS servers, `nats://host:port`; one that answers is enough. */
	servers: readonly string[];
	auth?: NatsAuth | undefined;
	/** Default: over the network, by the system's clock. */
	nats?: Partial<NatsAccess> | undefined;
	/** Identifies this node in claims and in NATS' own listings. */
	node: string;
	clock: Clock;
	logger: Pick<Logger, "info" | "warn" | "error">;
	/** Key for cookies and proxies; the same on every node. */
	secret: string;
	/** Replicas of each stream and bucket: 1 or 3; default 3. */
	replicas?: 1 | 3 | undefined;
	/** Number of streams that rooms are spread over, 1 to 32; default 4. Fixed once the cluster is created. */
	partitions?: number | undefined;
	/** Prefix of the names of all streams, subjects and buckets; default `lk`. */
	prefix?: string | undefined;
	/** Returns the newest view that this node knows, which its claims carry. Default 0, as for a single node. */
	view?: (() => number) | undefined;
	/** Whether this node deletes events beyond retention on behalf of all nodes; default true. */
	keepsRetention?: (() => boolean) | undefined;
	retention?: Partial<Retention> | undefined;
	/** How long the clock must run evenly after a jump before events are deleted by age again, ms; default 24 h. */
	clockTrustMs?: number | undefined;
	/** Minimum time between two messages of one room, ms; default 10. */
	groupCommitMs?: number | undefined;
	/** Bytes waiting for their commit above which nothing more should be appended; default 64 MiB. */
	maxPendingBytes?: number | undefined;
	/**
	 * Number of a room's newest events that are recognised when they come again; default 2,000. Older ones are stored
	 * again.
	 */
	knownEvents?: number | undefined;
	/** Maximum wait for an answer of NATS, ms; default 5,000. */
	timeoutMs?: number | undefined;
	/** Time for which something must look lost before it counts as lost, ms; default 10,000. */
	doubtMs?: number | undefined;
	/** Called with the time that NATS took to acknowledge an append, ms. */
	onAppended?: ((ms: number) => void) | undefined;
	/** Whether to refuse a NATS without a log instead of creating one; default false. */
	mustExist?: boolean | undefined;
	/** Maximum time for NATS to become ready at the start, ms; default 60,000. */
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

/** Returns the way to NATS. */
export function accessOf({ nats }: Pick<JetStreamEventLogOptions, "nats">): NatsAccess {
	return { connect, clock: systemClock, ...nats };
}

/** Approximate number of waiting events that a room takes at once, to be split into messages. */
export const maxCommitEvents = 20_000;
