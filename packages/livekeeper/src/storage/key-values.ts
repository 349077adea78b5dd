/** What lies under a key, with the revision that a change of it is checked against. */
export interface Entry {
	key: string;
	value: Uint8Array;
	revision: number;
}

/** Another wrote the key in between. */
export class Conflict extends Error {
	override readonly name = "Conflict";
}

/**
 * Keys and values that nodes share and that outlive them. A key is names with dots between, each as `tokenOf` writes it;
 * a filter may have `*` in the place of one name, and `>` in that of all that follow. Whatever is read was there when it
 * was asked for.
 *
 * All calls reject with LivekeeperError `storage_failing` where the servers do not answer: a write may be stored even then.
 */
export interface KeyValues {
	get(key: string): Promise<Entry | undefined>;
	/** All whose key matches, e.g. `wanted.>`, in the order in which they were last written. */
	list(filter: string): Promise<Entry[]>;
	/** The first-written entry whose key matches; none of these may ever have been removed, but cleared. */
	first(filter: string): Promise<Entry | undefined>;
	/** All keys that match, also of those that were removed and not cleared. */
	keys(filter: string): Promise<string[]>;
	/** @throws Conflict where there is one already. @returns its revision */
	create(key: string, value: Uint8Array): Promise<number>;
	/** @throws Conflict where it was written or removed since. @returns its new revision */
	update(key: string, value: Uint8Array, revision: number): Promise<number>;
	/** Writes it whatever was there. @returns its revision */
	put(key: string, value: Uint8Array): Promise<number>;
	/**
	 * Changes what is there; tried again where another wrote in between.
	 * @param change returns the new value; `undefined`: leave it as it is
	 */
	change(key: string, change: (entry: Entry | undefined) => Uint8Array | undefined): Promise<void>;
	/** @returns whether there was one */
	remove(key: string): Promise<boolean>;
	/**
	 * Removes all whose key matches, except those that were written last. Watchers are not notified.
	 * @param keep how many stay; default none
	 * @returns how many are gone
	 */
	clear(filter: string, keep?: number): Promise<number>;
	/**
	 * Tells which key is written or removed from now on, also by this node; `undefined` where some may have been missed,
	 * as after a lost connection. Keys may come twice. @returns what ends it
	 */
	watch(filter: string, listener: (key: string | undefined) => void): Promise<() => void>;
}

/** Maximum number of concurrent writes to a key between its being read and written. */
const casAttempts = 20;

/** {@link KeyValues.change} by the other methods. @throws Conflict where others wrote in between too often */
export async function changeKey(
	kv: Pick<KeyValues, "get" | "create" | "update">,
	key: string,
	change: (entry: Entry | undefined) => Uint8Array | undefined,
): Promise<void> {
	for (let attempt = 1; ; attempt++) {
		const entry = await kv.get(key);
		const value = change(entry);
		if (value === undefined) return;
		try {
			if (entry) await kv.update(key, value, entry.revision);
			else await kv.create(key, value);
			return;
		} catch (error) {
			if (!(error instanceof Conflict) || attempt === casAttempts) throw error;
		}
	}
}

interface Filter {
	/** All keys that match lie within. */
	range: [from: string, to: string];
	matches: (key: string) => boolean;
	/** All keys of the range match. */
	isWhole: boolean;
}

/** Sorts after every key that begins with what is before it. */
const last = "\uffff";

/** Reads a filter of {@link KeyValues}. */
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
