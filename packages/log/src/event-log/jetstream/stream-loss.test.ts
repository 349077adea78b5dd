import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordingLogger } from "@livekeeper/base/src/recording-logger.helpers.ts";
import { systemClock } from "@livekeeper/douyin";
import {
	DiscardPolicy,
	type JetStreamClient,
	type JetStreamManager,
	jetstream,
	jetstreamManager,
} from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { cursorAt, seqs } from "../conformance.helpers.ts";
import { chats } from "../events.helpers.ts";
import { lateAnswers } from "./late-answers.helpers.ts";
import { hasNats, type NatsServers, startNatsServers } from "./nats-servers.helpers.ts";
import { openJetStreamEventLog } from "./open.ts";
import type { JetStreamEventLogOptions } from "./options.ts";
import type { SharedEventLog } from "./shared-event-log.ts";
import { storeAsOwner } from "./store-as-owner.helpers.ts";

let stores = 0;

async function open(nats: NatsServers, options: Partial<JetStreamEventLogOptions>) {
	const { logger, lines } = recordingLogger();
	const log = await openJetStreamEventLog({
		...{ servers: nats.urls, node: "a", clock: systemClock, logger, secret: "a test" },
		...{ replicas: 1, partitions: 1, groupCommitMs: 2, doubtMs: 1_000, ...options },
	});
	onTestFinished(() => log.close());
	return { log, lines };
}

const waiting = { interval: 50 };
/** More than any assigned number. */
const farAbove = 1_000_000;

/** Stores events of a room like a node that has just taken it over. */
function say(log: SharedEventLog, liveId: string, from: number, to: number) {
	return storeAsOwner(log, liveId, [from, to], waiting);
}

