import type { DatabaseKind } from "../../data-folder/index.ts";
import { keyValueSchema } from "../../storage/index.ts";

/** `webhooks.db`. Dead letters and progress hold places in the log, never events: those stay where they are. */
export const webhookDatabase: DatabaseKind = {
	/** "LKwh" */
	applicationId: 0x4c4b7768,
	version: 4,
	schema: keyValueSchema,
};
