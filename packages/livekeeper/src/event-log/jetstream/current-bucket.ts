import type { JetStreamClient, JetStreamManager } from "@nats-io/jetstream";
import { type KV, Kvm } from "@nats-io/kv";
import type { StreamKeeper } from "./stream-keeper.ts";
import type { Place } from "./write-if.ts";

/** The stream that a bucket lies in. */
export function streamOf(bucket: string): string {
	return `KV_${bucket}`;
}

/** A bucket whose stream is kept. */
export class CurrentBucket {
	/** What its stream is kept as. */
	readonly stream: string;
	readonly jsm: JetStreamManager;
	readonly #name: string;
	readonly #js: JetStreamClient;
	readonly #keeper: StreamKeeper;
	#opened: Promise<KV> | undefined;

	/** One whose stream is kept. */
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

	kv(): Promise<KV> {
		// Bound by name: NATS is not asked. The leader answers reads: another replica may not have a key yet.
		this.#opened ??= new Kvm(this.#js).open(this.#name, { allow_direct: false });
		return this.#opened;
	}

	/** Where a key, or what a filter matches, lies. */
	placeOf(filter: string): Place {
		return { js: this.#js, jsm: this.jsm, stream: this.stream, subject: `$KV.${this.#name}.${filter}` };
	}

	/**
	 * Reads something that may turn out to be absent: it counts once the bucket is known to have held all that was written
	 * to it. Where it was lost and written back meanwhile, it is read again.
	 * @throws InDoubt while that is not known; what NATS and `read` throw
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
