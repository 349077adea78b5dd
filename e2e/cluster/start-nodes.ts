import type { Simulator } from "@livekeeper/simulator";
import { type NatsServers, startNatsServers } from "../../packages/log/src/event-log/jetstream/nats-servers.helpers.ts";
import { ClusterNode, type NodeOptions, untilAcquainted } from "./nodes.ts";

export { hasNats } from "../../packages/log/src/event-log/jetstream/nats-servers.helpers.ts";

/** Nodes in the order of their start, on their own NATS server. */
export interface StartedNodes {
	readonly nodes: readonly ClusterNode[];
	readonly nats: NatsServers;
	/** Adds a node without starting it. The caller closes it. */
	create(node: string, config?: NodeOptions["config"]): Promise<ClusterNode>;
	close(): Promise<void>;
}

/**
 * Starts nodes on one NATS server, for rooms of the simulator. Resolves when all nodes know each other.
 *
 * @param weights weight of each node, by name
 * @param config configuration of each node
 */
export async function startNodes(
	simulator: Simulator,
	weights: Readonly<Record<string, number>>,
	config: (node: string) => NodeOptions["config"] = () => ({}),
): Promise<StartedNodes> {
	const nats = await startNatsServers(1);
	const nodes: ClusterNode[] = [];
	const close = async () => {
		for (const node of nodes) await node.close();
		await nats.stop();
	};
	const ports = nats.urls.map((url) => Number(new URL(url).port));
	const upstream = Number(new URL(simulator.url).port);
	const create = (node: string, config: NodeOptions["config"] = {}) =>
		ClusterNode.create({ node, nats: ports, upstream, config });
	try {
		for (const [node, weight] of Object.entries(weights)) {
			const added = await create(node, { node_weight: weight, ...config(node) });
			nodes.push(added);
			await added.service.start();
		}
		await untilAcquainted(nodes);
	} catch (error) {
		await close();
		throw error;
	}
	return { nodes, nats, create, close };
}
