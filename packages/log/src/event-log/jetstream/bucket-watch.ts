import { type Clock, sleep } from "@livekeeper/douyin";
import type { KV, KvEntry } from "@nats-io/kv";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Unsubscribe } from "../event-log.ts";

type Updates = Awaited<ReturnType<KV["watch"]>>;

export interface BucketWatchOptions {
	nc: NatsConnection;
	clock: Clock;
	/** Starts watching. */
	updates: () => Promise<Updates>;
	/** Called when a key was written or removed; `undefined`: any key may have been. */
	onChange: (entry: KvEntry | undefined) => void;
	/** Called when the watch fails; it is retried. */
	onError: (error: unknown) => void;
	/** Subscribes to losses: when the bucket was lost and recreated, it is watched from the beginning. */
	onLost?: ((listener: () => void) => Unsubscribe) | undefined;
}

const retryMs = 500;

/**
 * Reports changed keys of a bucket. Renews its watch after each lost connection, because restarted servers have
 * forgotten it. If a server only forgot its watcher, the library notices within a minute.
 */
export class BucketWatch {
	readonly #options: BucketWatchOptions;
	#updates: Updates | undefined;
	/** Number of times the bucket was lost. */
	#losses = 0;
	#stopped = false;
	#unsubscribe: Unsubscribe | undefined;

	constructor(options: BucketWatchOptions) {
		this.#options = options;
	}

	/** Resolves once every later change will be reported. @throws errors of NATS */
	async start(): Promise<void> {
		this.#unsubscribe = this.#options.onLost?.(() => {
			this.#losses++;
			this.#updates?.stop();
		});
		const updates = await this.#begin();
		void this.#renewWhenBack();
		void this.#follow(updates);
	}

	stop(): void {
		this.#stopped = true;
		this.#unsubscribe?.();
		this.#updates?.stop();
	}

	get #over(): boolean {
		return this.#stopped || this.#options.nc.isClosed();
	}

	async #follow(first: Updates): Promise<void> {
		const { onChange, onError } = this.#options;
		for (let updates: Updates | undefined = first; updates; updates = await this.#again()) {
			this.#updates = updates;
			if (this.#over) updates.stop();
			// From here on everything is reported again; changes in between were not.
			if (updates !== first && !this.#over) onChange(undefined);
			try {
				for await (const entry of updates) onChange(entry);
			} catch (error) {
				onError(error);
			}
		}
	}

	/** Starts a watch. If the bucket was lost meanwhile, starts again, because it is a different bucket now. */
	async #begin(): Promise<Updates> {
		for (;;) {
			const losses = this.#losses;
			const updates = await this.#options.updates();
			if (losses === this.#losses) return updates;
			updates.stop();
		}
	}

	/** @returns `undefined` once it is stopped */
	async #again(): Promise<Updates | undefined> {
		const { onError } = this.#options;
		while (!this.#over) {
			try {
				return await this.#begin();
			} catch (error) {
				if (!this.#over) onError(error);
			}
			await sleep(this.#options.clock, retryMs);
		}
		return undefined;
	}

	async #renewWhenBack(): Promise<void> {
		for await (const { type } of this.#options.nc.status()) {
			if (this.#over) return;
			if (type === "reconnect") this.#updates?.stop();
		}
	}
}
