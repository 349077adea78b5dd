import { type JetStreamClient, type JetStreamManager, StorageType } from "@nats-io/jetstream";
import { type KV, type KvEntry, Kvm, KvWatchInclude } from "@nats-io/kv";
import { Conflict, type Entry, type KeyValues } from "../key-values.ts";
import { type Place, writeIf } from "./write-if.ts";

const casAttempts = 20;

/** A bucket of NATS: one Raft group, with the kinds of what it holds told apart by prefix. */
export class StateBucket implements Omit<KeyValues, "watch"> {
	readonly #name: string;
	readonly #js: JetStreamClient;
	readonly #jsm: JetStreamManager;
	readonly #kv: KV;

	/** @param fresh whether every read is asked of the leader, and so sees what was written before it */
	static async open(js: JetStreamClient, name: string, replicas: number, fresh: boolean): Promise<StateBucket> {
		const options = { history: 1, replicas, storage: StorageType.File, allow_direct: !fresh };
		return new StateBucket(name, js, await js.jetstreamManager(false), await new Kvm(js).create(name, options));
	}

	constructor(name: string, js: JetStreamClient, jsm: JetStreamManager, kv: KV) {
		this.#name = name;
		this.#js = js;
		this.#jsm = jsm;
		this.#kv = kv;
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

	/** What is written or removed from now on, until it is stopped. */
	updates(filter: string) {
		return this.#kv.watch({ key: filter, include: KvWatchInclude.UpdatesOnly });
	}

	/** That it lies in. */
	get stream(): string {
		return `KV_${this.#name}`;
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
