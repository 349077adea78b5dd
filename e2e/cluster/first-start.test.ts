import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { startSimulator } from "@livekeeper/simulator";
import { expect, onTestFinished, test } from "vitest";
import { type NatsServers, startNatsServers } from "../../packages/log/src/event-log/jetstream/nats-servers.helpers.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { until } from "../kit/until.ts";
import { ClusterNode } from "./nodes.ts";
import { hasNats } from "./start-nodes.ts";

const skipped = hasNats ? "" : " (skipped: no nats-server)";

/** Creates a process for a node on these servers. */
async function nodeAt(urls: readonly string[]): Promise<ServiceProcess> {
	const cluster = { cluster: urls.join(","), node: "a", cluster_replicas: 1, secret: "the secret of all nodes" };
	const service = await ServiceProcess.create({ upstreamUrl: "http://127.0.0.1:9", config: cluster });
	onTestFinished(() => service.close());
	return service;
}

async function started(nats: Promise<NatsServers>): Promise<NatsServers> {
	const servers = await nats;
	onTestFinished(() => servers.stop());
	return servers;
}

test("exits with advice if NATS accepts connections but stays silent", async () => {
	const sockets = new Set<Socket>();
	const silent = createServer((socket) => sockets.add(socket.on("error", () => undefined))).listen(0, "127.0.0.1");
	await once(silent, "listening");
	onTestFinished(() => {
		for (const socket of sockets) socket.destroy();
		silent.close();
	});
	const url = `nats://127.0.0.1:${(silent.address() as AddressInfo).port}`;
	const service = await nodeAt([url]);
	service.spawn();
	const { code, errors } = await service.untilExit();
	expect(code).toBe(1);
	expect(errors).toContain(`No NATS server answers at ${url}: timeout`);
	expect(errors).not.toMatch(/\n\s+at /);
});

test.skipIf(!hasNats)(
	`exits at once with advice if JetStream is disabled${skipped}`,

	async () => {
		const nats = await started(startNatsServers(1, ["-js=false"]));
		const service = await nodeAt(nats.urls);
		service.spawn();
		const { code, errors } = await service.untilExit();
		expect(code).toBe(1);
		expect(errors).toMatch(/The NATS server nats-1 .* does not have JetStream enabled/);
		expect(errors).toContain("-js");
	},
);

test.skipIf(!hasNats)(
	`starts three nodes at once on fresh, empty servers${skipped}`,

	async () => {
		const simulator = await startSimulator({ rooms: 3, rate: 1, seed: 1, port: 0 });
		onTestFinished(() => simulator.close());
		// Builds everything in advance.
		await nodeAt(["nats://127.0.0.1:9"]);
		const nats = await started(startNatsServers(3, [], { isComplete: false }));
		const ports = nats.urls.map((url) => Number(new URL(url).port));
		const upstream = Number(new URL(simulator.url).port);
		const nodes = await Promise.all(["a", "b", "c"].map((node) => ClusterNode.create({ node, nats: ports, upstream })));
		onTestFinished(() => Promise.all(nodes.map((node) => node.close())).then(() => undefined));
		await Promise.all([nats.complete(), ...nodes.map(({ service }) => service.start())]);
		for (const { service } of nodes) {
			const known = async () => (await service.request("GET", "/api/v1/nodes")).body as { nodes: { node: string }[] };
			await until("it knows all nodes", async () => (await known()).nodes.length === 3);
			expect(await known()).toMatchObject({ nodes: [{ node: "a" }, { node: "b" }, { node: "c" }] });
		}
	},
);
