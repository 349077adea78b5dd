import type { DouyinError } from "../errors.ts";
import type { KnownRoom, LookupWay, RoomLookup, WayAnswer } from "../upstream.ts";
import { askReflow, askScene } from "./ask-by-ids.ts";
import { askEnter } from "./ask-enter.ts";
import { askPage } from "./ask-page.ts";
import { parseLiveId } from "./live-id.ts";
import type { LookupDeps } from "./lookup-deps.ts";
import { unreadable } from "./refusals.ts";
import { reachable } from "./room-json.ts";

/** Asks about a room by one way, as specified by `DouyinUpstream.ask`. */
export async function ask(deps: LookupDeps, way: LookupWay, room: KnownRoom, signal: AbortSignal): Promise<WayAnswer> {
	signal.throwIfAborted();
	const { liveId, roomId } = room;
	if (!isLiveId(liveId)) return { status: "not_found", liveId };
	switch (way) {
		case "page":
			return renewing(deps, await askPage(deps, liveId, signal));
		case "enter":
			return askEnter(deps, liveId, signal);
		case "reflow": {
			const anchor = reachable(room.anchor);
			if (!anchor) throw new TypeError("reflow asks about a room by its anchor's secUid, which is not given.");
			return askReflow(deps, liveId, anchor, signal);
		}
		case "scene":
			if (!roomId) throw new TypeError("scene asks about a broadcast by its roomId, which is not given.");
			return askScene(deps, liveId, roomId, signal);
		default:
			return way satisfies never;
	}
}

/**
 * Looks a room up, as specified by `DouyinUpstream.lookup`: by its page, and by further requests if that is not enough.
 */
export async function lookUp(deps: LookupDeps, liveId: string, signal: AbortSignal): Promise<RoomLookup> {
	signal.throwIfAborted();
	if (!isLiveId(liveId)) return { status: "not_found", liveId };
	return complete(deps, await askPage(deps, liveId, signal), signal);
}

/**
 * Completes the page's answer: if the page is refused or can't be read, `web/enter` is asked once; a voice room that is
 * not named is resolved by `reflow`.
 */
export async function complete(deps: LookupDeps, page: WayAnswer, signal: AbortSignal): Promise<RoomLookup> {
	const { liveId } = page;
	let answer = page;
	// Without a visitor cookie it was the home page that was refused, and web/enter would request it again.
	if (isRefused(page) && deps.visitor.isKnown) {
		const entered = await askEnter(deps, liveId, signal);
		answer = entered.status === "unknown" || entered.status === "inconclusive" ? page : entered;
	}
	if (answer.status === "voice") answer = await askReflow(deps, liveId, answer.anchor, signal);
	if (answer === page) await renewing(deps, page);
	if (answer.status !== "voice" && answer.status !== "inconclusive") return answer;
	return { status: "unknown", liveId, failure: unreadable("A voice room is live, and its broadcast is not named.") };
}

function isRefused(answer: WayAnswer): boolean {
	return answer.status === "unknown" && ["blocked", "unreadable_page"].includes(answer.failure.reason);
}

/** Renews the visitor cookie after a page without a state, because the upstream may no longer accept it. */
async function renewing(deps: LookupDeps, answer: WayAnswer): Promise<WayAnswer> {
	const { reason, upstreamMessage } = answer.status === "unknown" ? answer.failure : ({} as Partial<DouyinError>);
	if (reason === "unreadable_page" || upstreamMessage === "empty") await deps.visitor.renew();
	return answer;
}

/** Whether the text is a live id: anything else must not become a path. */
function isLiveId(liveId: string): boolean {
	const parsed = parseLiveId(liveId);
	return parsed.ok && parsed.liveId === liveId;
}
