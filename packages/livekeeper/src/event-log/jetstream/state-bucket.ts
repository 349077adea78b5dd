import {
	DiscardPolicy,
	type JetStreamClient,
	type JetStreamManager,
	RetentionPolicy,
	StorageType,
} from "@nats-io/jetstream";
import { type KV, type KvEntry, Kvm, KvWatchInclude } from "@nats-io/kv";
import { Conflict, type Entry, type KeyValues } from "../key-values.ts";
import type { StreamOptions } from "./stream-keeper.ts";
import { type Place, writeIf } from "./write-if.ts";

const casAttempts = 20;
const nsPerMs = 1e6;

interface BucketOptions {
	replicas: number;
	/** Whether any replica may answer: it may not have yet what was written before. */
	direct: boolean;
	/** What is not written again for so long is gone; default: it stays. */
	ttlMs?: number;
}

/** The stream that a bucket lies in. */
export function bucketConfig(name: string, { replicas, direct, ttlMs }: BucketOptions): StreamOptions {
	return {
		name: streamOf(name),
		subjects: [`$KV.${name}.>`],
		retention: RetentionPolicy.Limits,
		// In memory its revisions would begin again where all servers are restarted.
		storage: StorageType.File,
		num_replicas: replicas,
		discard: DiscardPolicy.New,
		max_msgs_per_subject: 1,
		allow_rollup_hdrs: true,
		allow_direct: direct,
		...(ttlMs !== undefined && { max_age: ttlMs * nsPerMs }),
	};
}

export function streamOf(bucket: string): string {
	return `KV_${bucket}`;
}

/** A bucket of NATS: one Raft group, with the kinds of what it holds told apart by prefix. */
export class StateBucket implements Omit<KeyValues, "watch"> {
	readonly #name: string;
	readonly #js: JetStreamClient;
	readonly #jsm: JetStreamManager;
	readonly #kv: KV;
	readonly #whole: () => Promise<unknown>;

	/**
	 * Opens one whose stream is there.
	 * @param direct as its stream is configured
	 * @param whole throws while it is not known whether the bucket holds what was written to it
	 */
	static async open(
		js: JetStreamClient,
		name: string,
		direct: boolean,
		whole: () => Promise<unknown>,
	): Promise<StateBucket> {
		const kv = await new Kvm(js).open(name, { allow_direct: direct });
		return new StateBucket(name, { js, jsm: await js.jetstreamManager(false), kv, whole });
	}

	constructor(
		name: string,
		{ js, jsm, kv, whole }: { js: JetStreamClient; jsm: JetStreamManager; kv: KV; whole: () => Promise<unknown> },
	) {
		this.#name = name;
		this.#js = js;
		this.#jsm = jsm;
		this.#kv = kv;
		this.#whole = whole;
	}

	async get(key: string): Promise<Entry | undefined> {
		const entry = await this.#kv.get(key);
		return entry?.operation === "PUT" ? toEntry(entry) : undefined;
	}

	async list(filter: string): Promise<Entry[]> {
		const entries: Entry[] = [];
		for await (const entry of await this.#kv.history({ key: filter })) {
			if (entry.operation === "PUT") entries.push(toEntry(entry));
		}
		// What is not listed would be taken for removed.
		await this.#whole();
		return entries.sort((a, b) => a.revision - b.revision);
	}

	create(key: string, value: Uint8Array): Promise<number> {
		return writeIf(this.#placeOf(key), value, 0);
	}

	update(key: string, value: Uint8Array, revision: number): Promise<number> {
		return writeIf(this.#placeOf(key), value, revision);
	}

	put(key: string, value: Uint8Array): Promise<number> {
		return this.#kv.put(key, value);
	}

	async change(key: string, change: (entry: Entry | undefined) => Uint8Array | undefined): Promise<void> {
		for (let attempt = 1; ; attempt++) {
			const entry = await this.get(key);
			const value = change(entry);
			if (value === undefined) return;
			try {
				if (entry) await this.update(key, value, entry.revision);
				else await this.create(key, value);
				return;
			} catch (error) {
				if (!(error instanceof Conflict) || attempt === casAttempts) throw error;
			}
		}
	}

	async remove(key: string): Promise<boolean> {
		const entry = await this.get(key);
		if (entry) await this.#kv.purge(key);
		return entry !== undefined;
	}

	async first(filter: string): Promise<Entry | undefined> {
		const query = { seq: 1, next_by_subj: this.#subjectOf(filter) };
		const stored = await this.#jsm.streams.getMessage(this.stream, query);
		return stored ? { key: this.#keyOf(stored.subject), value: stored.data, revision: stored.seq } : undefined;
	}

	async keys(filter: string): Promise<string[]> {
		const { state } = await this.#jsm.streams.info(this.stream, { subjects_filter: this.#subjectOf(filter) });
		return Object.keys(state.subjects ?? {}).map((subject) => this.#keyOf(subject));
	}

	async clear(filter: string, keep = 0): Promise<number> {
		const { purged } = await this.#jsm.streams.purge(this.stream, { filter: this.#subjectOf(filter), keep });
		return purged;
	}

	/** What is written or removed from now on, until it is stopped. @param include default: nothing that is there already */
	updates(filter: string | string[], include: KvWatchInclude = KvWatchInclude.UpdatesOnly) {
		return this.#kv.watch({ key: filter, include });
	}

	/** That it lies in. */
	get stream(): string {
		return streamOf(this.#name);
	}

	#placeOf(key: string): Place {
		return { js: this.#js, jsm: this.#jsm, stream: this.stream, subject: this.#subjectOf(key) };
	}

	#subjectOf(filter: string): string {
		return `$KV.${this.#name}.${filter}`;
	}

	#keyOf(subject: string): string {
		return subject.slice(this.#subjectOf("").length);
	}
}

function toEntry({ key, value, revision }: KvEntry): Entry {
	return { key, value, revision };
}
