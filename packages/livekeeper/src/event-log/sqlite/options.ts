import type { Clock } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { Retention } from "../event-log.ts";
import type { StartThread } from "./store-thread.ts";

export interface SqliteEventLogOptions {
	/** Holds `livekeeper.db`, `registry.db`, `secret.key` and what belongs to them; made when it isn't there. */
	dataDir: string;
	clock: Clock;
	logger: Pick<Logger, "info" | "warn" | "error">;
	/** Key for cookies and proxies; default: the folder's own `secret.key`. */
	secret?: string | undefined;
	retention?: Partial<Retention> | undefined;
	/** After a jump of the clock nothing is deleted by age until it has run evenly for this long, ms; default 24 h. */
	clockTrustMs?: number | undefined;
	/** The least time between two commits, ms; default 10. Larger writes less, smaller shows events sooner. */
	groupCommitMs?: number | undefined;
	/** Nothing more should be appended while this waits for its commit, bytes; default 64 MiB. */
	maxPendingBytes?: number | undefined;
	/** How many of a room's newest events are recognised when they come again; default 2,000. What is older is stored. */
	knownEvents?: number | undefined;
	/** Wait for the disk at each commit, so that a loss of power can't take the newest events; default false. */
	fsync?: boolean | undefined;
	/** The database file never grows past this, bytes: beyond it writing fails as on a full disk. Default: no limit. */
	maxFileBytes?: number | undefined;
	/** What writer and reader run in. Default: a thread each. */
	startThread?: StartThread | undefined;
}

export const sqliteDefaults = {
	retention: { maxAgeMs: 7 * 24 * 60 * 60 * 1_000, maxBytes: 2 * 1024 ** 3 },
	groupCommitMs: 10,
	maxPendingBytes: 64 * 1024 ** 2,
	fsync: false,
} as const satisfies Partial<SqliteEventLogOptions>;

/** A transaction takes at most this many events: no more than are known again where its answer is lost. */
export const maxTransactionEvents = 2_000;
/** How long one round of upkeep may hold up a commit. */
export const upkeepBudgetMs = 4;
