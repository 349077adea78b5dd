import { DouyinError } from "../errors.ts";
import { queryOf } from "../site-profile/index.ts";
import { isObject } from "./escaped-json.ts";
import { parseLiveId } from "./live-id.ts";
import type { LookupDeps } from "./lookup-deps.ts";
import { observed, readReply, unreadable } from "./refusals.ts";
import { id } from "./room-json.ts";
import { hostUrl, siteOrigin } from "./web-query.ts";

/**
 * Asks which of these people are live: `check_user_live_status`, without signature. It names only those that are.
 * @returns room ids by anchor id
 * @throws DouyinError; TypeError for an invalid anchor id; `signal.reason` when aborted
 */
export async function askWhoIsLive(
	deps: LookupDeps,
	anchorIds: readonly string[],
	signal: AbortSignal,
): Promise<Map<string, string>> {
	const what = "Who is live (check_user_live_status)";
	const wrong = anchorIds.find((one) => id(one) === "");
	if (wrong !== undefined) throw new TypeError(`An anchor id is a decimal number, not '${wrong}'.`);
	if (anchorIds.length === 0) return new Map();
	const profile = deps.profile();
	const query = queryOf(profile, "batch", { anchor_ids: anchorIds.join(",") });
	const url = `${deps.baseUrl}${profile.calls.batch.path}?${query}`;
	const answer = await deps.http.request({ url, what, signal, headers: { referer: `${siteOrigin}/` } });
	const asked = new Set(anchorIds);
	return observed(deps, "batch", answer, () => {
		const scenes = listOf(readReply(profile, answer, what, deps.clock.now())["data"], what);
		const lists = scenes.map((scene) => listOf(scene["user_live"], what));
		return pairs(lists.flat(), what, (entry) => {
			// Entries that are not live are missing, or have this status.
			if (entry["live_status"] === 0) return "none";
			const anchorId = id(entry["user_id_str"]);
			const roomId = id(entry["room_id_str"]);
			return entry["live_status"] === 1 && asked.has(anchorId) && roomId ? [anchorId, roomId] : undefined;
		});
	});
}

/**
 * Asks which of the people that the login follows are live: `feed/follow`, without signature.
 * @returns room ids by live id
 * @throws DouyinError, `blocked` with `upstreamMessage` `login` without a login; `signal.reason` when aborted
 */
export async function askFollowedLive(deps: LookupDeps, signal: AbortSignal): Promise<Map<string, string>> {
	const what = "Who is live among those followed (feed/follow)";
	if (deps.login.state().status === "anonymous") {
		throw new DouyinError("blocked", `${what} is for accounts: it needs a login.`, { upstreamMessage: "login" });
	}
	const profile = deps.profile();
	const query = queryOf(profile, "followed", {});
	const origin = "https://www.douyin.com";
	const url = `${hostUrl(deps.baseUrl, "www.douyin.com")}${profile.calls.followed.path}?${query}`;
	const answer = await deps.http.request({ url, what, signal, headers: { referer: `${origin}/` } });
	return observed(deps, "followed", answer, () => {
		const { data } = readReply(profile, answer, what, deps.clock.now());
		const entries = listOf(isObject(data) ? data["data"] : undefined, what);
		return pairs(entries, what, ({ web_rid, room }) => {
			const parsed = parseLiveId(web_rid);
			const roomId = id(isObject(room) ? room["id_str"] : undefined);
			return parsed.ok && roomId ? [parsed.liveId, roomId] : undefined;
		});
	});
}

function listOf(value: unknown, what: string): Record<string, unknown>[] {
	if (Array.isArray(value)) return value.filter(isObject);
	throw unreadable(`${what}: the answer holds no list.`);
}

/**
 * Reads the entries, without those that hold nothing.
 * @throws DouyinError `unreadable_page` if none of them can be read
 */
function pairs(
	entries: readonly Record<string, unknown>[],
	what: string,
	read: (entry: Record<string, unknown>) => [string, string] | "none" | undefined,
): Map<string, string> {
	const found = entries.map(read);
	if (found.length > 0 && found.every((one) => one === undefined)) throw unreadable(`${what}: no entry can be read.`);
	return new Map(found.filter((one) => Array.isArray(one)));
}
