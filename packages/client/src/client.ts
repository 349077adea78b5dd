import type { KnownGift, ServiceConfig, Today } from "./gen/api.ts";
import { type Connection, type RequestOptions, requestFile } from "./http.ts";
import { type IdentitiesApi, identitiesApi } from "./identities-api.ts";
import { type OverlayTokensApi, overlayTokensApi, type SoundsApi, soundsApi } from "./overlays-api.ts";
import { type RoomHandle, roomHandle } from "./room-handle.ts";
import { type RoomsApi, roomsApi } from "./rooms-api.ts";
import {
	type Backup,
	type BackupOptions,
	type ClusterNodes,
	type Diagnosis,
	type DiagnosisOptions,
	makeBackup,
	openBackup,
	type Readiness,
	type RecordingsOptions,
	type ReportedRecordings,
	readConfig,
	readDiagnosis,
	readGifts,
	readNodes,
	readReadiness,
	readRecordings,
	readToday,
	type SearchOptions,
	type SearchPage,
	searchPages,
	type TodayOptions,
} from "./service-api.ts";
import { type TargetsApi, targetsApi } from "./targets-api.ts";
import type { Language } from "./texts.ts";
import { type Clock, ownClock } from "./time.ts";
import {
	type ConnectionsApi,
	connectionsApi,
	type DoctorQuestion,
	type DoctorVerdict,
	examine,
	type UpstreamApi,
	upstreamApi,
} from "./upstream-api.ts";

export interface LivekeeperClientOptions {
	/** Address of the service, e.g. `http://127.0.0.1:7001`. A path is kept: the service may be behind a proxy. */
	url: string | URL;
	/** The service's API key, if it requires one; or an overlay token, for what that allows. */
	apiKey?: string | undefined;
	/**
	 * Language of the service's texts and of errors; default: the language that the platform requests, otherwise English.
	 */
	lang?: Language | undefined;
	/** Another `fetch`; default the platform's. */
	fetch?: typeof fetch | undefined;
	/** Timeout for the service to begin its answer, ms; default 30,000. */
	timeoutMs?: number | undefined;
	/** Source of time; for tests. */
	clock?: Clock | undefined;
}

/**
 * Client of a livekeeper service, for browsers and Node. Holds no connection of its own: there is nothing to close.
 * @example
 * ```ts
 * import { LivekeeperClient } from "@livekeeper/client";
 * const keeper = new LivekeeperClient({ url: "http://127.0.0.1:7001" });
 * for (const room of await keeper.rooms.list()) console.log(room.live_id, room.state);
 * const { reason } = await keeper.ready();
 * console.log(reason); // → null
 * ```
 */
export class LivekeeperClient {
	/** The rooms that the service keeps connected. */
	readonly rooms: RoomsApi;
	/** Tokens for read-only access without the API key. */
	readonly overlayTokens: OverlayTokensApi;
	/** Sound files that overlays play. */
	readonly sounds: SoundsApi;
	/** Distribution of connections among rooms, and the state of reconnecting. */
	readonly connections: ConnectionsApi;
	/** Lookups of live rooms on the site, and the requests that it refuses. */
	readonly upstream: UpstreamApi;
	/** Cookies and proxies of rooms, by name. */
	readonly identities: IdentitiesApi;
	/** Receivers of events. */
	readonly targets: TargetsApi;
	readonly #connection: Connection;

