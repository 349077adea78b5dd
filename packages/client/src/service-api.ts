import { proposedFileName } from "./file-name.ts";
import type { KnownGift, ServiceConfig, Today, ClusterNodes as WireNodes } from "./gen/api.ts";
import { type Connection, type RequestOptions, readBlob, requestJson, requestOpen } from "./http.ts";

/** The nodes of the cluster, as the answering node last heard from NATS. */
export type ClusterNodes = Omit<WireNodes, "success" | "count">;

/** How far a backup is: copied by the service, then received. `total` is 0 where it isn't known. */
export interface BackupProgress {
	phase: "copying" | "receiving";
	bytes: number;
	total: number;
}

export interface BackupOptions extends RequestOptions {
	onProgress?: ((progress: BackupProgress) => void) | undefined;
}

/** A whole backup. */
export interface Backup {
	file: Blob;
	name: string;
	/** Where the service keeps the key that cookies in it are encrypted with; `undefined` where the user has given one. */
	keyFile: string | undefined;
}

/** Whether the service can take work, in words for people. */
export interface Readiness {
	/** Why it can't; `null`: it can. */
	reason: string | null;
	/** What is not as it should be all the same. */
	warnings: string[];
}

export interface TodayOptions extends RequestOptions {
	/** ms since the epoch, at most 31 days ago; default the last 24 hours. */
	from?: number | undefined;
	/** One room alone; default all. */
	liveId?: string | undefined;
}

const path = "api/v1/backup";
/** How often the service is asked how far its copy is, ms. */
const pollMs = 500;

/** The service's configuration: read only, and no secret is in it. */
export async function readConfig(connection: Connection, { signal }: RequestOptions): Promise<ServiceConfig> {
	return requestJson<ServiceConfig>(connection, "api/v1/config", { signal });
}

/** The nodes of the cluster. */
export async function readNodes(connection: Connection, { signal }: RequestOptions): Promise<ClusterNodes> {
	return requestJson<ClusterNodes>(connection, "api/v1/nodes", { signal });
}

/** Totals of all rooms since a time, ms since the epoch. */
export async function readToday(connection: Connection, { from, liveId, signal }: TodayOptions): Promise<Today> {
	return requestJson<Today>(connection, "api/v1/today", { query: { from, live_id: liveId }, signal });
}

/** Whether the service can take work. */
export async function readReadiness(connection: Connection, { signal }: RequestOptions): Promise<Readiness> {
	type Answer = { reason?: string; warnings?: string[] };
	const { reason = null, warnings = [] } = await requestJson<Answer>(connection, "health/ready", {
		signal,
		alsoAnswers: 503,
	});
	return { reason, warnings };
}

/** What gifts are called, cost and look like, the dearest first. */
export async function readGifts(connection: Connection, { signal }: RequestOptions): Promise<KnownGift[]> {
	return (await requestJson<{ gifts: KnownGift[] }>(connection, "api/v1/gifts", { signal })).gifts;
}

/** Has a backup made and gives it back once it is whole. It is held in memory, or where the browser keeps blobs. */
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

/** Makes a backup, which arrives as it is read; its progress is reported until then. */
export async function openBackup(connection: Connection, { signal, onProgress }: BackupOptions): Promise<Response> {
	const stopWatching = onProgress ? watchCopy(connection, onProgress, signal) : () => undefined;
	try {
		return await requestOpen(connection, path, { method: "POST", signal, timeoutMs: Number.POSITIVE_INFINITY });
	} finally {
		stopWatching();
	}
}

/** While the service copies nothing comes yet: it is asked how far it is. @returns what ends that */
function watchCopy(
	connection: Connection,
	onProgress: (progress: BackupProgress) => void,
	signal: AbortSignal | undefined,
): () => void {
	let ended = false;
	const look = async () => {
		type Answer = { progress: { copied: number; total: number } | null };
		// Only a display: the request for the backup itself reports what is wrong.
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
