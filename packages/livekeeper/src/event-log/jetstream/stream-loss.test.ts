import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { recordingLogger } from "../../rooms/fake-upstream.helpers.ts";
import { seqs } from "../conformance.helpers.ts";
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
		...{ replicas: 1, partitions: 1, groupCommitMs: 2, ...options },
	});
	onTestFinished(() => log.close());
	return { log, lines };
}

const waiting = { timeout: 20_000, interval: 50 };
/** More than any number that was given. */
const farAbove = 1_000_000;

/** Stores events of a room as a node does that has just taken it over. */
function say(log: SharedEventLog, liveId: string, from: number, to: number) {
	return storeAsOwner(log, liveId, [from, to], waiting);
}

describe.skipIf(!hasNats)("a stream that is gone", () => {
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

	async function incarnations(prefix: string): Promise<string[]> {
		const names: string[] = [];
		for await (const name of jsm.streams.names()) if (name.startsWith(`${prefix}-ev-0`)) names.push(name);
		return names.sort();
	}

	/** What every reader of a room has to be told whose first 20 events are lost, and of which 5 came after. */
	async function expectTold(log: SharedEventLog, liveId: string) {
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

	test("it was deleted while nodes run: rooms go on far above, their readers are told, and so is everybody else", async () => {
		const prefix = `gone${++stores}`;
		const { log: a, lines } = await open(nats, { prefix, node: "a" });
		const { log: b, lines: ofOther } = await open(nats, { prefix, node: "b" });
		await say(a, "room", 1, 20);
		await say(a, "silent", 1, 20);
		const before = Date.now();
		await jsm.streams.delete(`${prefix}-ev-0`);
		await vi.waitFor(() => expect(a.status().losses).toHaveLength(1), waiting);
		expect(await a.lost("room")).toMatchObject({ since: expect.any(Number) });
		expect((await a.lost("room"))?.since).toBeLessThanOrEqual(before);
		expect(await a.lost("never")).toBeUndefined();
		await say(a, "room", 21, 25);
		expect(await a.lost("room")).toBeUndefined();
		await expectTold(a, "room");
		await vi.waitFor(() => expect(b.status().losses).toHaveLength(1), waiting);
		await expectTold(b, "room");
		expect(await b.read("silent", { after: 7 })).toMatchObject({ events: [], truncated: { from: 8, reason: "reset" } });
		for (const told of [lines, ofOther]) {
			expect(told).toContainEqual(expect.objectContaining({ event: "stream_lost", stream: `${prefix}-ev-0` }));
		}
		await vi.waitFor(() => expect(a.status().state).toBe("ok"), waiting);
		expect(await incarnations(prefix)).toEqual([`${prefix}-ev-0-2`]);
	}, 60_000);

	test("what was lost shows up again: it is deleted, and nobody reads it", async () => {
		const prefix = `gone${++stores}`;
		const { log: a } = await open(nats, { prefix, node: "a" });
		const { log: b } = await open(nats, { prefix, node: "b" });
		await say(a, "room", 1, 20);
		const { config } = await jsm.streams.info(`${prefix}-ev-0`);
		await jsm.streams.delete(`${prefix}-ev-0`);
		for (const log of [a, b]) await vi.waitFor(() => expect(log.status().losses).toHaveLength(1), waiting);
		await say(a, "room", 21, 25);
		await jsm.streams.add({ ...config, first_seq: 1_000 });
		await expectTold(a, "room");
		await expectTold(b, "room");
		await vi.waitFor(async () => expect(await incarnations(prefix)).toEqual([`${prefix}-ev-0-2`]), waiting);
		await expectTold(b, "room");
		expect(a.status().losses).toHaveLength(1);
	}, 60_000);

	test("a node that has not looked since asks where the room lies now before it says that a reader is ahead", async () => {
		const prefix = `gone${++stores}`;
		const { log: a } = await open(nats, { prefix, node: "a" });
		const clock = new ManualClock(Date.now());
		// It looks when it is asked to.
		const { log: b } = await open(nats, { prefix, node: "b", clock });
		await say(a, "room", 1, 20);
		const { config } = await jsm.streams.info(`${prefix}-ev-0`);
		await jsm.streams.delete(`${prefix}-ev-0`);
		await say(a, "room", 21, 25);
		const { lastSeq } = await a.read("room");
		// Nobody is left to delete it.
		await a.close();
		await jsm.streams.add(config);
		const page = await b.read("room", { after: lastSeq - 2 });
		expect([page.truncated, seqs(page.events)]).toEqual([undefined, [lastSeq - 1, lastSeq]]);
	}, 60_000);

	test("it was deleted while no node ran: the next one to start tells", async () => {
		const prefix = `gone${++stores}`;
		const { log: a } = await open(nats, { prefix, node: "a" });
		await say(a, "room", 1, 20);
		await a.close();
		await jsm.streams.delete(`${prefix}-ev-0`);
		const { log: b } = await open(nats, { prefix, node: "b" });
		expect(b.status().losses).toMatchObject([{ stream: `${prefix}-ev-0`, loss: { found: "missing" } }]);
		expect(await b.lost("room")).toMatchObject({ since: expect.any(Number) });
		await say(b, "room", 21, 25);
		await expectTold(b, "room");
	}, 60_000);

	test("another lies in its place, with other messages: no less is told", async () => {
		const prefix = `gone${++stores}`;
		const { log: a } = await open(nats, { prefix, node: "a" });
		await say(a, "room", 1, 20);
		const { config } = await jsm.streams.info(`${prefix}-ev-0`);
		await jsm.streams.delete(`${prefix}-ev-0`);
		await jsm.streams.add(config);
		await vi.waitFor(() => expect(a.status().losses).toMatchObject([{ loss: { found: "younger" } }]), waiting);
		await say(a, "room", 21, 25);
		await expectTold(a, "room");
		await vi.waitFor(async () => expect(await incarnations(prefix)).toEqual([`${prefix}-ev-0-2`]), waiting);
	}, 60_000);

	test("rooms that are wanted are written back by a node that knows them, and no node takes them for stopped", async () => {
		const prefix = `gone${++stores}`;
		const { log: a, lines } = await open(nats, { prefix, node: "a" });
		for (const liveId of ["1001", "1002"]) await a.registry.want(liveId, { cookie: "sessionid=secret" });
		await vi.waitFor(async () => expect(await a.registry.load()).toHaveLength(2), waiting);
		await jsm.streams.delete(`KV_${prefix}-state`);
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
	}, 60_000);

	test("the state bucket was lost while no node ran: that is told, and rooms lie where they lay", async () => {
		const prefix = `gone${++stores}`;
		const { log: a } = await open(nats, { prefix, node: "a", partitions: 3 });
		await say(a, "room", 1, 20);
		await a.close();
		await jsm.streams.delete(`KV_${prefix}-state`);
		const { log: b } = await open(nats, { prefix, node: "b", partitions: 7 });
		expect(b.status().losses).toMatchObject([{ stream: `KV_${prefix}-state` }]);
		expect(await b.lastSeq("room")).toBe(20);
	}, 60_000);

	test("a message is there and damaged: readers get a gap in the place of each of its events, which is told once, and all else goes on", async () => {
		const prefix = `gone${++stores}`;
		const { log: a } = await open(nats, { prefix, node: "a" });
		await say(a, "room", 1, 5);
		await a.close();
		const stream = `${prefix}-ev-0`;
		const { state } = await jsm.streams.info(stream);
		const message = await jsm.streams.getMessage(stream, { seq: state.last_seq });
		if (!message) throw new Error("there is no message");
		// The last letter of the last event. Nobody can change a message where it lies: it lies behind where it lay.
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
	}, 60_000);

	test("a node with another secret is refused, and the cluster's is still the one that counts", async () => {
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

describe.skipIf(!hasNats)("a stream that has lost its end", () => {
	test("what is left is read, then readers are told, and rooms go on far above what they are known to have given", async () => {
		const nats = await startNatsServers(1);
		onTestFinished(() => nats.stop());
		const [server] = nats.servers;
		if (!server) throw new Error("there is no server");
		const { log: a } = await open(nats, { node: "a", timeoutMs: 1_000 });
		await say(a, "room", 1, 12);
		const copy = mkdtempSync(join(tmpdir(), "livekeeper-store-"));
		onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
		await server.kill("SIGTERM");
		cpSync(server.store, copy, { recursive: true });
		await server.restart();
		await say(a, "room", 13, 20);
		// As a loss of power does it: what was written last is not there.
		await server.kill("SIGKILL");
		rmSync(server.store, { recursive: true });
		cpSync(copy, server.store, { recursive: true });
		await server.restart();
		await vi.waitFor(() => expect(a.status().losses?.map(({ stream }) => stream)).toContain("lk-ev-0"), waiting);
		await say(a, "room", 21, 25);
		const { lastSeq } = await a.read("room");
		const base = lastSeq - 5;
		expect(base).toBeGreaterThan(farAbove);
		const first = await a.read("room", { after: 2 });
		expect([seqs(first.events), first.truncated, first.caughtUp]).toEqual([
			[3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
			undefined,
			false,
		]);
		for (const after of [12, 15, 20, base - 1]) {
			const page = await a.read("room", { after });
			expect(page.truncated).toEqual({ from: after + 1, to: base, reason: "reset" });
			expect(seqs(page.events)).toEqual([1, 2, 3, 4, 5].map((n) => base + n));
		}
	}, 60_000);
});
