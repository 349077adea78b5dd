/** Options of the delivery. Times are ms. */
export interface TargetOptions {
	/** Maximum number of requests at once. */
	concurrency: number;
	/** Maximum number of requests at once for one target. */
	concurrencyPerTarget: number;
	/** Failed attempts after which a batch is dead-lettered. */
	maxAttempts: number;
	/** Failed attempts in a row, over all rooms, after which a target is paused. */
	pauseAfterFailures: number;
	/** Time that pending requests get when the service stops. */
	drainMs: number;
	/** Delay before a retry if the store or the log failed. */
	storageRetryMs: number;
	/** Delay before a room that was taken over from another node is read once more. */
	retryMs: number;
}

export const targetDefaults = {
	concurrency: 16,
	concurrencyPerTarget: 4,
	maxAttempts: 12,
	pauseAfterFailures: 20,
	drainMs: 1_000,
	storageRetryMs: 5_000,
	retryMs: 60_000,
} as const satisfies TargetOptions;