describe.skipIf(!hasNats)("a lost stream", () => {
	let nats: NatsServers;
	let jsm: JetStreamManager;
	let js: JetStreamClient;
	beforeAll(async () => {
		nats = await startNatsServers(1);
		const nc = await connect({ servers: [...nats.urls] });
		jsm = await jetstreamManager(nc);
		js = jetstream(nc);
		return async () => nc.close();
	});
	afterAll(() => nats.stop());

	/** Streams deleted during the test, by any client. */
	const deleted: string[] = [];
	beforeAll(async () => {
		const nc = await connect({ servers: [...nats.urls] });
		nc.subscribe("$JS.API.STREAM.DELETE.>", { callback: (_, { subject }) => void deleted.push(subject) });
		await nc.flush();
		return () => nc.close();
	});

	const deletedByUs = () => deleted.filter((subject) => !byOperator.has(subject));
	const byOperator = new Set<string>();
	async function operatorDeletes(stream: string): Promise<void> {
		byOperator.add(`$JS.API.STREAM.DELETE.${stream}`);
		await jsm.streams.delete(stream);
	}

	/** Expects the reports to every reader of a room whose first 20 events are lost, and which got 5 more. */
	async function expectReported(log: SharedEventLog, liveId: string) {
		const { lastSeq } = await log.read(liveId);
		const base = lastSeq - 5;
		expect(base).toBeGreaterThan(farAbove);
		for (const after of [0, 7, 20, 900, base - 1]) {
			const page = await log.read(liveId, { after });
			expect(page).toMatchObject({ truncated: { from: after + 1, to: base, reason: "reset" }, nextAfter: base + 5 });
			expect(seqs(page.events)).toEqual([1, 2, 3, 4, 5].map((n) => base + n));
		}
		expect((await log.read(liveId, { after: base })).truncated).toBeUndefined();
	}

	test("continues far above after being deleted while nodes run", async () => {
		const prefix = `gone${++stores}`;
		const { log: a, lines } = await open(nats, { prefix, node: "a" });
		const { log: b, lines: ofOther } = await open(nats, { prefix, node: "b" });
		await say(a, "room", 1, 20);
		await say(a, "silent", 1, 20);
		const before = Date.now();
		await operatorDeletes(`${prefix}-ev-0`);
		await say(a, "room", 21, 25);
		expect(await a.lost("room")).toBeUndefined();
		await expectReported(a, "room");
		for (const log of [a, b]) {
			// When the second node looks, the stream already exists again.
			await vi.waitFor(() => expect(log.status().losses).toHaveLength(1), waiting);
			expect(log.status().losses?.[0]?.loss.at).toBeGreaterThanOrEqual(before);
		}
		await expectReported(b, "room");
		// Its claim discovers the loss, and a gap is due there.
		await vi.waitFor(async () => expect(await a.lost("silent")).toEqual({ since: undefined }), waiting);
		expect(await a.lost("never")).toBeUndefined();
		expect(await b.read("silent", { after: 7 })).toMatchObject({ events: [], truncated: { from: 8, reason: "reset" } });
		for (const logged of [lines, ofOther]) {
			expect(logged).toContainEqual(expect.objectContaining({ event: "stream_lost", stream: `${prefix}-ev-0` }));
		}
		await vi.waitFor(() => expect(a.status().state).toBe("ok"), waiting);
		expect(deletedByUs()).toEqual([]);
	});

	test("continues far above after being deleted while no node ran", async () => {
		const prefix = `gone${++stores}`;
		const { log: a } = await open(nats, { prefix, node: "a" });
		await say(a, "room", 1, 20);
		await a.close();
		await operatorDeletes(`${prefix}-ev-0`);
		const { log: b } = await open(nats, { prefix, node: "b" });
		expect(b.status().losses).toMatchObject([{ stream: `${prefix}-ev-0`, loss: { found: "missing" } }]);
		await say(b, "room", 21, 25);
		await expectReported(b, "room");
	});

	test("continues far above and keeps a stream put in place", async () => {
		const prefix = `gone${++stores}`;
		const { log: a } = await open(nats, { prefix, node: "a" });
		await say(a, "room", 1, 20);
		const { config } = await jsm.streams.info(`${prefix}-ev-0`);
		await operatorDeletes(`${prefix}-ev-0`);
		const { created } = await jsm.streams.add(config);
		await say(a, "room", 21, 25);
		await expectReported(a, "room");
		await vi.waitFor(() => expect(a.status().losses).toMatchObject([{ loss: { found: "younger" } }]), waiting);
		expect((await jsm.streams.info(`${prefix}-ev-0`)).created).toBe(created);
		expect(deletedByUs()).toEqual([]);
	});

	test("reuses no number before known rooms are written back", async () => {
		const prefix = `gone${++stores}`;
		const { log: a } = await open(nats, { prefix, node: "a" });
		const { log: b } = await open(nats, { prefix, node: "b" });
		await say(a, "room", 1, 20);
		await vi.waitFor(async () => expect(await b.liveIds()).toEqual(["room"]), waiting);
		await a.close();
		// Another node has created them again, and is about to write back what it knows.
		for (const stream of [`${prefix}-ev-0`, `KV_${prefix}-state`]) {
			const { config } = await jsm.streams.info(stream);
			await operatorDeletes(stream);
			await jsm.streams.add(config);
		}
		expect(await b.read("room", { after: 7 })).toMatchObject({ events: [], nextAfter: 7 });
		await say(b, "room", 21, 25);
		await expectReported(b, "room");
	});

	test.each([
		["purged", (stream: string) => jsm.streams.purge(stream)],
		["trimmed by a limit", (stream: string) => jsm.streams.update(stream, { max_msgs: 3, discard: DiscardPolicy.Old })],
	])("continues far above after being %s", async (_, trim) => {
		const prefix = `gone${++stores}`;
		const { log: a } = await open(nats, { prefix, node: "a" });
		await say(a, "room", 1, 20);
		await say(a, "busy", 1, 5);
		await a.close();
		const { log: b } = await open(nats, { prefix, node: "b" });
		await trim(`${prefix}-ev-0`);
		for (let n = 6; n < 12; n++) await say(b, "busy", n, n);
		await say(b, "room", 21, 25);
		await expectReported(b, "room");
	});

	test("writes kept rooms back, so that no node stops them", async () => {
		const prefix = `gone${++stores}`;
		const { log: a, lines } = await open(nats, { prefix, node: "a" });
		for (const liveId of ["1001", "1002"]) await a.registry.keep(liveId, { cookie: "sessionid=secret" });
		await vi.waitFor(async () => expect(await a.registry.load()).toHaveLength(2), waiting);
		await operatorDeletes(`KV_${prefix}-state`);
		// Until then, asking for a room returns that it is kept, or that this is unknown.
		await vi.waitFor(async () => expect(await a.registry.get("1001")).toMatchObject({ liveId: "1001" }), waiting);
		const { log: b } = await open(nats, { prefix, node: "b" });
		const known = [
			{ liveId: "1001", options: { cookie: "sessionid=secret" } },
			{ liveId: "1002", options: { cookie: "sessionid=secret" } },
		];
		await vi.waitFor(async () => expect(await b.registry.load()).toMatchObject(known), waiting);
		expect(await a.registry.load()).toMatchObject(known);
		await vi.waitFor(() => {
			expect(lines).toContainEqual(expect.objectContaining({ event: "stream_lost", stream: `KV_${prefix}-state` }));
		}, waiting);
	});

	test("reports a lost state bucket, with rooms in their places", async () => {
		const prefix = `gone${++stores}`;
		const { log: a } = await open(nats, { prefix, node: "a", partitions: 3 });
		await say(a, "room", 1, 20);
		await a.close();
		await operatorDeletes(`KV_${prefix}-state`);
		const { log: b } = await open(nats, { prefix, node: "b", partitions: 7 });
		expect(b.status().losses).toMatchObject([{ stream: `KV_${prefix}-state` }]);
		expect(await b.lastSeq("room")).toBe(20);
	});

	test("replaces a damaged message's events with gaps, reported once", async () => {
		const prefix = `gone${++stores}`;
		const { log: a } = await open(nats, { prefix, node: "a" });
		await say(a, "room", 1, 5);
		await a.close();
		const stream = `${prefix}-ev-0`;
		const { state } = await jsm.streams.info(stream);
		// The last message records that the room was released.
		await jsm.streams.deleteMessage(stream, state.last_seq);
		const message = await jsm.streams.getMessage(stream, { seq: state.last_seq - 1 });
		if (!message) throw new Error("there is no message");
		// Changes the last letter of the last event. A stored message can't be changed, so a changed copy is published
		// behind it.
		const data = Uint8Array.from(message.data, (byte, at) => (at === message.data.length - 1 ? byte ^ 1 : byte));
		message.header.delete("Nats-Msg-Id");
		await jsm.streams.deleteMessage(stream, message.seq);
		await js.publish(message.subject, data, { headers: message.header });
		const { log: b, lines } = await open(nats, { prefix, node: "b" });
		for (let n = 0; n < 2; n++) {
			const { events } = await b.read("room");
			expect(events.map(({ seq, type }) => [seq, type])).toEqual([1, 2, 3, 4, 5].map((seq) => [seq, "gap"]));
			expect(JSON.parse(events[4]?.json ?? "")).toMatchObject({ seq: 5, live_id: "room", reason: "corrupt" });
		}
		expect(b.status().damage).toEqual({ events: 5, rooms: ["room"] });
		expect(lines.filter(({ event }) => event === "event_corrupt")).toMatchObject([
			{ live_id: "room", seq: 1, events: 5 },
		]);
		expect(await b.broadcasts("room")).toEqual([]);
		await say(b, "room", 6, 7);
		expect(await b.broadcasts("room")).toMatchObject([{ messages: { chat: 2 } }]);
		expect(seqs((await b.read("room", { after: 4 })).events)).toEqual([5, 6, 7]);
	});

	test("refuses a node with another secret and keeps its own", async () => {
		const prefix = `gone${++stores}`;
		await open(nats, { prefix, node: "a" });
		const probe = () => jsm.streams.getMessage(`KV_${prefix}-state`, { last_by_subj: `$KV.${prefix}-state.secret` });
		const before = await probe();
		await expect(open(nats, { prefix, node: "b", secret: "another" })).rejects.toMatchObject({
			code: "secret_differs",
		});
		expect((await probe())?.seq).toBe(before?.seq);
		await open(nats, { prefix, node: "c" });
	});
});

