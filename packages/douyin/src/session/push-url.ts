import { browserVersion, randomId } from "../lookup/index.ts";
import type { SignatureIds } from "../signature/index.ts";
import { queryOf, type SiteProfile } from "../site-profile/index.ts";

/** Position at which a socket begins: given by `im/fetch` or a frame, or invented. */
export interface PushStart {
	cursor: string;
	internalExt: string;
}

/**
 * Invents a start if `im/fetch` gave none (the web page's protocol, "socket"): the upstream begins with new messages.
 */
export function fallbackStart({ roomId, userUniqueId }: SignatureIds, now: number, random: () => number): PushStart {
	return {
		cursor: `d-1_u-1_fh-${randomId(random)}_t-${now}_r-1`,
		internalExt:
			`internal_src:dim|wss_push_room_id:${roomId}|wss_push_did:${userUniqueId}|first_req_ms:${now}` +
			`|fetch_time:${now}|seq:1|wss_info:0-${now}-0-0|wrds_v:${randomId(random)}`,
	};
}

/** Further parts of the push socket's address. */
interface PushParts {
	start: PushStart;
	signature: string;
	userAgent: string;
	token: string;
}

/** Returns the push socket's address (the web page's protocol, "socket"). `base` is `ws://` or `wss://` with a host. */
export function pushUrl(
	profile: SiteProfile,
	base: string,
	{ roomId, userUniqueId }: SignatureIds,
	{ start, signature, userAgent, token }: PushParts,
): string {
	const query = queryOf(profile, "push", {
		...{ room_id: roomId, user_unique_id: userUniqueId, cursor: start.cursor, internal_ext: start.internalExt },
		...{ signature, browser_version: browserVersion(userAgent), ms_token: token },
	});
	return `${base}${profile.calls.push.path}?${query}`;
}
