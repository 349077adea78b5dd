import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordingLogger } from "@livekeeper/base/src/recording-logger.helpers.ts";
import { systemClock } from "@livekeeper/douyin";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { expect, onTestFinished, test, vi } from "vitest";
import { idsOf, readAll, seqs } from "../conformance.helpers.ts";
import { hasNats, type NatsServer, startNatsServers } from "./nats-servers.helpers.ts";
import { openJetStreamEventLog } from "./open.ts";
import { storeAsOwner } from "./store-as-owner.helpers.ts";

const waiting = { interval: 100 };

/** Makes a stream elect leaders until one is right. */
async function untilLed(nc: NatsConnection, stream: string, isRight: (leader: string) => boolean): Promise<void> {
	const jsm = await jetstreamManager(nc);
	await vi.waitFor(async () => {
		const { cluster } = await jsm.streams.info(stream);
		const leads = isRight(cluster?.leader ?? "");
		if (!leads) await nc.request(`$JS.API.STREAM.LEADER.STEPDOWN.${stream}`);
		expect(leads).toBe(true);
	}, waiting);
}

/** Copies the server's disk at this moment. @returns a function that starts it with the copy, once it was killed */
async function onDisk(server: NatsServer): Promise<() => Promise<void>> {
	const copy = mkdtempSync(join(tmpdir(), "livekeeper-store-"));
	onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
	await server.freeze();
	cpSync(server.store, copy, { recursive: true });
	server.thaw();
	return async () => {
		rmSync(server.store, { recursive: true });
		cpSync(copy, server.store, { recursive: true });
		await server.restart();
	};
}

/*
 * The third server keeps the token of the run, and gives it to the others: no stored data shows that they have lost
 * what they had acknowledged while it was behind. The room's owner knows what it has published.
 */
test.skipIf(!hasNats)("reuses no number if two of three servers lose power", async () => {
	const nats = await startNatsServers(3);
	onTestFinished(() => nats.stop());
	const { logger } = recordingLogger();
	const log = await openJetStreamEventLog({
		...{ servers: nats.urls, node: "a", clock: systemClock, logger, secret: "a test" },
		...{ replicas: 3, partitions: 1, groupCommitMs: 2, doubtMs: 1_000 },
	});
	onTestFinished(() => log.close());
	const say = (from: number, to: number) => storeAsOwner(log, "room", [from, to], waiting);
	await say(1, 12);
	const [third, ...cut] = nats.servers as [NatsServer, NatsServer, NatsServer];
	const nc = await connect({ servers: [...nats.urls] });
	onTestFinished(() => nc.close());
	const jsm = await jetstreamManager(nc);
	const token = async () => (await jsm.streams.getMessage("lk-run", { last_by_subj: "lk.run" }))?.string();
	await untilLed(nc, "lk-run", (leader) => leader === third.name);
	await untilLed(nc, "lk-ev-0", (leader) => leader !== third.name);
	const run = await token();
	const restores = await Promise.all(cut.map(onDisk));
	await third.freeze();
	await say(13, 20);
	const given = new Map((await readAll(log, "room")).map((event) => [event.seq, idsOf([event])[0]]));
	expect(given.size).toBe(20);
	await Promise.all(cut.map((server) => server.kill("SIGKILL")));
	third.thaw();
	await Promise.all(restores.map((restore) => restore()));
	await vi.waitFor(async () => expect(await token()).toBe(run), waiting);
	await say(21, 25);
	await vi.waitFor(async () => {
		const { lastSeq, events, truncated } = await log.read("room", { after: 20 });
		const base = lastSeq - 5;
		expect(seqs(events)).toEqual([1, 2, 3, 4, 5].map((n) => base + n));
		// The third server may have received the rest while it was suspended, and then gives it back to the others.
		if (base === 20) return expect(seqs(await readAll(log, "room"))).toHaveLength(25);
		expect(base).toBeGreaterThan(1_000_000);
		expect(truncated).toEqual({ from: 21, to: base, reason: "reset" });
	}, waiting);
	for (const event of (await log.read("room")).events)
		expect(given.get(event.seq) ?? idsOf([event])[0]).toBe(idsOf([event])[0]);
});
