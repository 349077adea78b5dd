import { DouyinError } from "../errors.ts";
import { failureOfError, failureOfStatus, type HttpResponse } from "../net/index.ts";
import type { RoomLookup } from "../upstream.ts";
import { loginMark } from "./login-mark.ts";
import type { LookupDeps } from "./lookup-deps.ts";
import { parseRoomPage, type RoomPage } from "./room-page.ts";

/**
 * Looks a room up on its page. The answers are distinguished as the contract says; whatever can't be read is `unknown`.
 * @throws `signal.reason` when aborted, and nothing else
 */
export async function lookupRoom(deps: LookupDeps, liveId: string, signal: AbortSignal): Promise<RoomLookup> {
	return answerOrUnknown(liveId, signal, async () => {
		await deps.visitor.ensure(signal);
		const { answer, page } = await fetchPage(deps, liveId, signal);
		return conclude(deps, liveId, answer, page);
	});
}

/** Runs a look-up; its failures become `unknown`, except for being aborted. */
export async function answerOrUnknown(
	liveId: string,
	signal: AbortSignal,
	ask: () => Promise<RoomLookup>,
): Promise<RoomLookup> {
	try {
		return await ask();
	} catch (error) {
		signal.throwIfAborted();
		return { status: "unknown", liveId, failure: failureOfError(error, "The room could not be looked up") };
	}
}

const nonceName = "__ac_nonce";

async function fetchPage(deps: LookupDeps, liveId: string, signal: AbortSignal) {
	const ask = async () => {
		const url = `${deps.baseUrl}/${encodeURIComponent(liveId)}`;
		const answer = await deps.http.request({ url, what: "The room's page", signal });
		const html = answer.body.toString();
		const page = parseRoomPage(html);
		if (page.kind !== "captcha" && page.kind !== "unreadable") deps.login.sawPage(loginMark(html));
		return { answer, page };
	};
	const nonceBefore = deps.http.cookies.get(nonceName);
	const first = await ask();
	// A shell that sets a nonce asks for the same request again, with it.
	const asked = first.page.kind === "unreadable" && deps.http.cookies.get(nonceName) !== nonceBefore;
	return asked ? ask() : first;
}

async function conclude(deps: LookupDeps, liveId: string, answer: HttpResponse, page: RoomPage): Promise<RoomLookup> {
	const what = "The room's page";
	if (answer.status === 404 || answer.status === 410) return { status: "not_found", liveId };
	const failure = failureOfStatus(answer.status, answer.headers, what, deps.clock.now());
	if (failure) throw failure;
	switch (page.kind) {
		case "room":
			return roomLookup(deps, liveId, page);
		case "no_room":
			return { status: "no_room", liveId, anchor: page.anchor };
		case "empty":
			return { status: "not_found", liveId };
		case "captcha":
			throw new DouyinError("blocked", `${what} asks for a captcha.`, {
				status: answer.status,
				upstreamMessage: "captcha",
			});
		case "unreadable":
			// The cookie may be what the upstream no longer likes.
			await deps.visitor.renew();
			throw new DouyinError("unreadable_page", `${what} holds no room state.`, { status: answer.status });
		default:
			return page satisfies never;
	}
}

const liveStatus = 2;

function roomLookup(deps: LookupDeps, liveId: string, page: RoomPage & { kind: "room" }): RoomLookup {
	const { roomId, title, cover, anchor, finishedAt } = page;
	const common = { liveId, roomId, title, ...(cover && { cover }), ...(anchor && { anchor }) };
	if (page.status !== liveStatus) return { status: "offline", ...common };
	return {
		status: "live",
		...common,
		userUniqueId: page.userUniqueId || deps.fallbackUserUniqueId,
		...(finishedAt !== undefined && { finishedAt }),
	};
}
