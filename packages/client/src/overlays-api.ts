import type { NewOverlayToken, OverlayToken, OverlayTokenChange, Sound } from "./gen/api.ts";
import { type Connection, type RequestOptions, requestFile, requestJson } from "./http.ts";
import type { Given } from "./types.ts";

/** Tokens for reading one room, or all, without the API key. Every method throws {@link LivekeeperApiError}. */
export interface OverlayTokensApi {
	/** Returns all tokens, in order of creation. */
	list(options?: RequestOptions): Promise<OverlayToken[]>;
	/**
	 * Creates a token. Its secret, which is used in place of an API key, is returned only here.
	 * @throws `too_many_tokens`, `invalid_live_id`
	 * @example
	 * ```ts
	 * import { LivekeeperClient } from "@livekeeper/client";
	 * const keeper = new LivekeeperClient({ url: "http://127.0.0.1:7001" });
	 * const { token, secret } = await keeper.overlayTokens.create({ name: "OBS", live_id: "261378947940" });
	 * const reader = new LivekeeperClient({ url: "http://127.0.0.1:7001", apiKey: secret });
	 * console.log((await reader.room("261378947940").status()).live_id); // → "261378947940"
	 * await keeper.overlayTokens.remove(token.id);
	 * ```
	 */
	create(token: Given<NewOverlayToken>, options?: RequestOptions): Promise<{ token: OverlayToken; secret: string }>;
	/** Returns the settings of one overlay; the request counts as the overlay's own. @throws `token_not_found` */
	get(id: string, options?: RequestOptions): Promise<OverlayToken>;
	/**
	 * Changes the given fields; the secret and the overlay's address stay. @throws `token_not_found`, `invalid_live_id`
	 */
	change(id: string, change: Given<OverlayTokenChange>, options?: RequestOptions): Promise<OverlayToken>;
	/**
	 * Makes the overlay, if it is open, show an invented event, which no other client receives. @throws `token_not_found`
	 */
	test(id: string, kind: "gift" | "chat" | "pk", options?: RequestOptions): Promise<OverlayToken>;
	/** Revokes a token: its open connections end. @throws `token_not_found` */
	remove(id: string, options?: RequestOptions): Promise<void>;
}

const tokensPath = "api/v1/overlay-tokens";

export function overlayTokensApi(connection: Connection): OverlayTokensApi {
	const ask = async (id: string, call: Parameters<typeof requestJson>[2], below = "") => {
		const where = `${tokensPath}/${encodeURIComponent(id)}${below}`;
		return (await requestJson<{ token: OverlayToken }>(connection, where, call)).token;
	};
	return {
		get: (id, { signal } = {}) => ask(id, { signal }),
		change: (id, body, { signal } = {}) => ask(id, { method: "PATCH", body, signal }),
		test: (id, kind, { signal } = {}) => ask(id, { method: "POST", body: { kind }, signal }, "/test"),
		async list({ signal } = {}) {
			return (await requestJson<{ tokens: OverlayToken[] }>(connection, tokensPath, { signal })).tokens;
		},
		async create(body, { signal } = {}) {
			const call = { method: "POST", body, signal } as const;
			const { token, secret } = await requestJson<{ token: OverlayToken; secret: string }>(
				connection,
				tokensPath,
				call,
			);
			return { token, secret };
		},
		async remove(id, { signal } = {}) {
			await requestJson(connection, `${tokensPath}/${encodeURIComponent(id)}`, { method: "DELETE", signal });
		},
	};
}

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

const soundsPath = "api/v1/sounds";

export function soundsApi(connection: Connection): SoundsApi {
	const one = (id: string) => `${soundsPath}/${encodeURIComponent(id)}`;
	return {
		async list({ signal } = {}) {
			return (await requestJson<{ sounds: Sound[] }>(connection, soundsPath, { signal })).sounds;
		},
		async add(name, body, { signal } = {}) {
			const call = { method: "POST", query: { name }, body, signal } as const;
			return (await requestJson<{ sound: Sound }>(connection, soundsPath, call)).sound;
		},
		file: (id, { signal } = {}) => requestFile(connection, one(id), { signal }),
		async remove(id, { signal } = {}) {
			await requestJson(connection, one(id), { method: "DELETE", signal });
		},
	};
}
