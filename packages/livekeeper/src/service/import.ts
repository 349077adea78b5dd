import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { LivekeeperError } from "@livekeeper/base/errors";
import type { Logger } from "@livekeeper/base/log";
import type { Text } from "@livekeeper/base/text";
import { type Clock, systemClock } from "@livekeeper/douyin";
import { copyGifts, copyRooms, type LogDestination, type LogSource } from "@livekeeper/log";
import { inMemory } from "@livekeeper/log/data-folder";
import { noteNamesIn, notesIn, openSecretBox, registriesIn, type SecretBox } from "@livekeeper/log/storage";
import { importTexts } from "@livekeeper/log/text";
import { copyTargets, KvTargetStore, unreadableTargets } from "@livekeeper/targets";
import type { Config } from "../config.ts";
import { natsOptionsOf } from "./cluster.ts";
import { Releasers } from "./releasers.ts";

export interface ImportOptions {
	/** A data folder, its `livekeeper.db`, a backup, or a cluster's NATS servers: `nats://host:port`, comma-separated. */
	from: string;
	say: (text: Text) => void;
	logger: Pick<Logger, "info" | "warn" | "error">;
	/** Called with the number of copied events and their total; default: a line is printed for each room. */
	onProgress?: (done: number, total: number) => void;
	clock?: Clock;
	/** Prefix of the names of the cluster's streams and buckets. */
	prefix?: string;
}

/** Progress of an import of a source, stored in the destination. */
interface ImportNote {
	/** `logs`: all logs are imported, and may have been continued. */
	state: "logs" | "done";
	/** Number of messages that the source had ever stored. */
	events: number;
	/** ms since the epoch. */
	at: number;
}

/** Notes of imports stay in the store into which they were imported. */
const notePrefix = "import.";

/** One end of an import, and the box that seals its secrets. */
interface End<Log> {
	log: Log;
	box: SecretBox;
}

/**
 * Moves one machine's data into a cluster, or a cluster's data into a data folder: logs with their numbers, aggregates,
 * rooms, identities, overlay tokens, sounds, targets with their progress, and notes. Everything is checked before anything is
 * written; rooms come last, so running nodes find all of a room's data when they start it. A second import changes
 * nothing.
 * @throws LivekeeperError `import_refused`, `secret_required`; errors of opening either store
 */
export async function importInto(config: Config, options: ImportOptions): Promise<void> {
	const isFromCluster = /^(nats|tls):\/\//.test(options.from);
	if (isFromCluster && config.cluster.length > 0) throw new LivekeeperError("import_refused", importTexts.twoClusters);
	if (isFromCluster && config.dataDir === inMemory) throw new LivekeeperError("import_refused", importTexts.intoMemory);
	if (!isFromCluster && config.cluster.length === 0) throw new LivekeeperError("import_refused", importTexts.noCluster);
	const releasers = new Releasers();
	try {
		const { clock = systemClock, say } = options;
		say(importTexts.reading(options.from));
		if (isFromCluster) {
			const { dataDir } = config;
			const source = await openCluster(config, options, releasers);
			const { openSqliteDestination } = await import("@livekeeper/log/sqlite");
			const log = openSqliteDestination(dataDir, () => clock.now());
			releasers.add(() => log.close());
			await move(source, { log, box: openSecretBox(dataDir) }, options, importTexts.done.folder(dataDir));
		} else {
			const source = await openFolder(options, natsOptionsOf(config).secret, releasers);
			const { openJetStreamDestination } = await import("@livekeeper/log/jetstream");
			const log = await openJetStreamDestination(clusterOptions(config, options));
			releasers.add(() => log.close());
			const { secret } = natsOptionsOf(config);
			await move(source, { log, box: openSecretBox("", secret) }, options, importTexts.done.cluster);
		}
	} finally {
		await releasers.run();
	}
}

function clusterOptions(config: Config, { logger, clock = systemClock, prefix }: ImportOptions) {
	return { ...natsOptionsOf(config), logger, clock, prefix };
}

/** @param ending text of the last line */
async function move(
	source: End<LogSource>,
	into: End<LogDestination>,
	options: ImportOptions,
	ending: Text,
): Promise<void> {
	const { say, clock = systemClock, onProgress } = options;
	const { rooms, id } = source.log;
	const notes = notesIn(into.log.stores.notes);
	const name = `${notePrefix}${id}`;
	const events = rooms.reduce((sum, { lastSeq }) => sum + lastSeq, 0);
	const note = (await notes.get(name)) as ImportNote | undefined;
	if (note && note.events !== events) {
		throw new LivekeeperError("import_refused", importTexts.wentOn(events - note.events));
	}
	if (note?.state === "done") {
		say(importTexts.before(new Date(note.at).toISOString()));
		return;
	}
	if (!note) {
		const taken = await into.log.taken(source.log);
		if (taken.length > 0) throw new LivekeeperError("import_refused", importTexts.otherLog(taken));
		const total = rooms.reduce((sum, room) => sum + room.events, 0);
		let [done, copied, written] = [0, 0, 0];
		await copyRooms(source.log, into.log, {
			onEvents: (count) => {
				copied += count;
				onProgress?.(copied, total);
			},
			onRoom: (liveId, count) => {
				written += count;
				done++;
				if (!onProgress) say(importTexts.room(done, rooms.length, liveId, count));
			},
		});
		say(importTexts.logs(rooms.length, written));
		await notes.put(name, { state: "logs", events, at: clock.now() } satisfies ImportNote);
	}
	await copyGifts(source.log, into.log);
	await moveOthers(source, into, say);
	await notes.put(name, { state: "done", events, at: clock.now() } satisfies ImportNote);
	say(ending);
}

