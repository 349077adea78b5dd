import { counted } from "@livekeeper/base/text/units";

/** Contents of the small databases. */
const contents = {
	registry: "rooms, logins and overlay tokens",
	targets: "targets",
};

/** Texts about storage, exports, backups and the start of the service. */
export const storageTexts = {
	closed: "The event log is closed.",
	notOpen: "The event log's database is not open.",
	failed: (words: string) => `The event log failed: ${words}`,
	stalled:
		"Nothing could be saved for more than 5 seconds, without any error: the disk (or NATS) hangs or is too busy. Messages wait in memory.",
	lostAtEnd: (events: number) => `${counted(events, "message")} could not be stored before the event log closed.`,
	folderInUse: (folder: string) => `Another process is using the data folder ${folder}.`,
	folderUnusable: (folder: string, words: string) => `The data folder ${folder} can't be used: ${words}`,
	fileUnusable: (path: string, words: string) => `${path} can't be used: ${words}`,
	notAKey: (path: string) => `${path} does not contain a 32-byte key.`,
	unreadable: (path: string) => `${path} can't be read.`,
	unwritable: (path: string) => `${path} can't be written.`,
	threadFailed: (words: string) => `The event log's thread failed: ${words}`,
	threadExited: (code: number) => `The event log's thread exited with code ${code}.`,
	threadEnded: "The event log's thread was terminated.",
	/** Ways in which an open database was lost. */
	notWhole: {
		file: (path: string) =>
			`${path} was removed or replaced while the service was running. Put it back, or restart the service to start a new event log.`,
		wal: (path: string) => `${path} has lost its write-ahead log (${path}-wal).`,
		damaged: (path: string) => `${path} has been overwritten.`,
	},
	foreign: (path: string) => `${path} is a database, but not livekeeper's.`,
	otherVersion: (path: string, version: number, own: number) =>
		`${path} has schema version ${version}; this livekeeper reads and writes only version ${own}.`,
	diskFull: (words: string) => `The disk is full: ${words}`,
	backupSpace: (neededMb: number, freeMb: number) =>
		`A backup temporarily needs ${neededMb} MB in the data folder; only ${freeMb} MB is free.`,
	backupRunning: "A backup is already running.",
	exportLimit: (limit: number) => `${counted(limit, "export is", "exports are")} already running.`,
	stopping: "The service is stopping.",
	parquetFailed: (words: string) => `The Parquet file could not be created: ${words}`,
	overtaken: (room: string, from: number, to: number) =>
		`Messages ${from} to ${to} of room ${room} were deleted by retention while the export was reading them.`,
	noDuckDb: "Parquet needs DuckDB, which is not installed or does not load.",
	noDuckDbHint: (command: string) =>
		`Install it where livekeeper is installed (${command}), or export as csv or jsonl.`,
	portInUse: (port: number, host: string) => `Port ${port} of ${host} is in use by another program`,
	cannotListen: (host: string, port: number, code: string) => `Can't listen on ${host}, port ${port} (${code})`,
	/**
	 * A warning of `/health/ready`.
	 * @param what affected part of NATS
	 * @param since time it was last complete, if known
	 */
	streamLost: (what: string, at: string, since: string | undefined) =>
		`data lost: at ${at}, what NATS stored in ${what} was gone${since ? ` (it was still there at ${since})` : ""}`,
	/** A warning of `/health/ready`. @param path of the damaged one */
	setAside: (path: string) =>
		`storage: a database was damaged and is kept as ${path}; readable data was restored; check rooms, logins and targets, and the disk`,
	corrected: (path: string) =>
		`storage: some data in ${path} was corrupted and was restored as far as possible; check this machine's disk and memory`,
	repaired: (path: string) =>
		`storage: records of rooms in ${path} were damaged and have been rebuilt from their messages; check the disk`,
	/** A warning of `/health/ready`. @param aside path of the damaged one */
	restored: (name: keyof typeof contents, aside: string) =>
		`storage: ${name}.db was damaged and is kept as ${aside}; its last good copy has taken its place; check ${contents[name]}, and the disk`,
	/** A warning of `/health/ready`. */
	missing: (name: keyof typeof contents) =>
		`storage: ${name}.db was missing; its last good copy has taken its place; check ${contents[name]}`,
	/** A warning of `/health/ready`. */
	gone: (name: keyof typeof contents) =>
		`storage: ${name}.db and its last good copy were missing: add ${contents[name]} again`,
	/** A warning of `/health/ready`. */
	cutOff: (events: number) =>
		`storage: the newest messages may not have survived a power cut or a crash of the system${events > 0 ? ` (lost: at least ${events})` : ""}; rooms continue where they stopped, with a gap, and numbering skips ahead`,
	/** A warning of `/health/ready`. */
	logMissing: (path: string) =>
		`storage: ${path} was missing: a new event log was started, and earlier messages are lost`,
	/** A warning of `/health/ready`. @param events number of events that a gap replaces */
	damaged: (events: number, rooms: readonly string[]) => {
		const first = rooms.slice(0, 5);
		const more = rooms.length > first.length;
		const words = `${first.join(", ")}${more ? ` and ${rooms.length - first.length} more` : ""}`;
		return `storage: some data of ${rooms.length === 1 ? "room" : "rooms"} ${words} is damaged (messages replaced by a gap: ${events}); check the disk`;
	},
	/** A warning of `/health/ready`. */
	clockJumped: (jumpedMs: number, until: string) => {
		const words = jumpText(jumpedMs);
		return `clock: jumped ${words}; nothing is deleted by age until ${until}`;
	},
};

