import { parseLiveId } from "@livekeeper/douyin";
import type { FastifyRequest } from "fastify";
import type { Purpose } from "../live/index.ts";

/** What a route is for, where it is open to overlay tokens. `room`: the room of its path; `overlay`: the one of its path. */
type TokenPurpose = "room" | "overlay" | "all_rooms" | "images";

/**
 * For a route's schema: opens it to overlay tokens that reach so far, and says so in the API's description. Routes that
 * say nothing are the owner's alone, so that none is ever open by being forgotten.
 */
export function openToTokens(purpose: TokenPurpose) {
	return [{ key: [] }, { overlay_token: [purpose] }];
}

/** What a request is for, by what its route says. */
export function purposeOf({ routeOptions, params }: FastifyRequest): Purpose {
	const purposes = (routeOptions.schema?.security ?? []).flatMap((scheme) => scheme["overlay_token"] ?? []);
	const [purpose = "everything"] = purposes as TokenPurpose[];
	if (purpose === "overlay") return { overlay: (params as { id: string }).id };
	if (purpose !== "room") return purpose;
	const { live_id: given } = params as { live_id: string };
	const id = parseLiveId(given);
	// What names no room is refused by the route's own schema.
	return { room: id.ok ? id.liveId : given };
}
