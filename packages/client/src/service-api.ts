import { type Connection, type RequestOptions, requestFile, requestJson } from "./http.ts";

/** One option of the service. */
export interface ConfigOption {
	/** Its key in livekeeper.config.json, its environment variable, and its flag. */
	name: string;
	env: string;
	flag: string;
	kind: "integer" | "boolean" | "list" | "text";
	/** For people: what it is, and what a value must be. */
	help: string;
	expected: string;
	/** Its value is never told. */
	secret: boolean;
	/** Whether it has a value. */
	set: boolean;
	/** `null` where none is set, and for secrets. */
	value: unknown;
	/** `null` where there is none. */
	default: unknown;
	from: "default" | "file" | "environment" | "flag" | "program";
}

/** What the service runs with. */
export interface ServiceConfig {
	/** The configuration file that was read; `null` where there was none. */
	file: string | null;
	options: ConfigOption[];
}

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

/** A gift, as far as the service has seen it pass in any room. Times are ms since the epoch. */
export interface KnownGift {
	gift_id: string;
	/** "" where no message has named it. */
	name: string;
	/** URL of the picture, or "". `LivekeeperClient.image` fetches it. */
	image: string;
	/** What one of them is worth in diamonds, as last told; 0 where nothing was. */
	diamond_count: number;
	first_seen_at: number;
	last_seen_at: number;
}

/** A node of the cluster. */
export interface ClusterNode {
	node: string;
	/** Whether it is the one that answers. */
	self: boolean;
	/** Where it listens, as seen from its own machine. */
	url: string;
	/** How much of the rooms it takes, in proportion to the others. */
	weight: number;
	/** It hands its rooms over and is about to stop. */
	draining: boolean;
	/** How many run there. */
	rooms: number;
	/** ms since the epoch. */
	started_at: number;
	version: string;
}

/** Who is in the cluster, as the node that answers last heard from NATS. */
export interface ClusterNodes {
	/** By name; none where the service is alone. */
	nodes: ClusterNode[];
	/** How long NATS has not heard the node that answers, ms: `nodes` are as old. `null` where the service is alone. */
	unheard_ms: number | null;
	/** That is so long ago that the other nodes take over its rooms. */
	cut_off: boolean;
}

/** Whether the service can take work, in words for people. */
export interface Readiness {
	/** Why it can't; `null`: it can. */
	reason: string | null;
	/** What is not as it should be all the same. */
	warnings: string[];
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
	const { nodes, unheard_ms, cut_off } = await requestJson<ClusterNodes>(connection, "api/v1/nodes", { signal });
	return { nodes, unheard_ms, cut_off };
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
export async function makeBackup(connection: Connection, { signal, onProgress }: BackupOptions): Promise<Backup> {
	const stopWatching = onProgress ? watchCopy(connection, onProgress, signal) : () => undefined;
	try {
		const call = { method: "POST", signal, timeoutMs: Number.POSITIVE_INFINITY } as const;
		const { blob, head } = await requestFile(connection, path, call, (bytes, headers) => {
			stopWatching();
			onProgress?.({ phase: "receiving", bytes, total: Number(headers.get("content-length") ?? 0) });
		});
		const keyFile = head.get("x-livekeeper-key-file");
		return {
			file: blob,
			name: /filename="([^"]+)"/.exec(head.get("content-disposition") ?? "")?.[1] ?? "livekeeper.backup",
			keyFile: keyFile === null ? undefined : decodeURIComponent(keyFile),
		};
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
		// Only a display: what is wrong is told by the request for the backup itself.
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
