import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { nodes, toWireNode } from "../schemas/node.ts";

/** `GET /api/v1/nodes`: the nodes of the cluster; none if the service runs alone. */
export function nodesRoute(app: App, { cluster }: RouteDeps): void {
	app.get(
		"/api/v1/nodes",
		{
			schema: {
				operationId: "listNodes",
				summary: "The nodes of the cluster",
				description: "Sorted by name. Empty if the service is not part of a cluster.",
				tags: ["service"],
				response: {
					200: nodes,
					...errorReplies(401, 429),
				},
			},
		},
		async () => {
			const known = cluster?.nodes.map(toWireNode) ?? [];
			const unheard = cluster ? Math.max(0, Math.round(cluster.unheardMs)) : null;
			const isCutOff = cluster?.isCutOff ?? false;
			return { success: true as const, count: known.length, unheard_ms: unheard, cut_off: isCutOff, nodes: known };
		},
	);
}
