import { browserFields, encodeQuery, randomId, siteOrigin } from "../lookup/index.ts";
import type { SignatureIds } from "../signature/index.ts";

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

/** Returns the push socket's address (the web page's protocol, "socket"). `base` is `ws://` or `wss://` with a host. */
export function pushUrl(
	base: string,
	{ roomId, userUniqueId }: SignatureIds,
	start: PushStart,
	signature: string,
	userAgent: string,
): string {
	const query = encodeQuery([
		["app_name", "douyin_web"],
		["version_code", "180800"],
		["webcast_sdk_version", "1.0.15"],
		["update_version_code", "1.0.15"],
		["compress", "gzip"],
		...browserFields(userAgent),
		["cursor", start.cursor],
		["internal_ext", start.internalExt],
		["host", siteOrigin],
		["aid", "6383"],
		["live_id", "1"],
		["did_rule", "3"],
		["endpoint", "live_pc"],
		["support_wrds", "1"],
		["user_unique_id", userUniqueId],
		["im_path", "/webcast/im/fetch/"],
		["identity", "audience"],
		["need_persist_msg_count", "15"],
		["insert_task_id", ""],
		["live_reason", ""],
		["room_id", roomId],
		["heartbeatDuration", "0"],
		["signature", signature],
	]);
	return `${base}/webcast/im/push/v2/?${query}`;
}
