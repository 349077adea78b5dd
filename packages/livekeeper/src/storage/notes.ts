import type { KeyValues } from "./key-values.ts";
import { textOf } from "./ordered-values.ts";
import { nameOf, tokenOf } from "./token.ts";

/** Small things that are remembered under a name, as JSON, across restarts. No secrets: they are not sealed. */
export interface Notes {
	/** `undefined` for a name that is not known. */
	get(name: string): Promise<unknown>;
	/**
	 * Keeps `value` in place of what was there.
	 * @throws TypeError for what can't become JSON; LivekeeperError `storage_failing` when it can't be stored
	 */
	put(name: string, value: unknown): Promise<void>;
	/** Forgets what is kept under the name, if anything is. @throws LivekeeperError `storage_failing` */
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

/** The names under which there are notes. */
export async function noteNamesIn(kv: KeyValues): Promise<string[]> {
	return (await kv.list(`${prefix}>`)).map(({ key }) => nameOf(key.slice(prefix.length)));
}
