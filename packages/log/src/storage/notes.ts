import type { KeyValues } from "./key-values.ts";
import { textOf } from "./ordered-values.ts";
import { nameOf, tokenOf } from "./token.ts";

/** Small values kept under a name, as JSON, across restarts. No secrets, because they are not sealed. */
export interface Notes {
	/** Returns the value; `undefined` for an unknown name. */
	get(name: string): Promise<unknown>;
	/**
	 * Stores `value` in place of the previous one.
	 * @throws TypeError if it cannot become JSON; LivekeeperError `storage_failing` if it cannot be stored
	 */
	put(name: string, value: unknown): Promise<void>;
	/** Removes the value of a name, if there is one. @throws LivekeeperError `storage_failing` */
	remove(name: string): Promise<void>;
}

const prefix = "note.";
const keyOf = (name: string) => `${prefix}${tokenOf(name)}`;

export function notesIn(kv: KeyValues): Notes {
	return {
		async get(name) {
			const entry = await kv.get(keyOf(name));
			return entry && JSON.parse(textOf(entry.value));
		},
		async put(name, value) {
			const json: string | undefined = JSON.stringify(value);
			if (json === undefined) throw new TypeError(`The note ${name} can't become JSON.`);
			await kv.put(keyOf(name), Buffer.from(json));
		},
		async remove(name) {
			await kv.remove(keyOf(name));
		},
	};
}

/** Returns the names of all notes. */
export async function noteNamesIn(kv: KeyValues): Promise<string[]> {
	return (await kv.list(`${prefix}>`)).map(({ key }) => nameOf(key.slice(prefix.length)));
}
