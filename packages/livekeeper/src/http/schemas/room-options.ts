import { z } from "zod";
import type { RoomOptions } from "../../room-options.ts";
import { identity, identityName } from "./identity.ts";

const pinned = z.boolean().describe("whether the room goes before all that are not when connections are scarce");

/** What the user can give for one room. */
export const roomOptions = z.strictObject({
	...identity.shape,
	identity: identityName.optional().describe("an identity that rooms share, in the place of cookie and proxy"),
	pinned: pinned.optional(),
}) satisfies z.ZodType<RoomOptions>;
