import { jetstream } from "@nats-io/jetstream";
import type { KvEntry } from "@nats-io/kv";
import type { NatsConnection } from "@nats-io/transport-node";
import { nameOf, tokenOf } from "../../storage/index.ts";
import { BucketWatch } from "./bucket-watch.ts";
import type { Connected } from "./connect.ts";
import { CurrentBucket } from "./current-bucket.ts";
import { raiseReplicas } from "./replicas.ts";
import { bucketConfig, ReplicaBehind } from "./state-bucket.ts";
import type { StreamKeeper } from "./stream-keeper.ts";
import { writeIf } from "./write-if.ts";

/** Lifetime of a node's entry that is not renewed, ms. */
export const entryTtlMs = 8_000;

/** The nodes present at one moment. */
export interface NodesSeen {
	/** Revision of the newest write; a later look has a greater one. */
	revision: number;
	/** Each node's own entry, by the node's name. */
	nodes: ReadonlyMap<string, Uint8Array>;
	/** Names of nodes that have removed their entries within `ttlMs`. */
	left: ReadonlySet<string>;
}

/**
 * Entries of a cluster's nodes about themselves. An entry that is not renewed within `ttlMs` disappears. A watch
 * reports values, and the stream's leader says which keys still exist, because servers before 2.11 do not report
 * expired entries. If the leader has more than the watch has reported, it is asked for the values as well: a restarted
 * server forgets its watchers, which takes a minute to be noticed, and a replica may lag.
 */
export class NodeBucket {
	readonly #bucket: CurrentBucket;
	readonly #values = new Map<string, Uint8Array>();
	/** The newest revision reported by the watch. */
	#watchedRevision = 0;
	/** The newest answer of a leader, by the creation time of its stream: a new leader may still be behind it. */
	#seen = { created: "", revision: 0 };
	readonly #watch: BucketWatch;

	static async open(
		{ patient: nc, keeper, replicas }: Pick<Connected, "patient" | "keeper" | "replicas">,
		prefix: string,
		ttlMs: number,
	): Promise<NodeBucket> {
		const name = `${prefix}-nodes`;
		const js = jetstream(nc);
		await keeper.ensure(bucketConfig(name, { replicas, ttlMs }));
		const current = await CurrentBucket.open(js, keeper, name);
		await raiseReplicas(current.jsm, current.placeOf("").stream, replicas, keeper.clock);
		const bucket = new NodeBucket(nc, current, keeper);
		await bucket.#watch.start();
		return bucket;
	}

	private constructor(nc: NatsConnection, bucket: CurrentBucket, keeper: StreamKeeper) {
		this.#bucket = bucket;
		keeper.onLost(bucket.stream, () => {
			this.#seen = { created: "", revision: 0 };
		});
		this.#watch = new BucketWatch({
			...{
				nc,
				clock: keeper.clock,
				updates: async () => (await bucket.kv()).watch(),
				onChange: (entry) => this.#changed(entry),
			},
			// Values that it does not report are read on demand.
			onError: () => undefined,
			onLost: (listener) => keeper.onLost(bucket.stream, listener),
		});
	}

	/** Returns a node's current entry, and the revision needed to renew it. */
	async get(node: string): Promise<{ value: Uint8Array; revision: number } | undefined> {
		const entry = await (await this.#bucket.kv()).get(tokenOf(node));
		return entry?.operation === "PUT" ? entry : undefined;
	}

	/** @param revision of the entry to replace; `undefined`: any. @throws Conflict if another entry was written */
	async write(node: string, value: Uint8Array, revision: number | undefined): Promise<number> {
		if (revision === undefined) return (await this.#bucket.kv()).put(tokenOf(node), value);
		return this.#writeIf(node, value, revision);
	}

	/** @throws Conflict if there is one. @returns its revision */
	create(node: string, value: Uint8Array): Promise<number> {
		return this.#writeIf(node, value, 0);
	}

	async remove(node: string): Promise<void> {
		await (await this.#bucket.kv()).purge(tokenOf(node));
	}

	/** @throws ReplicaBehind if the answer is older than an earlier one; errors of NATS */
	async list(): Promise<NodesSeen> {
		const { jsm, stream } = this.#bucket.placeOf("");
		const { state, created } = await jsm.streams.info(stream, { subjects_filter: ">" });
		if (created === this.#seen.created && state.last_seq < this.#seen.revision) throw new ReplicaBehind(stream);
		this.#seen = { created, revision: state.last_seq };
		const keys = Object.keys(state.subjects ?? {}).map((subject) => subject.slice(subject.lastIndexOf(".") + 1));
		const nodes = new Map<string, Uint8Array>();
		const left = new Set<string>();
		const known = this.#watchedRevision >= state.last_seq ? this.#values : undefined;
		for (const key of keys) {
			const value = known?.get(key);
			const entry = value ? { value, operation: "PUT" } : await (await this.#bucket.kv()).get(key);
			if (entry?.operation === "PUT") nodes.set(nameOf(key), entry.value);
			else if (entry) left.add(nameOf(key));
		}
		return { revision: state.last_seq, nodes, left };
	}

	close(): void {
		this.#watch.stop();
	}

	#writeIf(node: string, value: Uint8Array, expected: number): Promise<number> {
		return writeIf(this.#bucket.placeOf(tokenOf(node)), value, expected);
	}

	#changed(entry: KvEntry | undefined): void {
		// The watch reports all of them again.
		if (!entry) {
			this.#values.clear();
			this.#watchedRevision = 0;
			return;
		}
		const { key, value, operation, revision } = entry;
		if (operation === "PUT") this.#values.set(key, value);
		else this.#values.delete(key);
		this.#watchedRevision = Math.max(this.#watchedRevision, revision);
	}
}