/** Formats a clock jump: `3 days ahead`, `跳快了 3 天`. */
export function jumpText(jumpedMs: number): string {
	const hours = Math.abs(jumpedMs) / 3_600_000;
	const [count, unit] = hours >= 48 ? [hours / 24, "day"] : hours >= 2 ? [hours, "hour"] : [hours * 60, "minute"];
	const ahead = jumpedMs > 0;
	return `${counted(Math.round(count), unit)} ${ahead ? "ahead" : "back"}`;
}

/** Texts about NATS and the data stored there. */
export const clusterTexts = {
	unreachable: (servers: string, words: string) => `No NATS server answers at ${servers}: ${words}`,
	refused: (servers: string, words: string) => `NATS at ${servers} and this node do not accept each other: ${words}`,
	fileUnreadable: (option: string, path: string, words: string) =>
		`The file ${path} (${option}) can't be read: ${words}`,
	fileUnreadableHint: (option: string) => `Correct ${option}, or let the service read the file.`,
	tooOld: (server: string, version: string, min: string) =>
		`The NATS server ${server} is version ${version}; ${min} or later is needed.`,
	noJetStream: (server: string) =>
		`The NATS server ${server} does not have JetStream enabled, or this account may not use it.`,
	tooFewServers:
		'NATS reports "no suitable peers": there are fewer servers than copies of each stream. Start the missing ones. If all of them are running, one was left out when the cluster formed: http://127.0.0.1:8222/jsz on each server shows a meta_cluster with a cluster_size below three. Restart the one that is not counted; this node keeps trying.',
	notMade: (what: string, words: string) => `${what} could not be created: ${words}`,
	startsOn: (node: string) => `Node ${node} is about to connect this room.`,
	noNode: "No node of the cluster can take rooms at the moment.",
	nodeSilent: (node: string) => `Node ${node}, which runs the room, does not answer.`,
	takesOver: "Another node is taking over the room.",
	secretNeeded: "A cluster needs one secret that all nodes share: stored data is encrypted with it.",
	nodeUnheard: (node: string, seconds: number) =>
		`Node ${node}, which runs the room, has not been heard from for ${seconds} s; this is its last known state`,
	/** A reason why a node is not ready. */
	replaced: (node: string) => `cluster: another process runs under this node's name, ${node}; stop one of them`,
	/** A reason why a node is not ready. */
	cutOff: (seconds: number) =>
		`cluster: NATS has not heard from this node for ${seconds} s; check the NATS servers and the network`,
	cannotKeep: (words: string) =>
		`The room's data can't be stored at the moment (${words}), so the room was not started.`,
	otherFormat: (found: string, expected: string) =>
		`The cluster's data in NATS has format ${found}; this version of livekeeper reads and writes format ${expected}.`,
	otherNode: (node: string, version: string, own: string) =>
		`Node ${node} of this cluster runs livekeeper ${version}, which is incompatible with this node's version, ${own}.`,
	secretDiffers: "This node's secret differs from the one that the cluster's data is encrypted with.",
	backup: "In a cluster, the data is stored in NATS: back it up there with `nats account backup`.",
	backupHint: 'The "Cluster" chapter of the manual describes how to back up and restore it.',
	eventTooLarge: (id: string, characters: number) =>
		`Event ${id} has ${counted(characters, "character")}, more than a NATS message can hold.`,
};

