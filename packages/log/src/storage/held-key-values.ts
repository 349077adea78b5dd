import { type Entry, filterOf, KeyChanges, type KeyValues } from "./key-values.ts";
import { SqliteKeyValues, type TableCall } from "./sqlite-key-values.ts";

/** Entries held in memory; bare ones have no value. */
type Held = Map<string, Entry>;

/**
 * Keys and values of one machine, cached in memory, because nothing else writes them. Reads are answered even while the
 * disk hangs; a write is in memory once it is durable.
 */
export class HeldKeyValues implements KeyValues {
	readonly #changes = new KeyChanges(this);
	readonly #table: SqliteKeyValues;
	readonly #load: () => Promise<Entry[]>;
	readonly #bare: string | undefined;
	#held: Promise<Held> | undefined;

	/** @param call the table's methods. @param bare prefix of keys with many values, which are read from the table */
	constructor(call: TableCall, bare?: string) {
		this.#table = new SqliteKeyValues(call);
		this.#load = () => call("all", bare);
		this.#bare = bare;
	}

	/** Drops the cache, because the table may be another one; it is read again. */
	forget(): void {
		this.#held = undefined;
	}

	async get(key: string): Promise<Entry | undefined> {
		if (this.#isBare(key)) return this.#table.get(key);
		return (await this.#all()).get(key);
	}

	async list(filter: string): Promise<Entry[]> {
		if (this.#isBare(filter)) return this.#table.list(filter);
		return matching(await this.#all(), filter);
	}

	async first(filter: string): Promise<Entry | undefined> {
		if (this.#isBare(filter)) return this.#table.first(filter);
		return matching(await this.#all(), filter, 1)[0];
	}

	async keys(filter: string): Promise<string[]> {
		return matching(await this.#all(), filter).map(({ key }) => key);
	}

	create(key: string, value: Uint8Array): Promise<number> {
		return this.#put(key, value, this.#table.create(key, value));
	}

	update(key: string, value: Uint8Array, revision: number): Promise<number> {
		return this.#put(key, value, this.#table.update(key, value, revision));
	}

	put(key: string, value: Uint8Array): Promise<number> {
		return this.#put(key, value, this.#table.put(key, value));
	}

	change(key: string, change: (entry: Entry | undefined) => Uint8Array | undefined): Promise<void> {
		return this.#changes.change(key, change);
	}

	remove(key: string): Promise<boolean> {
		return this.#written(this.#table.remove(key), (held) => void held.delete(key));
	}

	clear(filter: string, keep = 0): Promise<number> {
		return this.#written(this.#table.clear(filter, keep), (held, count) => {
			for (const { key } of matching(held, filter, count)) held.delete(key);
		});
	}

	watch(): Promise<() => void> {
		return this.#table.watch();
	}

	#put(key: string, value: Uint8Array, writing: Promise<number>): Promise<number> {
		return this.#written(writing, (held, revision) => {
			// Moves to the end, because entries are in the order of their revisions.
			held.delete(key);
			held.set(key, { key, value: this.#isBare(key) ? new Uint8Array() : value, revision });
		});
	}

	/** @param change updates the cache once it is written; a cache loaded after the call has it anyway */
	async #written<T>(writing: Promise<T>, change: (held: Held, result: T) => void): Promise<T> {
		const loaded = this.#held;
		try {
			const result = await writing;
			const held = await loaded?.catch(() => undefined);
			if (held) change(held, result);
			return result;
		} catch (error) {
			// It may be written all the same, or the entry was another one.
			this.forget();
			throw error;
		}
	}

	#all(): Promise<Held> {
		if (!this.#held) {
			const loading = this.#load().then((entries) => new Map(entries.map((entry) => [entry.key, entry])));
			this.#held = loading;
			// The next caller loads it again.
			loading.catch(() => {
				if (this.#held === loading) this.#held = undefined;
			});
		}
		return this.#held;
	}

	/** Whether a filter may match keys whose values are not held. */
	#isBare(filter: string): boolean {
		if (this.#bare === undefined) return false;
		const [from] = filterOf(filter).range;
		return from.startsWith(this.#bare) || this.#bare.startsWith(from);
	}
}

function matching(held: Held, filter: string, max = Number.POSITIVE_INFINITY): Entry[] {
	const { range, matches } = filterOf(filter);
	const [from, to] = range;
	const found: Entry[] = [];
	for (const entry of held.values()) {
		if (found.length >= max) break;
		if (entry.key >= from && entry.key < to && matches(entry.key)) found.push(entry);
	}
	return found;
}
