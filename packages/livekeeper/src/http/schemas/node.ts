import { z } from "zod";
import type { ClusterNode } from "../../cluster/index.ts";

/** A node of the cluster. */
export const node = z
	.object({
		node: z.string().describe("its name"),
		self: z.boolean().describe("whether it is the node that answers"),
		url: z.string().describe("where it listens, as seen from its own machine"),
		weight: z.int().describe("its share of the rooms, relative to the others"),
		draining: z.boolean().describe("whether it is handing over its rooms and about to stop"),
		rooms: z.int().describe("rooms that run there"),
		started_at: z.number().describe("ms since the epoch"),
		version: z.string(),
	})
	.meta({ id: "ClusterNode" });

/** Nodes of the cluster, as last reported by NATS to the node that answers. */
export const nodes = z
	.object({
		success: z.literal(true),
		count: z.int(),
		unheard_ms: z
			.int()
			.nullable()
			.describe("how long NATS has not heard from the answering node, ms; the list is as old; null without a cluster"),
		cut_off: z
			.boolean()
			.describe("NATS has not heard from the answering node for so long that the others take over its rooms"),
		nodes: z.array(node),
	})
	.meta({ id: "ClusterNodes" });

type WireNode = z.infer<typeof node>;

export function toWireNode({ node, isSelf, startedAt, url, weight, draining, rooms, version }: ClusterNode): WireNode {
	return { node, self: isSelf, url, weight, draining, rooms, started_at: startedAt, version };
}
