import { DouyinError } from "../errors.ts";
import { type LookupDeps, looksLikeCaptcha, parseLiveId } from "../lookup/index.ts";
import { failureOfStatus, type HttpClient, type HttpResponse, isSiteHost } from "../net/index.ts";
import { type LinkProblem, type PastedLink, readUrl } from "./read-links.ts";

/** The room that a link leads to, or why there is none. */
export type ResolvedLink = { liveId: string } | { problem: LinkProblem | "expired" };

export interface LinkDeps extends Pick<LookupDeps, "baseUrl" | "visitor" | "clock"> {
	/** Has the visitor's cookies. */
	http: HttpClient;
	/** May go to the app's host as well, where it takes no cookies along but the visitor's. */
	appHttp: HttpClient;
}

/** A short link takes one or two hops. */
const mostHops = 5;
const shortHost = "v.douyin.com";
const appHost = "webcast.amemv.com";

/**
 * Asks the site where a link leads (compat: "Links that people paste"). One request for each hop of a short link, and one
 * for the app's link of a broadcast; addresses that name the room are not asked about.
 * @throws DouyinError: `blocked` where the site asks for a captcha, `foreign_host` where it leads elsewhere, and others;
 * `signal.reason` when aborted
 */
export async function resolveLink(
	deps: LinkDeps,
	link: Exclude<PastedLink, { kind: "unusable" }>,
	signal: AbortSignal,
): Promise<ResolvedLink> {
	if (link.kind === "room") return { liveId: link.liveId };
	if (link.kind === "broadcast") return roomOfBroadcast(deps, link, signal);
	let url = `${hostUrl(deps.baseUrl, shortHost)}/${link.code}/`;
	for (let hop = 0; hop < mostHops; hop++) {
		const answer = await deps.http.request({ url, what: "The short link", signal, redirects: false });
		const to = answer.headers.location;
		if (to === undefined || answer.status < 300 || answer.status >= 400) throw noRedirect(answer, deps.clock.now());
		url = new URL(to, url).href;
		const next = readUrl(url, deps.baseUrl);
		if (next.kind === "room") return { liveId: next.liveId };
		if (next.kind === "broadcast") return roomOfBroadcast(deps, next, signal);
		// What has expired leads to a home page.
		if (next.kind === "unusable" && next.problem === "no_room") return { problem: "expired" };
		if (next.kind === "unusable" && next.problem !== "foreign") return { problem: next.problem };
	}
	throw new DouyinError("unreadable_page", `The short link leads on more than ${mostHops} times.`);
}

/** What the app's page of a broadcast asks, without a signature. */
async function roomOfBroadcast(
	deps: LinkDeps,
	{ roomId, secUid }: { roomId: string; secUid: string },
	signal: AbortSignal,
): Promise<ResolvedLink> {
	const what = "The broadcast's room";
	await deps.visitor.ensure(signal);
	const query = new URLSearchParams({
		...{ type_id: "0", live_id: "1", room_id: roomId, sec_user_id: secUid },
		...{ version_code: "99.99.99", app_id: "1128" },
	});
	const url = `${hostUrl(deps.baseUrl, appHost)}/webcast/room/reflow/info/?${query}`;
	const headers = { cookie: `ttwid=${deps.http.cookies.get("ttwid") ?? ""}` };
	const answer = await deps.appHttp.request({ url, what, signal, headers, withoutCookies: true, redirects: false });
	const failure = failureOfStatus(answer.status, answer.headers, what, deps.clock.now());
	if (failure) throw failure;
	const liveId = webRidOf(answer.body);
	if (liveId === undefined) throw unreadable(answer, what);
	return liveId === "" ? { problem: "expired" } : { liveId };
}

/** `""` where the answer names no room: the broadcast is gone. `undefined` where it can't be read. */
function webRidOf(body: Buffer): string | undefined {
	try {
		const answer = JSON.parse(body.toString());
		const parsed = parseLiveId(answer?.data?.room?.owner?.web_rid);
		return parsed.ok ? parsed.liveId : "";
	} catch {
		return undefined;
	}
}

function noRedirect(answer: HttpResponse, now: number): DouyinError {
	const what = "The short link";
	return failureOfStatus(answer.status, answer.headers, what, now) ?? unreadable(answer, what);
}

function unreadable({ body, status }: HttpResponse, what: string): DouyinError {
	return looksLikeCaptcha(body.toString())
		? new DouyinError("blocked", `${what} asks for a captcha.`, { status, upstreamMessage: "captcha" })
		: new DouyinError("unreadable_page", `${what} was not told.`, { status });
}

/** The site's hosts are folders of any other upstream. */
function hostUrl(baseUrl: string, host: string): string {
	if (isSiteHost(new URL(baseUrl).hostname)) return `https://${host}`;
	return host === shortHost ? `${baseUrl}/${host}` : baseUrl;
}
