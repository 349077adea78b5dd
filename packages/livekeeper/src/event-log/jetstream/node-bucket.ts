import { type JetStreamManager, jetstream, jetstreamManager, StorageType } from "@nats-io/jetstream";
import { type KV, Kvm } from "@nats-io/kv";
import type { NatsConnection } from "@nats-io/transport-node";
import { nameOf, tokenOf } from "../token.ts";
import { checked } from "./checked.ts";
import { raiseReplicas } from "./replicas.ts";

/** Who is there at one moment. */
export interface NodesSeen {
	/** Of what was written last: a later look has a greater one. */
	revision: number;
	/** By name, what each node says of itself. */
	nodes: ReadonlyMap<string, Uint8Array>;
}

/**
 * What the nodes of a cluster say of themselves, for as long as they say it: an entry that is not written anew within
 * `ttlMs` is gone. Values are told by a watch, and which keys are still there is asked of the stream, since servers before
 * 2.11 tell nobody of an entry that has expired.
 */
export class NodeBucket {
	readonly #kv: KV;
	readonly #jsm: JetStreamManager;
	readonly #stream: string;
	readonly #values = new Map<string, Uint8Array>();
	#stop: () => void = () => undefined;

	static async open(nc: NatsConnection, prefix: string, replicas: number, ttlMs: number): Promise<NodeBucket> {
		const name = `${prefix}-nodes`;
		const kv = await new Kvm(jetstream(nc)).create(name, {
			history: 1,
			replicas,
			// In memory its revisions would begin anew where all servers are restarted, and views would seem old.
			storage: StorageType.File,
			ttl: ttlMs,
		});
		const bucket = new NodeBucket(kv, await jetstreamManager(nc), `KV_${name}`);
		await raiseReplicas(bucket.#jsm, bucket.#stream, replicas);
		const changes = await kv.watch();
		bucket.#stop = () => changes.stop();
		void (async () => {
			for await (const { key, value, operation } of changes) {
				if (operation === "PUT") bucket.#values.set(key, value);
				else bucket.#values.delete(key);
			}
		})();
		return bucket;
	}

	private constructor(kv: KV, jsm: JetStreamManager, stream: string) {
		this.#kv = kv;
		this.#jsm = jsm;
		this.#stream = stream;
	}

	/** What is said of a node now, and the revision to write it anew by. */
	async get(node: string): Promise<{ value: Uint8Array; revision: number } | undefined> {
		const entry = await this.#kv.get(tokenOf(node));
		return entry?.operation === "PUT" ? entry : undefined;
	}

	/** @param revision of the entry that it replaces; `undefined`: whatever is there. @throws Conflict where another was written */
	write(node: string, value: Uint8Array, revision: number | undefined): Promise<number> {
		const key = tokenOf(node);
		if (revision === undefined) return this.#kv.put(key, value);
		return checked(() => this.#kv.update(key, value, revision));
	}

	/** @throws Conflict where there is one. @returns its revision */
	create(node: string, value: Uint8Array): Promise<number> {
		return checked(() => this.#kv.create(tokenOf(node), value));
	}

	async remove(node: string): Promise<void> {
		await this.#kv.purge(tokenOf(node));
	}

	async list(): Promise<NodesSeen> {
		const { state } = await this.#jsm.streams.info(this.#stream, { subjects_filter: ">" });
		const keys = Object.keys(state.subjects ?? {}).map((subject) => subject.slice(subject.lastIndexOf(".") + 1));
		const nodes = new Map<string, Uint8Array>();
		for (const key of keys) {
			const value = this.#values.get(key) ?? (await this.get(nameOf(key)))?.value;
			if (value) nodes.set(nameOf(key), value);
		}
		return { revision: state.last_seq, nodes };
	}

	close(): void {
		this.#stop();
	}
}
