export interface BucketSettings {
	/** Attempts at once. */
	burst: number;
	perSecond: number;
}

/** How many attempts may be made; one that is not covered yet is told how long to wait, and is covered then. */
export class TokenBucket {
	readonly #settings: BucketSettings;
	/** Below 0: attempts that were promised for later. */
	#tokens: number;
	#at: number | undefined;

	/** @throws RangeError for a bucket that would never let anybody through */
	constructor(settings: BucketSettings) {
		if (!(settings.burst >= 1 && settings.perSecond > 0)) throw new RangeError("A bucket needs burst >= 1, rate > 0");
		this.#settings = settings;
		this.#tokens = settings.burst;
	}

	/** Takes one. @returns how long to wait first, ms */
	take(now: number): number {
		this.#fill(now);
		this.#tokens--;
		return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens / this.#settings.perSecond) * 1000);
	}

	isFull(now: number): boolean {
		this.#fill(now);
		return this.#tokens >= this.#settings.burst;
	}

	#fill(now: number): void {
		const { burst, perSecond } = this.#settings;
		const passedMs = Math.max(0, now - (this.#at ?? now));
		this.#tokens = Math.min(burst, this.#tokens + (passedMs / 1000) * perSecond);
		this.#at = now;
	}
}

export interface BudgetSettings {
	process: BucketSettings;
	/** For each cookie and proxy. */
	identity: BucketSettings;
}

export const defaultBudgetSettings = {
	process: { burst: 500, perSecond: 20 },
	identity: { burst: 250, perSecond: 20 },
} as const satisfies BudgetSettings;

/** Above so many identities those that have not tried lately are forgotten: a full bucket is like a new one. */
const tidyAbove = 100;
/** An upstream can't ask for more patience than this, ms. */
const longestPauseMs = 3_600_000;

/** Bounds how many attempts are made by all rooms together, and by those of each identity. */
export class AttemptBudget {
	readonly #settings: BudgetSettings;
	readonly #process: TokenBucket;
	readonly #identities = new Map<string, TokenBucket>();
	readonly #pauses = new Map<string, { since: number; forMs: number }>();

	constructor(settings: Partial<BudgetSettings> = {}) {
		this.#settings = { ...defaultBudgetSettings, ...settings };
		this.#process = new TokenBucket(this.#settings.process);
	}

	/** Takes one attempt out of both budgets. @returns how long to wait first, ms */
	take(identity: string, now: number): number {
		return Math.max(this.#process.take(now), this.#of(identity, now).take(now));
	}

	/** The upstream asked this identity to wait: none of its rooms is to try before. At most an hour. */
	pause(identity: string, forMs: number, now: number): void {
		const ms = Math.min(longestPauseMs, forMs);
		if (ms > this.pausedMs(identity, now)) this.#pauses.set(identity, { since: now, forMs: ms });
	}

	/** How long this identity still has to wait, ms. */
	pausedMs(identity: string, now: number): number {
		const pause = this.#pauses.get(identity);
		if (!pause) return 0;
		if (now < pause.since) pause.since = now;
		const left = pause.since + pause.forMs - now;
		if (left <= 0) this.#pauses.delete(identity);
		return Math.max(0, left);
	}

	#of(identity: string, now: number): TokenBucket {
		const known = this.#identities.get(identity);
		if (known) return known;
		if (this.#identities.size >= tidyAbove) {
			for (const [key, bucket] of this.#identities) if (bucket.isFull(now)) this.#identities.delete(key);
		}
		const bucket = new TokenBucket(this.#settings.identity);
		this.#identities.set(identity, bucket);
		return bucket;
	}
}
