import {
	type Anchor,
	type KnownRoom,
	type LookupWay,
	lookupWays,
	type ProfileWay,
	type RoomLookup,
	type WayAnswer,
} from "@livekeeper/douyin";
import type { ConnectionRoute, LookRequest, LookWait } from "../rooms/index.ts";
import type { Exit } from "./exit.ts";
import { Expectation } from "./expectation.ts";
import type { KeptRoom, NotLive } from "./kept-watching.ts";
import type { WatchWay } from "./watch-status.ts";

const minute = 60_000;
/** Minimum interval of single look-ups of a room that is not live, ms. */
export const minIntervalMs = minute;
/** Maximum interval of single look-ups of a room if the budget allows it, ms. */
export const maxIntervalMs = 30 * minute;

/** Time for which habits are cached, ms, because they change slowly. */
const habitsMs = 6 * 60 * minute;

/** Rank of each urgency; lower ranks are looked up first. */
const ranks = { losing: 0, asked: 1, first: 2, waiting: 3, queued: 3 } as const;
export type Rank = 0 | 1 | 2 | 3;
export const waitingRank = ranks.waiting;
export const isUrgent = (rank: Rank) => rank < ranks.first;

/** A request without an answer. */
export interface OpenRequest {
	readonly request: LookRequest;
	/** The wait that was reported last. */
	wait: LookWait | undefined;
}

/** Knowledge about one room, and the open requests for it. Times are of `Clock.elapsed`, ms. */
export class WatchedRoom {
	readonly liveId: string;
	readonly requests = new Set<OpenRequest>();
	/** Routes of the newest request, by exit. */
	routes: ReadonlyMap<Exit, readonly ConnectionRoute[]> = new Map();
	/** Time of the oldest open request. */
	since = 0;
	/** Order of its first request among all rooms. */
	order = 0;
	isPinned = false;

	anchor: Anchor | undefined;
	roomId: string | undefined;
	title: string | undefined;
	userUniqueId: string | undefined;
	isVoice = false;
	/** Its last answer to a single look-up, if not live. */
	answer: NotLive | undefined;
	/** Time of its last single look-up, whatever the result. */
	singlyAt: number | undefined;
	/** Time and way of the last news about it. */
	last: { at: number; way: WatchWay } | undefined;

	/** Time from the last single look-up to the next. */
	intervalMs = minIntervalMs;
	/** Current maximum interval of any room. */
	boundMs = maxIntervalMs;
	/** Current likelihood of going live, relative to an average of 1. */
	weight = 1;
	/** Time at which that was computed. */
	weightAt = Number.NEGATIVE_INFINITY;

	/** Its habits, with the number of past broadcasts and the wall-clock time they were computed from. */
	#habits: { starts: number; at: number; expectation: Expectation } | undefined;

	/** Whether a single look-up of it is running. */
	isAsked = false;
	/** Set if the batch call or the login's list shows its broadcast: details are looked up until then. */
	shown: { roomId: string; way: WatchWay; until: number } | undefined;
	/** A broadcast that the batch call shows and that is over. */
	refuted: string | undefined;
	/** Whether it is a live voice room: only `reflow` names its broadcast. */
	needsReflow = false;
	/** Ways that have said nothing about this room since it was requested. */
	readonly exhausted = new Set<LookupWay>();

	/** Time of the last answered batch call with it. */
	batchedAt: number | undefined;
	/** Whether the batch call may miss its broadcasts. */
	isDistrusted = false;
	/** Login whose list has shown it, by the digest of {@link FollowedList}. */
	followedBy: string | undefined;

	constructor(liveId: string) {
		this.liveId = liveId;
	}

	static restore(liveId: string, kept: KeptRoom, at: (stored: number) => number): WatchedRoom {
		const room = new WatchedRoom(liveId);
		const { anchor } = kept;
		if (anchor) room.anchor = anchor;
		room.roomId = kept.roomId;
		room.title = kept.title;
		room.userUniqueId = kept.userUniqueId;
		room.isVoice = kept.voice ?? false;
		room.answer = kept.answer && withAnchor(kept.answer, room.anchor);
		room.singlyAt = kept.singlyAt === undefined ? undefined : at(kept.singlyAt);
		room.last = { at: at(kept.at), way: kept.way };
		room.isDistrusted = kept.distrusted ?? false;
		room.followedBy = kept.followedBy;
		return room;
	}

	kept(wall: (at: number) => number): KeptRoom | undefined {
		if (!this.last) return undefined;
		return {
			at: wall(this.last.at),
			way: this.last.way,
			...(this.anchor && { anchor: this.anchor }),
			...(this.roomId !== undefined && { roomId: this.roomId }),
			...(this.title !== undefined && { title: this.title }),
			...(this.userUniqueId !== undefined && { userUniqueId: this.userUniqueId }),
			...(this.isVoice && { voice: true }),
			...(this.singlyAt !== undefined && { singlyAt: wall(this.singlyAt) }),
			...(this.answer && { answer: withoutAnchor(this.answer) }),
			...(this.isDistrusted && { distrusted: true }),
			...(this.followedBy !== undefined && { followedBy: this.followedBy }),
		};
	}

