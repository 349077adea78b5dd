import { CuttableProxy } from "../kit/cuttable-proxy.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { until } from "../kit/until.ts";

/** Secret of all nodes in these runs. */
export const sharedSecret = "the secret of all nodes";

export interface NodeOptions {
	node: string;
	/** Ports of the NATS servers; `upstream` is a port as well. */
	nats: readonly number[];
	upstream: number;
	config?: Record<string, string | number | boolean>;
}

/** A room in a node's list. */
interface ListedRoom {
	live_id: string;
	state: string;
	node: string;
	reason: { message: string };
}

/** A node of the cluster in a process of its own, behind proxies to NATS and to the upstream that can be cut. */
export class ClusterNode {
	readonly name: string;
	readonly service: ServiceProcess;
	readonly nats: readonly CuttableProxy[];
	readonly upstream: CuttableProxy;
	/** Whether it is being disturbed, and must not be asked. */
	away = false;

	static async create({ node, nats, upstream, config }: NodeOptions): Promise<ClusterNode> {
		const proxies = await Promise.all(nats.map((port) => CuttableProxy.listen(port)));
		const upstreamProxy = await CuttableProxy.listen(upstream);
		const service = await ServiceProcess.create({
			upstreamUrl: upstreamProxy.url,
			config: {
				...{ cluster: proxies.map(({ port }) => `nats://127.0.0.1:${port}`).join(","), node },
				...{ secret: sharedSecret, cluster_replicas: nats.length > 1 ? 3 : 1 },
				...config,
			},
		});
		return new ClusterNode(node, service, proxies, upstreamProxy);
	}

	private constructor(name: string, service: ServiceProcess, nats: readonly CuttableProxy[], upstream: CuttableProxy) {
		this.name = name;
		this.service = service;
		this.nats = nats;
		this.upstream = upstream;
	}

	/** Returns every room's state and node, according to this node. */
	async rooms(): Promise<ListedRoom[]> {
		const { status, body } = await this.service.request("GET", "/api/v1/rooms");
		if (status !== 200) throw new Error(`${this.name}: ${status} ${JSON.stringify(body)}`);
		return (body as { rooms: ListedRoom[] }).rooms;
	}

	/** Returns its newest warnings. */
	warnings(max: number): string[] {
		const warnings = this.service.lines.filter(({ level }) => level === "warn" || level === "error");
		return warnings.slice(-max).map(({ time, event, err }) => JSON.stringify({ time, event, err }).slice(0, 300));
	}

	/** Freezes the process until the returned function is called. */
	freeze(): () => void {
		const { pid } = this.service;
		if (pid === undefined) throw new Error(`${this.name} does not run`);
		process.kill(pid, "SIGSTOP");
		return () => void process.kill(pid, "SIGCONT");
	}

	async close(): Promise<void> {
		await this.service.close();
		await Promise.all([...this.nats, this.upstream].map((proxy) => proxy.close()));
	}
}

/**
 * Waits until all nodes know each other: a room that is started then is on its own node from the beginning, and no
 * handover is in progress.
 */
export async function untilAcquainted(nodes: readonly ClusterNode[], limitMs?: number): Promise<void> {
	for (const { name, service } of nodes) {
		const knowsAll = async () => {
			const { body } = await service.request("GET", "/api/v1/nodes");
			return (body as { nodes: unknown[] }).nodes.length === nodes.length;
		};
		await until(`${name} knows all nodes`, knowsAll, limitMs === undefined ? {} : { limitMs });
	}
}
