import { DouyinError } from "../errors.ts";
import { hostUrl, type LookupDeps, parseLiveId, readReply, refusalOf, unreadable } from "../lookup/index.ts";
import type { HttpResponse } from "../net/index.ts";
import { queryOf } from "../site-profile/index.ts";
import { type LinkProblem, readUrl, type UsableLink } from "./read-links.ts";

/** The room that a link leads to, or why there is none. */
export type ResolvedLink = { liveId: string } | { problem: LinkProblem | "expired" };

type LinkDeps = Pick<LookupDeps, "profile" | "baseUrl" | "http" | "appHttp" | "visitor" | "clock">;

/** The part of the reply that is read; a user may have written anything into it. */
interface ReflowReply {
	data?: { room?: { owner?: { web_rid?: unknown } | null } | null } | null;
}

/** Maximum number of hops; a short link takes one or two. */
const maxHops = 5;

/**
 * Resolves where a link leads (compat: "Links that people paste"). Sends one request for each hop of a short link, and
 * one for the app's link of a broadcast; addresses that name the room need none.
 * @throws DouyinError: `blocked` if the site asks for a captcha, `foreign_host` if it leads elsewhere, and others;
 * `signal.reason` when aborted
 */
export async function resolveLink(deps: LinkDeps, link: UsableLink, signal: AbortSignal): Promise<ResolvedLink> {
	if (link.kind === "room") return { liveId: link.liveId };
	if (link.kind === "broadcast") return roomOfBroadcast(deps, link, signal);
	let url = `${hostUrl(deps.baseUrl, "v.douyin.com")}/${link.code}/`;
	for (let hop = 0; hop < maxHops; hop++) {
		const answer = await deps.http.request({ url, what: "The short link", signal, redirects: false });
		const to = answer.headers.location;
		if (to === undefined || answer.status < 300 || answer.status >= 400) throw noRedirect(deps, answer);
		url = new URL(to, url).href;
		const next = readUrl(url, deps.baseUrl);
		if (next.kind === "room") return { liveId: next.liveId };
		if (next.kind === "broadcast") return roomOfBroadcast(deps, next, signal);
		// Expired links lead to a home page.
		if (next.kind === "unusable" && next.problem === "no_room") return { problem: "expired" };
		if (next.kind === "unusable" && next.problem !== "foreign") return { problem: next.problem };
	}
	throw new DouyinError("unreadable_page", `The short link redirects more than ${maxHops} times.`);
}

/** Sends the request that the app's page of a broadcast makes, without a signature. */
async function roomOfBroadcast(
	deps: LinkDeps,
	{ roomId, secUid }: { roomId: string; secUid: string },
	signal: AbortSignal,
): Promise<ResolvedLink> {
	const what = "The broadcast's room";
	await deps.visitor.ensure(signal);
	const profile = deps.profile();
	const query = queryOf(profile, "broadcast", { room_id: roomId, sec_uid: secUid });
	const url = `${hostUrl(deps.baseUrl, "webcast.amemv.com")}${profile.calls.broadcast.path}?${query}`;
	const headers = { cookie: `ttwid=${deps.http.cookies.get("ttwid") ?? ""}` };
	const answer = await deps.appHttp.request({ url, what, signal, headers, withoutCookies: true, redirects: false });
	const { data } = readReply(profile, answer, what, deps.clock.now()) as ReflowReply;
	const parsed = parseLiveId(data?.room?.owner?.web_rid);
	// For a broadcast that is gone the answer names no room.
	return parsed.ok ? { liveId: parsed.liveId } : { problem: "expired" };
}

function noRedirect({ profile, clock }: LinkDeps, answer: HttpResponse): DouyinError {
	const what = "The short link";
	return refusalOf(profile(), answer, what, clock.now()) ?? unreadable(`${what} was not resolved.`, answer.status);
}
