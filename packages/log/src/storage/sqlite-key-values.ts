import type { KeyValueTable } from "./key-value-table.ts";
import { Conflict, type Entry, KeyChanges, type KeyValues } from "./key-values.ts";

/** The methods of a table that may be called from another thread. */
export type TableCall = <Method extends keyof KeyValueTable>(
	method: Method,
	...args: Parameters<KeyValueTable[Method]>
) => Promise<ReturnType<KeyValueTable[Method]>>;

/** Keys and values of one machine. No other process writes them, so a watcher is never called. */
export class SqliteKeyValues implements KeyValues {
	readonly #changes = new KeyChanges(this);
	readonly #call: TableCall;

	/** @param call the table's methods, in this thread or in another */
	constructor(call: TableCall) {
		this.#call = call;
	}

	get(key: string): Promise<Entry | undefined> {
		return this.#call("get", key);
	}

	list(filter: string): Promise<Entry[]> {
		return this.#call("list", filter);
	}

	first(filter: string): Promise<Entry | undefined> {
		return this.#call("first", filter);
	}

	keys(filter: string): Promise<string[]> {
		return this.#call("keys", filter);
	}

	async create(key: string, value: Uint8Array): Promise<number> {
		return written(await this.#call("create", key, value));
	}

	async update(key: string, value: Uint8Array, revision: number): Promise<number> {
		return written(await this.#call("update", key, value, revision));
	}

	put(key: string, value: Uint8Array): Promise<number> {
		return this.#call("put", key, value);
	}

	change(key: string, change: (entry: Entry | undefined) => Uint8Array | undefined): Promise<void> {
		return this.#changes.change(key, change);
	}

	remove(key: string): Promise<boolean> {
		return this.#call("remove", key);
	}

	clear(filter: string, keep?: number): Promise<number> {
		return this.#call("clear", filter, keep);
	}

	async watch(): Promise<() => void> {
		return () => undefined;
	}
}

function written(revision: number | undefined): number {
	if (revision === undefined) throw new Conflict();
	return revision;
}
