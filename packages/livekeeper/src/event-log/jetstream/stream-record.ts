import type { Clock } from "@livekeeper/douyin";
import type { StateBucket } from "./state-bucket.ts";
import type { StreamKeeper } from "./stream-keeper.ts";
import type { Seen } from "./stream-memory.ts";

const key = "streams";
/** Interval at which the first node to come writes what is remembered, ms. */
const saveEveryMs = 10_000;

/** What the nodes remember of the streams, for when none of them runs. */
export class StreamRecord {
	readonly #bucket: StateBucket;
	readonly #keeper: StreamKeeper;
	readonly #clock: Clock;
	#savedAt = Number.NEGATIVE_INFINITY;

	constructor(bucket: StateBucket, keeper: StreamKeeper, clock: Clock) {
		this.#bucket = bucket;
		this.#keeper = keeper;
		this.#clock = clock;
	}

	static async read(bucket: StateBucket): Promise<Record<string, Seen>> {
		const entry = await bucket.get(key);
		return entry ? parse(entry.value) : {};
	}

	/** To be called now and then. @param isLast what is remembered at this moment is written in any case */
	async save(isLast = false): Promise<void> {
		const now = this.#clock.now();
		if (!isLast && Math.abs(now - this.#savedAt) < saveEveryMs) return;
		this.#savedAt = now;
		await this.#bucket.change(key, (entry) => {
			const stored = entry ? parse(entry.value) : {};
			const seen = Object.entries(this.#keeper.seen).filter(
				([name, { at }]) => isLast || at - (stored[name]?.at ?? 0) >= saveEveryMs,
			);
			if (seen.length === 0) return undefined;
			return Buffer.from(JSON.stringify({ ...stored, ...Object.fromEntries(seen) }));
		});
	}
}

/** Its own text: it is what this program has written. */
function parse(value: Uint8Array): Record<string, Seen> {
	return JSON.parse(Buffer.from(value).toString("utf8")) as Record<string, Seen>;
}
