import { failureReasons } from "@livekeeper/douyin";
import { z } from "zod";
import type { ReconnectStatus } from "../live/index.ts";

/** The state of reconnecting, for all rooms together. */
export const reconnect = z
	.object({
		strategy: z.enum(["fixed", "adaptive"]),
		outage: z
			.object({
				since: z.number().describe("ms since the epoch"),
				reason: z.enum(failureReasons).describe("why most rooms failed"),
				canary: z.string().describe("the room that tries first"),
				waiting: z.int().min(0).describe("rooms that wait for it"),
			})
			.nullable()
			.describe("set while most rooms have failed at once"),
		hosts: z
			.array(
				z.object({
					host: z.string(),
					success_rate: z.number().min(0).max(1).describe("how likely an attempt succeeds there now"),
					open: z.boolean().describe("not used for a while after repeated failures"),
				}),
			)
			.describe("what the adaptive strategy knows about Douyin's servers"),
	})
	.meta({ id: "ReconnectStatus" });

export function toWireReconnect({ strategy, outage, hosts }: ReconnectStatus): z.infer<typeof reconnect> {
	return {
		strategy,
		outage: outage ?? null,
		hosts: hosts.map(({ host, successRate, open }) => ({
			host,
			success_rate: Math.round(successRate * 1000) / 1000,
			open,
		})),
	};
}
