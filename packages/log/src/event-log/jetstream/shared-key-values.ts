import type { NatsConnection } from "@nats-io/transport-node";
import type { Entry, KeyValues } from "../../storage/index.ts";
import type { Unsubscribe } from "../event-log.ts";
import { BucketWatch } from "./bucket-watch.ts";
import type { Guard } from "./guard.ts";
import type { StateBucket } from "./state-bucket.ts";
import type { StreamKeeper } from "./stream-keeper.ts";

export interface SharedKeyValuesOptions {
	nc: NatsConnection;
	bucket: StateBucket;
	guard: Guard;
	keeper: StreamKeeper;
	/** Called when a watch has failed; it is retried. */
	onError: (error: unknown) => void;
}

/** Key-value interface of a bucket, independent of NATS. */
export class SharedKeyValues implements KeyValues {
	readonly #options: SharedKeyValuesOptions;

	constructor(options: SharedKeyValuesOptions) {
		this.#options = options;
	}

	get(key: string): Promise<Entry | undefined> {
		return this.#guarded((bucket) => bucket.get(key));
	}

	list(filter: string): Promise<Entry[]> {
		return this.#guarded((bucket) => bucket.list(filter));
	}

	first(filter: string): Promise<Entry | undefined> {
		return this.#guarded((bucket) => bucket.first(filter));
	}

	keys(filter: string): Promise<string[]> {
		return this.#guarded((bucket) => bucket.keys(filter));
	}

	create(key: string, value: Uint8Array): Promise<number> {
		return this.#guarded((bucket) => bucket.create(key, value));
	}

	update(key: string, value: Uint8Array, revision: number): Promise<number> {
		return this.#guarded((bucket) => bucket.update(key, value, revision));
	}

	put(key: string, value: Uint8Array): Promise<number> {
		return this.#guarded((bucket) => bucket.put(key, value));
	}

	change(key: string, change: (entry: Entry | undefined) => Uint8Array | undefined): Promise<void> {
		return this.#guarded((bucket) => bucket.change(key, change));
	}

	remove(key: string): Promise<boolean> {
		return this.#guarded((bucket) => bucket.remove(key));
	}

	clear(filter: string, keep?: number): Promise<number> {
		return this.#guarded((bucket) => bucket.clear(filter, keep));
	}

	async watch(filter: string, onChange: (key: string | undefined) => void): Promise<Unsubscribe> {
		const { nc, bucket, guard, keeper, onError } = this.#options;
		const updates = () => bucket.updates(filter);
		const onLost = (listener: () => void) => keeper.onLost(bucket.stream, listener);
		const watch = new BucketWatch({
			...{ nc, clock: keeper.clock, updates, onError, onLost },
			onChange: (entry) => onChange(entry?.key),
		});
		await guard(() => watch.start());
		return () => watch.stop();
	}

	#guarded<T>(call: (bucket: StateBucket) => Promise<T>): Promise<T> {
		return this.#options.guard(() => call(this.#options.bucket));
	}
}
