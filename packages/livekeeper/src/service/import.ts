import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { type Clock, systemClock } from "@livekeeper/douyin";
import type { Config } from "../config.ts";
import { LivekeeperError } from "../errors.ts";
import type { LogSource } from "../event-log/index.ts";
import type { Logger } from "../log.ts";
import { copyTargets, KvTargetStore, unreadableTargets } from "../outputs/targets/index.ts";
import { noteNamesIn, openSecretBox, registriesIn, type SecretBox } from "../storage/index.ts";
import { importTexts, type Text } from "../text/index.ts";
import { natsOptionsOf } from "./cluster.ts";
import { Releasers } from "./releasers.ts";

export interface ImportOptions {
	/** A data folder, its `livekeeper.db`, or a backup. */
	from: string;
	say: (text: Text) => void;
	logger: Pick<Logger, "info" | "warn" | "error">;
	clock?: Clock;
	/** Prefix of the names of the cluster's streams and buckets. */
	prefix?: string;
}

/** Progress of an import of a source, stored in the cluster. */
interface ImportNote {
	/** `logs`: all logs are imported, and nodes may already have continued them. */
	state: "logs" | "done";
	/** Number of messages that the source had ever stored. */
	events: number;
	/** ms since the epoch. */
	at: number;
}

/** The data to import, and the box that opens its secrets. */
interface Source {
	log: LogSource;
	targets: KvTargetStore;
	box: SecretBox;
}

/**
 * Moves the data of one machine into a cluster: logs with their numbers and aggregates, rooms, identities, overlay
 * tokens, targets with their positions, and the service's notes. Everything is checked before anything is written;
 * rooms come last, so running nodes find all of a room's data when they start it. The import is idempotent.
 * @throws LivekeeperError `import_refused`, `secret_required`; errors of opening either store
 */
export async function importInto(config: Config, options: ImportOptions): Promise<void> {
	if (config.cluster.length === 0) throw new LivekeeperError("import_refused", importTexts.noCluster);
	const releasers = new Releasers();
	try {
		await move(config, options, releasers);
	} finally {
		await releasers.run();
	}
}

async function move(config: Config, options: ImportOptions, releasers: Releasers): Promise<void> {
	const { say, logger, clock = systemClock, prefix } = options;
	const nats = natsOptionsOf(config);
	say(importTexts.reading(options.from));
	const source = await openSource(options, nats.secret, releasers);
	const { LogImport } = await import("../event-log/jetstream/index.ts");
	const into = await LogImport.open({ ...nats, logger, clock, prefix }, source.log);
	releasers.add(() => into.close());
	const { notes } = into.log;
	const name = `import.${source.log.id}`;
	const rooms = source.log.rooms();
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
		const taken = await into.taken();
		if (taken.length > 0) throw new LivekeeperError("import_refused", importTexts.otherLog(taken));
		let [done, written] = [0, 0];
		await into.rooms((liveId, count) => {
			written += count;
			say(importTexts.room(++done, rooms.length, liveId, count));
		});
		say(importTexts.logs(rooms.length, written));
		await notes.put(name, { state: "logs", events, at: clock.now() } satisfies ImportNote);
	}
	await into.gifts();
	await moveRest(source, into.log, openSecretBox("", nats.secret), say);
	await notes.put(name, { state: "done", events, at: clock.now() } satisfies ImportNote);
	say(importTexts.done);
}

/** @throws LivekeeperError `import_refused` if it isn't there, or its secrets can't be read */
async function openSource(options: ImportOptions, secret: string, releasers: Releasers): Promise<Source> {
	const { from, clock = systemClock } = options;
	const { dataDir, keyDirs } = folderOf(from, releasers);
	const { openSqliteSource } = await import("../event-log/sqlite/index.ts");
	const log = openSqliteSource(dataDir, clock.now());
	releasers.add(() => log.close());
	const targets = new KvTargetStore(log.stores.targets);
	const keys = keyDirs.filter((folder) => existsSync(join(folder, "secret.key")));
	const boxes = [...keys.map((folder) => openSecretBox(folder)), openSecretBox("", secret)];
	let unreadable: string[] = [];
	for (const box of boxes) {
		const source = { log, targets, box };
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

async function unreadableIn(source: Source, clock: Clock): Promise<string[]> {
	const { registry, identities } = registriesIn(source.log.stores, source.box, clock);
	return [
		...(await registry.load()).filter(({ unreadable }) => unreadable).map(({ liveId }) => liveId),
		...(await identities.load()).filter(({ secrets }) => secrets === undefined).map(({ name }) => name),
		...(await unreadableTargets(source.targets, source.box)),
	];
}

/** Moves everything but the logs. Data that the cluster already has stays as it is. */
async function moveRest(
	source: Source,
	into: import("../event-log/jetstream/index.ts").SharedEventLog,
	box: SecretBox,
	say: (text: Text) => void,
): Promise<void> {
	const { registry, identities, overlayTokens, notes } = registriesIn(source.log.stores, source.box, systemClock);
	for (const name of await noteNamesIn(source.log.stores.notes)) {
		if ((await into.notes.get(name)) === undefined) await into.notes.put(name, await notes.get(name));
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
	const named = new Set((await into.identities.load()).map(({ name }) => name));
	await add(
		kinds.identities,
		await identities.load(),
		named,
		({ name }) => name,
		({ name, secrets = {} }) => into.identities.put(name, secrets),
	);
	const tokens = new Set((await into.overlayTokens.load()).map(({ id }) => id));
	await add(
		kinds.overlayTokens,
		await overlayTokens.load(),
		tokens,
		({ id }) => id,
		(token) => into.overlayTokens.add(token),
	);
	const hooks = await copyTargets(source.targets, new KvTargetStore(into.targets), {
		from: source.box,
		to: box,
	});
	say(moved(kinds.targets, hooks.added, hooks.there));
	const wanted = new Set((await into.registry.list()).map(({ liveId }) => liveId));
	await add(
		kinds.wanted,
		await registry.load(),
		wanted,
		({ liveId }) => liveId,
		({ liveId, options }) => into.registry.want(liveId, options),
	);
}