	/** @throws TypeError if `url` is not an http(s) URL */
	constructor(options: LivekeeperClientOptions) {
		this.#connection = {
			base: baseOf(options.url),
			apiKey: options.apiKey,
			lang: options.lang,
			// The platform's fetch fails when called as a method of another object.
			fetch: options.fetch ?? ((input, init) => fetch(input, init)),
			clock: options.clock ?? ownClock,
			timeoutMs: options.timeoutMs ?? 30_000,
		};
		this.rooms = roomsApi(this.#connection);
		this.overlayTokens = overlayTokensApi(this.#connection);
		this.sounds = soundsApi(this.#connection);
		this.connections = connectionsApi(this.#connection);
		this.upstream = upstreamApi(this.#connection);
		this.identities = identitiesApi(this.#connection);
		this.targets = targetsApi(this.#connection);
	}

	/** Returns the service's configuration: every option with its value and source, secrets only as set or not. */
	config(options: RequestOptions = {}): Promise<ServiceConfig> {
		return readConfig(this.#connection, options);
	}

	/** Returns the nodes of the cluster, and the age of that information. */
	nodes(options: RequestOptions = {}): Promise<ClusterNodes> {
		return readNodes(this.#connection, options);
	}

	/** Returns totals of all rooms since a time, when each usually goes live, and the best gifts. */
	today(options: TodayOptions = {}): Promise<Today> {
		return readToday(this.#connection, options);
	}

	/**
	 * Returns whether the service can take work, and its warnings. Needs no key.
	 * @throws LivekeeperApiError if the request fails
	 */
	ready(options: RequestOptions = {}): Promise<Readiness> {
		return readReadiness(this.#connection, options);
	}

	/** Returns the gifts that were seen in all rooms, the most expensive first: name, price and image of each. */
	gifts(options: RequestOptions = {}): Promise<KnownGift[]> {
		return readGifts(this.#connection, options);
	}

	/** Returns the video files that recorders have reported, the newest 1,000, and the service's clock. */
	recordings(options: RecordingsOptions = {}): Promise<ReportedRecordings> {
		return readRecordings(this.#connection, options);
	}

	/**
	 * Searches chats and gifts, newest first, in some rooms or all. Each page reports the progress; the next one is
	 * requested when the loop needs it. Leave the loop or abort `signal` to end it.
	 * @throws LivekeeperApiError; the signal's reason
	 * @example
	 * ```ts
	 * import { LivekeeperClient } from "@livekeeper/client";
	 * const keeper = new LivekeeperClient({ url: "http://127.0.0.1:7001" });
	 * let found = 0;
	 * for await (const { events } of keeper.search({ types: ["gift"], rooms: ["261378947940"] })) {
	 * 	for (const event of events) console.log(event.seq, event.user?.nickname);
	 * 	found += events.length;
	 * 	if (found > 0) break;
	 * }
	 * console.log(found > 0); // → true
	 * ```
	 */
	search(options: SearchOptions): AsyncIterable<SearchPage> {
		return searchPages(this.#connection, options);
	}

	/**
	 * Returns a complete backup of everything that the service has stored. The key that encrypts cookies is not in it.
	 * @throws LivekeeperApiError `backup_running`, `backup_failed`, also if it broke off: then there is no file
	 */
	backup(options: BackupOptions = {}): Promise<Backup> {
		return makeBackup(this.#connection, options);
	}

	/**
	 * Opens a backup as a stream: the answer's body is the file.
	 * @throws LivekeeperApiError `backup_running`, `backup_failed`
	 */
	openBackup(options: BackupOptions = {}): Promise<Response> {
		return openBackup(this.#connection, options);
	}

	/**
	 * Collects what explains a problem, to be sent to whoever is helping: numbers and codes, and no secret, address, name
	 * or message.
	 */
	diagnose(options: DiagnosisOptions = {}): Promise<Diagnosis> {
		return readDiagnosis(this.#connection, options);
	}

	/**
	 * Lets the service diagnose problems between it and a room. It visits the upstream once, as a user would.
	 * @throws LivekeeperApiError `identity_not_found`, `too_many_requests` while another check is running
	 */
	doctor(question: DoctorQuestion = {}): Promise<DoctorVerdict> {
		return examine(this.#connection, question);
	}

	/**
	 * Returns an image that an event names (an avatar, a gift), fetched through the service.
	 * @throws LivekeeperApiError `image_host_not_allowed`, `image_unavailable`
	 */
	image(url: string, options: RequestOptions = {}): Promise<Blob> {
		return requestFile(this.#connection, "api/v1/image", { query: { url }, signal: options.signal });
	}

	/** Returns a handle for reading one room. @param liveId the last part of `https://live.douyin.com/{liveId}` */
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

/** Parses a URL, because OBS 28 has no `URL.canParse`. */
function urlOf(input: string | URL): URL | undefined {
	try {
		return new URL(input);
	} catch {
		return undefined;
	}
}
