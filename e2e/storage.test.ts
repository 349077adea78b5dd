import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { chmod, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { lastSeq } from "./kit/followers/follower.ts";
import { TargetFollower } from "./kit/followers/target-follower.ts";
import { compare, noDifference, RoomLog } from "./kit/room-log.ts";
import { ServiceProcess, type ServiceProcessOptions } from "./kit/service-process.ts";
import { SmallDisk } from "./kit/small-disk.ts";
import { until } from "./kit/until.ts";

/** Failures of the storage below the event log: no stored event is lost, and the service reports the problem. */
const liveId = "1001";

let simulator: Simulator;

beforeEach(async () => {
	simulator = await startSimulator({ rooms: 2, rate: 40, strict: true, port: 0, historySize: 100_000 });
});

afterEach(() => simulator.close());

async function ready(service: ServiceProcess): Promise<{ status: number; reason: string }> {
	const { status, body } = await service.request("GET", "/health/ready");
	return { status, reason: (body as { reason?: string }).reason ?? "" };
}

async function storedOf(service: ServiceProcess, room = liveId): Promise<RoomLog> {
	const log = new RoomLog(service, room);
	await until(`an event of ${room} is stored`, async () => {
		await log.readOn();
		return log.ids.length > 20;
	});
	return log;
}

/** Silences the rooms, and compares each log with what was sent. */
async function expectWhole(service: ServiceProcess): Promise<void> {
	for (const room of simulator.rooms) room.change({ rate: 0 });
	for (const room of simulator.rooms) {
		const log = new RoomLog(service, room.liveId);
		const newest = room.generatedIds().at(-1);
		let status: unknown;
		await until(
			`the newest message of ${room.liveId} is stored`,
			async () => {
				await log.readOn();
				({ body: status } = await service.request("GET", `/api/v1/rooms/${room.liveId}`));
				return log.ids.at(-1) === newest;
			},
			{ describe: () => ({ stored: log.ids.length, sent: room.sentIds().length, status }) },
		);
		expect(compare(log, room)).toEqual(noDifference);
		expect(log.ofType("gap")).toEqual([]);
	}
}

describe("a full disk", () => {
	/** Tests that need a file system of their own are skipped if this user may not mount one. */
	const mayMount = SmallDisk.mount(1);
	mayMount?.unmount();
	if (!mayMount) console.info("no file system can be mounted here: the tests of a full disk are skipped");

	async function onDisk(megabytes: number, config: ServiceProcessOptions["config"] = {}) {
		const disk = SmallDisk.mount(megabytes);
		if (!disk) throw new Error("it could be mounted a moment ago");
		const dataDir = join(disk.path, "data");
		const service = await ServiceProcess.start({ upstreamUrl: simulator.url, dataDir, config });
		onTestFinished(async () => {
			await service.close();
			disk.unmount();
		});
		for (const room of simulator.rooms) await service.startRoom(room.liveId);
		for (const room of simulator.rooms) await storedOf(service, room.liveId);
		return { disk, service };
	}

	async function untilStorageFails(service: ServiceProcess): Promise<void> {
		const reported = await until("the service reports that it can't store", async () => {
			const answer = await ready(service);
			return answer.status === 503 ? answer : undefined;
		});
		expect(reported.reason).toMatch(/^storage: disk full/);
		for (const room of simulator.rooms) {
			const { body } = await service.request("GET", `/api/v1/rooms/${room.liveId}`);
			expect(body).toMatchObject({ room: { reason: { code: "storage" }, unstored_since: expect.any(Number) } });
		}
	}

	/** Messages continue in the meantime. */
	async function untilSent(count: number): Promise<void> {
		const room = simulator.room(liveId);
		const before = room?.sentIds().length ?? 0;
		await until("more messages are sent", () => (room?.sentIds().length ?? 0) >= before + count);
	}

	test.skipIf(!mayMount)("is reported, and everything is stored and delivered afterwards", async () => {
		const { disk, service } = await onDisk(12, { target_allow_private: true });
		const target = await TargetFollower.open(service, liveId);
		onTestFinished(() => target.close());
		await until("the target gets events", () => target.seen.length > 0);
		disk.fill();
		await untilStorageFails(service);
		await untilSent(100);
		const stored = new RoomLog(service, liveId);
		await stored.readOn();
		expect(stored.ids.length).toBeGreaterThan(20);
		expect((await service.request("GET", "/health/live")).status).toBe(200);
		disk.empty();
		await until("the service is ready again", async () => (await ready(service)).status === 200);
		const { body } = await service.request("GET", `/api/v1/rooms/${liveId}`);
		expect(body).toMatchObject({ room: { state: "connected", reason: { code: "ok" }, unstored_since: null } });
		await untilSent(40);
		await expectWhole(service);
		expect(service.starts).toBe(1);
		const log = new RoomLog(service, liveId);
		await log.readOn();
		await until("the target has every event", () => lastSeq(target.seen) >= log.events.length);
		expect(target.seen).toEqual(log.events.map(({ seq, id }) => ({ seq, id })));
		expect(target.complaints).toEqual([]);
	});

	test.skipIf(!mayMount)("loses nothing if the service is killed and restarted", async () => {
		const { disk, service } = await onDisk(12);
		disk.fill();
		await untilStorageFails(service);
		await untilSent(50);
		await service.stop("SIGKILL");
		service.spawn();
		const end = await Promise.race([service.untilListening().then(() => undefined), service.untilExit()]);
		if (end) expect(end.errors).toContain(service.dataDir);
		disk.empty();
		if (!service.running) await service.start();
		await until("the service is ready again", async () => (await ready(service)).status === 200);
		await untilSent(40);
		await expectWhole(service);
	});

	test.skipIf(!mayMount).each(["SIGKILL", "SIGTERM"] as const)(
		"loses nothing over a %s, with space only later",
		async (signal) => {
			const { disk, service } = await onDisk(12);
			disk.fill();
			await untilStorageFails(service);
			await untilSent(50);
			await service.stop(signal);
			await service.start();
			// A clean stop may have freed space.
			disk.fill();
			await until("every room is back or reports why not", async () => {
				const { body } = await service.request("GET", "/api/v1/rooms");
				const { rooms } = body as { rooms: { state: string; reason: { code: string } }[] };
				return rooms.every(({ state, reason }) => state === "connected" || reason.code === "storage");
			});
			await untilSent(50);
			disk.empty();
			await until("the service is ready again", async () => (await ready(service)).status === 200);
			await untilSent(40);
			await expectWhole(service);
			expect(service.starts).toBe(2);
		},
	);

	test.skipIf(!mayMount)("makes rooms stop listening, then resume from the log", async () => {
		const { disk, service } = await onDisk(192, { queue_mb: 4 });
		disk.fill();
		await untilStorageFails(service);
		const stopsListening = async () => {
			const { body } = await service.request("GET", `/api/v1/rooms/${liveId}`);
			return JSON.stringify(body).includes('"code":"storage"');
		};
		const room = simulator.room(liveId);
		while (room && !(await stopsListening())) {
			expect(room.info.generated).toBeLessThan(90_000);
			room.produce(200);
			await until("every message is sent", () => room.info.sent === room.info.generated || room.info.viewers === 0);
		}
		disk.empty();
		await until("the service is ready again", async () => (await ready(service)).status === 200);
		await expectWhole(service);
		expect(service.starts).toBe(1);
	});
});

describe("a data folder", () => {
	async function start(options: Partial<ServiceProcessOptions> = {}): Promise<ServiceProcess> {
		const service = await ServiceProcess.create({ upstreamUrl: simulator.url, ...options });
		onTestFinished(() => service.close());
		return service;
	}

	test("stops the service with advice if read-only", async () => {
		const disk = SmallDisk.mount(1);
		const own = await start();
		const dataDir = disk ? join(disk.path, "data") : join(own.dataDir, "data");
		await mkdir(dataDir, { recursive: true });
		if (disk) disk.makeReadOnly();
		else await chmod(dataDir, 0o500);
		onTestFinished(() => disk?.unmount());
		const service = await start({ dataDir });
		service.spawn();
		const { code, errors } = await service.untilExit();
		expect(code).toBe(1);
		expect(errors).toContain(`The data folder ${dataDir} can't be used`);
		expect(errors).toContain("LIVEKEEPER_DATA_DIR");
	});

	test.skipIf(process.platform === "win32")("is tightened with a warning if others may read it", async () => {
		const service = await start();
		await mkdir(service.dataDir, { recursive: true });
		await chmod(service.dataDir, 0o755);
		await service.start();
		expect(statSync(service.dataDir).mode & 0o777).toBe(0o700);
		expect(service.lines.filter(({ level, msg }) => level === "warn" && String(msg).includes("0755"))).toHaveLength(1);
	});

	test("refuses a second service without affecting the first", async () => {
		const first = await start();
		await first.start();
		await first.startRoom(liveId);
		await storedOf(first);
		const second = await start({ dataDir: first.dataDir });
		second.spawn();
		const { code, errors } = await second.untilExit();
		expect(code).toBe(1);
		expect(errors).toContain(`Another process is using the data folder ${first.dataDir}`);
		expect((await ready(first)).status).toBe(200);
		await expectStoredOf(first, liveId);
	});

	async function expectStoredOf(service: ServiceProcess, room: string): Promise<void> {
		simulator.room(room)?.change({ rate: 0 });
		const log = new RoomLog(service, room);
		const newest = simulator.room(room)?.generatedIds().at(-1);
		await until("the newest message is stored", async () => {
			await log.readOn();
			return log.ids.at(-1) === newest;
		});
		expect(simulator.room(room)?.sentIds()).toEqual(log.ids);
	}

	/** Returns a stopped service with a room, whose files can then be damaged. */
	async function stopped(): Promise<{ service: ServiceProcess; file: string; newest: number }> {
		const service = await start();
		await service.start();
		await service.startRoom(liveId);
		const log = await storedOf(service);
		simulator.room(liveId)?.produce(2_000);
		const marker = simulator.room(liveId)?.generatedIds().at(-1);
		await until("the message is stored", async () => {
			await log.readOn();
			return log.ids.includes(marker ?? "");
		});
		expect((await service.stop("SIGTERM")).code).toBe(0);
		return { service, file: join(service.dataDir, "livekeeper.db"), newest: log.events.length };
	}

	function setAside(service: ServiceProcess): string[] {
		return readdirSync(service.dataDir).filter((name) => /^livekeeper\.db\.corrupt-[^.]*$/.test(name));
	}

	test("sets an invalid database aside and starts a new one", async () => {
		const { service, file } = await stopped();
		const damaged = readFileSync(file).fill(0xa5, 0, 8_192);
		writeFileSync(file, damaged);
		await service.start();
		const [name = ""] = setAside(service);
		expect(readFileSync(join(service.dataDir, name)).equals(damaged)).toBe(true);
		expect(service.lines.some((line) => line.level === "error" && JSON.stringify(line).includes(name))).toBe(true);
		await service.startRoom("1002");
		await storedOf(service, "1002");
	});

	test("sets a damaged database aside, and reports the loss", async () => {
		const { service, file, newest } = await stopped();
		const { size } = statSync(file);
		const db = new Database(file, { readonly: true });
		const root = db.prepare<[], number>("SELECT rootpage FROM sqlite_schema WHERE name = 'blocks'").pluck().get() ?? 0;
		db.close();
		const handle = await open(file, "r+");
		await handle.write(Buffer.alloc(size - 20 * 4_096, 0xa5), 0, undefined, 20 * 4_096);
		// No block can be read, wherever it lies.
		await handle.write(Buffer.alloc(4_096, 0xa5), 0, undefined, (root - 1) * 4_096);
		await handle.close();
		await service.start();
		const log = new RoomLog(service, liveId);
		await until("the room's next messages are stored", async () => {
			if ((await ready(service)).status === 200) await log.readOn().catch(() => undefined);
			return log.ids.length > 20;
		});
		const [name = ""] = setAside(service);
		expect(existsSync(join(service.dataDir, name))).toBe(true);
		expect(service.lines.some((line) => line.level === "error" && JSON.stringify(line).includes(name))).toBe(true);
		expect(log.events[0]?.seq).toBeGreaterThan(newest);
		expect(log.events[0]).toMatchObject({ type: "gap", reason: "memory_lost" });
		const { body } = await service.request("GET", `/api/v1/rooms/${liveId}/events?after=${newest}&limit=1`);
		expect(body).toMatchObject({ truncated: { from: newest + 1, reason: "reset" } });
		expect(service.starts).toBe(2);
	});

	/** Checks that a reader with the newest `seq` learns that its position is gone, and resumes after a gap. */
	async function expectRestarted(service: ServiceProcess, newest: number): Promise<void> {
		const log = await storedOf(service);
		const { body } = await service.request("GET", `/api/v1/rooms/${liveId}/events?after=${newest}&limit=1`);
		expect(body).toMatchObject({ truncated: { from: newest + 1, reason: "reset" } });
		expect(log.events[0]?.seq).toBeGreaterThan(newest);
		// A page behind the first state may not reach back to a slow machine's first frame, which causes another gap.
		expect(log.events[0]).toMatchObject({ type: "gap", reason: "memory_lost" });
		expect(log.ofType("gap").filter(({ reason }) => reason === "memory_lost")).toHaveLength(1);
	}

	const removals: [what: string, names: string[]][] = [
		["database", ["livekeeper.db", "livekeeper.db-wal", "livekeeper.db-shm"]],
		["WAL", ["livekeeper.db-wal"]],
	];

	test.each(removals)("reports the loss of its %s after a kill", async (_, names) => {
		const service = await start();
		await service.start();
		await service.startRoom(liveId);
		const log = await storedOf(service);
		await service.stop("SIGKILL");
		for (const name of names) rmSync(join(service.dataDir, name), { force: true });
		await service.start();
		await expectRestarted(service, log.events.length);
		expect(service.lines.some(({ msg }) => String(msg).includes("livekeeper.db"))).toBe(true);
	});

	test("is not ready after its database's removal, until a restart", async () => {
		const service = await start();
		await service.start();
		await service.startRoom(liveId);
		await storedOf(service);
		for (const name of removals[0]?.[1] ?? []) rmSync(join(service.dataDir, name));
		const reported = await until("the service reports that it can't store", async () => {
			const answer = await ready(service);
			return answer.status === 503 ? answer : undefined;
		});
		expect(reported.reason).toMatch(/^storage: database file missing.*livekeeper\.db was removed/);
		// No new event counts as stored, but earlier ones can still be read.
		const log = new RoomLog(service, liveId);
		await log.readOn();
		const newest = log.events.length;
		expect(newest).toBeGreaterThan(20);
		simulator.room(liveId)?.produce(50);
		await log.readOn();
		expect(log.events.length).toBe(newest);
		await service.stop("SIGTERM");
		await service.start();
		await expectRestarted(service, newest);
		expect((await ready(service)).status).toBe(200);
	});
});
