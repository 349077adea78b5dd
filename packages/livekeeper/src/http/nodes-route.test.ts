import {
	hasNats,
	type NatsServers,
	startNatsServers,
} from "@livekeeper/log/src/event-log/jetstream/nats-servers.helpers.ts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ask, startTestService, type TestService } from "../service/service.helpers.ts";

interface Answer {
	count: number;
	unheard_ms: number | null;
	cut_off: boolean;
	nodes: { node: string; self: boolean; weight: number; rooms: number }[];
}

async function nodesOf(service: TestService): Promise<Answer> {
	return (await ask(service, "GET", "/api/v1/nodes")).body as Answer;
}

test("shows no nodes for a single service", async () => {
	expect(await nodesOf(await startTestService())).toEqual({
		...{ success: true, count: 0, unheard_ms: null, cut_off: false, nodes: [] },
	});
});

describe.skipIf(!hasNats)("a node of a cluster", () => {
	let nats: NatsServers;
	beforeAll(async () => {
		nats = await startNatsServers(1);
	});
	afterAll(() => nats.stop());

	test("shows the nodes, and how long NATS was silent", async () => {
		const shared = { cluster: nats.urls.join(","), clusterReplicas: "1", secret: "the secret of all nodes" };
		const a = await startTestService({ ...shared, node: "a", clusterDrainMs: "0" });
		await startTestService({ ...shared, node: "b", nodeWeight: "2", clusterDrainMs: "0" });
		const both = await vi.waitFor(async () => {
			const answer = await nodesOf(a);
			expect(answer.count).toBe(2);
			return answer;
		});
		expect(both.nodes.map(({ node, self, weight }) => [node, self, weight])).toEqual([
			["a", true, 1],
			["b", false, 2],
		]);
		expect(both.unheard_ms).toBeGreaterThanOrEqual(0);
		expect(both.cut_off).toBe(false);
		await nats.servers[0]?.freeze();
		// An idle node renews its entry every 2 s.
		await vi.waitFor(async () => expect((await nodesOf(a)).unheard_ms).toBeGreaterThan(4_000));
		await vi.waitFor(async () => expect((await nodesOf(a)).cut_off).toBe(true));
		expect((await nodesOf(a)).count).toBe(2);
		nats.servers[0]?.thaw();
		await vi.waitFor(async () => expect((await nodesOf(a)).unheard_ms).toBeLessThan(4_000));
		expect((await nodesOf(a)).cut_off).toBe(false);
	});
});
