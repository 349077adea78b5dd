import { z } from "zod";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { cutOff, node, toWireNode, unheardMs } from "../schemas/node.ts";

/** `GET /api/v1/nodes`: the nodes of the cluster; none where the service is alone. */
export function nodesRoute(app: App, { cluster }: RouteDeps): void {
	app.get(
		"/api/v1/nodes",
		{
			schema: {
				operationId: "listNodes",
				summary: "The nodes of the cluster",
				description: "By name. None where the service is no node of a cluster.",
				tags: ["service"],
				response: {
					200: z.object({
						success: z.literal(true),
						count: z.int(),
						unheard_ms: unheardMs,
						cut_off: cutOff,
						nodes: z.array(node),
					}),
					...errorReplies(401, 429),
				},
			},
		},
		async () => {
			const nodes = cluster?.nodes.map(toWireNode) ?? [];
			const unheard = cluster ? Math.max(0, Math.round(cluster.unheardMs)) : null;
			const isCutOff = cluster?.isCutOff ?? false;
			return { success: true as const, count: nodes.length, unheard_ms: unheard, cut_off: isCutOff, nodes };
		},
	);
}
