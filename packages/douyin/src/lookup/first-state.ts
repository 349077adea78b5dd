import { type DecodedResponse, decodeResponse } from "../codec/index.ts";
import { DouyinError } from "../errors.ts";
import { failureOfStatus } from "../net/index.ts";
import type { LookupDeps } from "./lookup-deps.ts";
import { browserFields, encodeQuery, siteOrigin } from "./web-query.ts";

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
	return decodeResponse(body, { liveId, roomId, raw, receivedAt: deps.clock.now() });
}

async function fetchMessages(deps: LookupDeps, request: FirstStateRequest): Promise<Uint8Array> {
	const what = "The room's first state (im/fetch)";
	const query = await signedQuery(deps, [
		["resp_content_type", "protobuf"],
		["did_rule", "3"],
		["device_id", ""],
		["app_name", "douyin_web"],
		["endpoint", "live_pc"],
		["support_wrds", "1"],
		["user_unique_id", request.userUniqueId],
		["identity", "audience"],
		["need_persist_msg_count", "15"],
		["insert_task_id", ""],
		["live_reason", ""],
		["room_id", request.roomId],
		["version_code", "180800"],
		["last_rtt", "0"],
		["live_id", "1"],
		["aid", "6383"],
		["fetch_rule", "1"],
		["cursor", request.from?.cursor ?? ""],
		["internal_ext", request.from?.internalExt ?? ""],
		...browserFields(deps.http.userAgent),
		["msToken", deps.token()],
	]);
	const answer = await deps.http.request({
		url: `${deps.baseUrl}/webcast/im/fetch/?${query}`,
		what,
		signal: request.signal,
		headers: { referer: `${siteOrigin}/${request.liveId}` },
	});
	const failure = failureOfStatus(answer.status, answer.headers, what, deps.clock.now());
	if (failure) throw failure;
	if (answer.status !== 200) throw new DouyinError("unreadable_page", `${what}: HTTP ${answer.status}.`, answer);
	if (answer.body.length === 0) {
		const message = `${what} came back empty: Douyin wants another signature, or refuses this address.`;
		throw new DouyinError("signature_rejected", message, { status: answer.status, upstreamMessage: "empty" });
	}
	return answer.body;
}

/** Encodes the fields as a query string, with `a_bogus` if the signer makes it. */
export async function signedQuery(deps: LookupDeps, fields: [string, string][]): Promise<string> {
	const query = encodeQuery(fields);
	const aBogus = await deps.signer.aBogus?.(query, deps.http.userAgent);
	return aBogus === undefined ? query : `${query}&${encodeQuery([["a_bogus", aBogus]])}`;
}