/** Restarts a server without its newest messages, which never reached its disk. */
async function cutServer(nats: NatsServers, meanwhile: () => Promise<unknown>): Promise<void> {
	const [server] = nats.servers;
	if (!server) throw new Error("there is no server");
	const copy = mkdtempSync(join(tmpdir(), "livekeeper-store-"));
	onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
	await server.kill("SIGTERM");
	cpSync(server.store, copy, { recursive: true });
	await server.restart();
	await meanwhile();
	await server.kill("SIGKILL");
	rmSync(server.store, { recursive: true });
	cpSync(copy, server.store, { recursive: true });
	await server.restart();
}

describe.skipIf(!hasNats)("a power cut of all servers", () => {
	/**
	 * Expects that no number is reused.
	 * @param kept events before the cut that are left.
	 * @param given events before the cut
	 */
	async function expectNoneTwice(log: SharedEventLog, liveId: string, kept: number, given: number) {
		const { lastSeq } = await log.read(liveId);
		const base = lastSeq - 5;
		expect(base).toBeGreaterThan(farAbove);
		const first = await log.read(liveId, { after: 2 });
		expect([seqs(first.events).at(-1), first.truncated, first.caughtUp]).toEqual([kept, undefined, false]);
		for (const after of [kept, given - 1, given, base - 1]) {
			const page = await log.read(liveId, { after });
			expect(page.truncated).toEqual({ from: after + 1, to: base, reason: "reset" });
			expect(seqs(page.events)).toEqual([1, 2, 3, 4, 5].map((n) => base + n));
		}
		expect(await log.afterNewest(liveId, 7)).toBe(kept - 2);
		// A search skips numbers without events, in one page.
		const found = await log.search({ liveIds: [liveId], limit: 500 });
		expect([found.events.length, found.cursor]).toEqual([5 + kept, undefined]);
		expect(await log.broadcasts(liveId)).toMatchObject([{ messages: { chat: expect.any(Number) } }]);
	}

	test("reuses no number while nodes keep running", async () => {
		const nats = await startNatsServers(1);
		onTestFinished(() => nats.stop());
		const { log: a } = await open(nats, { node: "a", timeoutMs: 120_000 });
		await say(a, "room", 1, 12);
		await cutServer(nats, async () => {
			await vi.waitFor(() => expect(a.status().state).toBe("ok"), waiting);
			await say(a, "room", 13, 20);
			for (let n = 1; n < 20; n++) await say(a, "quick", n, n);
		});
		// The stream grows beyond its former end before any node looks at it.
		for (let n = 0; n < 40; n++) await say(a, "other", n, n);
		await say(a, "room", 21, 25);
		await expectNoneTwice(a, "room", 12, 20);
	});

	test("reuses no number after nodes were cut off too", async () => {
		const nats = await startNatsServers(1);
		onTestFinished(() => nats.stop());
		const { log: a } = await open(nats, { node: "a", timeoutMs: 120_000 });
		for (const liveId of ["room", "ended"]) await say(a, liveId, 1, 12);
		await a.release("ended");
		await cutServer(nats, () => say(a, "room", 13, 20));
		const { log: b } = await open(nats, { node: "b", timeoutMs: 120_000 });
		// A reader that has the lost events is notified once the room continues.
		expect(await b.read("room", { after: 20 })).toMatchObject({ events: [], nextAfter: 20 });
		// Released in order: nothing can have followed.
		await say(b, "ended", 13, 17);
		expect(await b.lastSeq("ended")).toBe(17);
		await vi.waitFor(async () => expect((await b.lost("room"))?.since).toBeLessThanOrEqual(Date.now()), waiting);
		await say(b, "room", 21, 25);
		await expectNoneTwice(b, "room", 12, 20);
	});

	test("invents no loss after orderly stops or mere kills", async () => {
		const nats = await startNatsServers(1);
		onTestFinished(() => nats.stop());
		const { log: a } = await open(nats, { node: "a", timeoutMs: 120_000 });
		await say(a, "room", 1, 12);
		await nats.servers[0]?.kill("SIGKILL");
		await nats.servers[0]?.restart();
		await say(a, "room", 13, 20);
		await a.close();
		await nats.servers[0]?.kill("SIGTERM");
		await nats.servers[0]?.restart();
		const { log: b } = await open(nats, { node: "b", timeoutMs: 120_000 });
		expect(await b.lost("room")).toBeUndefined();
		await say(b, "room", 21, 25);
		expect(seqs((await b.read("room")).events)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
	});
});

test.skipIf(!hasNats)("invents no loss if stream requests are answered late", async () => {
	const nats = await startNatsServers(1);
	onTestFinished(() => nats.stop());
	const [url = ""] = nats.urls;
	const operator = await connect({ servers: [url] });
	onTestFinished(() => operator.close());
	const deleted: string[] = [];
	operator.subscribe("$JS.API.STREAM.DELETE.>", { callback: (_, { subject }) => void deleted.push(subject) });
	await operator.flush();
	const late = await lateAnswers(url, 100);
	onTestFinished(() => late.close());
	const { log, lines } = await open(nats, { servers: [late.url], partitions: 4, doubtMs: 300 });
	const rooms = Array.from({ length: 12 }, (_, index) => `room-${index}`);
	for (const liveId of rooms) await log.claim(liveId);
	let said = 0;
	for (; said < 40; said++) {
		for (const liveId of rooms) log.append({ liveId, events: chats(said + 1, said + 1), cursor: cursorAt(said + 1) });
		await new Promise((resolve) => setTimeout(resolve, 1_000 / 6));
	}
	await log.flush();
	for (const liveId of rooms) expect(await log.lastSeq(liveId)).toBe(said);
	expect(log.status().losses).toEqual([]);
	expect(lines.filter(({ event }) => event === "stream_lost" || event === "room_fenced")).toEqual([]);
	expect(deleted).toEqual([]);
});
