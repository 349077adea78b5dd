import { proposedFileName } from "./file-name.ts";
import type {
	KnownGift,
	Recording,
	ServiceConfig,
	Today,
	DiagnosisBundle as WireDiagnosis,
	ClusterNodes as WireNodes,
} from "./gen/api.ts";
import { type Connection, type RequestOptions, readBlob, requestJson, requestOpen } from "./http.ts";
import type { RoomEvent, RoomEventType } from "./types.ts";

/** The nodes of the cluster, as the answering node last heard from NATS. */
export type ClusterNodes = Omit<WireNodes, "success" | "count">;

/** Progress of a backup: copied by the service, then received. `total` is 0 if it isn't known. */
export interface BackupProgress {
	phase: "copying" | "receiving";
	bytes: number;
	total: number;
}

export interface BackupOptions extends RequestOptions {
	onProgress?: ((progress: BackupProgress) => void) | undefined;
}

/** A complete backup. */
export interface Backup {
	file: Blob;
	name: string;
	/** Path at which the service keeps the key that encrypts cookies in it; `undefined` if the user has given one. */
	keyFile: string | undefined;
}

/** Whether the service can take work, in words for people. */
export interface Readiness {
	/** Why it can't; `null` if it can. */
	reason: string | null;
	/** Problems that don't prevent that. */
	warnings: string[];
}

export interface TodayOptions extends RequestOptions {
	/** Beginning, ms since the epoch, at most 31 days ago; default the last 24 hours. */
	from?: number | undefined;
	/** Only this room; default all. */
	liveId?: string | undefined;
}

export interface RecordingsOptions extends RequestOptions {
	/** Only notices with a greater `id`; default 0: all that are kept. */
	after?: number | undefined;
}

/** Video files that recorders have reported to the service. */
export interface ReportedRecordings {
	/** The service's clock, ms since the epoch. */
	now: number;
	/** Oldest first. */
	recordings: Recording[];
}

export interface DiagnosisOptions extends RequestOptions {
	/** Whether to try the way to a room, which visits the site once and takes up to a minute; default true. */
	doctor?: boolean | undefined;
	/** Whether to keep room numbers; default: rooms are called `room-1`, `room-2` … */
	keepRoomNumbers?: boolean | undefined;
}

/** Files that explain a problem, without secrets, addresses, names and messages. */
export interface Diagnosis {
	/** Proposed name of the archive. */
	fileName: string;
	/** Content, file by file: `about` says in words what it holds. */
	files: WireDiagnosis["files"];
	/** The same files as a ZIP archive. */
	zip: Blob;
}

/** Collects what explains a problem. */
export async function readDiagnosis(connection: Connection, options: DiagnosisOptions): Promise<Diagnosis> {
	const { doctor, keepRoomNumbers: keep_room_numbers, signal } = options;
	const {
		file_name: fileName,
		files,
		zip,
	} = await requestJson<WireDiagnosis>(connection, "api/v1/diagnosis", {
		...{ method: "POST", body: { doctor, keep_room_numbers }, signal, timeoutMs: Number.POSITIVE_INFINITY },
	});
	const bytes = Uint8Array.from(atob(zip), (char) => char.charCodeAt(0));
	return { fileName, files, zip: new Blob([bytes], { type: "application/zip" }) };
}

const path = "api/v1/backup";
/** Interval at which the service is asked for the progress of its copy, ms. */
const pollMs = 500;

/** Reads the service's configuration, without secrets. */
export async function readConfig(connection: Connection, { signal }: RequestOptions): Promise<ServiceConfig> {
	return requestJson<ServiceConfig>(connection, "api/v1/config", { signal });
}

/** Reads the nodes of the cluster. */
export async function readNodes(connection: Connection, { signal }: RequestOptions): Promise<ClusterNodes> {
	return requestJson<ClusterNodes>(connection, "api/v1/nodes", { signal });
}

/** Reads totals of all rooms since a time, ms since the epoch. */
export async function readToday(connection: Connection, { from, liveId, signal }: TodayOptions): Promise<Today> {
	return requestJson<Today>(connection, "api/v1/today", { query: { from, live_id: liveId }, signal });
}

/** Reads whether the service can take work. */
export async function readReadiness(connection: Connection, { signal }: RequestOptions): Promise<Readiness> {
	type Answer = { reason?: string; warnings?: string[] };
	const { reason = null, warnings = [] } = await requestJson<Answer>(connection, "health/ready", {
		signal,
		alsoAnswers: 503,
	});
	return { reason, warnings };
}

/** Reads names, prices and images of gifts, the most expensive first. */
export async function readGifts(connection: Connection, { signal }: RequestOptions): Promise<KnownGift[]> {
	return (await requestJson<{ gifts: KnownGift[] }>(connection, "api/v1/gifts", { signal })).gifts;
}

