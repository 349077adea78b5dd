import { LivekeeperError } from "@livekeeper/base/errors";
import { clusterTexts } from "@livekeeper/base/text";
import { z } from "zod";

/**
 * Version of the data that nodes of a cluster store in NATS: streams, messages, keys and their values. Increased with
 * each change that a node of the previous version would misread.
 */
export const storeFormat = 1;

/** Permanent properties of a cluster, the same for every node. */
const made = z.object({ partitions: z.int().min(1).max(32), format: z.int() });

/** @throws LivekeeperError `cluster_other_version` if the stored data has a different or unknown format */
export function requireFormat(value: Uint8Array): z.infer<typeof made> {
	const text = Buffer.from(value).toString("utf8");
	const { success, data } = made.safeParse(parsedOrNothing(text));
	if (success && data.format === storeFormat) return data;
	const found = success ? `${data.format}` : "?";
	throw new LivekeeperError("cluster_other_version", clusterTexts.otherFormat(found, `${storeFormat}`));
}

function parsedOrNothing(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