/** @throws LivekeeperError `import_refused` if nodes run or there is no log */
async function openCluster(config: Config, options: ImportOptions, releasers: Releasers): Promise<End<LogSource>> {
	const servers = options.from.split(",").map((server) => server.trim());
	const nats = clusterOptions({ ...config, cluster: servers }, options);
	const { openJetStreamSource } = await import("@livekeeper/log/jetstream");
	const log = await openJetStreamSource(nats);
	releasers.add(() => log.close());
	return { log, box: openSecretBox("", nats.secret) };
}

/** @throws LivekeeperError `import_refused` if it isn't there, or its secrets can't be read */
async function openFolder(options: ImportOptions, secret: string, releasers: Releasers): Promise<End<LogSource>> {
	const { from, clock = systemClock } = options;
	const { dataDir, keyDirs } = folderOf(from, releasers);
	const { openSqliteSource } = await import("@livekeeper/log/sqlite");
	const log = openSqliteSource(dataDir, clock.now());
	releasers.add(() => log.close());
	const keys = keyDirs.filter((folder) => existsSync(join(folder, "secret.key")));
	const boxes = [...keys.map((folder) => openSecretBox(folder)), openSecretBox("", secret)];
	let unreadable: string[] = [];
	for (const box of boxes) {
		const source = { log, box };
		unreadable = await unreadableIn(source, clock);
		if (unreadable.length === 0) return source;
	}
	throw new LivekeeperError("import_refused", importTexts.sealed(unreadable), { hint: importTexts.sealedHint });
}

/** Unpacks a backup into a temporary folder, which is removed afterwards. */
function folderOf(from: string, releasers: Releasers): { dataDir: string; keyDirs: string[] } {
	const found = statSync(from, { throwIfNoEntry: false });
	if (!found) throw new LivekeeperError("import_refused", importTexts.noDatabase(from));
	if (found.isDirectory()) return { dataDir: from, keyDirs: [from] };
	const folder = dirname(from);
	if (basename(from) === "livekeeper.db") return { dataDir: folder, keyDirs: [folder] };
	const dataDir = mkdtempSync(join(tmpdir(), "livekeeper-import-"));
	releasers.add(() => rmSync(dataDir, { recursive: true, force: true }));
	copyFileSync(from, join(dataDir, "livekeeper.db"));
	return { dataDir, keyDirs: [dataDir, folder] };
}

async function unreadableIn({ log, box }: End<LogSource>, clock: Clock): Promise<string[]> {
	const { registry, identities } = registriesIn(log.stores, box, clock);
	return [
		...(await registry.load()).filter(({ unreadable }) => unreadable).map(({ liveId }) => liveId),
		...(await identities.load()).filter(({ secrets }) => secrets === undefined).map(({ name }) => name),
		...(await unreadableTargets(new KvTargetStore(log.stores.targets), box)),
	];
}

/** Moves everything but the logs; entries that are already there stay as they are. */
async function moveOthers(source: End<LogSource>, into: End<LogDestination>, say: (text: Text) => void): Promise<void> {
	const from = registriesIn(source.log.stores, source.box, systemClock);
	const to = registriesIn(into.log.stores, into.box, systemClock);
	for (const name of await noteNamesIn(source.log.stores.notes)) {
		if (!name.startsWith(notePrefix) && (await to.notes.get(name)) === undefined)
			await to.notes.put(name, await from.notes.get(name));
	}
	const { kinds, moved } = importTexts;
	const add = async <T>(
		what: Text,
		all: readonly T[],
		there: ReadonlySet<string>,
		nameOf: (one: T) => string,
		put: (one: T) => Promise<void>,
	) => {
		const fresh = all.filter((one) => !there.has(nameOf(one)));
		for (const one of fresh) await put(one);
		say(moved(what, fresh.length, all.length - fresh.length));
	};
	const named = new Set((await to.identities.load()).map(({ name }) => name));
	await add(
		kinds.identities,
		await from.identities.load(),
		named,
		({ name }) => name,
		({ name, secrets = {} }) => to.identities.put(name, secrets),
	);
	const tokens = new Set((await to.overlayTokens.load()).map(({ id }) => id));
	await add(
		kinds.overlayTokens,
		await from.overlayTokens.load(),
		tokens,
		({ id }) => id,
		(token) => to.overlayTokens.add(token),
	);
	const heard = new Set((await to.sounds.list()).map(({ id }) => id));
	await add(
		kinds.sounds,
		await from.sounds.list(),
		heard,
		({ id }) => id,
		async (sound) => {
			const file = await from.sounds.read(sound.id);
			if (file) await to.sounds.add(sound, file, Number.POSITIVE_INFINITY);
		},
	);
	const hooks = await copyTargets(
		new KvTargetStore(source.log.stores.targets),
		new KvTargetStore(into.log.stores.targets),
		{ from: source.box, to: into.box },
	);
	say(moved(kinds.targets, hooks.added, hooks.there));
	const kept = new Set((await to.registry.list()).map(({ liveId }) => liveId));
	await add(
		kinds.kept,
		await from.registry.load(),
		kept,
		({ liveId }) => liveId,
		({ liveId, options }) => to.registry.keep(liveId, options),
	);
}
