import type { DouyinError } from "../errors.ts";
import type { KnownRoom, LookupWay, RoomLookup, WayAnswer } from "../upstream.ts";
import { askReflow, askScene } from "./ask-by-ids.ts";
import { askEnter } from "./ask-enter.ts";
import { askPage } from "./ask-page.ts";
import { parseLiveId } from "./live-id.ts";
import type { LookupDeps } from "./lookup-deps.ts";
import { unreadable } from "./refusals.ts";
import { reachable } from "./room-json.ts";

/** Asks about a room by one way, as the contract of `DouyinUpstream.ask` says. */
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

/** Looks a room up, as the contract of `DouyinUpstream.lookup` says: by its page, and by more where that is not enough. */
export async function lookUp(deps: LookupDeps, liveId: string, signal: AbortSignal): Promise<RoomLookup> {
	signal.throwIfAborted();
	if (!isLiveId(liveId)) return { status: "not_found", liveId };
	return complete(deps, await askPage(deps, liveId, signal), signal);
}

/**
 * Makes the page's answer that of the room: where the page is refused or can't be read, `web/enter` is asked once; of a
 * voice room that is not named, `reflow` names it.
 */
export async function complete(deps: LookupDeps, page: WayAnswer, signal: AbortSignal): Promise<RoomLookup> {
	const { liveId } = page;
	let answer = page;
	// Without a visitor cookie it was the home page that was refused, and web/enter would ask it again.
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

/** The cookie may be what the upstream no longer likes: behind a page without a state it is fetched anew. */
async function renewing(deps: LookupDeps, answer: WayAnswer): Promise<WayAnswer> {
	const { reason, upstreamMessage } = answer.status === "unknown" ? answer.failure : ({} as Partial<DouyinError>);
	if (reason === "unreadable_page" || upstreamMessage === "empty") await deps.visitor.renew();
	return answer;
}

/** What is no live id must not become a path. */
function isLiveId(liveId: string): boolean {
	const parsed = parseLiveId(liveId);
	return parsed.ok && parsed.liveId === liveId;
}
