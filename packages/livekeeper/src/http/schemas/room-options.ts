import { z } from "zod";
import type { RoomOptions } from "../../room-options.ts";
import { identity, identityName } from "./identity.ts";

const pinned = z.boolean().describe("whether the room goes before all that are not when connections are scarce");

/** What the user can give for one room. */
export const roomOptions = z.strictObject({
	...identity.shape,
	identity: identityName.optional().describe("an identity that rooms share, in the place of cookie and proxy"),
	pinned: pinned.optional(),
	raw: z.boolean().optional().describe("whether the upstream's payloads are stored beside the events; default false"),
	redundancy: z.int().min(1).max(2).optional().describe("how many sessions the room keeps at once; default 1"),
	second: z
		.strictObject({ ...identity.shape, identity: identityName.optional() })
		.optional()
		.describe("as whom and which way the second session goes; what is left out is as with the first"),
}) satisfies z.ZodType<RoomOptions>;
