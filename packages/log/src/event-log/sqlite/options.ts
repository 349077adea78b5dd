import type { Clock } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { Retention } from "../event-log.ts";
import type { StartThread } from "./store-thread.ts";

export interface SqliteEventLogOptions {
	/**
	 * Holds `livekeeper.db`, `registry.db`, `secret.key` and related files; created if missing. `:memory:` keeps all of it
	 * in memory until the log is closed, or longer in a `MemoryStore` whose `startThread` is passed.
	 */
	dataDir: string;
	clock: Clock;
	logger: Pick<Logger, "info" | "warn" | "error">;
	/** Key for cookies and proxies; default: the folder's own `secret.key`. */
	secret?: string | undefined;
	retention?: Partial<Retention> | undefined;
	/** How long the clock must run evenly after a jump before events are deleted by age again, ms; default 24 h. */
	clockTrustMs?: number | undefined;
	/**
	 * Minimum time between two commits, ms; default 10. A larger value writes less, a smaller one shows events sooner.
	 */
	groupCommitMs?: number | undefined;
	/** Bytes waiting for their commit above which nothing more should be appended; default 64 MiB. */
	maxPendingBytes?: number | undefined;
	/**
	 * Number of a room's newest events that are recognised when they come again; default 2,000. Older ones are stored
	 * again.
	 */
	knownEvents?: number | undefined;
	/** Wait for the disk at each commit, so that a loss of power can't take the newest events; default false. */
	fsync?: boolean | undefined;
	/** Starts the writer and the reader. Default: a thread each, or in memory this thread. */
	startThread?: StartThread | undefined;
}

export const sqliteDefaults = {
	retention: { maxAgeMs: 7 * 24 * 60 * 60 * 1_000, maxBytes: 2 * 1024 ** 3 },
	groupCommitMs: 10,
	maxPendingBytes: 64 * 1024 ** 2,
	fsync: false,
} as const satisfies Partial<SqliteEventLogOptions>;

/** Maximum number of events in a transaction: no more than are recognised as repeats if its answer is lost. */
export const maxTransactionEvents = 2_000;
/** Time between rounds of upkeep of a log in memory, ms. They run on the main thread, and in simulated time. */
export const memoryUpkeepMs = 10_000;
/** Maximum time that one round of upkeep may delay a commit, ms. */
export const upkeepBudgetMs = 4;
