import {
	JetStreamApiCodes,
	JetStreamApiError,
	type JetStreamManager,
	type StreamConfig,
	type StreamInfo,
} from "@nats-io/jetstream";

export type StreamOptions = Partial<StreamConfig> & Pick<StreamConfig, "name" | "num_replicas">;

const alreadyThere = 10_058;

/** What streams there are, as the leader of all servers knows it: a server that has missed something may tell otherwise. */
export class StreamCatalogue {
	readonly #jsm: JetStreamManager;
	#asked: Promise<string[]> | undefined;

	constructor(jsm: JetStreamManager) {
		this.#jsm = jsm;
	}

	/** Those who ask at the same moment share one request. */
	names(): Promise<string[]> {
		this.#asked ??= Promise.resolve().then(async () => {
			this.#asked = undefined;
			const names: string[] = [];
			for await (const name of this.#jsm.streams.names()) names.push(name);
			return names;
		});
		return this.#asked;
	}

	async find(name: string): Promise<StreamInfo | undefined> {
		try {
			return await this.#jsm.streams.info(name);
		} catch (error) {
			if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return undefined;
			throw error;
		}
	}

	/** Makes it, unless another node was first, whose stream it is then. */
	async make(config: StreamOptions): Promise<void> {
		try {
			await this.#jsm.streams.add(config);
		} catch (error) {
			if (!(error instanceof JetStreamApiError) || error.code !== alreadyThere) throw error;
		}
	}

	async tell(name: string, metadata: Record<string, string>): Promise<void> {
		await this.#jsm.streams.update(name, { metadata });
	}

	/** Does not wait for it: a stream that is still listed afterwards can be deleted again. */
	drop(name: string): void {
		this.#jsm.streams.delete(name).catch(() => undefined);
	}
}
