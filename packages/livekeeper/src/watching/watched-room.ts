import type { Anchor, KnownRoom, LookupWay, RoomLookup, WayAnswer } from "@livekeeper/douyin";
import type { ConnectionRoute, LookRequest, LookWait } from "../rooms/index.ts";
import type { Exit } from "./exit.ts";
import { Expectation } from "./expectation.ts";
import type { KeptRoom, NotLive } from "./kept-watching.ts";
import type { WatchWay } from "./watch-status.ts";

const minute = 60_000;
/** A room that is not live is asked about alone at most this often, ms. */
export const minIntervalMs = minute;
/** Each room is asked about alone at least this often where the budget can hold that, ms. */
export const maxIntervalMs = 30 * minute;

/** Habits change slowly, ms. */
const habitsMs = 6 * 60 * minute;

/** Who is asked about first: the index of the urgency. */
const ranks = { losing: 0, asked: 1, first: 2, waiting: 3 } as const;
export type Rank = 0 | 1 | 2 | 3;
export const waitingRank = ranks.waiting;

/** A request that is not answered. */
export interface OpenRequest {
	readonly request: LookRequest;
	/** The wait that was reported last. */
	wait: LookWait | undefined;
}

/** One room that is looked up: what is known of it, and who waits for an answer. Times are of `Clock.elapsed`, ms. */
export class WatchedRoom {
	readonly liveId: string;
	readonly requests = new Set<OpenRequest>();
	/** Routes of the newest request, by exit. */
	routes: ReadonlyMap<Exit, readonly ConnectionRoute[]> = new Map();
	/** When the oldest of the open requests came. */
	since = 0;
	/** Its place among those who came, from the first that ever did. */
	order = 0;
	isPinned = false;

	anchor: Anchor | undefined;
	roomId: string | undefined;
	title: string | undefined;
	userUniqueId: string | undefined;
	isVoice = false;
	/** Why it was not live when it alone was last asked about. */
	answer: NotLive | undefined;
	/** When it alone was last asked about, whatever came of it. */
	singlyAt: number | undefined;
	/** When and how anything was last heard of it. */
	last: { at: number; way: WatchWay } | undefined;

	/** How long after the last time it alone is asked about again. */
	intervalMs = minIntervalMs;
	/** The longest interval of any room at the moment. */
	boundMs = maxIntervalMs;
	/** How likely it goes live now, where 1 is the average. */
	weight = 1;
	/** When that was worked out. */
	weightAt = Number.NEGATIVE_INFINITY;

	/** Its habits, by so many past broadcasts, as of a time by the wall clock. */
	#habits: { starts: number; at: number; expectation: Expectation } | undefined;

	/** A request about it alone is under way. */
	isAsked = false;
	/** The batch call or the login's list shows its broadcast: it alone is asked about for the rest, until then. */
	shown: { roomId: string; way: WatchWay; until: number } | undefined;
	/** A broadcast that the batch call shows and that is over. */
	refuted: string | undefined;
	/** It is a live voice room: only `reflow` names its broadcast. */
	needsReflow = false;
	/** Ways that have said nothing about this room since it was asked for. */
	readonly exhausted = new Set<LookupWay>();

	/** When it was last part of a batch call that was answered. */
	batchedAt: number | undefined;
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

	/** The rank of its most urgent request. */
	rank(now: number): Rank {
		if (this.shown || this.needsReflow) return ranks.losing;
		let best: Rank = ranks.waiting;
		for (const { request } of this.requests) {
			const rank = request.urgency === "first" && this.answer ? ranks.waiting : ranks[request.urgency];
			if (rank < best) best = rank;
		}
		// Nothing dearer may hold it back for ever.
		if (best === ranks.waiting && now > this.dueAt + this.boundMs) return ranks.first;
		return best;
	}

	/** When it alone is asked about again, where nothing is more urgent than waiting. */
	get dueAt(): number {
		return this.singlyAt === undefined ? this.since : this.singlyAt + this.intervalMs;
	}

	/** It is asked about again only every half hour: no broadcast of it can be seen for now. */
	get isDormant(): boolean {
		return this.answer !== undefined && this.answer.status !== "offline";
	}

	get known(): KnownRoom {
		const asked = [...this.requests].find(({ request }) => request.roomId !== undefined)?.request.roomId;
		return { liveId: this.liveId, anchor: this.anchor, roomId: asked ?? this.roomId };
	}

	/** Ways that may be taken, the best first. */
	ways(hasAsk: boolean): readonly LookupWay[] {
		const ways = this.allWays(hasAsk);
		return this.exhausted.size === 0 ? ways : ways.filter((way) => !this.exhausted.has(way));
	}

	/** The same, with those that have said nothing about this room. */
	allWays(hasAsk: boolean): readonly LookupWay[] {
		if (!hasAsk) return pageAlone;
		const reflows = this.anchor?.secUid !== undefined;
		if (this.needsReflow) return reflows ? reflowAlone : [];
		for (const { request } of this.requests) if (request.way) return [request.way];
		if (this.shown) return reflows ? ["reflow", "enter"] : ["enter"];
		const rest = reflows ? knownRoomWays : newRoomWays;
		const isLosing = [...this.requests].some(({ request }) => request.urgency === "losing");
		return isLosing && this.known.roomId !== undefined ? ["scene", ...rest] : rest;
	}

	/**
	 * Works out how likely it goes live now.
	 * @param starts when its past broadcasts began; `undefined` while that is not known
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

	/** Takes note of what the site says. */
	note(answer: WayAnswer, way: WatchWay, now: number): void {
		this.last = { at: now, way };
		if ("anchor" in answer && answer.anchor) this.anchor = { ...this.anchor, ...answer.anchor };
		if (answer.status === "live") {
			this.roomId = answer.roomId;
			if (answer.title !== "") this.title = answer.title;
			this.userUniqueId = answer.userUniqueId;
			// A known broadcast's state alone does not tell.
			if (way !== "scene") this.isVoice = answer.kind === "voice";
			this.answer = undefined;
		} else if (answer.status === "voice") {
			this.isVoice = true;
			this.answer = undefined;
		} else if (answer.status !== "unknown" && answer.status !== "inconclusive") {
			this.answer = plain(answer);
		}
	}
}

const pageAlone = ["page"] as const;
const reflowAlone = ["reflow"] as const;
const knownRoomWays = ["reflow", "enter", "page"] as const;
const newRoomWays = ["enter", "page"] as const;

/** Without the picture's address, which is long and soon stale. */
function plain(answer: Exclude<RoomLookup, { status: "live" | "unknown" }>): NotLive {
	if (answer.status !== "offline") return answer;
	const { cover: _, ...rest } = answer;
	return rest;
}

/** Its anchor is kept beside it. */
function withoutAnchor(answer: NotLive): NotLive {
	if (answer.status === "not_found" || answer.status === "no_room") return answer;
	const { anchor: _, ...rest } = answer;
	return rest;
}

function withAnchor(answer: NotLive, anchor: Anchor | undefined): NotLive {
	return answer.status === "not_found" || !anchor ? answer : { ...answer, anchor };
}