	/** Returns the rank of its most urgent request. */
	rank(now: number): Rank {
		if (this.shown || this.needsReflow) return ranks.losing;
		let best: Rank = ranks.waiting;
		for (const { request } of this.requests) {
			const rank = request.urgency === "first" && this.answer ? ranks.waiting : ranks[request.urgency];
			if (rank < best) best = rank;
		}
		// More urgent requests must not hold it back for ever.
		if (best === ranks.waiting && now > this.dueAt + this.boundMs) return ranks.first;
		return best;
	}

	/** Time of its next single look-up if nothing is more urgent than waiting. */
	get dueAt(): number {
		return this.singlyAt === undefined ? this.since : this.singlyAt + this.intervalMs;
	}

	/** Whether all that its requests ask is whether this broadcast still runs. */
	isQueuedFor(roomId: string): boolean {
		return [...this.requests].every(({ request }) => request.urgency === "queued" && request.roomId === roomId);
	}

	/** Whether it is looked up only every half hour, because no broadcast of it can be seen for now. */
	get isDormant(): boolean {
		return this.answer !== undefined && this.answer.status !== "offline";
	}

	get known(): KnownRoom {
		const asked = [...this.requests].find(({ request }) => request.roomId !== undefined)?.request.roomId;
		return { liveId: this.liveId, anchor: this.anchor, roomId: asked ?? this.roomId };
	}

	/**
	 * Returns the available ways, best first.
	 * @param order ways of the site profile
	 */
	ways(order: readonly ProfileWay[], hasAsk: boolean): readonly LookupWay[] {
		const ways = this.allWays(order, hasAsk);
		return this.exhausted.size === 0 ? ways : ways.filter((way) => !this.exhausted.has(way));
	}

	/** Returns the same, including those that have said nothing about this room. */
	allWays(order: readonly ProfileWay[], hasAsk: boolean): readonly LookupWay[] {
		if (!hasAsk) return pageAlone;
		const reflows = this.anchor?.secUid !== undefined;
		if (this.needsReflow) return reflows ? reflowAlone : [];
		for (const { request } of this.requests) if (request.way) return [request.way];
		const isLosing = [...this.requests].some(({ request }) => request.urgency === "losing");
		const serves: Readonly<Record<LookupWay, boolean>> = {
			reflow: reflows,
			enter: true,
			page: !this.shown,
			scene: !this.shown && isLosing && this.known.roomId !== undefined,
		};
		return order.filter((way) => isSingle(way) && serves[way]) as readonly LookupWay[];
	}

	/**
	 * Computes how likely it goes live now.
	 * @param starts of its past broadcasts; `undefined` while unknown
	 * @param now ms since the epoch, as `starts`
	 */
	weigh(starts: readonly number[] | undefined, now: number): void {
		this.weight = 1;
		if (!starts) return;
		if (this.#habits?.starts !== starts.length || now - this.#habits.at > habitsMs) {
			this.#habits = { starts: starts.length, at: now, expectation: new Expectation(starts, now) };
		}
		this.weight = this.#habits.expectation.at(now) * (this.isPinned ? 2 : 1);
	}

	/** Notes the site's answer. */
	note(answer: WayAnswer, way: WatchWay, now: number): void {
		this.last = { at: now, way };
		if ("anchor" in answer && answer.anchor) this.anchor = { ...this.anchor, ...answer.anchor };
		if (answer.status === "live") {
			this.roomId = answer.roomId;
			if (answer.title !== "") this.title = answer.title;
			this.userUniqueId = answer.userUniqueId;
			// The state of a known broadcast alone does not show it.
			if (way !== "scene") this.#isOfKind(answer.kind);
			this.answer = undefined;
		} else if (answer.status === "voice") {
			this.#isOfKind("voice");
			this.answer = undefined;
		} else if (answer.status !== "unknown" && answer.status !== "inconclusive") {
			this.answer = plain(answer);
		}
	}

	/** It is not known whether the batch call shows voice rooms, so each is looked up singly until it has been shown. */
	#isOfKind(kind: "voice" | undefined): void {
		const isVoice = kind === "voice";
		if (isVoice && !this.isVoice) this.isDistrusted = true;
		this.isVoice = isVoice;
	}
}

const pageAlone = ["page"] as const;
const reflowAlone = ["reflow"] as const;
const isSingle = (way: ProfileWay): way is LookupWay => (lookupWays as readonly string[]).includes(way);

/** Returns the answer without the picture's address, which is long and soon stale. */
function plain(answer: Exclude<RoomLookup, { status: "live" | "unknown" }>): NotLive {
	if (answer.status !== "offline") return answer;
	const { cover: _, ...rest } = answer;
	return rest;
}

/** Returns the answer without its anchor, which is stored separately. */
function withoutAnchor(answer: NotLive): NotLive {
	if (answer.status === "not_found" || answer.status === "no_room") return answer;
	const { anchor: _, ...rest } = answer;
	return rest;
}

function withAnchor(answer: NotLive, anchor: Anchor | undefined): NotLive {
	return answer.status === "not_found" || !anchor ? answer : { ...answer, anchor };
}
