import { type KvEntry, KvWatchInclude } from "@nats-io/kv";
import type { NatsConnection } from "@nats-io/transport-node";
import { Conflict } from "../../storage/index.ts";
import { BucketWatch } from "./bucket-watch.ts";
import type { StateBucket } from "./state-bucket.ts";
import type { StreamKeeper } from "./stream-keeper.ts";

export interface BucketMirrorOptions {
	nc: NatsConnection;
	bucket: StateBucket;
	keeper: StreamKeeper;
	/** Keys to mirror. */
	filter: string | string[];
	/** Called when the watch has failed; it is retried. */
	onError: (error: unknown) => void;
}

/**
 * Copy of a bucket's content as this node knows it. If NATS loses the bucket, the copy is written back, still sealed.
 */
export class BucketMirror {
	readonly #options: BucketMirrorOptions;
	readonly #watch: BucketWatch;
	/** Removals are reported as such, so nothing has to be forgotten when the watch restarts. */
	readonly #entries = new Map<string, KvEntry>();

	constructor(options: BucketMirrorOptions) {
		const { nc, bucket, keeper, filter, onError } = options;
		this.#options = options;
		this.#watch = new BucketWatch({
			...{ nc, clock: keeper.clock, onError },
			updates: () => bucket.updates(filter, KvWatchInclude.LastValue),
			onChange: (entry) => this.#changed(entry),
			onLost: (listener) => keeper.onLost(bucket.stream, listener),
		});
		keeper.onRestore(bucket.stream, () => this.#restore());
	}

	/** @throws errors of NATS */
	start(): Promise<void> {
		return this.#watch.start();
	}

	stop(): void {
		this.#watch.stop();
	}

	#changed(entry: KvEntry | undefined): void {
		const { keeper, bucket } = this.#options;
		if (entry) keeper.stored(bucket.stream, entry.revision);
		if (entry?.operation === "PUT") this.#entries.set(entry.key, entry);
		else if (entry) this.#entries.delete(entry.key);
	}

	/** Writes the entries back in the order in which they were written. Keeps what another node has written by now. */
	async #restore(): Promise<void> {
		const entries = [...this.#entries.values()].sort((a, b) => a.revision - b.revision);
		for (const { key, value } of entries) {
			try {
				await this.#options.bucket.create(key, value);
			} catch (error) {
				if (!(error instanceof Conflict)) throw error;
			}
		}
	}
}