const firstTen = (names: readonly string[]) => names.slice(0, 10).join(", ") + (names.length > 10 ? ", …" : "");

/** Texts of the import: from one machine into a cluster, or back. */
export const importTexts = {
	intoMemory: "Data imported into memory is lost when the command ends. Name a folder: --data-dir ./data",
	noCluster: "Name the NATS servers of the cluster to import into: --cluster nats://host:port",
	twoClusters:
		"--from already names a cluster: its event log is imported into a data folder (--data-dir), not into --cluster.",
	noDatabase: (path: string) => `There is no livekeeper database at ${path}.`,
	noLog: (servers: string) => `The NATS servers ${servers} hold no livekeeper event log.`,
	nodesRun: (nodes: readonly string[]) => `Stop the nodes of the cluster first. Still running: ${firstTen(nodes)}`,
	inDoubt: (liveIds: readonly string[]) =>
		`Since the nodes stopped, most NATS servers have been restarted; the newest messages of ${counted(liveIds.length, "room")} may be missing: ${firstTen(liveIds)}`,
	inDoubtHint:
		"Start one node of the cluster, wait until its rooms are connected, stop it with Ctrl-C and import again.",
	damaged: (path: string) => `The database ${path} is damaged, or its newest part is missing.`,
	otherLog: (liveIds: readonly string[]) =>
		`The destination already holds different event logs for ${liveIds.length} of these rooms: ${firstTen(liveIds)}`,
	wentOn: (events: number) =>
		`This source was imported before and has stored ${counted(events, "more message")} since, but the numbering has continued at the destination, so ${events === 1 ? "it" : "they"} can't be added.`,
	sealed: (what: readonly string[]) =>
		`${counted(what.length, "entry", "entries")} can be decrypted neither with the secret.key next to the database nor with the cluster's secret: ${firstTen(what)}`,
	sealedHint:
		"Put the matching secret.key next to the database, or remove these entries there and enter them again in the cluster.",
	reading: (path: string) => `Reading ${path}`,
	room: (done: number, all: number, liveId: string, events: number) =>
		`${done} of ${all}: room ${liveId}, ${counted(events, "message")}`,
	before: (at: string) => `Everything was already imported at ${at}. Nothing was changed.`,
	logs: (rooms: number, events: number) =>
		`Event ${rooms === 1 ? "log" : "logs"} of ${counted(rooms, "room")}, ${counted(events, "message")} written`,
	kinds: {
		kept: "started room",
		identities: "login",
		overlayTokens: "overlay token",
		sounds: "sound",
		targets: "target",
	},
	moved: (what: string, added: number, there: number) =>
		`${counted(added, what)}${there > 0 ? `; ${counted(there, "more was already there and stays", "more were already there and stay")} unchanged` : ""}`,
	done: {
		cluster:
			"Done. Start the nodes of the cluster, and don't start the service on the single machine with this data again.",
		folder: (dataDir: string) =>
			`Done. Start the service with the data folder ${dataDir}, and don't start the nodes of the cluster again.`,
	},
};
