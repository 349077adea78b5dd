/** How targets are delivered. Times are ms. */
export interface TargetOptions {
	/** Requests under way at once. */
	concurrency: number;
	/** Of these, for one target. */
	concurrencyPerTarget: number;
	/** Failed attempts after which a batch becomes a dead letter. */
	maxAttempts: number;
	/** Failed attempts in a row, over all rooms, after which a target is paused. */
	pauseAfterFailures: number;
	/** How long requests under way may take to end when the service stops. */
	drainMs: number;
	/** When the store or the log failed: try again after this. */
	storageRetryMs: number;
	/** A room that was taken over from another node is looked at once more after this. */
	lookAgainMs: number;
}

export const targetDefaults = {
	concurrency: 16,
	concurrencyPerTarget: 4,
	maxAttempts: 12,
	pauseAfterFailures: 20,
	drainMs: 1_000,
	storageRetryMs: 5_000,
	lookAgainMs: 60_000,
} as const satisfies TargetOptions;
