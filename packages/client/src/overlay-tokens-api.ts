import type { NewOverlayToken, OverlayToken } from "./gen/api.ts";
import { type Connection, type RequestOptions, requestJson } from "./http.ts";
import type { Given } from "./types.ts";

/** Tokens for those who may read one room, or all, without the API key. Every method throws {@link LivekeeperApiError}. */
export interface OverlayTokensApi {
	/** In the order in which they were made. */
	list(options?: RequestOptions): Promise<OverlayToken[]>;
	/**
	 * Makes a token. Its secret, which is used in place of an API key, is returned here and never again.
	 * @throws `too_many_tokens`, `invalid_live_id`
	 */
	create(token: Given<NewOverlayToken>, options?: RequestOptions): Promise<{ token: OverlayToken; secret: string }>;
	/** Revokes a token: what it opened ends. @throws `token_not_found` */
	remove(id: string, options?: RequestOptions): Promise<void>;
}

const path = "api/v1/overlay-tokens";

export function overlayTokensApi(connection: Connection): OverlayTokensApi {
	return {
		async list({ signal } = {}) {
			return (await requestJson<{ tokens: OverlayToken[] }>(connection, path, { signal })).tokens;
		},
		async create(body, { signal } = {}) {
			const call = { method: "POST", body, signal } as const;
			const { token, secret } = await requestJson<{ token: OverlayToken; secret: string }>(connection, path, call);
			return { token, secret };
		},
		async remove(id, { signal } = {}) {
			await requestJson(connection, `${path}/${encodeURIComponent(id)}`, { method: "DELETE", signal });
		},
	};
}
