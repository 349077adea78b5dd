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
	/** Keys that are worth it. */
	filter: string | string[];
	/** The watch has failed, and is tried again. */
	onError: (error: unknown) => void;
}

/** What a bucket holds, as this node knows it: should NATS lose it, it is written back, sealed as it was. */
export class BucketMirror {
	readonly #options: BucketMirrorOptions;
	readonly #watch: BucketWatch;
	/** A removal is reported as such, so nothing has to be forgotten where the watch begins again. */
	readonly #entries = new Map<string, KvEntry>();

	constructor(options: BucketMirrorOptions) {
		const { nc, bucket, keeper, filter, onError } = options;
		this.#options = options;
		this.#watch = new BucketWatch({
			...{ nc, onError },
			updates: () => bucket.updates(filter, KvWatchInclude.LastValue),
			onChange: (entry) => this.#changed(entry),
			onLost: (listener) => keeper.onLost(bucket.stream, listener),
		});
		keeper.onRestore(bucket.stream, () => this.#restore());
	}

	/** @throws what NATS throws */
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

	/** In the order in which it was written. What another node has written by now stays as it is. */
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