/** Reads the video files that recorders have reported. */
export async function readRecordings(
	connection: Connection,
	{ after, signal }: RecordingsOptions,
): Promise<ReportedRecordings> {
	const path = "api/v1/recordings";
	const { now, recordings } = await requestJson<ReportedRecordings>(connection, path, { query: { after }, signal });
	return { now, recordings };
}

/** Makes a backup and returns it once it is complete. It is held in memory, or where the browser keeps blobs. */
export async function makeBackup(connection: Connection, options: BackupOptions): Promise<Backup> {
	const response = await openBackup(connection, options);
	const head = response.headers;
	const total = Number(head.get("content-length") ?? 0);
	const file = await readBlob(connection, response, options.signal, (bytes) =>
		options.onProgress?.({ phase: "receiving", bytes, total }),
	);
	const keyFile = head.get("x-livekeeper-key-file");
	return {
		file,
		name: proposedFileName({ headers: head }) ?? "livekeeper.backup",
		keyFile: keyFile === null ? undefined : decodeURIComponent(keyFile),
	};
}

/** Makes a backup as a stream; reports its progress until it is open. */
export async function openBackup(connection: Connection, { signal, onProgress }: BackupOptions): Promise<Response> {
	const stopWatching = onProgress ? watchCopy(connection, onProgress, signal) : () => undefined;
	try {
		return await requestOpen(connection, path, { method: "POST", signal, timeoutMs: Number.POSITIVE_INFINITY });
	} finally {
		stopWatching();
	}
}

/**
 * Asks for the progress while the service copies, because nothing arrives meanwhile. @returns a function that ends that
 */
function watchCopy(
	connection: Connection,
	onProgress: (progress: BackupProgress) => void,
	signal: AbortSignal | undefined,
): () => void {
	let ended = false;
	const look = async () => {
		type Answer = { progress: { copied: number; total: number } | null };
		// Only a display: the request for the backup itself reports failures.
		const { progress } = await requestJson<Answer>(connection, path, { signal }).catch(() => ({ progress: null }));
		if (ended) return;
		if (progress) onProgress({ phase: "copying", bytes: progress.copied, total: progress.total });
		timer = connection.clock.after(pollMs, () => void look());
	};
	let timer = connection.clock.after(pollMs, () => void look());
	return () => {
		ended = true;
		timer.cancel();
	};
}

export interface SearchOptions extends RequestOptions {
	/** Text within a message, a gift's name, a nickname or a Douyin ID; ASCII letters in either case. */
	text?: string | undefined;
	/** Only events of the user with this `id`, `sec_uid`, `display_id` (the Douyin ID) or `webcast_uid`. */
	user?: string | undefined;
	/** Only these kinds; default all. */
	types?: readonly RoomEventType[] | undefined;
	/** Only these rooms, at most 100; default all. */
	rooms?: readonly string[] | undefined;
	/** Events at or after this, ms since the epoch. */
	from?: number | undefined;
	/** Events before this, ms since the epoch. */
	to?: number | undefined;
	/** Maximum number of events in a page, up to 500; default 100. */
	limit?: number | undefined;
	/** Continue where a page ended. */
	cursor?: string | undefined;
}

/** Events that the service has found in about a second; there may be none yet. */
export interface SearchPage {
	/** Newest first. */
	events: RoomEvent[];
	/** Number of events that were searched. */
	looked: number;
	/** The search has covered everything stored after this, ms since the epoch; `null`: the whole log. */
	reachedAt: number | null;
	/** Time at which the search will end, ms since the epoch; `null`: there is nothing to search. */
	oldestAt: number | null;
	/** Pass it to continue; `null`: there is no more. */
	cursor: string | null;
}

interface WirePage extends Pick<SearchPage, "events" | "looked" | "cursor"> {
	reached_at: number | null;
	oldest_at: number | null;
}

/** Returns one page of a search. */
async function searchPage(connection: Connection, options: SearchOptions): Promise<SearchPage> {
	const { text: q, types, rooms, signal, ...rest } = options;
	const query = { q, types: types?.join(","), rooms: rooms?.join(","), ...rest };
	const page = await requestJson<WirePage>(connection, "api/v1/search", { query, signal });
	const { events, looked, cursor } = page;
	return { events, looked, reachedAt: page.reached_at, oldestAt: page.oldest_at, cursor };
}

/** Yields the pages of a search until there is no more. */
export async function* searchPages(connection: Connection, options: SearchOptions): AsyncGenerator<SearchPage, void> {
	for (let cursor: string | null | undefined = options.cursor; cursor !== null; ) {
		const page = await searchPage(connection, { ...options, cursor });
		yield page;
		cursor = page.cursor;
	}
}
