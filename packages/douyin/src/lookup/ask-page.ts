import { failureOfError, type HttpResponse } from "../net/index.ts";
import { builtInProfile, type SiteProfile } from "../site-profile/index.ts";
import type { Anchor, RoomLookup, WayAnswer } from "../upstream.ts";
import { digitsNamed, isObject, objectsNamed, type ScanBudget, wordNamed } from "./escaped-json.ts";
import type { LookupDeps } from "./lookup-deps.ts";
import { observed, refusalOf, unreadable } from "./refusals.ts";
import { answerOf, isClosed, type RoomJson, reachable, readAnchor, readRoom, wholeNumber } from "./room-json.ts";

/** Content of a room's page, before anything is concluded from it. */
type RoomPage =
	| {
			kind: "room";
			room: RoomJson;
			anchor: Anchor | undefined;
			/** The visitor's id; "" if the page names none. */
			userUniqueId: string;
	  }
	/** A voice room is live, and the page lacks its broadcast. */
	| { kind: "voice"; anchor: Anchor & { secUid: string } }
	/** The page has no state, or not in a known form: a captcha, a shell, a layout that has changed. */
	| { kind: "unreadable" }
	| { kind: "no_room"; anchor: Anchor }
	| { kind: "empty" };

const stateScanBudget = 8 * 1024 * 1024;

/** Precedence of results, if a page holds its state several times. */
const ranks: readonly RoomPage["kind"][] = ["room", "voice", "unreadable", "no_room", "empty"];

/**
 * Parses a room's page (the web page's protocol, "room lookup"). Never throws, whatever the page holds.
 * @param names of its keys
 */
export function parseRoomPage(html: string, names: PageNames = builtInProfile.page): RoomPage {
	const budget: ScanBudget = { left: stateScanBudget };
	let best: RoomPage | undefined;
	for (const info of roomInfos(html, names, budget)) {
		const page = readRoomInfo(info, html, names);
		if (page.kind === "room") return page;
		if (!best || ranks.indexOf(page.kind) < ranks.indexOf(best.kind)) best = page;
	}
	return best ?? { kind: "unreadable" };
}

type PageNames = SiteProfile["page"];

function* roomInfos(html: string, names: PageNames, budget: ScanBudget): Generator<Record<string, unknown>> {
	const marker = html.indexOf(names.store);
	if (marker < 0) return;
	for (const { [names.info]: info } of objectsNamed(html, names.store, budget)) {
		if (isObject(info)) yield info;
	}
	// Another part of the store may be invalid JSON: the relevant part can still be read by itself.
	yield* objectsNamed(html.slice(marker), names.info, budget);
}

function readRoomInfo(info: Record<string, unknown>, html: string, names: PageNames): RoomPage {
	const value = info[names.room];
	const room = readRoom(value, info[names.room_id]);
	const anchor = readAnchor(info[names.anchor]) ?? readAnchor(isObject(value) ? value["owner"] : undefined);
	if (room === "unreadable") return { kind: "unreadable" };
	const voice = wholeNumber(info[names.mode]) === names.voice_mode;
	if (room) {
		const userUniqueId = digitsNamed(html, names.visitor);
		return { kind: "room", room: { ...room, voice: room.voice || voice }, anchor, userUniqueId };
	}
	if (voice) {
		const known = reachable(anchor);
		return known ? { kind: "voice", anchor: known } : { kind: "unreadable" };
	}
	return anchor ? { kind: "no_room", anchor } : { kind: "empty" };
}

const what = "The room's page";

/** Asks about a room by its page (the web page's protocol, "room lookup"). */
export function askPage(deps: LookupDeps, liveId: string, signal: AbortSignal): Promise<WayAnswer> {
	return answerOrUnknown(liveId, signal, async () => {
		await deps.visitor.ensure(signal);
		const profile = deps.profile();
		const { answer, page } = await fetchPage(deps, profile, liveId, signal);
		return observed(deps, "page", answer, () => conclude(deps, profile, liveId, answer, page));
	});
}

function conclude(
	deps: LookupDeps,
	profile: SiteProfile,
	liveId: string,
	answer: HttpResponse,
	page: RoomPage,
): WayAnswer {
	const { refusals } = profile;
	if (answer.status === 404 || answer.status === 410) return { status: "not_found", liveId };
	// A page with a state is healthy, whatever scripts it names.
	const healthy = page.kind !== "unreadable" && answer.status < 400;
	const refusal = healthy ? undefined : refusalOf(profile, answer, what, deps.clock.now());
	if (refusal) throw refusal;
	switch (page.kind) {
		case "room": {
			const { room, anchor } = page;
			return answerOf(refusals, room, { liveId, anchor, userUniqueId: page.userUniqueId || deps.fallbackUserUniqueId });
		}
		case "voice":
			return { status: "voice", liveId, anchor: page.anchor };
		case "no_room":
			return { status: isClosed(refusals, page.anchor) ? "closed" : "no_room", liveId, anchor: page.anchor };
		case "empty":
			return { status: "not_found", liveId };
		case "unreadable":
			throw unreadable(`${what} holds no room state.`, answer.status);
		default:
			return page satisfies never;
	}
}

/**
 * Runs a lookup; its failures become `unknown`.
 * @throws `signal.reason` when aborted, and nothing else
 */
export async function answerOrUnknown<Answer extends WayAnswer>(
	liveId: string,
	signal: AbortSignal,
	ask: () => Promise<Answer>,
): Promise<Answer | (RoomLookup & { status: "unknown" })> {
	try {
		return await ask();
	} catch (error) {
		signal.throwIfAborted();
		return { status: "unknown", liveId, failure: failureOfError(error, "The room could not be looked up") };
	}
}

const nonceName = "__ac_nonce";

async function fetchPage(deps: LookupDeps, profile: SiteProfile, liveId: string, signal: AbortSignal) {
	const ask = async () => {
		const url = `${deps.baseUrl}/${encodeURIComponent(liveId)}`;
		const answer = await deps.http.request({ url, what, signal });
		const html = answer.body.toString();
		const page = parseRoomPage(html, profile.page);
		if (page.kind !== "unreadable") deps.login.sawPage(loginMark(html, profile.page));
		return { answer, page };
	};
	const nonceBefore = deps.http.cookies.get(nonceName);
	const first = await ask();
	// A shell that sets a nonce requires the same request again, with the nonce.
	const asked = first.page.kind === "unreadable" && deps.http.cookies.get(nonceName) !== nonceBefore;
	return asked ? ask() : first;
}

const loginScanBudget = 1024 * 1024;

/**
 * Reads whom a page takes us for: `true` for a logged-in account, `false` for an anonymous visitor, `undefined` if it
 * does not say, or contradicts itself. The marks are as others reported them, so they are read with care: the header's
 * user (`headerUserInfo`) has `isLogin`, and the visitor's description (`odin`) `user_is_login`, or
 * `not_exist_login_cookie`. Its `user_is_auth` proves nothing: it is 0 for accounts as well.
 */
export function loginMark(html: string, names: SiteProfile["page"] = builtInProfile.page): boolean | undefined {
	const budget: ScanBudget = { left: loginScanBudget };
	const marks = new Set<boolean>();
	for (const { [names.login_mark]: isLogin } of objectsNamed(html, names.login_user, budget)) {
		if (typeof isLogin === "boolean") marks.add(isLogin);
	}
	const isLogin = wordNamed(html, names.login_word);
	if (isLogin !== undefined) marks.add(isLogin);
	if (wordNamed(html, names.guest_word)) marks.add(false);
	const [mark] = marks;
	return marks.size === 1 ? mark : undefined;
}
