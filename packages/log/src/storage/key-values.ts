/** Value of a key, with the revision that a change of it is checked against. */
export interface Entry {
	key: string;
	value: Uint8Array;
	revision: number;
}

/** Another client wrote the key in between. */
export class Conflict extends Error {
	override readonly name = "Conflict";
}

/**
 * Keys and values that nodes share and that outlive them. A key consists of names separated by dots, each encoded by
 * `tokenOf`; in a filter `*` matches one name, and `>` all that follow. Reads are consistent: they return what was
 * there when they were called.
 *
 * All calls reject with LivekeeperError `storage_failing` if the servers do not answer; a write may be stored even
 * then.
 */
export interface KeyValues {
	get(key: string): Promise<Entry | undefined>;
	/** Returns all entries whose key matches, such as `wanted.>`, in the order of their last write. */
	list(filter: string): Promise<Entry[]>;
	/** Returns the first-written entry whose key matches. None of these may ever have been removed, only cleared. */
	first(filter: string): Promise<Entry | undefined>;
	/** Returns all keys that match, including those that were removed and not cleared. */
	keys(filter: string): Promise<string[]>;
	/** @throws Conflict if there is one already. @returns its revision */
	create(key: string, value: Uint8Array): Promise<number>;
	/** @throws Conflict if it was written or removed since. @returns its new revision */
	update(key: string, value: Uint8Array, revision: number): Promise<number>;
	/** Writes the key unconditionally. @returns its revision */
	put(key: string, value: Uint8Array): Promise<number>;
	/**
	 * Changes the value; repeated if another client wrote in between.
	 * @param change returns the new value; `undefined`: leave it unchanged
	 */
	change(key: string, change: (entry: Entry | undefined) => Uint8Array | undefined): Promise<void>;
	/** @returns whether it existed */
	remove(key: string): Promise<boolean>;
	/**
	 * Removes all entries whose key matches, except the last-written ones. Watchers are not notified.
	 * @param keep number of entries to keep; default none
	 * @returns the number of removed entries
	 */
	clear(filter: string, keep?: number): Promise<number>;
	/**
	 * Reports each key that is written or removed from now on, also by this node; `undefined` if some may have been
	 * missed, as after a lost connection. A key may be reported twice.
	 * @returns a function that stops it
	 */
	watch(filter: string, listener: (key: string | undefined) => void): Promise<() => void>;
}

/** Maximum number of attempts to change a key that other clients write concurrently. */
const casAttempts = 20;

/**
 * Implements {@link KeyValues.change} with the other methods. Changes of a key follow one another, so that only other
 * clients can write in between, however many calls come at once.
 */
export class KeyChanges {
	readonly #kv: Pick<KeyValues, "get" | "create" | "update">;
	/** The last change of each key under way; resolves when it has succeeded or failed. */
	readonly #last = new Map<string, Promise<void>>();

	constructor(kv: Pick<KeyValues, "get" | "create" | "update">) {
		this.#kv = kv;
	}

	/** @throws Conflict if other clients wrote in between too often */
	async change(...[key, change]: Parameters<KeyValues["change"]>): Promise<void> {
		const before = this.#last.get(key) ?? Promise.resolve();
		const changing = before.then(() => this.#change(key, change));
		const settled = changing.catch(() => undefined);
		this.#last.set(key, settled);
		try {
			await changing;
		} finally {
			if (this.#last.get(key) === settled) this.#last.delete(key);
		}
	}

	async #change(...[key, change]: Parameters<KeyValues["change"]>): Promise<void> {
		for (let attempt = 1; ; attempt++) {
			const entry = await this.#kv.get(key);
			const value = change(entry);
			if (value === undefined) return;
			try {
				if (entry) await this.#kv.update(key, value, entry.revision);
				else await this.#kv.create(key, value);
				return;
			} catch (error) {
				if (!(error instanceof Conflict) || attempt === casAttempts) throw error;
			}
		}
	}
}

interface Filter {
	/** Range that contains all matching keys. */
	range: [from: string, to: string];
	matches: (key: string) => boolean;
	/** Whether all keys of the range match. */
	isWhole: boolean;
}

/** Sorts after every key with the same prefix. */
const last = "\uffff";

/** Parses a filter of {@link KeyValues}. */
export function filterOf(filter: string): Filter {
	const wild = filter.search(/[*>]/);
	if (wild < 0) return { range: [filter, `${filter}\0`], matches: () => true, isWhole: true };
	const prefix = filter.slice(0, wild);
	const range: Filter["range"] = [prefix, `${prefix}${last}`];
	if (filter.slice(wild) === ">") return { range, matches: () => true, isWhole: true };
	const names = filter.split(".").map((name) => ({ "*": "[^.]+", ">": ".+" })[name] ?? name);
	const pattern = new RegExp(`^${names.join("\\.")}$`);
	return { range, matches: (key) => pattern.test(key), isWhole: false };
}
