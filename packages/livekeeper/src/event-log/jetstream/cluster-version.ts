import { z } from "zod";
import { LivekeeperError } from "../../errors.ts";
import { clusterTexts } from "../../text/index.ts";

/**
 * Version of what the nodes of a cluster store in NATS: streams, messages, keys and their values. It rises with each
 * change that a node of the version before would misread.
 */
export const storeFormat = 1;

/** Properties that a cluster was made with: the same for every node, ever. */
const made = z.object({ partitions: z.int().min(1).max(32), format: z.int() });

/** @throws LivekeeperError `cluster_other_version` where the stored data is of another format, or of none that is known */
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
