import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "@livekeeper/douyin";
import { openSqliteEventLog } from "@livekeeper/log";
import { cursorAt, readAll, seqs } from "@livekeeper/log/src/event-log/conformance.helpers.ts";
import type { EventLog } from "@livekeeper/log/src/event-log/event-log.ts";
import { chat, chats, gift, startMs } from "@livekeeper/log/src/event-log/events.helpers.ts";
import { connectNats } from "@livekeeper/log/src/event-log/jetstream/connect.ts";
import {
	hasNats,
	type NatsServers,
	startNatsServers,
} from "@livekeeper/log/src/event-log/jetstream/nats-servers.helpers.ts";
import { NodeBucket } from "@livekeeper/log/src/event-log/jetstream/node-bucket.ts";
import { openJetStreamEventLog } from "@livekeeper/log/src/event-log/jetstream/open.ts";
import { quietLogger, temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { openSecretBox } from "@livekeeper/log/storage";
import { KvTargetStore } from "@livekeeper/targets";
import { openSettings, sealSettings } from "@livekeeper/targets/src/secret.ts";
import { hook, letter } from "@livekeeper/targets/src/store-conformance.helpers.ts";
import { freshProgress } from "@livekeeper/targets/src/target.ts";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { loadConfig } from "../config.ts";
import { importInto } from "./import.ts";

const secret = "the secret of all nodes";
const hookSecrets = { url: "https://example.com/hook?key=t0k3n", secret: "tgsec_x" };
const minute = { from: startMs, to: startMs + 60_000, step: 1 };

function openOne(dataDir: string): Promise<EventLog> {
	return openSqliteEventLog({ dataDir, clock: systemClock, logger: quietLogger, groupCommitMs: 1 });
}

/**
 * Creates a user's data on one machine: rooms with events, one of which has lost its oldest, and everything else that
 * is stored.
 */
async function oneMachine(dataDir = temporaryFolder()): Promise<string> {
	const log = await openOne(dataDir);
	const events = [...chats(1, 700), gift(701, 30), gift(702, 5, { roomId: "broadcast-2" }), ...chats(703, 900)];
	log.append({ liveId: "a", events, cursor: cursorAt(1) });
	log.append({ liveId: "b", events: [chat(2_000, { raw: Buffer.from([0, 1, 2]) })], cursor: cursorAt(2) });
	await log.flush();
	await log.identities.put("main", { cookie: "sessionid=s3cret" });
	await log.registry.keep("b", { identity: "main" });
	await log.registry.keep("a", { cookie: "sessionid=own", pinned: true });
	await log.overlayTokens.add({
		...{ id: "t1", name: "OBS", liveId: "a", settings: "theme=ink", test: undefined },
		...{ hash: Buffer.from([1, 2]), createdAt: 5, lastUsedAt: undefined },
	});
	const sound = { id: "5a0d", name: "Ta-da", type: "audio/wav", bytes: 3, addedAt: 6 };
	await log.sounds.add(sound, Buffer.from([7, 0, 255]), 50);
	await log.notes.put("identity_rests", { main: { until: 7 } });
	const store = new KvTargetStore(log.targets);
	const sealed = sealSettings(openSecretBox(dataDir), "tgt_1", hookSecrets);
	await store.add({ target: hook("tgt_1", { liveIds: "*" }), sealed }, [freshProgress("a", 650)]);
	const { revision = 0 } = (await store.roomProgress("tgt_1", "a")) ?? {};
	await store.addDeadLetter("tgt_1", letter(640), freshProgress("a", 651), revision);
	await store.queueLetter("tgt_1", "dlv_640");
	await log.close();
	return dataDir;
}

const child = fileURLToPath(new URL("./import-process.helpers.ts", import.meta.url));

/**
 * Imports in a separate process.
 * @param dots number of chunks after which it is killed; default: never
 * @returns number of stored chunks
 */
async function importProcess(args: readonly string[], dots = Number.POSITIVE_INFINITY): Promise<number> {
	const node = ["-C", "livekeeper-source", "--experimental-strip-types", "--disable-warning=ExperimentalWarning"];
	const process_ = spawn(process.execPath, [...node, child, ...args], { stdio: ["ignore", "pipe", "inherit"] });
	let seen = 0;
	process_.stdout.on("data", (chunk: Buffer) => {
		seen += chunk.length;
		if (seen >= dots) process_.kill("SIGKILL");
	});
	const [code, signal] = await once(process_, "close");
	expect(Number.isFinite(dots) ? signal : code).toBe(Number.isFinite(dots) ? "SIGKILL" : 0);
	return seen;
}

/** Returns everything that readers can get from a log. */
async function allOf(log: EventLog) {
	const liveIds = await log.liveIds();
	return {
		liveIds,
		knownGifts: await log.knownGifts(),
		rooms: await Promise.all(
			liveIds.map(async (liveId) => ({
				events: await readAll(log, liveId, { raw: true }),
				page: await log.read(liveId, { limit: 1 }),
				found: seqs((await log.search({ liveIds: [liveId], limit: 500 })).events),
				broadcasts: await log.broadcasts(liveId),
				gifts: await log.gifts(liveId, "broadcast-1", 10),
				newcomers: await log.newcomers(liveId, "broadcast-1"),
				series: await log.series(liveId, minute),
				cursor: await log.cursor(liveId),
			})),
		),
	};
}

describe.skipIf(!hasNats)("import between one machine and a cluster", () => {
	let nats: NatsServers;
	let clusters = 0;
	beforeAll(async () => {
		nats = await startNatsServers(1);
	});
	afterAll(() => nats.stop());

	function newCluster() {
		const prefix = `i${++clusters}`;
		const said: string[] = [];
		const flags = { cluster: nats.urls.join(","), clusterReplicas: "1", secret };
		const config = loadConfig({ cwd: temporaryFolder(), env: {}, flags });
		const run = (from: string) =>
			importInto(config, { from, prefix, logger: quietLogger, say: ({ en }) => void said.push(en) });
		const node = async () => {
			const log = await openJetStreamEventLog({
				...{ servers: nats.urls, node: "a", clock: systemClock, logger: quietLogger, secret, replicas: 1, prefix },
				...{ groupCommitMs: 1, view: () => 1 },
			});
			onTestFinished(() => log.close());
			return log;
		};
		const back = (dataDir: string) => {
			const own = loadConfig({ cwd: dataDir, env: {}, flags: { dataDir, secret, clusterReplicas: "1" } });
			const from = nats.urls.join(",");
			return importInto(own, { from, prefix, logger: quietLogger, say: ({ en }) => void said.push(en) });
		};
		return { run, node, said, back, prefix };
	}

	test("keeps all data and resumes rooms", async () => {
		const dataDir = await oneMachine();
		const before = await openOne(dataDir);
		const known = {
			a: await readAll(before, "a", { raw: true }),
			b: await readAll(before, "b", { raw: true }),
			broadcasts: await before.broadcasts("a"),
			gifts: await before.gifts("a", "broadcast-1", 10),
			series: await before.series("a", minute),
		};
		await before.close();
		const { run, node, said } = newCluster();
		await run(dataDir);
		expect(said.at(-1)).toContain("Done");
		const log = await node();
		expect(await log.liveIds()).toEqual(["a", "b"]);
		expect(await readAll(log, "a", { raw: true })).toEqual(known.a);
		expect(await readAll(log, "b", { raw: true })).toEqual(known.b);
		expect(await log.broadcasts("a")).toEqual(known.broadcasts);
		expect(await log.gifts("a", "broadcast-1", 10)).toEqual(known.gifts);
		expect(await log.series("a", minute)).toEqual(known.series);
		expect(await log.knownGifts()).toMatchObject([
			{ giftId: "1", name: "玫瑰", firstAt: startMs + 701, lastAt: startMs + 702 },
		]);
		expect(await log.cursor("a")).toEqual(cursorAt(1));
		expect(await log.identities.load()).toMatchObject([{ name: "main", secrets: { cookie: "sessionid=s3cret" } }]);
		expect(await log.registry.load()).toMatchObject([
			{ liveId: "b", options: { identity: "main" } },
			{ liveId: "a", options: { cookie: "sessionid=own", pinned: true } },
		]);
		expect(await log.overlayTokens.load()).toMatchObject([
			{ id: "t1", liveId: "a", settings: "theme=ink", hash: Uint8Array.of(1, 2) },
		]);
		expect(await log.sounds.list()).toEqual([{ id: "5a0d", name: "Ta-da", type: "audio/wav", bytes: 3, addedAt: 6 }]);
		expect([...((await log.sounds.read("5a0d")) ?? [])]).toEqual([7, 0, 255]);
		expect(await log.notes.get("identity_rests")).toEqual({ main: { until: 7 } });
		const targets = new KvTargetStore(log.targets);
		const [stored] = await targets.list();
		expect(stored?.target).toEqual(hook("tgt_1", { liveIds: "*" }));
		expect(stored && openSettings(openSecretBox("", secret), stored)).toEqual(hookSecrets);
		expect(await targets.progress("tgt_1")).toMatchObject([{ progress: { liveId: "a", position: 651 } }]);
		expect((await targets.deadLetters("tgt_1", { limit: 5 })).letters).toEqual([{ ...letter(640), queued: true }]);

		// A repeat of an imported message is recognized, and a new one gets the next number.
		const last = known.a.at(-1)?.seq ?? 0;
		log.append({ liveId: "a", events: [chat(900), chat(901)] });
		await log.flush();
		expect(await readAll(log, "a", { after: last })).toMatchObject([{ seq: last + 1, at: startMs + 901 }]);
		expect((await log.broadcasts("a"))[0]?.messages["chat"]).toBe((known.broadcasts[0]?.messages["chat"] ?? 0) + 1);
		expect((await log.read("a", { after: last + 5 })).truncated).toMatchObject({ reason: "reset" });
	});

	test("keeps numbers and broadcasts of expired events", async () => {
		const dataDir = temporaryFolder();
		const log = await openOne(dataDir);
		const old = Date.now() - 10_000_000;
		log.append({ liveId: "a", events: [gift(1, 30, { at: old }), gift(2, 5, { at: old, roomId: "broadcast-2" })] });
		await log.flush();
		log.setRetention({ maxAgeMs: 0 });
		await expect.poll(async () => (await log.read("a")).oldestSeq).toBe(3);
		const broadcasts = await log.broadcasts("a");
		expect(broadcasts.map(({ diamonds }) => diamonds)).toEqual([30, 5]);
		await log.close();
		const { run, node } = newCluster();
		await run(dataDir);
		const moved = await node();
		expect(await moved.read("a")).toMatchObject({ oldestSeq: 3, lastSeq: 2, events: [] });
		expect(await moved.broadcasts("a")).toEqual(broadcasts);
		moved.append({ liveId: "a", events: [chat(3)] });
		await moved.flush();
		const truncated = { from: 1, to: 2, reason: "retention" };
		expect(await moved.read("a")).toMatchObject({ lastSeq: 3, events: [{ seq: 3 }], truncated });
	});

	test("is idempotent, resumes, and rejects a source that continued", async () => {
		const dataDir = await oneMachine();
		const { run, node, said } = newCluster();
		await run(dataDir);
		const log = await node();
		log.append({ liveId: "a", events: [chat(5_000)] });
		await log.flush();
		await log.registry.release("b");
		await run(dataDir);
		expect(said.at(-1)).toContain("already imported");
		expect(await log.lastSeq("a")).toBe(901);
		expect((await log.registry.list()).map(({ liveId }) => liveId)).toEqual(["a"]);
		const one = await openOne(dataDir);
		one.append({ liveId: "a", events: [chat(6_000)] });
		await one.flush();
		await one.close();
		await expect(run(dataDir)).rejects.toMatchObject({ code: "import_refused", text: { en: /since: 1\b/ } });
	});

	test("finishes an interrupted import without duplicate events", async () => {
		const dataDir = await oneMachine();
		const { run, node } = newCluster();
		const log = await node();
		await run(dataDir);
		// As if only part of a room was written, and the note of it is not there yet.
		const name = await noteOf(log, dataDir);
		await log.notes.remove(name);
		const one = await openOne(dataDir);
		one.append({ liveId: "a", events: [chat(6_000), gift(6_001, 7)], cursor: cursorAt(3) });
		one.append({ liveId: "c", events: [chat(6_002)] });
		await one.flush();
		const whole = await readAll(one, "a");
		const broadcasts = await one.broadcasts("a");
		await one.close();
		await run(dataDir);
		expect(await readAll(log, "a")).toEqual(whole);
		expect(await log.broadcasts("a")).toEqual(broadcasts);
		expect(await log.cursor("a")).toEqual(cursorAt(3));
		expect(await log.liveIds()).toEqual(["a", "b", "c"]);
		expect(await log.notes.get(name)).toMatchObject({ state: "done" });
	});

	test("rejects a room with another log and writes nothing", async () => {
		const dataDir = await oneMachine();
		const { run, node } = newCluster();
		const log = await node();
		log.append({ liveId: "b", events: [chat(1)] });
		await log.flush();
		await expect(run(dataDir)).rejects.toMatchObject({ code: "import_refused", text: { en: /another log.*: b$/ } });
		expect(await log.lastSeq("a")).toBe(0);
		expect([await log.identities.load(), await log.registry.list()]).toEqual([[], []]);
	});

	test("rejects a used, damaged or missing database and foreign secrets", async () => {
		const dataDir = await oneMachine();
		const { run } = newCluster();
		const log = await openOne(dataDir);
		await expect(run(dataDir)).rejects.toMatchObject({ code: "database_locked" });
		await log.close();
		const keyless = temporaryFolder();
		for (const name of ["livekeeper.db", "registry.db", "targets.db"]) {
			if (existsSync(join(dataDir, name))) copyFileSync(join(dataDir, name), join(keyless, name));
		}
		const sealed = { code: "import_refused", text: { en: /^3 entries can be decrypted .*: a, main, tgt_1$/ } };
		await expect(run(join(keyless, "livekeeper.db"))).rejects.toMatchObject(sealed);
		const empty = temporaryFolder();
		await expect(run(empty)).rejects.toMatchObject({ code: "import_refused" });
		expect(readdirSync(empty)).toEqual([]);
		copyFileSync(join(dataDir, "secret.key"), join(empty, "livekeeper.db"));
		await expect(run(empty)).rejects.toMatchObject({ code: "import_refused", text: { en: /damaged/ } });
		expect(readdirSync(empty)).toEqual(["livekeeper.db"]);
	});

	test("imports a backup and leaves it unchanged", async () => {
		const dataDir = await oneMachine();
		const log = await openOne(dataDir);
		const file = await log.backup();
		const folder = temporaryFolder();
		copyFileSync(file, join(folder, "my.backup"));
		copyFileSync(join(dataDir, "secret.key"), join(folder, "secret.key"));
		const whole = await readAll(log, "a");
		await log.close();
		const { run, node } = newCluster();
		await run(join(folder, "my.backup"));
		const moved = await node();
		expect(await readAll(moved, "a")).toEqual(whole);
		expect(await moved.identities.load()).toMatchObject([{ secrets: { cookie: "sessionid=s3cret" } }]);
		expect(readdirSync(folder).sort()).toEqual(["my.backup", "secret.key"]);
	});

	test("copies a cluster's data into a data folder unchanged", async () => {
		const dataDir = await oneMachine();
		const { run, node, back, said } = newCluster();
		await run(dataDir);
		const log = await node();
		// More than one message, one of them larger than a block of a data folder, and a room that only the cluster has.
		log.append({ liveId: "a", events: [...chats(3_000, 3_400), gift(3_401, 9)], cursor: cursorAt(7) });
		log.append({ liveId: "c", events: chats(1, 3) });
		await log.flush();
		log.append({ liveId: "a", events: [chat(3_500, { content: "长".repeat(200_000) })] });
		await log.close();
		const reopened = await node();
		const before = await allOf(reopened);
		await reopened.close();

		const folder = temporaryFolder();
		await back(folder);
		expect(said.at(-1)).toContain(folder);
		const one = await openOne(folder);
		expect(one.status().findings).toEqual([]);
		expect(await allOf(one)).toEqual(before);
		expect(await one.identities.load()).toMatchObject([{ name: "main", secrets: { cookie: "sessionid=s3cret" } }]);
		expect(await one.registry.load()).toMatchObject([
			{ liveId: "b", options: { identity: "main" } },
			{ liveId: "a", options: { cookie: "sessionid=own", pinned: true } },
		]);
		expect(await one.overlayTokens.load()).toMatchObject([{ id: "t1", settings: "theme=ink" }]);
		expect([...((await one.sounds.read("5a0d")) ?? [])]).toEqual([7, 0, 255]);
		expect(await one.notes.get("identity_rests")).toEqual({ main: { until: 7 } });
		const targets = new KvTargetStore(one.targets);
		const [stored] = await targets.list();
		expect(stored && openSettings(openSecretBox(folder), stored)).toEqual(hookSecrets);
		expect((await targets.deadLetters("tgt_1", { limit: 5 })).letters).toEqual([{ ...letter(640), queued: true }]);

		// Numbers continue, and a repeat is recognized.
		const last = await one.lastSeq("a");
		one.append({ liveId: "a", events: [chat(3_400), chat(4_000)] });
		await one.flush();
		expect(await readAll(one, "a", { after: last })).toMatchObject([{ seq: last + 1, at: startMs + 4_000 }]);
		await one.close();
		await back(folder).catch((error: unknown) => expect(error).toMatchObject({ code: "import_refused" }));

		const second = newCluster();
		await second.run(folder);
		const moved = await second.node();
		expect(await readAll(moved, "a", { raw: true })).toHaveLength((before.rooms[0]?.events.length ?? 0) + 1);
	});

	test("keeps a jump in the numbers and lost rooms' floor", async () => {
		const dataDir = await oneMachine();
		// As after a power cut.
		rmSync(join(dataDir, "livekeeper.progress"));
		const log = await openOne(dataDir);
		const floor = await log.lastSeq("unknown");
		expect(floor).toBeGreaterThan(1e9);
		log.append({ liveId: "a", events: chats(9_000, 9_003) });
		await log.flush();
		await log.close();
		const again = await openOne(dataDir);
		const before = await allOf(again);
		await again.close();

		const { run, node, back } = newCluster();
		await run(dataDir);
		const moved = await node();
		const { rooms } = await allOf(moved);
		expect(rooms.map(({ events, broadcasts }) => ({ events, broadcasts }))).toEqual(
			before.rooms.map(({ events, broadcasts }) => ({ events, broadcasts })),
		);
		await moved.close();
		const folder = temporaryFolder();
		await back(folder);
		const one = await openOne(folder);
		expect(await allOf(one)).toEqual(before);
		expect(await one.lastSeq("unknown")).toBeGreaterThan(floor);
	});

	test("continues after kill -9 both ways without repeated events", async () => {
		const dataDir = temporaryFolder();
		const log = await openOne(dataDir);
		for (const liveId of ["a", "b", "c"]) {
			for (let n = 1; n < 12_000; n += 300) {
				log.append({ liveId, events: chats(n, n + 299, { content: "x".repeat(500) }), cursor: cursorAt(n) });
				await log.flush();
			}
		}
		await log.close();
		const whole = await openOne(dataDir);
		const before = await allOf(whole);
		await whole.close();
		const { node, prefix } = newCluster();
		const servers = nats.urls.join(",");
		const into = [dataDir, servers, temporaryFolder(), secret, prefix];
		await importProcess(into, 2);
		await importProcess(into, 3);
		await importProcess(into);
		const moved = await node();
		expect(await allOf(moved)).toEqual(before);
		await moved.close();
		const folder = temporaryFolder();
		const out = [servers, "", folder, secret, prefix];
		await importProcess(out, 2);
		await importProcess(out, 3);
		await importProcess(out);
		const one = await openOne(folder);
		expect(await allOf(one)).toEqual(before);
		await one.close();
	});

	test("rejects a missing or running cluster and existing rooms", async () => {
		const { back, run, node, prefix } = newCluster();
		const folder = temporaryFolder();
		await expect(back(folder)).rejects.toMatchObject({ code: "import_refused", text: { en: /hold no log/ } });
		expect(readdirSync(folder)).toEqual([]);
		const dataDir = await oneMachine();
		await run(dataDir);
		const other = await openOne(folder);
		other.append({ liveId: "b", events: [chat(1)] });
		await other.flush();
		await other.close();
		await expect(back(folder)).rejects.toMatchObject({ code: "import_refused", text: { en: /different log.*: b$/ } });
		const log = await node();
		await log.close();
		const connected = await connectNats({
			...{ servers: nats.urls, node: "n1", clock: systemClock, logger: quietLogger, secret, replicas: 1, prefix },
		});
		const bucket = await NodeBucket.open(connected, prefix, 60_000);
		await bucket.write("n1", Uint8Array.of(1), undefined);
		await expect(back(temporaryFolder())).rejects.toMatchObject({ text: { en: /Still running: n1/ } });
		bucket.close();
		connected.keeper.close();
		await connected.nc.close();
		const flags = { cluster: nats.urls.join(","), secret };
		const both = loadConfig({ cwd: temporaryFolder(), env: {}, flags });
		const twice = importInto(both, { from: nats.urls.join(","), logger: quietLogger, say: () => undefined });
		await expect(twice).rejects.toMatchObject({ code: "import_refused", text: { en: /--data-dir/ } });
	});
});

/** Returns the name of the import's note, which is the name of the source's log. */
async function noteOf(log: EventLog, dataDir: string): Promise<string> {
	const { openSqliteSource } = await import("@livekeeper/log/sqlite");
	const source = openSqliteSource(dataDir, Date.now());
	const name = `import.${source.id}`;
	await source.close();
	expect(await log.notes.get(name)).toBeDefined();
	return name;
}
