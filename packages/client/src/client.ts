import { type ConnectionsApi, connectionsApi } from "./connections-api.ts";
import { type DoctorQuestion, type DoctorVerdict, examine } from "./doctor.ts";
import type { KnownGift, ServiceConfig, Today } from "./gen/api.ts";
import { type Connection, type RequestOptions, requestFile } from "./http.ts";
import { type IdentitiesApi, identitiesApi } from "./identities-api.ts";
import { type OverlayTokensApi, overlayTokensApi } from "./overlay-tokens-api.ts";
import { type RoomHandle, roomHandle } from "./room-handle.ts";
import { type RoomsApi, roomsApi } from "./rooms-api.ts";
import { type SearchOptions, type SearchPage, searchPages } from "./search-api.ts";
import {
	type Backup,
	type BackupOptions,
	type ClusterNodes,
	makeBackup,
	openBackup,
	type Readiness,
	readConfig,
	readGifts,
	readNodes,
	readReadiness,
	readToday,
	type TodayOptions,
} from "./service-api.ts";
import { type TargetsApi, targetsApi } from "./targets-api.ts";
import type { Language } from "./texts.ts";
import { type Clock, ownClock } from "./time.ts";
import { type UpstreamApi, upstreamApi } from "./upstream-api.ts";

export interface LivekeeperClientOptions {
	/** Where the service is, e.g. `http://127.0.0.1:7001`. A path is kept: the service may be behind a proxy. */
	url: string | URL;
	/** The service's API key, where it asks for one; or an overlay token, for what that is for. */
	apiKey?: string | undefined;
	/** Language of the service's texts and of errors; default: what the platform asks for by itself, else English. */
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
	/** Tokens for those who may read, and no more, without the API key. */
	readonly overlayTokens: OverlayTokensApi;
	/** How connections are shared out among them, and how reconnecting goes. */
	readonly connections: ConnectionsApi;
	/** How the site is asked which rooms are live, and what it refuses. */
	readonly upstream: UpstreamApi;
	/** Cookies and proxies of rooms, by name. */
	readonly identities: IdentitiesApi;
	/** Receivers of events. */
	readonly targets: TargetsApi;
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
		this.connections = connectionsApi(this.#connection);
		this.upstream = upstreamApi(this.#connection);
		this.identities = identitiesApi(this.#connection);
		this.targets = targetsApi(this.#connection);
	}

	/** What the service runs with: every option with its value and where that came from, secrets only as set or not. */
	config(options: RequestOptions = {}): Promise<ServiceConfig> {
		return readConfig(this.#connection, options);
	}

	/** The nodes of the cluster, and how old that information is. */
	nodes(options: RequestOptions = {}): Promise<ClusterNodes> {
		return readNodes(this.#connection, options);
	}

	/** Totals of all rooms since a time, when each usually goes live, and the best gifts. */
	today(options: TodayOptions = {}): Promise<Today> {
		return readToday(this.#connection, options);
	}

	/**
	 * Whether the service can take work, and its warnings. Needs no key.
	 * @throws LivekeeperApiError where it can't be asked
	 */
	ready(options: RequestOptions = {}): Promise<Readiness> {
		return readReadiness(this.#connection, options);
	}

	/** The gifts that have passed in all rooms, the dearest first: what they are called, cost and look like. */
	gifts(options: RequestOptions = {}): Promise<KnownGift[]> {
		return readGifts(this.#connection, options);
	}

	/**
	 * Looks through what was said and given, newest first, in some rooms or all. Each page says how far it has come; the next
	 * is asked for when the loop comes to it. Leave the loop or abort `signal` to end it.
	 * @throws LivekeeperApiError; the signal's reason
	 */
	search(options: SearchOptions): AsyncIterable<SearchPage> {
		return searchPages(this.#connection, options);
	}

	/**
	 * A backup of all that the service has stored, once it is whole. The key that cookies are encrypted with is not in it.
	 * @throws LivekeeperApiError `backup_running`, `backup_failed`, also where it broke off: then there is no file
	 */
	backup(options: BackupOptions = {}): Promise<Backup> {
		return makeBackup(this.#connection, options);
	}

	/**
	 * The same as it comes: the answer's body is the file.
	 * @throws LivekeeperApiError `backup_running`, `backup_failed`
	 */
	openBackup(options: BackupOptions = {}): Promise<Response> {
		return openBackup(this.#connection, options);
	}

	/**
	 * Has the service find out what is wrong between it and a room. It visits the upstream once, as a person would.
	 * @throws LivekeeperApiError `identity_not_found`, `too_many_requests` while another examination is under way
	 */
	doctor(question: DoctorQuestion = {}): Promise<DoctorVerdict> {
		return examine(this.#connection, question);
	}

	/**
	 * A picture that an event names (an avatar, a gift), by way of the service.
	 * @throws LivekeeperApiError `image_host_not_allowed`, `image_unavailable`
	 */
	image(url: string, options: RequestOptions = {}): Promise<Blob> {
		return requestFile(this.#connection, "api/v1/image", { query: { url }, signal: options.signal });
	}

	/** @param liveId the last part of `https://live.douyin.com/{liveId}` */
	room(liveId: string): RoomHandle {
		return roomHandle(this.#connection, liveId);
	}
}

function baseOf(input: string | URL): string {
	const url = urlOf(input);
	if (!url || !/^https?:$/.test(url.protocol)) throw new TypeError(`Not an http:// or https:// URL: ${input}`);
	url.search = "";
	url.hash = "";
	if (!url.pathname.endsWith("/")) url.pathname += "/";
	return url.href;
}

/** OBS 28 has no `URL.canParse`. */
function urlOf(input: string | URL): URL | undefined {
	try {
		return new URL(input);
	} catch {
		return undefined;
	}
}
