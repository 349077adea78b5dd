import { type Connection, type RequestOptions, requestBlob } from "./http.ts";
import { type OverlayTokensApi, overlayTokensApi } from "./overlay-tokens-api.ts";
import { type RoomHandle, roomHandle } from "./room-handle.ts";
import { type RoomsApi, roomsApi } from "./rooms-api.ts";
import type { Language } from "./texts.ts";
import { type Clock, ownClock } from "./time.ts";

export interface LivekeeperClientOptions {
	/** Where the service is, e.g. `http://127.0.0.1:7001`. A path is kept: the service may stand behind a proxy. */
	url: string | URL;
	/** The service's API key, where it asks for one; or an overlay token, for what that is for. */
	apiKey?: string | undefined;
	/** In which the service and the errors speak to people; default: what the platform asks for by itself, else English. */
	lang?: Language | undefined;
	/** Another `fetch`; default the platform's. */
	fetch?: typeof fetch | undefined;
	/** How long the service may take to begin its answer, ms; default 30,000. */
	timeoutMs?: number | undefined;
	/** Where time comes from; for tests. */
	clock?: Clock | undefined;
}

/** A livekeeper service, from a browser or Node. Holds no connection of its own: there is nothing to close. */
export class LivekeeperClient {
	/** Which rooms the service keeps. */
	readonly rooms: RoomsApi;
	/** Who may read, and no more, without the API key. */
	readonly overlayTokens: OverlayTokensApi;
	readonly #connection: Connection;

	/** @throws TypeError when `url` is not an http(s) URL */
	constructor(options: LivekeeperClientOptions) {
		this.#connection = {
			base: baseOf(options.url),
			apiKey: options.apiKey,
			lang: options.lang,
			// The platform's fetch refuses to be called as somebody's method.
			fetch: options.fetch ?? ((input, init) => fetch(input, init)),
			clock: options.clock ?? ownClock,
			timeoutMs: options.timeoutMs ?? 30_000,
		};
		this.rooms = roomsApi(this.#connection);
		this.overlayTokens = overlayTokensApi(this.#connection);
	}

	/**
	 * A picture that an event names (an avatar, a gift), by way of the service.
	 * @throws LivekeeperApiError `image_host_not_allowed`, `image_unavailable`
	 */
	image(url: string, options: RequestOptions = {}): Promise<Blob> {
		return requestBlob(this.#connection, "api/v1/image", { query: { url }, signal: options.signal });
	}

	/** @param liveId the last part of `https://live.douyin.com/{liveId}` */
	room(liveId: string): RoomHandle {
		return roomHandle(this.#connection, liveId);
	}
}

function baseOf(input: string | URL): string {
	if (!URL.canParse(`${input}`) || !/^https?:$/.test(new URL(input).protocol)) {
		throw new TypeError(`Not an http:// or https:// URL: ${input}`);
	}
	const url = new URL(input);
	url.search = "";
	url.hash = "";
	if (!url.pathname.endsWith("/")) url.pathname += "/";
	return url.href;
}
