import type { KeyValues } from "./key-values.ts";
import { textOf } from "./ordered-values.ts";
import { tokenOf } from "./token.ts";

/** A sound file of the user, without its content. */
export interface StoredSound {
	/** Made of the content: the same file has the same id. */
	id: string;
	/** The user's own words for it. */
	name: string;
	/** Media type, e.g. `audio/mpeg`. */
	type: string;
	/** Size of the file, bytes. */
	bytes: number;
	/** ms since the epoch. */
	addedAt: number;
}

/** The user's sound files, across restarts. All calls reject with LivekeeperError `storage_failing` where storage fails. */
export interface SoundRegistry {
	/** All sounds, in the order in which they were added. */
	list(): Promise<StoredSound[]>;
	/** Content of a file; `undefined` if there is none. */
	read(id: string): Promise<Uint8Array | undefined>;
	/**
	 * Adds a sound, or renames the one with the same content.
	 * @param max maximum number of sounds
	 * @returns false if there are as many already; nothing is stored then
	 */
	add(sound: StoredSound, file: Uint8Array, max: number): Promise<boolean>;
	/** @returns whether there was one */
	remove(id: string): Promise<boolean>;
}

/** Holds the list of all sounds, so that one change decides whether there is room for another. */
const listKey = "sounds";
const fileKey = (id: string) => `sound.${tokenOf(id)}`;

/** A file is never stored unless it is listed: a call that was cut off leaves a sound that is silent and can be removed. */
export function soundRegistry(kv: KeyValues): SoundRegistry {
	const listed = (value: Uint8Array | undefined) => (value ? (JSON.parse(textOf(value)) as StoredSound[]) : []);
	const change = (changed: (sounds: StoredSound[]) => StoredSound[] | undefined) =>
		kv.change(listKey, (entry) => {
			const sounds = changed(listed(entry?.value));
			return sounds && Buffer.from(JSON.stringify(sounds));
		});
	return {
		list: async () => listed((await kv.get(listKey))?.value),
		read: async (id) => (await kv.get(fileKey(id)))?.value,
		async add(sound, file, max) {
			let hasRoom = false;
			await change((sounds) => {
				const isKnown = sounds.some(({ id }) => id === sound.id);
				hasRoom = isKnown || sounds.length < max;
				if (!hasRoom) return undefined;
				if (!isKnown) return [...sounds, sound];
				return sounds.map((one) => (one.id === sound.id ? { ...one, name: sound.name } : one));
			});
			if (hasRoom) await kv.put(fileKey(sound.id), file);
			return hasRoom;
		},
		async remove(id) {
			await kv.remove(fileKey(id));
			let wasListed = false;
			await change((sounds) => {
				const left = sounds.filter((sound) => sound.id !== id);
				wasListed = left.length < sounds.length;
				return wasListed ? left : undefined;
			});
			return wasListed;
		},
	};
}
