import { parseLiveId } from "@livekeeper/douyin";
import type { FastifyRequest } from "fastify";
import type { Purpose } from "../live/index.ts";

/**
 * Purpose of a route that is open to overlay tokens. `room`: the room in its path; `overlay`: the overlay in its path.
 */
type TokenPurpose = "room" | "overlay" | "all_rooms" | "media";

/**
 * Opens a route to overlay tokens with this purpose, for the route's schema, and documents it in the API's description.
 * Other routes are the owner's alone, so no route is ever opened by an omission.
 */
export function openToTokens(purpose: TokenPurpose) {
	return [{ key: [] }, { overlay_token: [purpose] }];
}

/** Returns the purpose of a request, by its route's declaration. */
export function purposeOf({ routeOptions, params }: FastifyRequest): Purpose {
	const purposes = (routeOptions.schema?.security ?? []).flatMap((scheme) => scheme["overlay_token"] ?? []);
	const [purpose = "everything"] = purposes as TokenPurpose[];
	if (purpose === "overlay") return { overlay: (params as { id: string }).id };
	if (purpose !== "room") return purpose;
	const { live_id: given } = params as { live_id: string };
	const id = parseLiveId(given);
	// The route's own schema refuses a value that names no room.
	return { room: id.ok ? id.liveId : given };
}
