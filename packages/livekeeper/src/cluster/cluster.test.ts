import { ManualClock } from "@livekeeper/douyin/testing";
import { RoomReaders } from "@livekeeper/engine";
import { acquire as acquirePermit } from "@livekeeper/engine/src/connections/admission/acquire.helpers.ts";
import { Admission } from "@livekeeper/engine/src/connections/admission/index.ts";
import { NodeMessages } from "@livekeeper/log/jetstream";
import { hasNats, startNatsServers } from "@livekeeper/log/src/event-log/jetstream/nats-servers.helpers.ts";
import { connect } from "@nats-io/transport-node";
import { expect, onTestFinished, test, vi } from "vitest";
import type { LocalRooms } from "../live/index.ts";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { isShowable } from "../wire/index.ts";
import { Cluster } from "./cluster.ts";

/** Joins nodes to a cluster of these servers, on a clock that the test advances. */
function joining(servers: readonly string[], clock: ManualClock) {
	const { logger } = recordingLogger();
	return async (node: string) => {
		const cluster = await Cluster.join({
			...{ servers, node, replicas: 1, partitions: 1, secret: "a secret of a test" },
			...{ weight: 1, version: "1", holdMs: 30_000, drainMs: 0, readers: new RoomReaders() },
			...{ clock, nats: { clock }, logger, isStatus: isShowable },
		});
		onTestFinished(() => cluster.log.close());
		onTestFinished(() => cluster.leave());
		return cluster;
	};
}

test.skipIf(!hasNats)("explains why a node can keep no rooms", async () => {
	const nats = await startNatsServers(1);
	onTestFinished(() => nats.stop());
	const clock = new ManualClock();
	const join = joining(nats.urls, clock);
	const cluster = await join("here");
	const until = (assertion: () => void) =>
		vi.waitFor(async () => {
			await clock.advance(1_000);
			assertion();
		});
	expect([cluster.trouble, cluster.stats.nodes]).toEqual([undefined, 1]);
	await nats.servers[0]?.freeze();
	await until(() =>
		expect(cluster.trouble?.en).toMatch(
			/^cluster: NATS has not heard from this node for \d+ s; check the NATS servers and the network$/,
		),
	);
	expect([cluster.isCutOff, cluster.stats.nodes]).toEqual([true, 0]);
	nats.servers[0]?.thaw();
	await until(() => expect([cluster.trouble, cluster.stats.nodes]).toEqual([undefined, 1]));
	const other = await join("here");
	await until(() =>
		expect(cluster.trouble?.en).toMatch(/another process runs under this node's name, here; stop one of them$/),
	);
	expect(other.trouble).toBeUndefined();
});

test.skipIf(!hasNats)("announces the connected rooms to hand over", async () => {
	const nats = await startNatsServers(1);
	onTestFinished(() => nats.stop());
	const nc = await connect({ servers: [...nats.urls] });
	onTestFinished(() => nc.close());
	const other = new NodeMessages(nc, "lk", () => undefined);
	const reports: { node: string; leaving?: string[] }[] = [];
	other.subscribe("limits", (message) => reports.push(JSON.parse(Buffer.from(message).toString("utf8"))));
	const clock = new ManualClock();
	const join = joining(nats.urls, clock);
	const cluster = await join("here");
	const unpaced = { inProgress: Number.POSITIVE_INFINITY, startsPerSecond: Number.POSITIVE_INFINITY };
	const admission = new Admission({ clock, limits: { total: 10 }, handshakes: unpaced });
	const running = new Set<string>();
	const local: Partial<LocalRooms> = {
		has: (liveId) => running.has(liveId),
		start: (liveId) => void running.add(liveId),
		status: () => undefined,
		statuses: () => [],
		onStatus: () => () => undefined,
	};
	Object.defineProperty(local, "liveIds", { get: () => [...running] });
	cluster.shareLimits(admission);
	const rooms = cluster.host(local as LocalRooms);
	for (let room = 0; room < 8; room++) {
		rooms.start(`r${room}`, {}, "new");
		// The last one waits for its broadcast.
		if (room === 7) continue;
		acquirePermit(admission, { room: `r${room}`, identity: "", priority: () => "live" }, new AbortController().signal);
	}
	await join("there");
	const leaving = () => [...running].filter((room) => room !== "r7" && rooms.ownerOf(room) === "there");
	await vi.waitFor(async () => {
		await clock.advance(1_000);
		expect(leaving()).not.toEqual([]);
		expect(reports.findLast(({ node }) => node === "here")?.leaving).toEqual(leaving());
	});
});
