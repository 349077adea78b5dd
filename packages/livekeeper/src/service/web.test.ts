import { once } from "node:events";
import { connect } from "node:net";
import { createUpstream } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { FixedStrategy, RoomReaders } from "@livekeeper/engine";
import { inThisThread } from "@livekeeper/log/src/event-log/sqlite/same-thread.helpers.ts";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { pairingInMemory } from "@livekeeper/log/storage";
import { expect, onTestFinished, test, vi } from "vitest";
import { loadConfig } from "../config.ts";
import {
	Doctor,
	IdentityBook,
	IdentityService,
	LiveService,
	LocalRooms,
	LookupService,
	OverlayTokens,
	RoomFinder,
} from "../live/index.ts";
import { OfficialSource } from "../official/index.ts";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { UpdateWatch } from "../updates/index.ts";
import { createManager, createProbe } from "./connections.ts";
import { Releasers } from "./releasers.ts";
import { openStorage } from "./storage.ts";
import { serveWeb } from "./web.ts";

async function serve() {
	const releasers = new Releasers();
	onTestFinished(() => releasers.run());
	const dataDir = temporaryFolder();
	const config = loadConfig({ cwd: dataDir, env: {}, flags: { port: "0", dataDir } });
	const clock = new ManualClock();
	const { logger } = recordingLogger();
	const readers = new RoomReaders();
	const wired = { clock, logger, readers, startThread: inThisThread };
	const { log, targets, targetStats, backups, keyFile } = await openStorage(config, wired, releasers);
	const book = new IdentityBook(log.identities);
	const manager = createManager(config, undefined, {
		...wired,
		identityOf: book.resolve,
		strategy: () => new FixedStrategy(),
		begin: Promise.resolve(),
	});
	const host = new LocalRooms({ manager, log, clock, logger });
	const live = new LiveService({ host, pool: manager, log, logger });
	releasers.add(() => host.close());
	releasers.add(() => manager.stop());
	const identities = new IdentityService({
		registry: log.identities,
		book,
		live,
		manager,
		probe: createProbe(config, undefined, clock),
		pairings: pairingInMemory(),
		clock,
		warnMs: 1,
	});
	const probe = createProbe(config, undefined, clock);
	const upstream = { url: config.upstreamUrl, cookie: false, proxy: false };
	const doctor = new Doctor({ live, identities, identityOf: book.resolve, upstream, probe, inCluster: false, clock });
	const finder = new RoomFinder({
		...{ live, clock, upstreamUrl: config.upstreamUrl },
		upstream: () => createUpstream({ baseUrl: config.upstreamUrl }),
		...{ looks: manager.watching, proxy: undefined },
	});
	const overlayTokens = await OverlayTokens.load({ registry: log.overlayTokens, clock, logger });
	const official = new OfficialSource({
		log,
		clock,
		logger,
		urls: { base: "http://127.0.0.1", token: "http://127.0.0.1" },
	});
	const lookups = new LookupService({
		...{ clock, upstreamUrl: config.upstreamUrl },
		watching: { status: () => ({ exits: [], rooms: 0, known: 0, knownInMs: 0 }), passed: () => undefined },
		rooms: () => live.getStatus().rooms,
		takeProof: () => Promise.resolve(),
	});
	const updates = await UpdateWatch.open({
		...{ clock, logger, notes: log.notes, url: undefined, key: undefined },
		site: { useUpdate: () => undefined },
	});
	const kept = { lookups, updates, official, log, targets, targetStats, backups, keyFile, dataDir };
	const parts = {
		live,
		identities,
		doctor,
		finder,
		overlayTokens,
		manager,
		...kept,
		upstreamUrl: config.upstreamUrl,
		upstreamProxy: undefined,
		...wired,
	};
	const web = await serveWeb(config, parts, releasers);
	return { ...web, releasers, clock };
}

test("is not ready for work before it is declared so", async () => {
	const { port, ready } = await serve();
	const answer = async (lang = "en") => {
		const response = await fetch(`http://127.0.0.1:${port}/health/ready?lang=${lang}`);
		return [response.status, await response.json()];
	};
	expect(await answer()).toEqual([503, { status: "not_ready", reason: "starting" }]);
	expect(await answer("zh")).toEqual([503, { status: "not_ready", reason: "正在启动" }]);
	ready();
	expect(await answer()).toEqual([200, { status: "ready" }]);
});

const key = Buffer.from("livekeeper-livek").toString("base64");
const upgrade = `connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n`;

test.each([
	["an upgrade of", "/ws/1001", upgrade, "shutting_down"],
	["an upgrade of", "/socket.io/?EIO=4&transport=websocket", upgrade, "shutting_down"],
	["an upgrade of", "/elsewhere", upgrade, "shutting_down"],
	["a request for", "/api/v1/rooms?lang=zh", "", '"shutting_down","message":"服务正在停止"'],
])("refuses %s %s while it stops, and stops anyway", async (_what, path, head, words) => {
	const { port, releasers, clock } = await serve();
	// The client never closes its own side, as if its network had lost the close.
	const client = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
	onTestFinished(() => void client.destroy());
	client.on("error", () => undefined);
	let answer = "";
	client.on("data", (chunk: Buffer) => {
		answer += chunk;
	});
	client.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${head}`);
	await once(client, "connect");
	// Once another request is answered, this one's data has arrived.
	await fetch(`http://127.0.0.1:${port}/health/live`);
	let isStopped = false;
	const stopped = releasers.run().then(() => {
		isStopped = true;
	});
	client.write("\r\n");
	await vi.waitFor(() => expect(answer).toContain(words));
	// A connection that the client does not close is given time.
	while (!isStopped) await clock.advance(1_000);
	await stopped;
});

test("stops at once while a connection has sent nothing", async () => {
	const { port, releasers } = await serve();
	const client = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
	onTestFinished(() => void client.destroy());
	client.on("error", () => undefined);
	await once(client, "connect");
	// Once another request is answered, the server knows the connection.
	await fetch(`http://127.0.0.1:${port}/health/live`);
	await releasers.run();
});
