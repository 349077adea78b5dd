import { DiscardPolicy, RetentionPolicy, StorageType } from "@nats-io/jetstream";
import { type KV, type KvEntry, KvWatchInclude } from "@nats-io/kv";
import { type Entry, KeyChanges, type KeyValues } from "../../storage/index.ts";
import { brought } from "./brought.ts";
import { type CurrentBucket, streamOf } from "./current-bucket.ts";
import type { StreamOptions } from "./stream-keeper.ts";
import { writeIf } from "./write-if.ts";

const nsPerMs = 1e6;
/** Maximum silence of a consumer that lists, ms; after that another one lists again. */
const silenceMs = 2_000;

interface BucketOptions {
	replicas: number;
	/** Lifetime of an entry that is not written again, ms; default: unlimited. */
	ttlMs?: number;
}

/** Returns the configuration of a bucket's stream. */
export function bucketConfig(name: string, { replicas, ttlMs }: BucketOptions): StreamOptions {
	return {
		name: streamOf(name),
		subjects: [`$KV.${name}.>`],
		retention: RetentionPolicy.Limits,
		// In memory its revisions would start over if all servers are restarted.
		storage: StorageType.File,
		num_replicas: replicas,
		discard: DiscardPolicy.New,
		max_msgs_per_subject: 1,
		allow_rollup_hdrs: true,
		...(ttlMs !== undefined && { max_age: ttlMs * nsPerMs }),
	};
}

/** A bucket in NATS: one Raft group for all kinds of values, distinguished by prefix. */
export class StateBucket implements Omit<KeyValues, "watch"> {
	readonly #changes = new KeyChanges(this);
	readonly #bucket: CurrentBucket;

	constructor(bucket: CurrentBucket) {
		this.#bucket = bucket;
	}

	async get(key: string): Promise<Entry | undefined> {
		const kv = await this.#bucket.kv();
		// A removed key has a marker; a key that never existed, or is lost, has none.
		const entry = (await kv.get(key)) ?? (await this.#bucket.whole(() => kv.get(key)));
		return entry?.operation === "PUT" ? toEntry(entry) : undefined;
	}

	list(filter: string): Promise<Entry[]> {
		// A missing entry would be taken for removed.
		return this.#bucket.whole(() => this.#list(filter));
	}

	/**
	 * Lists entries through a consumer, from any replica. They are complete once it has reached the leader's newest one.
	 */
	async #list(filter: string): Promise<Entry[]> {
		const { jsm, stream, subject } = this.#bucket.placeOf(filter);
		const newest = await jsm.streams.getMessage(stream, { last_by_subj: subject });
		if (!newest) return [];
		const entries: Entry[] = [];
		let reached = 0;
		const history = await (await this.#bucket.kv()).history({ key: filter });
		for await (const entry of brought(history, silenceMs, this.#bucket.clock)) {
			reached = entry.revision;
			if (entry.operation === "PUT") entries.push(toEntry(entry));
		}
		if (reached < newest.seq) throw new ReplicaBehind(stream);
		return entries.sort((a, b) => a.revision - b.revision);
	}

	create(key: string, value: Uint8Array): Promise<number> {
		return writeIf(this.#bucket.placeOf(key), value, 0);
	}

	update(key: string, value: Uint8Array, revision: number): Promise<number> {
		return writeIf(this.#bucket.placeOf(key), value, revision);
	}

	async put(key: string, value: Uint8Array): Promise<number> {
		return (await this.#bucket.kv()).put(key, value);
	}

	change(key: string, change: (entry: Entry | undefined) => Uint8Array | undefined): Promise<void> {
		return this.#changes.change(key, change);
	}

	async remove(key: string): Promise<boolean> {
		const entry = await this.get(key);
		if (entry) await (await this.#bucket.kv()).purge(key);
		return entry !== undefined;
	}

	async first(filter: string): Promise<Entry | undefined> {
		const { jsm, stream, subject } = this.#bucket.placeOf(filter);
		const query = { seq: 1, next_by_subj: subject };
		const stored = await jsm.streams.getMessage(stream, query);
		return stored ? { key: this.#keyOf(stored.subject), value: stored.data, revision: stored.seq } : undefined;
	}

	async keys(filter: string): Promise<string[]> {
		const { jsm, stream, subject } = this.#bucket.placeOf(filter);
		const { state } = await jsm.streams.info(stream, { subjects_filter: subject });
		return Object.keys(state.subjects ?? {}).map((subject) => this.#keyOf(subject));
	}

	async clear(filter: string, keep = 0): Promise<number> {
		const { jsm, stream, subject } = this.#bucket.placeOf(filter);
		const { purged } = await jsm.streams.purge(stream, { filter: subject, keep });
		return purged;
	}

	/** Reports keys written or removed from now on, until it is stopped. @param include default: no existing keys */
	async updates(
		filter: string | string[],
		include: KvWatchInclude = KvWatchInclude.UpdatesOnly,
	): Promise<Awaited<ReturnType<KV["watch"]>>> {
		return (await this.#bucket.kv()).watch({ key: filter, include });
	}

	/** Name of its stream. */
	get stream(): string {
		return this.#bucket.stream;
	}

	#keyOf(subject: string): string {
		return subject.split(".").slice(2).join(".");
	}
}

/** A replica does not yet have what the leader has; the next query may go to another one. */
export class ReplicaBehind extends Error {
	override readonly name = "ReplicaBehind";

	constructor(stream: string) {
		super(`A replica of ${stream} is behind its leader`);
	}
}

function toEntry({ key, value, revision }: KvEntry): Entry {
	return { key, value, revision };
}
