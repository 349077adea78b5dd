import type { DatabaseKind } from "../../data-folder/index.ts";
import { keyValueSchema } from "../../storage/index.ts";

/** `targets.db`. Dead letters and progress hold places in the log, never events: those stay where they are. */
export const targetDatabase: DatabaseKind = {
	/** "LKtg" */
	applicationId: 0x4c4b7467,
	version: 4,
	schema: keyValueSchema,
};
