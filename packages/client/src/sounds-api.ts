import type { Sound } from "./gen/api.ts";
import { type Connection, type RequestOptions, requestFile, requestJson } from "./http.ts";

/** Sound files that overlays play for gifts. Every method throws {@link LivekeeperApiError}. */
export interface SoundsApi {
	/** All sounds, in the order in which they were added. */
	list(options?: RequestOptions): Promise<Sound[]>;
	/**
	 * Stores an mp3, ogg, wav, m4a or webm file of at most 512 KB. The same file again is the same sound.
	 * @throws `sound_too_large`, `unsupported_sound`, `too_many_sounds`
	 */
	add(name: string, file: Blob, options?: RequestOptions): Promise<Sound>;
	/** The file of a sound. @throws `sound_not_found` */
	file(id: string, options?: RequestOptions): Promise<Blob>;
	/** Overlays that played it play the chime instead. @throws `sound_not_found` */
	remove(id: string, options?: RequestOptions): Promise<void>;
}

const path = "api/v1/sounds";

export function soundsApi(connection: Connection): SoundsApi {
	const one = (id: string) => `${path}/${encodeURIComponent(id)}`;
	return {
		async list({ signal } = {}) {
			return (await requestJson<{ sounds: Sound[] }>(connection, path, { signal })).sounds;
		},
		async add(name, body, { signal } = {}) {
			const call = { method: "POST", query: { name }, body, signal } as const;
			return (await requestJson<{ sound: Sound }>(connection, path, call)).sound;
		},
		file: (id, { signal } = {}) => requestFile(connection, one(id), { signal }),
		async remove(id, { signal } = {}) {
			await requestJson(connection, one(id), { method: "DELETE", signal });
		},
	};
}
