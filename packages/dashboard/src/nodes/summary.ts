import type { ClusterNode, ClusterNodes, Room } from "@livekeeper/client";

/** `cut_off`: NATS does not hear the node. `unknown`: the answering node does not hear from it. */
export type NodeState = "here" | "draining" | "cut_off" | "unknown";

/** A node as displayed. */
export interface NodeLine extends ClusterNode {
	state: NodeState;
	/** Share of all rooms by weight, among the nodes that take rooms; 0 to 1. */
	share: number;
	/** Number of rooms that corresponds to this share. */
	due: number;
}

/** A problem of the cluster. */
export type Trouble =
	| { name: "unheard"; ms: number }
	| { name: "nobody" }
	| { name: "unstored"; node: string; rooms: number }
	| { name: "draining"; node: string; rooms: number }
	| { name: "versions"; versions: { version: string; nodes: string[] }[] };

/** Lists the nodes by name, each with its share of the rooms by weight. */
export function linesOf(cluster: ClusterNodes): NodeLine[] {
	const taking = cluster.nodes.filter(({ draining }) => !draining);
	const weights = taking.reduce((sum, { weight }) => sum + weight, 0);
	const rooms = cluster.nodes.reduce((sum, node) => sum + node.rooms, 0);
	return cluster.nodes.map((node) => {
		const share = node.draining ? 0 : node.weight / weights;
		return { ...node, state: stateOf(node, cluster.cut_off), share, due: Math.round(share * rooms) };
	});
}

function stateOf({ self, draining }: ClusterNode, cutOff: boolean): NodeState {
	if (cutOff) return self ? "cut_off" : "unknown";
	return draining ? "draining" : "here";
}

/** Lists the cluster's problems, the worst first. */
export function troublesOf(cluster: ClusterNodes, rooms: Iterable<Room>): Trouble[] {
	const unstored = unstoredOf(rooms);
	if (cluster.cut_off) return [{ name: "unheard", ms: cluster.unheard_ms ?? 0 }, ...unstored];
	const { nodes } = cluster;
	const nobody = nodes.every(({ draining }) => draining);
	const draining = nodes.filter((one) => one.draining);
	const versions = versionsOf(nodes);
	return [
		...(nobody ? [{ name: "nobody" } as const] : []),
		...unstored,
		...draining.map(({ node, rooms }) => ({ name: "draining", node, rooms }) as const),
		...(versions.length > 1 ? [{ name: "versions", versions } as const] : []),
	];
}

/** Returns the problems of rooms whose messages can't be stored, one per node. */
function unstoredOf(rooms: Iterable<Room>): Trouble[] {
	const counts = new Map<string, number>();
	for (const { node, unstored_since: since } of rooms) {
		if (node !== null && since !== null) counts.set(node, (counts.get(node) ?? 0) + 1);
	}
	return [...counts]
		.sort(([a], [b]) => a.localeCompare(b))
		.map(([node, count]) => ({ name: "unstored", node, rooms: count }));
}

/** Groups the nodes by version, the version with the most nodes first. */
function versionsOf(nodes: readonly ClusterNode[]): { version: string; nodes: string[] }[] {
	const byVersion = new Map<string, string[]>();
	for (const { version, node } of nodes) byVersion.set(version, [...(byVersion.get(version) ?? []), node]);
	return [...byVersion]
		.map(([version, names]) => ({ version, nodes: names }))
		.sort((a, b) => b.nodes.length - a.nodes.length || a.version.localeCompare(b.version));
}
