import { type DecodedResponse, decodeResponse } from "../codec/index.ts";
import { DouyinError } from "../errors.ts";
import { failureOfStatus, retryAfterOf } from "../net/index.ts";
import { encodeQuery, queryOf } from "../site-profile/index.ts";
import type { LookupDeps } from "./lookup-deps.ts";
import { browserVersion, siteOrigin } from "./web-query.ts";

export interface FirstStateRequest {
	liveId: string;
	roomId: string;
	userUniqueId: string;
	/** Whether events include their payloads. */
	raw?: boolean | undefined;
	/** Position to continue from; without it the newest messages are returned. */
	from?: { cursor: string; internalExt: string } | undefined;
	signal: AbortSignal;
}

/**
 * Requests a room's recent messages, its cursor and its push servers from `im/fetch` (the web page's protocol, "first
 * state"); with a cursor, the messages since then.
 * @throws DouyinError if there is no readable answer; `signal.reason` when aborted
 */
export async function fetchFirstState(deps: LookupDeps, request: FirstStateRequest): Promise<DecodedResponse> {
	const body = await fetchMessages(deps, request);
	const { liveId, roomId, raw } = request;
	const { watch } = deps;
	try {
		return decodeResponse(body, { liveId, roomId, raw, watch, receivedAt: deps.clock.now() });
	} catch (error) {
		watch?.undecodableFrame("fetch", body);
		throw error;
	}
}

async function fetchMessages(deps: LookupDeps, request: FirstStateRequest): Promise<Uint8Array> {
	const what = "The room's first state (im/fetch)";
	const profile = deps.profile();
	const query = queryOf(profile, "fetch", {
		...{ user_unique_id: request.userUniqueId, room_id: request.roomId, ms_token: deps.token() },
		...{ cursor: request.from?.cursor ?? "", internal_ext: request.from?.internalExt ?? "" },
		browser_version: browserVersion(deps.http.userAgent),
	});
	const aBogus = await deps.signer.aBogus?.(query, deps.http.userAgent);
	const signed = aBogus === undefined ? query : `${query}&${encodeQuery([["a_bogus", aBogus]])}`;
	const answer = await deps.http.request({
		url: `${deps.baseUrl}${profile.calls.fetch.path}?${signed}`,
		what,
		signal: request.signal,
		headers: { referer: `${siteOrigin}/${request.liveId}` },
	});
	const { status, headers } = answer;
	const now = deps.clock.now();
	const failure = failureOfStatus(status, headers, what, now);
	if (failure) throw failure;
	if (status !== 200) {
		const retryAfterMs = retryAfterOf(headers, now);
		throw new DouyinError("unreadable_page", `${what}: HTTP ${status}.`, { status, retryAfterMs });
	}
	if (answer.body.length === 0) {
		const message = `${what} came back empty: Douyin wants another signature, or refuses this address.`;
		throw new DouyinError("signature_rejected", message, { status, upstreamMessage: "empty" });
	}
	return answer.body;
}
