import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
	createUpstream,
	DouyinError,
	type DriftKind,
	driftKinds,
	type Exchange,
	type HttpResponse,
	type Transport,
	type TransportHandlers,
	type TransportSocket,
} from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { encodeChatMessage, encodePushFrame, encodeResponse, type MessageInit } from "@livekeeper/douyin/wire";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import { type ReceivedBody, Receiver } from "@livekeeper/targets/src/receiver.helpers.ts";
import { World } from "@livekeeper/targets/src/service.helpers.ts";
import { ServiceWatch } from "@livekeeper/targets/src/service-watch.ts";
import { Registry } from "prom-client";
import { expect, onTestFinished, test, vi } from "vitest";
import { loadConfig } from "../config.ts";
import { LookupService } from "../live/index.ts";
import { lookupMetrics } from "../metrics/connection-metrics.ts";
import { addMetrics } from "../metrics/registry.ts";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { DriftBook } from "../site/index.ts";
import { toWireUpstream } from "../wire/index.ts";
import { createOwnUpstream } from "./connections.ts";
import { statesOf } from "./states.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

function noteBoard() {
	const stored = new Map<string, unknown>();
	return {
		get: async (name: string) => stored.get(name),
		put: async (name: string, value: unknown) => void stored.set(name, structuredClone(value)),
	};
}

async function openBook(clock = new ManualClock(), notes = noteBoard()) {
	const folder = join(temporaryFolder(onTestFinished), "drift");
	const { logger, lines } = recordingLogger();
	const open = () => DriftBook.open({ clock, logger, notes, folder });
	return { book: await open(), clock, folder, lines, open };
}

const idle = {
	state: "ok",
	since: 0,
	pendingEvents: 0,
	pendingBytes: 0,
	storedBytes: 0,
	repeats: 0,
	findings: [],
} as const;
const sample = Buffer.from("bytes");

/** The site: pages of a simulator, and a push socket that sends what the test gives it. */
class ScriptedSite implements Transport {
	readonly #simulator: Simulator;
	#socket: TransportHandlers | undefined;
	#ids = 7_400_000_000_000_000_000n;

	constructor(simulator: Simulator) {
		this.#simulator = simulator;
	}

	readonly exchange: Exchange = async ({ url, method, headers, body, cookies }) => {
		const { pathname, search, host } = new URL(url);
		const cookie = cookies?.jar.getCookieStringSync(url) ?? "";
		const sent = { ...headers, host, ...(cookie && { cookie }) };
		const request = { method, url: `${pathname}${search}`, headers: sent, body, from: "127.0.0.1" };
		const answer = await this.#simulator.inject(request);
		const { "set-cookie": given = [] } = answer.headers;
		for (const one of [given].flat()) cookies?.jar.setCookieSync(String(one), url, { ignoreError: true });
		return { status: answer.status, headers: answer.headers as HttpResponse["headers"], body: answer.body };
	};

	connect(_request: unknown, handlers: TransportHandlers): TransportSocket {
		const end = () => handlers.onEnd(new DouyinError("network", "closed"));
		this.#socket = handlers;
		setImmediate(() => handlers.onOpen());
		return { send: () => undefined, close: end, terminate: end };
	}

