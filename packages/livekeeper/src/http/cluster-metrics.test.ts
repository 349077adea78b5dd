import {
	hasNats,
	type NatsServers,
	startNatsServers,
} from "@livekeeper/log/src/event-log/jetstream/nats-servers.helpers.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, startTestService, startWithRoom, type TestService } from "../service/service.helpers.ts";

async function metricsOf(service: TestService): Promise<Map<string, number>> {
	const lines = String((await ask(service, "GET", "/metrics")).body).split("\n");
	const samples = lines.filter((line) => line !== "" && !line.startsWith("#"));
	return new Map(samples.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}

const ofCluster = [
	...["livekeeper_node_rooms", "livekeeper_cluster_nodes", "livekeeper_rooms_taken_over_total"],
	...["livekeeper_rooms_handed_over_total", "livekeeper_rooms_fenced_total", "livekeeper_dropped_events_total"],
	...["livekeeper_nats_round_trip_seconds", "livekeeper_append_seconds_count"],
];

test("has no cluster metrics for a single service", async () => {
	const metrics = await metricsOf(await startTestService());
	expect(ofCluster.filter((name) => metrics.has(name))).toEqual([]);
	expect(metrics.has("livekeeper_storage_failing")).toBe(true);
});

describe.skipIf(!hasNats)("a node of a cluster", () => {
	let nats: NatsServers;
	beforeAll(async () => {
		nats = await startNatsServers(1);
	});
	afterAll(() => nats.stop());

	test("shows its rooms, visible nodes and NATS's response time", async () => {
		const cluster = nats.urls.join(",");
		const shared = { cluster, clusterReplicas: "1", secret: "the secret of all nodes", clusterDrainMs: "0" };
		const a = await startWithRoom({ ...shared, node: "a" });
		const alone = await metricsOf(a);
		expect(ofCluster.filter((name) => !alone.has(name))).toEqual([]);
		expect(alone.get("livekeeper_node_rooms")).toBe(1);
		expect(alone.get("livekeeper_cluster_nodes")).toBe(1);
		expect(alone.get("livekeeper_append_seconds_count")).toBeGreaterThan(1);
		expect(alone.get("livekeeper_append_seconds_sum")).toBeGreaterThan(0);
		expect(alone.get("livekeeper_nats_round_trip_seconds")).toBeGreaterThan(0);
		const b = await startTestService({ ...shared, node: "b" });
		expect((await metricsOf(b)).get("livekeeper_cluster_nodes")).toBe(2);
		await a.until(async () => expect((await metricsOf(a)).get("livekeeper_cluster_nodes")).toBe(2));
	});
});
