import { recordingLogger } from "@livekeeper/base/src/recording-logger.helpers.ts";
import { systemClock } from "@livekeeper/douyin";
import { expect, onTestFinished, test, vi } from "vitest";
import { seqs } from "../conformance.helpers.ts";
import { NatsAdmin } from "./nats-admin.helpers.ts";
import { hasNats, startNatsServers } from "./nats-servers.helpers.ts";
import { openJetStreamEventLog } from "./open.ts";
import type { SharedEventLog } from "./shared-event-log.ts";
import { storeAsOwner } from "./store-as-owner.helpers.ts";

const waiting = { interval: 100 };
/** Time after which servers that do not answer are unlikely to have a leader without help, ms. */
const electionMs = 20_000;
/** Enough reads to reach each replica. */
const reads = 30;

function say(log: SharedEventLog, liveId: string, from: number, to: number) {
	return storeAsOwner(log, liveId, [from, to], waiting);
}

test.skipIf(!hasNats)("continues far above after all servers were emptied", async () => {
	const nats = await startNatsServers(3);
	onTestFinished(() => nats.stop());
	const open = async (node: string) => {
		const { logger } = recordingLogger();
		const log = await openJetStreamEventLog({
			...{ servers: nats.urls, node, clock: systemClock, logger, secret: "a test" },
			...{ replicas: 3, partitions: 1, groupCommitMs: 2 },
		});
		onTestFinished(() => log.close());
		return log;
	};
	const logs = [await open("a"), await open("b")] as const;
	await say(logs[0], "room", 1, 20);
	const [survivor, ...wiped] = nats.servers;
	// If the third server were the first to lead, it would restore its data to all.
	await survivor?.freeze();
	await Promise.all(wiped.map((server) => server.kill("SIGKILL")));
	for (const server of wiped) server.wipe();
	await Promise.all(wiped.map((server) => server.restart()));
	const admin = new NatsAdmin(wiped.map(({ url }) => url));
	// Servers on empty stores may never elect one to lead them; then their operator restarts one.
	for (let n = 0; (await admin.leaders(electionMs).catch(() => undefined))?.size !== 0; n++)
		await wiped[n % wiped.length]?.restart();
	// The third server has older data than the others, which NATS never resolves: its operator empties it as well.
	await survivor?.kill("SIGKILL");
	survivor?.wipe();
	await survivor?.restart();
	await nats.complete();
	await say(logs[0], "room", 21, 25);
	const { lastSeq } = await logs[0].read("room");
	const base = lastSeq - 5;
	expect(base).toBeGreaterThan(1_000_000);
	for (const log of logs) {
		await vi.waitFor(() => {
			expect(log.status().losses?.map(({ stream }) => stream)).toContain("lk-ev-0");
		}, waiting);
	}
	for (let read = 0; read < reads; read++) {
		for (const log of logs) {
			const page = await log.read("room", { after: 7 });
			expect(page.truncated).toEqual({ from: 8, to: base, reason: "reset" });
			expect([page.caughtUp, seqs(page.events)]).toEqual([true, [1, 2, 3, 4, 5].map((n) => base + n)]);
		}
	}
});