	/** Sends one frame with a message of each method; the bytes of `more` follow each payload. */
	send(methods: readonly string[], more: Uint8Array = Buffer.alloc(0)): void {
		const messages = methods.map((method): MessageInit => {
			const msgId = String(++this.#ids);
			const payload = encodeChatMessage({ common: { method, msgId }, content: "你好" });
			return { method, msgId, payload: Buffer.concat([payload, more]) };
		});
		const payload = encodeResponse({ messages, cursor: `c${this.#ids}`, internalExt: "e" });
		this.#socket?.onMessage(encodePushFrame({ payloadType: "msg", payload }));
	}
}

/** Starts a site, and a session with its room 1001 whose drift is noted in the book. */
async function openSite(book: DriftBook, clock: ManualClock) {
	const simulator = await startSimulator({ rooms: 1, rate: 0, clock, listens: false, tickMs: minute });
	onTestFinished(() => simulator.close());
	const site = new ScriptedSite(simulator);
	const config = loadConfig({
		env: {},
		flags: { upstreamUrl: "http://127.0.0.1:7002", heartbeatMs: `${10 * minute}` },
	});
	const access = { exchange: site.exchange, transport: site };
	const upstream = createOwnUpstream(config, undefined, clock, { drift: book, access });
	onTestFinished(() => upstream.close());
	const room = await upstream.lookup("1001", AbortSignal.timeout(60_000));
	if (room.status !== "live") throw new Error(`live was expected, not ${room.status}`);
	const stop = new AbortController();
	const opened = vi.fn();
	const ended = upstream.session({ ...room, signal: stop.signal }, ({ type }) => type === "opened" && opened());
	onTestFinished(async () => {
		stop.abort();
		await ended;
	});
	await vi.waitFor(() => expect(opened).toHaveBeenCalled());
	const ask = () => upstream.ask("enter", { liveId: "1001" }, AbortSignal.timeout(60_000));
	return { site, ask, close: () => simulator.setFault({ fault: "way_closed", on: "enter", by: "layout" }) };
}

/** Field 3001 with three bytes, as protobuf writes it. */
const newField = Buffer.from([0xca, 0xbb, 0x01, 3, 0x6e, 0x65, 0x77]);
/** One of these messages has its fields looked at. */
const chats = Array<string>(16).fill("WebcastChatMessage");

test("sends one notice of a day of drift, as shown", async () => {
	const world = new World();
	// Days pass for the book, and one observation of the states for each half hour of it.
	const { book, clock } = await openBook();
	const states = new ServiceWatch(world.clock);
	const life = await world.start({}, { states });
	const live = { getStatus: () => ({ rooms: [] }) };
	onTestFinished(states.follow(statesOf({ live, log: { status: () => idle }, drift: book })));
	const receiver = await Receiver.listen();
	onTestFinished(() => receiver.close());
	await life.targets.create({ settings: { url: receiver.url }, states: ["site_changed"], live_ids: ["a"] });
	const lookups = new LookupService({
		...{ clock, upstreamUrl: "https://live.douyin.com", drift: book, rooms: () => [] },
		watching: { status: () => ({ exits: [], rooms: 0, known: 0, knownInMs: 0 }), passed: () => undefined },
		takeProof: () => Promise.resolve(),
	});
	const registry = new Registry();
	addMetrics(
		registry,
		lookupMetrics(() => lookups.status()),
	);
	const notices = () =>
		receiver.bodies.flatMap(
			({ notices = [] }: ReceivedBody & { notices?: { condition: string; text: string }[] }) => notices,
		);
	const { site, ask, close } = await openSite(book, clock);
	/** Lets a time pass; `send` is called for each half hour of it. */
	const pass = async (ms: number, send: (at: number) => unknown = () => undefined) => {
		for (let at = 0; at < ms; at += 30 * minute) {
			await send(at);
			await clock.advance(30 * minute);
			await world.clock.advance(5_000);
			await world.quiet(life);
		}
	};
	// The first day of a data folder teaches which kinds the site sends.
	await pass(day, () => site.send(["WebcastRareMessage", ...chats]));
	expect(notices()).toEqual([]);
	expect(book.entries.map(({ name, learned }) => [name, learned])).toEqual([["WebcastRareMessage", true]]);
	// The site rolls a change out over a day.
	const began = clock.now();
	await pass(day, async (at) => {
		site.send(["WebcastRareMessage", "WebcastNewMessage", "WebcastNewMessage"]);
		if (at >= 6 * hour) site.send(["WebcastNewerMessage"]);
		site.send(chats, at >= 12 * hour ? newField : undefined);
		if (at === 18 * hour) close();
		await ask();
	});
	expect(notices()).toMatchObject([{ state: "site_changed", condition: "changed" }]);
	const { drift, changed } = toWireUpstream(lookups.status(), "en");
	const current = drift.filter((entry) => entry.current && !entry.learned);
	expect(current.map(({ kind, name, count }) => `${kind} ${name}: ${count}`).toSorted()).toEqual([
		"field WebcastChatMessage#3001: 24",
		"method WebcastNewMessage: 96",
		"method WebcastNewerMessage: 36",
		"page enter: 12",
	]);
	expect(current.every(({ exit, sample }) => exit === "direct" && sample !== null)).toBe(true);
	expect(changed).toHaveLength(1);
	for (const { name } of current) expect(changed[0]).toContain(name);
	const metrics = await registry.metrics();
	for (const kind of driftKinds) {
		const counts = drift.filter((entry) => entry.kind === kind && entry.current).map(({ count }) => count);
		expect(metrics).toContain(`livekeeper_site_drift{kind="${kind}"} ${counts.reduce((a, b) => a + b, 0)}\n`);
	}
	expect(metrics.match(/^livekeeper_site_changed_since.*$/gm)).toEqual([
		`livekeeper_site_changed_since_timestamp_seconds{kind="method"} ${began / 1000}`,
	]);
	// Drift of another kind on a later day is news, and hours more of the same are not.
	await pass(4 * hour, () => book.saw({ kind: "frame", name: "push", sample }, "direct"));
	expect(notices().map(({ condition }) => condition)).toEqual(["changed", "changed"]);
	await pass(2 * day);
	expect(notices().map(({ condition }) => condition)).toEqual(["changed", "changed", "fine", "fine"]);
	await book.stop();
});

test("continues after a restart without repeating", async () => {
	const { book, clock, open } = await openBook();
	book.saw({ kind: "page", name: "page", sample }, "direct");
	await clock.advance(hour);
	const before = book.episodes;
	expect(before).toMatchObject([{ subject: "page", entries: [{ name: "page", count: 1 }] }]);
	await book.stop();
	const again = await open();
	expect(again.episodes.map(({ subject, since }) => [subject, since])).toEqual(
		before.map(({ subject, since }) => [subject, since]),
	);
	await clock.advance(day);
	expect(again.episodes).toEqual([]);
});

test("keeps a change's name after a restart", async () => {
	const { book, clock, open } = await openBook();
	book.saw({ kind: "page", name: "page", sample }, "direct");
	for (let at = 0; at < 2 * day; at += hour) {
		book.saw({ kind: "frame", name: "push", sample }, "direct");
		await clock.advance(hour);
	}
	const before = book.episodes;
	expect(before).toMatchObject([{ subject: "page", entries: [{ kind: "frame" }] }]);
	await book.stop();
	const again = await open();
	expect(again.episodes).toMatchObject(before.map(({ subject, since }) => ({ subject, since })));
	// Later observations belong to it as well.
	again.saw({ kind: "frame", name: "push", sample }, "direct");
	expect(again.episodes).toMatchObject(before.map(({ subject, since }) => ({ subject, since })));
});

test("bounds names and samples", async () => {
	const { book, folder } = await openBook();
	const large = Buffer.alloc(1_000_000, "x");
	for (let n = 0; n < 1_000; n++) book.saw({ kind: "message", name: `../Method ${n}`, sample: large }, "direct");
	for (let n = 0; n < 100; n++) book.saw({ kind: "frame", name: `f${n}`, sample: large }, "direct");
	await book.stop();
	expect(book.entries.length).toBe(2 * 65);
	expect(book.entries.reduce((sum, { count }) => sum + count, 0)).toBe(1_100);
	const files = readdirSync(folder);
	expect(files.length).toBe(64);
	for (const file of files) {
		expect(file).toMatch(/^[\w#.-]+$/);
		expect(readFileSync(join(folder, file)).length).toBe(64 * 1024);
	}
});

test("observes unknown kinds and fields, and answers of another form", async () => {
	const simulator = await startSimulator({ rooms: 1, rate: 400, seed: 3 });
	onTestFinished(() => simulator.close());
	const seen = new Map<DriftKind, Set<string>>();
	const upstream = createUpstream({
		baseUrl: simulator.url,
		onDrift: ({ kind, name, sample: bytes }) => {
			if (kind !== "empty") expect(bytes?.length).toBeGreaterThan(0);
			seen.set(kind, (seen.get(kind) ?? new Set()).add(name));
		},
	});
	onTestFinished(() => upstream.close());
	const room = await upstream.lookup("1001", AbortSignal.timeout(60_000));
	if (room.status !== "live") throw new Error(`live was expected, not ${room.status}`);
	expect([...seen.keys()]).toEqual([]);
	simulator.setFault({ fault: "novelties" });
	const stop = new AbortController();
	const { liveId, roomId, userUniqueId } = room;
	const session = upstream.session({ liveId, roomId, userUniqueId, signal: stop.signal }, () => undefined);
	await expect.poll(() => [...(seen.get("method") ?? [])].join()).toMatch(/WebcastSimulatedFuture\dMessage/);
	await expect.poll(() => [...(seen.get("field") ?? [])].join()).toMatch(/Webcast\w+Message#3001/);
	simulator.setFault({ fault: "garbage_protobuf" });
	await session.catch(() => undefined);
	expect([...(seen.get("frame") ?? [])]).toEqual(["push"]);
	stop.abort();
	simulator.clearFaults();
	simulator.setFault({ fault: "way_closed", on: "enter", by: "layout" });
	simulator.setFault({ fault: "way_closed", on: "scene", by: "empty" });
	const signal = AbortSignal.timeout(60_000);
	for (const way of ["enter", "scene"] as const) await upstream.ask(way, { liveId, roomId }, signal);
	expect([...(seen.get("page") ?? [])]).toEqual(["enter"]);
	expect([...(seen.get("empty") ?? [])]).toEqual(["scene"]);
});
