import { once } from "node:events";
import { connect as connectTcp, createServer, type Socket } from "node:net";
import { recordingLogger } from "@livekeeper/base/src/recording-logger.helpers.ts";
import { systemClock } from "@livekeeper/douyin";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { cursorAt, idsOf, readAll, seqs } from "../conformance.helpers.ts";
import { chat, chats, gift, startMs } from "../events.helpers.ts";
import { quietLogger } from "../sqlite/stores.helpers.ts";
import { connectNats } from "./connect.ts";
import { Names } from "./names.ts";
import { hasNats, type NatsServers, startNatsServers } from "./nats-servers.helpers.ts";
import { NodeBucket } from "./node-bucket.ts";
import { openJetStreamEventLog } from "./open.ts";
import type { JetStreamEventLogOptions } from "./options.ts";
import type { FencedRoom } from "./shared-event-log.ts";

let stores = 0;
const prefix = () => `n${++stores}`;

async function open(nats: NatsServers, options: Partial<JetStreamEventLogOptions>) {
	const log = await openJetStreamEventLog({
		...{ servers: nats.urls, node: "a", clock: systemClock, logger: quietLogger, secret: "a test" },
		...{ replicas: 1, groupCommitMs: 2, ...options },
	});
	onTestFinished(() => log.close());
	return log;
}

