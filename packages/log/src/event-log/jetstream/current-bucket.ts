import type { Clock } from "@livekeeper/douyin";
import type { JetStreamClient, JetStreamManager } from "@nats-io/jetstream";
import { type KV, Kvm } from "@nats-io/kv";
import type { StreamKeeper } from "./stream-keeper.ts";
import type { Place } from "./write-if.ts";

/** Returns the name of a bucket's stream. */
export function streamOf(bucket: string): string {
	return `KV_${bucket}`;
}

/** A bucket whose stream is kept by a {@link StreamKeeper}. */
export class CurrentBucket {
	/** Name of its stream. */
	readonly stream: string;
	readonly jsm: JetStreamManager;
	readonly #name: string;
	readonly #js: JetStreamClient;
	readonly #keeper: StreamKeeper;
	#opened: Promise<KV> | undefined;

	/** Opens a bucket whose stream is already kept. */
	static async open(js: JetStreamClient, keeper: StreamKeeper, name: string): Promise<CurrentBucket> {
		return new CurrentBucket(name, js, await js.jetstreamManager(false), keeper);
	}

	private constructor(name: string, js: JetStreamClient, jsm: JetStreamManager, keeper: StreamKeeper) {
		this.stream = streamOf(name);
		this.jsm = jsm;
		this.#name = name;
		this.#js = js;
		this.#keeper = keeper;
	}

	/** Clock by which NATS is waited for. */
	get clock(): Clock {
		return this.#keeper.clock;
	}

	kv(): Promise<KV> {
		// Bound by name, without asking NATS. The leader answers reads, because another replica may not have a key yet.
		this.#opened ??= new Kvm(this.#js).open(this.#name, { allow_direct: false });
		return this.#opened;
	}

	/** Returns the location of a key, or of the keys that match a filter. */
	placeOf(filter: string): Place {
		return { js: this.#js, jsm: this.jsm, stream: this.stream, subject: `$KV.${this.#name}.${filter}` };
	}

	/**
	 * Reads a value that may turn out to be absent. The result counts once the bucket is known to have held everything
	 * that was written to it. If the bucket was lost and written back meanwhile, the value is read again.
	 * @throws InDoubt while that is unknown; errors of NATS and of `read`
	 */
	async whole<T>(read: () => Promise<T>): Promise<T> {
		for (;;) {
			const losses = this.#keeper.lossesOf(this.stream);
			const found = await read();
			await this.#keeper.fresh(this.stream);
			if (losses === this.#keeper.lossesOf(this.stream)) return found;
		}
	}
}
