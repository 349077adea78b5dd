import type { IncomingHttpHeaders } from "node:http";
import { isKnown, parseCookies } from "../cookies.ts";
import type { Identities } from "../identities.ts";
import type { Broadcast } from "../rooms/broadcast.ts";
import type { Room } from "../rooms/room.ts";
import type { RoomSet } from "../rooms/room-set.ts";
import type { Site } from "../site/site.ts";
import { signatureProblem } from "./signature-check.ts";

export const pushPath = "/webcast/im/push/v2/";

/** Parameters that the socket's query must have, word for word (the web page's protocol, "Socket"). */
const fixedParameters: Readonly<Record<string, string>> = {
	app_name: "douyin_web",
	version_code: "180800",
	compress: "gzip",
	device_platform: "web",
	cookie_enabled: "true",
	host: "https://live.douyin.com",
	aid: "6383",
	live_id: "1",
	did_rule: "3",
	endpoint: "live_pc",
	support_wrds: "1",
	im_path: "/webcast/im/fetch/",
	identity: "audience",
};

/** Values that the site's page sends today. Clients that name an older one are let in unless `strict`. */
const versionParameters: Readonly<Record<string, string>> = {
	webcast_sdk_version: "1.0.15",
	update_version_code: "1.0.15",
};

const filledParameters = [
	...Object.keys(versionParameters),
	"screen_width",
	"screen_height",
	"browser_language",
	"browser_platform",
	"browser_name",
	"browser_version",
	"browser_online",
	"tz_name",
	"cursor",
	"user_unique_id",
	"need_persist_msg_count",
	"room_id",
	"heartbeatDuration",
	"signature",
];

/**
 * Further parameters of the site's page, with a non-empty `internal_ext`. Clients without them are let in unless
 * `strict`.
 */
const pageParameters = ["internal_ext", "insert_task_id", "live_reason"];

export interface Guest {
	room: Room;
	broadcast: Broadcast;
	/** The login by its `sessionid`, or `anonymous`. */
	identity: string;
	userUniqueId: string;
	userAgent: string;
	cursor: string;
}

/** A refusal as the upstream's edge gives it: HTTP 200 with these two headers. `why` is for debugging. */
export interface Refusal {
	handshakeStatus: string;
	handshakeMsg: string;
	why: string;
}

export const deviceBlocked = (why: string): Refusal => ({
	handshakeStatus: "415",
	handshakeMsg: "DEVICE_BLOCKED",
	why,
});

export interface HandshakeRules {
	rooms: RoomSet;
	identities: Identities;
	site: Pick<Site, "queryProblem" | "settings">;
	strict: boolean;
}

/** Checks whether a client may connect. `strict` requires that it is like the site's page, not just good enough. */
export function checkHandshake(
	query: URLSearchParams,
	headers: IncomingHttpHeaders,
	{ rooms, identities, site, strict }: HandshakeRules,
): { guest: Guest } | { refusal: Refusal } {
	const cookies = parseCookies(headers.cookie);
	const problem =
		headersProblem(headers, strict) ??
		(isKnown(cookies) ? undefined : "no ttwid cookie, and no user's cookie") ??
		site.queryProblem((name) => query.get(name)) ??
		queryProblem(query, strict);
	if (problem !== undefined) return { refusal: deviceBlocked(problem) };
	const get = (name: string) => query.get(name) ?? "";
	// A plus that was not escaped reads as a space; the signature has no spaces of its own.
	const signature = get("signature").replaceAll(" ", "+");
	const badSignature = signatureProblem(signature, query, strict, site.settings.signatureDigits);
	if (badSignature !== undefined) return { refusal: deviceBlocked(badSignature) };
	const found = rooms.byRoomId(get("room_id"));
	if (!found) {
		const why = `there is no broadcast with room_id ${get("room_id")}`;
		return { refusal: { handshakeStatus: "404", handshakeMsg: "ROOM_NOT_FOUND", why } };
	}
	const guest: Guest = {
		...found,
		identity: identities.of(cookies),
		userUniqueId: get("user_unique_id"),
		userAgent: headers["user-agent"] ?? "",
		cursor: get("cursor"),
	};
	return { guest };
}

function headersProblem(headers: IncomingHttpHeaders, strict: boolean): string | undefined {
	if (!headers["user-agent"]) return "no User-Agent header";
	if (!strict || headers.origin === "https://live.douyin.com") return undefined;
	return "the Origin header is not https://live.douyin.com";
}

function queryProblem(query: URLSearchParams, strict: boolean): string | undefined {
	const fixed = strict ? { ...fixedParameters, ...versionParameters } : fixedParameters;
	for (const [name, value] of Object.entries(fixed)) {
		if (query.get(name) !== value) return `the query's ${name} is not ${value}`;
	}
	const unfilled = filledParameters.find((name) => !query.get(name));
	if (unfilled) return `the query has no ${unfilled}`;
	const absent = strict ? pageParameters.find((name) => !query.has(name)) : undefined;
	if (absent) return `the query has no ${absent}`;
	return strict && !query.get("internal_ext") ? "the query's internal_ext is empty" : undefined;
}