/** Starts a proxy to a NATS server, so that a single connection can be lost. */
async function startProxy(url: string | undefined) {
	const to = Number(new URL(url ?? "").port);
	const sockets = new Set<Socket>();
	let isCut = false;
	const server = createServer((socket) => {
		const upstream = connectTcp(to, "127.0.0.1");
		for (const one of [socket, upstream]) one.on("error", () => undefined).on("close", () => sockets.delete(one));
		sockets.add(socket).add(upstream);
		if (isCut) socket.destroy();
		socket.pipe(upstream).pipe(socket);
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	const cut = (on: boolean) => {
		isCut = on;
		for (const socket of on ? sockets : []) socket.destroy();
	};
	onTestFinished(() => {
		server.close();
		cut(true);
	});
	const address = server.address();
	return { url: `nats://127.0.0.1:${typeof address === "object" ? address?.port : 0}`, cut };
}

const onlyStored = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

describe.skipIf(!hasNats)("nodes sharing one NATS server", () => {
	let nats: NatsServers;
	beforeAll(async () => {
		nats = await startNatsServers(1);
	});
	afterAll(() => nats.stop());

	/** Opens two nodes, each with its view. */
	async function twoNodes() {
		const views = { a: 1, b: 2 };
		const shared = { prefix: prefix() };
		const a = await open(nats, { ...shared, node: "a", view: () => views.a });
		const b = await open(nats, { ...shared, node: "b", view: () => views.b });
		const fenced: FencedRoom[] = [];
		a.onFenced((room) => fenced.push(room));
		return { a, b, views, fenced };
	}

	test("shares known gifts between nodes, also after one is gone", async () => {
		const { a, b } = await twoNodes();
		const image = "https://p3.example/r";
		const rose = { giftId: "7", giftName: "玫瑰", giftImage: image, diamondCount: 5 };
		a.append({ liveId: "one", events: [gift(1, 5, { ...rose, at: startMs + 10 }), gift(2, 1, { giftId: "0" })] });
		await a.flush();
		const known = { giftId: "7", name: "玫瑰", image, diamondCount: 5, firstAt: startMs + 10, lastAt: startMs + 10 };
		expect(await a.knownGifts()).toEqual([known]);
		await vi.waitFor(async () => expect(await b.knownGifts()).toEqual([known]));
		const later = { ...rose, giftImage: "", diamondCount: 6, at: startMs + 20 };
		const long = { giftId: "8", giftName: "名".repeat(500), giftImage: "x".repeat(5_000), diamondCount: 1 };
		b.append({ liveId: "two", events: [gift(3, 6, later), gift(4, 1, { ...long, at: startMs + 30 })] });
		await b.close();
		expect(await a.knownGifts()).toEqual([
			{ ...known, diamondCount: 6, lastAt: startMs + 20 },
			{
				...{ giftId: "8", name: "名".repeat(100), image: "", diamondCount: 1 },
				...{ firstAt: startMs + 30, lastAt: startMs + 30 },
			},
		]);
	});

	test("notifies a node of overlay tokens changed by others", async () => {
		const { a, b } = await twoNodes();
		let notified = 0;
		onTestFinished(await b.overlayTokens.watch(() => notified++));
		const shows = { name: "OBS", liveId: "1001", settings: "", test: undefined };
		await a.overlayTokens.add({ id: "t", ...shows, hash: Uint8Array.of(1), createdAt: 5, lastUsedAt: undefined });
		await vi.waitFor(() => expect(notified).toBe(1));
		expect(await b.overlayTokens.load()).toMatchObject([{ id: "t" }]);
		await a.registry.keep("1001", {});
		await a.overlayTokens.change("t", { settings: "theme=ink" });
		await vi.waitFor(() => expect(notified).toBe(2));
		expect(await b.overlayTokens.load()).toMatchObject([{ id: "t", liveId: "1001", settings: "theme=ink" }]);
		await a.overlayTokens.remove("t");
		await vi.waitFor(() => expect(notified).toBe(3));
		expect(await b.overlayTokens.load()).toEqual([]);
	});

	test("stores nothing after a takeover, and reports it", async () => {
		const { a, b, fenced } = await twoNodes();
		a.append({ liveId: "room", events: chats(1, 5), cursor: cursorAt(5) });
		await a.flush();
		await b.claim("room");
		expect(await b.cursor("room")).toEqual(cursorAt(5));
		a.append({ liveId: "room", events: chats(6, 8), cursor: cursorAt(8) });
		await a.flush();
		expect(fenced).toMatchObject([{ liveId: "room", by: expect.stringMatching(/^b\./), dropped: 3 }]);
		expect(a.append({ liveId: "room", events: chats(9, 9) })).toBe(true);
		b.append({ liveId: "room", events: chats(4, 10), cursor: cursorAt(10) });
		await Promise.all([a.flush(), b.flush()]);
		expect(a.droppedEvents).toBe(4);
		expect([a.ownedRooms, b.ownedRooms]).toEqual([0, 1]);
		const events = await readAll(a, "room");
		expect(seqs(events)).toEqual(onlyStored(10));
		expect(idsOf(events)).toEqual(chats(1, 10).map(({ id }) => id));
		expect(await a.cursor("room")).toEqual(cursorAt(10));
		expect(a.status()).toMatchObject({ state: "ok", pendingEvents: 0 });
	});

	test("refuses a claim of an older view, accepts a newer", async () => {
		const { a, b, views } = await twoNodes();
		await b.claim("room");
		b.append({ liveId: "room", events: chats(1, 2) });
		await b.flush();
		await expect(a.claim("room")).rejects.toMatchObject({ name: "Fenced" });
		views.a = 3;
		await a.claim("room");
		a.append({ liveId: "room", events: chats(2, 3) });
		await a.flush();
		expect(seqs(await readAll(b, "room"))).toEqual([1, 2, 3]);
	});

	test("reports each event of a followed room once, in order", async () => {
		const { a, b } = await twoNodes();
		a.append({ liveId: "room", events: chats(1, 3) });
		await a.flush();
		const heard: number[] = [];
		b.onCommitted(({ events }) => heard.push(...seqs(events)));
		const end = await b.follow("room");
		for (let n = 4; n <= 20; n++) {
			a.append({ liveId: "room", events: [chat(n, n === 4 ? { raw: Uint8Array.of(1) } : {})] });
			await a.flush();
		}
		await b.claim("room");
		b.append({ liveId: "room", events: chats(19, 25) });
		await b.flush();
		await vi.waitFor(() => expect(heard).toEqual(onlyStored(25).slice(3)));
		end();
		const { a: c } = { a: await open(nats, { prefix: "other" }) };
		c.append({ liveId: "room", events: chats(1, 1) });
		await c.flush();
		expect(heard).toHaveLength(22);
	});

	test("reports events of a followed room stored while disconnected", async () => {
		const shared = { prefix: prefix() };
		const proxy = await startProxy(nats.urls[0]);
		const a = await open(nats, { ...shared, node: "a" });
		const b = await open(nats, { ...shared, node: "b", servers: [proxy.url] });
		const heard = new Map<string, number[]>(["one", "two"].map((liveId) => [liveId, []]));
		b.onCommitted(({ liveId, events }) => heard.get(liveId)?.push(...seqs(events)));
		for (const liveId of heard.keys()) await b.follow(liveId);
		const say = async (from: number, to: number) => {
			for (const liveId of heard.keys()) a.append({ liveId, events: chats(from, to) });
			await a.flush();
		};
		const hears = (n: number) => vi.waitFor(() => expect([...heard.values()]).toEqual([onlyStored(n), onlyStored(n)]));
		await say(1, 3);
		await hears(3);
		proxy.cut(true);
		await say(4, 6);
		proxy.cut(false);
		await hears(6);
		await say(7, 8);
		await hears(8);
	});

	test("stores a released room, which can be claimed again", async () => {
		const { a } = await twoNodes();
		a.append({ liveId: "room", events: chats(1, 50) });
		expect(await a.release("room")).toBe(0);
		expect(a.ownedRooms).toBe(0);
		a.append({ liveId: "room", events: chats(50, 60) });
		await a.flush();
		expect(seqs(await readAll(a, "room"))).toEqual(onlyStored(60));
	});

	test("frees queue space after a release and reports it", async () => {
		const log = await open(nats, { prefix: prefix(), maxPendingBytes: 1 });
		const onWritable = vi.fn();
		log.onWritable(onWritable);
		log.append({ liveId: "room", events: chats(1, 5) });
		expect(log.writable).toBe(false);
		expect(await log.release("room")).toBe(0);
		expect(onWritable).toHaveBeenCalledTimes(1);
		expect(log.writable).toBe(true);
	});

	test("stores rooms whose names no subject can contain", async () => {
		const log = await open(nats, { prefix: prefix() });
		for (const liveId of ["a.b", "a_b", "*", "直播间"]) log.append({ liveId, events: chats(1, 2) });
		await log.flush();
		for (const liveId of ["a.b", "a_b", "*", "直播间"]) expect(seqs(await readAll(log, liveId))).toEqual([1, 2]);
		expect((await log.liveIds()).toSorted()).toEqual(["*", "a.b", "a_b", "直播间"].toSorted());
	});

	test("keeps the number of partitions of the first node", async () => {
		const shared = { prefix: prefix() };
		const first = await open(nats, { ...shared, partitions: 2 });
		const second = await open(nats, { ...shared, partitions: 7 });
		for (let n = 0; n < 20; n++) first.append({ liveId: `room-${n}`, events: chats(1, 1) });
		await first.flush();
		for (let n = 0; n < 20; n++) expect(await second.lastSeq(`room-${n}`)).toBe(1);
	});

	test.each([
		["another format", '{"partitions":4,"format":99}', "99"],
		["no format, from before formats", '{"partitions":4}', "?"],
		["damaged settings", '{"partitions":', "?"],
	])("refuses a cluster made with %s and leaves it unchanged", async (_, record, found) => {
		const shared = { prefix: prefix() };
		await (await open(nats, shared)).close();
		const connected = await connectNats({
			...{ servers: nats.urls, node: "a", clock: systemClock, logger: quietLogger, secret: "a test" },
			...{ replicas: 1, ...shared },
		});
		onTestFinished(() => connected.nc.close());
		await connected.state.put("made", Buffer.from(record));
		await connected.state.remove("secret");
		const refused = open(nats, shared);
		await expect(refused).rejects.toMatchObject({ code: "cluster_other_version" });
		await expect(refused).rejects.toThrow(`format ${found};`);
		expect(await connected.state.get("secret")).toBeUndefined();
	});

	test("confines a full stream to its own rooms", async () => {
		const named = prefix();
		const log = await open(nats, { prefix: named, partitions: 2 });
		const names = new Names(named, 2);
		const rooms = Array.from({ length: 20 }, (_, n) => `room-${n}`);
		const of = (partition: number) => rooms.filter((room) => names.partitionOf(room) === partition);
		const [full = "", sibling = ""] = of(0);
		const [other = ""] = of(1);
		const nc = await connect({ servers: [...nats.urls] });
		onTestFinished(() => nc.close());
		const jsm = await jetstreamManager(nc);
		log.append({ liveId: full, events: chats(1, 1) });
		await log.flush();
		await jsm.streams.update(names.stream(0), { max_bytes: 1 });
		const affected: (readonly string[])[] = [];
		log.onStatus(({ state, affects }) => affected.push(state === "ok" ? [] : rooms.filter((room) => affects?.(room))));
		log.append({ liveId: full, events: chats(2, 2) });
		log.append({ liveId: other, events: chats(1, 3) });
		await vi.waitFor(() => expect(affected.at(-1)).toEqual([full]));
		expect(log.status()).toMatchObject({ state: "failing", fault: "disk_full" });
		log.append({ liveId: sibling, events: chats(1, 1) });
		await vi.waitFor(() => expect(affected.at(-1)).toEqual([full, sibling]));
		expect(await log.lastSeq(other)).toBe(3);
		await jsm.streams.update(names.stream(0), { max_bytes: -1 });
		await vi.waitFor(() => expect(affected.at(-1)).toEqual([]));
		await log.flush();
		expect(await log.lastSeq(full)).toBe(2);
	});

	test("notes the unknown sync interval, and explains backups when asked", async () => {
		const { logger, lines } = recordingLogger();
		const log = await open(nats, { prefix: prefix(), logger });
		expect(lines.filter(({ event }) => event === "sync_not_known")).toHaveLength(1);
		const hint = {
			en: expect.stringContaining('"Cluster" chapter'),
			zh: expect.stringContaining("“集群”一章"),
		};
		await expect(log.backup()).rejects.toMatchObject({ code: "backup_failed", hint });
	});

	test("refuses more replicas than servers at once, with a reason", async () => {
		const refused = open(nats, { prefix: prefix(), replicas: 3 });
		await expect(refused).rejects.toMatchObject({
			code: "nats_unsuitable",
			message: expect.stringContaining("replicas"),
		});
	});
});

describe.skipIf(!hasNats)("a suspended or stopped NATS server", () => {
	/** Long enough for a slow machine to answer while nothing is suspended, ms: each test waits for it once. */
	const timeoutMs = 3_000;

	test("stores waiting events once, reporting the fault until then", async () => {
		const nats = await startNatsServers(1);
		onTestFinished(() => nats.stop());
		const log = await open(nats, { prefix: prefix(), timeoutMs });
		const states: unknown[] = [];
		log.onStatus(({ state, fault }) => states.push([state, fault]));
		log.append({ liveId: "room", events: chats(1, 5) });
		await log.flush();
		await nats.servers[0]?.freeze();
		log.append({ liveId: "room", events: chats(6, 9), cursor: cursorAt(9) });
		await vi.waitFor(() => expect(states).toEqual([["failing", "unreachable"]]));
		expect(log.status().pendingEvents).toBe(4);
		nats.servers[0]?.thaw();
		await log.flush();
		await nats.servers[0]?.kill("SIGKILL");
		log.append({ liveId: "room", events: chats(8, 12) });
		await nats.servers[0]?.restart();
		await log.flush();
		const events = await readAll(log, "room");
		expect(idsOf(events)).toEqual(chats(1, 12).map(({ id }) => id));
		expect(seqs(events)).toEqual(onlyStored(12));
		expect(states.at(-1)).toEqual(["ok", undefined]);
	});

	test("stores events of a cut connection before counting as failing", async () => {
		const nats = await startNatsServers(1);
		onTestFinished(() => nats.stop());
		const way = await startProxy(nats.urls[0]);
		const log = await open(nats, { servers: [way.url], prefix: prefix(), timeoutMs: 120_000 });
		const states: unknown[] = [];
		log.onStatus(({ state }) => states.push(state));
		log.append({ liveId: "room", events: chats(1, 1) });
		await log.flush();
		way.cut(true);
		log.append({ liveId: "room", events: chats(2, 3) });
		const flushed = log.flush();
		await new Promise((resolve) => setTimeout(resolve, 1_000));
		way.cut(false);
		await flushed;
		expect(states).toEqual([]);
		expect(seqs(await readAll(log, "room"))).toEqual([1, 2, 3]);
	});

	test("drops a released room's unstored events and frees queue space", async () => {
		const nats = await startNatsServers(1);
		onTestFinished(() => nats.stop());
		const log = await open(nats, { prefix: prefix(), timeoutMs, maxPendingBytes: 1 });
		const onWritable = vi.fn();
		log.onWritable(onWritable);
		await nats.servers[0]?.freeze();
		log.append({ liveId: "room", events: chats(1, 5) });
		expect(log.writable).toBe(false);
		expect(await log.release("room")).toBe(5);
		expect(log.status()).toMatchObject({ pendingEvents: 0, pendingBytes: 0 });
		expect(log.writable).toBe(true);
		expect(onWritable).toHaveBeenCalledTimes(1);
		nats.servers[0]?.thaw();
		log.append({ liveId: "room", events: chats(4, 6) });
		await log.flush();
		expect(seqs(await readAll(log, "room"))).toEqual([1, 2, 3]);
	});

	test("recovers without anything to store after rooms were released", async () => {
		const nats = await startNatsServers(1);
		onTestFinished(() => nats.stop());
		const log = await open(nats, { prefix: prefix(), timeoutMs });
		const states: unknown[] = [];
		// The status also changes with the failing rooms.
		log.onStatus(({ state }) => state !== states.at(-1) && states.push(state));
		await nats.servers[0]?.freeze();
		for (const liveId of ["room", "other"]) log.append({ liveId, events: chats(1, 5) });
		await vi.waitFor(() => expect(states).toEqual(["failing"]));
		expect(await Promise.all([log.release("room"), log.release("other")])).toEqual([5, 5]);
		expect(states).toEqual(["failing"]);
		nats.servers[0]?.thaw();
		await vi.waitFor(() => expect(states).toEqual(["failing", "ok"]));
	});

	test("reports at the start that no server answers", async () => {
		const nats = await startNatsServers(1);
		await nats.stop();
		const opened = open(nats, { timeoutMs });
		await expect(opened).rejects.toMatchObject({
			code: "nats_unreachable",
			message: expect.stringContaining(nats.urls[0] ?? ""),
		});
	});
});

test("refuses an older server by its version", async () => {
	const server = createServer((socket) => {
		const info = {
			server_id: "x",
			server_name: "old",
			version: "2.10.22",
			proto: 1,
			max_payload: 1 << 20,
			headers: true,
		};
		socket.write(`INFO ${JSON.stringify(info)}\r\n`);
		socket.on("data", (data: Buffer) => data.toString().includes("PING") && socket.write("PONG\r\n"));
		socket.on("error", () => undefined);
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	onTestFinished(() => void server.close());
	const address = server.address();
	const port = typeof address === "object" && address !== null ? address.port : 0;
	const opened = openJetStreamEventLog({
		...{ servers: [`nats://127.0.0.1:${port}`], node: "a", clock: systemClock, logger: quietLogger, secret: "a test" },
	});
	await expect(opened).rejects.toMatchObject({
		code: "nats_too_old",
		message: expect.stringMatching(/old .* is version 2\.10\.22; 2\.10\.23 or later/),
	});
});

describe.skipIf(!hasNats)("three NATS servers", () => {
	test("waits for the third server and says what to do", async () => {
		const nats = await startNatsServers(3);
		onTestFinished(() => nats.stop());
		await nats.servers[2]?.kill();
		const { logger, lines } = recordingLogger();
		let isOpen = false;
		const opening = open(nats, { replicas: 3, logger }).then(() => {
			isOpen = true;
		});
		const said = () =>
			lines.filter(({ event, detail }) => event === "nats_not_ready" && String(detail).includes("cluster_size"));
		await vi.waitFor(() => expect(said()).not.toEqual([]));
		expect(isOpen).toBe(false);
		await nats.servers[2]?.restart();
		await opening;
	});

	test("raises the replicas of all streams, but never lowers them", async () => {
		const nats = await startNatsServers(3);
		onTestFinished(() => nats.stop());
		const nc = await connect({ servers: [...nats.urls] });
		onTestFinished(() => nc.close());
		const jsm = await jetstreamManager(nc, { checkAPI: false });
		const own = prefix();
		const join = async (replicas: 1 | 3) => {
			const { logger, lines } = recordingLogger();
			const auth = { servers: nats.urls, node: "a", clock: systemClock, logger, secret: "a test" };
			const connected = await connectNats({ ...auth, prefix: own, partitions: 2, replicas });
			onTestFinished(() => connected.nc.close());
			// A server may not know of a changed stream yet; a node's start retries too.
			const bucket = await vi.waitFor(() => NodeBucket.open(connected, own, 60_000), { interval: 100 });
			onTestFinished(() => bucket.close());
			await bucket.write("a", Uint8Array.of(replicas), undefined);
			expect([...(await bucket.list()).nodes.keys()]).toEqual(["a"]);
			const copies: Record<string, number> = {};
			for await (const { config } of jsm.streams.list()) copies[config.name] = config.num_replicas;
			return { copies, warnings: lines.filter(({ event }) => event === "replicas_kept") };
		};
		const names = [
			`${own}-ev-0`,
			`${own}-ev-1`,
			`${own}-run`,
			...["nodes", "state", "summaries", "targets"].map((name) => `KV_${own}-${name}`),
		];
		const each = (copies: number) => Object.fromEntries(names.map((name) => [name, copies]));
		expect(await join(1)).toEqual({ copies: each(1), warnings: [] });
		expect(await join(3)).toEqual({ copies: each(3), warnings: [] });
		expect(await join(1)).toMatchObject({ copies: each(3), warnings: [{ replicas: 3, asked: 1 }] });
	});

	test("stores each event once, in order, while leaders are killed", async () => {
		const nats = await startNatsServers(3);
		onTestFinished(() => nats.stop());
		const log = await open(nats, { prefix: prefix(), replicas: 3, partitions: 1, timeoutMs: 120_000 });
		const rooms = onlyStored(8).map((n) => `room-${n}`);
		let said = 0;
		const say = async (rounds: number) => {
			for (let round = 0; round < rounds; round++) {
				said += 3;
				for (const liveId of rooms) log.append({ liveId, events: chats(said - 2, said), cursor: cursorAt(said) });
				await new Promise((resolve) => setTimeout(resolve, 5));
			}
		};
		await say(50);
		await log.flush();
		const saying = say(200);
		await nats.servers[1]?.kill("SIGKILL");
		await saying;
		await log.flush();
		await nats.servers[1]?.restart();
		await nats.servers[0]?.kill("SIGKILL");
		await say(50);
		await log.flush();
		for (const liveId of rooms) {
			const events = await vi.waitFor(async () => {
				const read = await readAll(log, liveId);
				expect(read).toHaveLength(said);
				return read;
			});
			expect(seqs(events)).toEqual(onlyStored(said));
			expect(idsOf(events)).toEqual(chats(1, said).map(({ id }) => id));
			expect(await log.cursor(liveId)).toEqual(cursorAt(said));
		}
	});
});
