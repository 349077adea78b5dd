import type { Logger } from "@livekeeper/base/log";
import {
	type Anchor,
	builtInProfile,
	type Clock,
	DouyinError,
	type DouyinUpstream,
	elapsedAt,
	type LookupWay,
	type RoomLookup,
	type SiteProfile,
	type Timer,
	type WayAnswer,
	wallTime,
} from "@livekeeper/douyin";
import type { ConnectionRoute, Hold, Look, LookRequest, LookWait, RoomLooks } from "../rooms/index.ts";
import { Exit, type FollowedList, watchWays } from "./exit.ts";
import { forecast, type Outlook } from "./forecast.ts";
import { type KeptExit, type KeptRoom, type KeptWatching, keptExits, keptRooms } from "./kept-watching.ts";
import { type Ask, planOf, readyWay, setIntervals, usableRoute } from "./planner.ts";
import type { RefusalSign, RoomWatch, WatchStatus, WatchWay } from "./watch-status.ts";
import { isUrgent, maxIntervalMs, type OpenRequest, WatchedRoom, waitingRank } from "./watched-room.ts";

export interface WatchingOptions {
	clock: Clock;
	logger: Logger;
	/** Returns random numbers in [0, 1). Default `Math.random`. */
	random?: (() => number) | undefined;
	/** Returns the hold on an identity: no request uses its cookie meanwhile. */
	holdOf?: ((identity: string) => Hold | undefined) | undefined;
	/** Returns all rooms kept here by live id, including connected ones. Default: only those that wait. */
	kept?: (() => Iterable<string>) | undefined;
	/** Returns whether a room comes first among equals. */
	pinned?: ((liveId: string) => boolean) | undefined;
	/** Returns people whose socket is receiving messages, to prove that a batch call was answered to its end. */
	canaries?: (() => Iterable<{ readonly anchorId: string }>) | undefined;
	/** State stored by the run before. Unreadable parts are left out. */
	known?: { readonly exits?: unknown; readonly rooms?: unknown } | undefined;
	/** Stores a part of the state that survives a restart, replacing that part. */
	keep?: ((part: KeptWatching) => void) | undefined;
	/** Returns the site profile in force: ways, their order, and limits. Default: the built-in one. */
	profile?: (() => SiteProfile) | undefined;
	/** Number of single look-ups from one exit per minute, pages and others as in the profile. Default: as it says. */
	lookupsPerMinute?: number | undefined;
	/** Returns the starts of the room's past broadcasts, ms since the epoch; `undefined` while unknown. */
	broadcastsOf?: ((liveId: string) => readonly number[] | undefined) | undefined;
}

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;
/** Interval at which rooms' waits are checked again if nothing has happened, ms. */
const recheckMs = 15 * second;
/**
 * Interval at which likelihoods are weighed again, ms; also the minimum time between two weighings caused by changes.
 */
const weighMs = minute;
const weighSoonMs = 5 * second;
/** Delay before changes are stored, ms. */
const keepExitsMs = 10 * second;
const keepRoomsMs = minute;
/** Delay after which a room that is shown as live is answered with what is known, ms. */
const detailsMs = 5 * second;
/** Time for which a live room waits for the batch call to show it as well, ms. */
const trialMs = 3 * minute;
/** Time for which an answer that a room is not live is valid, ms. */
const answerMs = day;
/** Time after which a room without requests is forgotten, ms. */
const forgetMs = 30 * day;
/** Time for which a forecast is reused while no request is made, ms. */
const outlookMs = second;

/** Looks up rooms. The only component that does; one instance serves all rooms of a process. */
export class Watching implements RoomLooks {
	readonly #options: WatchingOptions;
	readonly #clock: Clock;
	readonly #random: () => number;
	readonly #profile: () => SiteProfile;
	readonly #holdOf: (identity: string) => Hold | undefined;
	readonly #exits = new Map<string, Exit>();
	/** Rooms with any knowledge, by live id. */
	readonly #rooms = new Map<string, WatchedRoom>();
	/** Rooms that wait for an answer. */
	readonly #open = new Set<WatchedRoom>();
	/**
	 * Rooms that are live according to a single look-up, with the time until which they wait for the batch call to show
	 * them.
	 */
	readonly #trials = new Map<WatchedRoom, number>();
	readonly #keptExits: Readonly<Record<string, KeptExit>>;
	readonly #stopped = new AbortController();
	#arrivals = 0;
	#part = 1;
	#timer: Timer | undefined;
	#isPlanning = false;
	#weighedAt = Number.NEGATIVE_INFINITY;
	/** Whether the weighing is up to date with the rooms and ways. */
	#isWeighed = false;
	#noticedAt = Number.NEGATIVE_INFINITY;
	/** Whether the budget is too small to look up each room every half hour. */
	#areTooMany = false;
	#outlook: { at: number; rooms: ReadonlyMap<WatchedRoom, Outlook> } | undefined;
	#keeping: { exits?: Timer | undefined; rooms?: Timer | undefined } = {};

	constructor(options: WatchingOptions) {
		this.#options = options;
		this.#clock = options.clock;
		this.#random = options.random ?? Math.random;
		this.#profile = options.profile ?? (() => builtInProfile);
		this.#holdOf = options.holdOf ?? (() => undefined);
		this.#keptExits = this.#read("exits", keptExits);
		for (const [liveId, kept] of Object.entries(this.#read("rooms", keptRooms) as Record<string, KeptRoom>)) {
			if (this.#clock.now() - kept.at > forgetMs) continue;
			this.#rooms.set(liveId, WatchedRoom.restore(liveId, kept, this.#past));
		}
	}

	look(request: LookRequest): Look {
		const now = this.#clock.elapsed();
		const room = this.#room(request.liveId);
		if (room.requests.size === 0) {
			room.since = now;
			room.order = this.#arrivals++;
		}
		room.routes = this.#routesOf(request.routes);
		room.isPinned = this.#options.pinned?.(request.liveId) ?? false;
		const own: OpenRequest = { request, wait: undefined };
		room.requests.add(own);
		this.#open.add(room);
		this.#isWeighed = false;
		const look = { cancel: () => this.#withdraw(room, own) };
		if (this.#stopped.signal.aborted) return look;
		if (request.urgency === "first" && !request.way && this.#remembers(room, now)) {
			this.#clock.after(0, () => {
				if (room.requests.has(own) && room.answer) this.#answer(room, own, room.answer);
			});
			return look;
		}
		this.#plan();
		if (room.requests.has(own) && !room.isAsked && !own.wait) this.#report(room, own, this.#waitOf(room));
		return look;
	}

	/**
	 * Notes that a person has passed the captcha at an exit, or at all: one request may try at once.
	 * @param exitName as in its status
	 */
	passed(exitName?: string): void {
		const now = this.#clock.elapsed();
		for (const exit of this.#exits.values()) {
			if (exitName !== undefined && exit.name !== exitName) continue;
			const refused = watchWays.filter((way) => exit.shownRecord(way, now).state === "rests");
			exit.probe = refused.some((way) => way !== "batch" && way !== "followed");
			if (exit.probe) continue;
			for (const way of refused) exit.shownRecord(way, now).until = now;
		}
		this.#plan();
	}

	/** Counts a request of the site's home page, which gives a visitor its cookie. @param exit its proxy, or `direct` */
	homePageAsked(exit: string): void {
		this.#exit(exit).homePageAsked(this.#clock.elapsed());
		this.#keepSoon("exits");
	}

	/** Reduces this process's budgets to a part; others behind the same address use the rest. @param part above 0 to 1 */
	share(part: number): void {
		this.#part = part;
		const now = this.#clock.elapsed();
		for (const exit of this.#exits.values()) exit.share(part, now);
		this.#isWeighed = false;
		this.#plan();
	}

	/** Takes up another site profile: its ways and limits hold from the next request on. */
	profileChanged(): void {
		const now = this.#clock.elapsed();
		for (const exit of this.#exits.values()) exit.adopt(now);
		for (const room of this.#open) room.exhausted.clear();
		this.#isWeighed = false;
		this.#noticedAt = Number.NEGATIVE_INFINITY;
		this.#plan();
	}

	status(): WatchStatus {
		const now = this.#clock.elapsed();
		const open = [...this.#open];
		const unknown = open.filter(({ last }) => !last);
		const rooms = new Set([...(this.#options.kept?.() ?? []), ...open.map(({ liveId }) => liveId)]).size;
		return {
			exits: [...this.#exits.values()].map((exit) => ({
				name: exit.name,
				rooms: open.filter((room) => room.routes.has(exit)).length,
				ways: watchWays.map((way) => {
					const { state, since, until, sign } = exit.shownRecord(way, now);
					return {
						way,
						state,
						since: state === "untried" ? undefined : wallTime(this.#clock, since),
						until: state === "rests" ? wallTime(this.#clock, until) : undefined,
						sign,
						left: Math.floor(exit.left(way, now)),
						perMinute: exit.perMinute(way),
						asked: exit.asked(way, now),
					};
				}),
				closed: isClosed(exit, open, now),
			})),
			rooms,
			known: rooms - unknown.length,
			knownInMs: Math.max(0, ...unknown.map((room) => (this.#ahead.get(room)?.next?.at ?? now) - now)),
		};
	}

	/**
	 * Returns when and how a room was last looked up, and when it is next; `undefined` for one that was never requested.
	 */
	roomOf(liveId: string): RoomWatch | undefined {
		const room = this.#rooms.get(liveId);
		if (!room) return undefined;
		const next = this.#open.has(room) ? this.#ahead.get(room)?.next : undefined;
		return {
			lastAt: room.last && wallTime(this.#clock, room.last.at),
			lastWay: room.last?.way,
			nextAt: next && wallTime(this.#clock, next.at),
			nextWay: next?.way,
		};
	}

	/** Returns the anchor of a room, as far as known. */
	anchorOf(liveId: string): Anchor | undefined {
		return this.#rooms.get(liveId)?.anchor;
	}

	/** Ends the running requests; no callback is called afterwards. */
	stop(): void {
		if (this.#stopped.signal.aborted) return;
		this.#stopped.abort(new Error("no room is looked up any more"));
		this.#timer?.cancel();
		this.#keeping.exits?.cancel();
		this.#keeping.rooms?.cancel();
		this.#options.keep?.(this.#kept());
	}

	// Requests.

	#room(liveId: string): WatchedRoom {
		let room = this.#rooms.get(liveId);
		if (!room) {
			room = new WatchedRoom(liveId);
			this.#rooms.set(liveId, room);
		}
		return room;
	}

	#routesOf(routes: readonly ConnectionRoute[]): ReadonlyMap<Exit, readonly ConnectionRoute[]> {
		const byExit = new Map<Exit, ConnectionRoute[]>();
		for (const route of routes) {
			const exit = this.#exit(route.quota.proxy ?? "direct");
			const here = byExit.get(exit);
			if (here) here.push(route);
			else byExit.set(exit, [route]);
		}
		return byExit;
	}

	#exit(key: string): Exit {
		let exit = this.#exits.get(key);
		if (!exit) {
			const now = this.#clock.elapsed();
			const limits = { profile: this.#profile, perMinute: this.#options.lookupsPerMinute };
			exit = new Exit(key, limits, this.#random, now);
			exit.share(this.#part, now);
			const kept = this.#keptExits[exit.digest];
			if (kept) exit.restore(kept, this.#past);
			this.#exits.set(key, exit);
		}
		return exit;
	}

	/** Returns whether the answer from before a restart is still valid. */
	#remembers(room: WatchedRoom, now: number): boolean {
		return room.answer !== undefined && room.last !== undefined && now - room.last.at < answerMs;
	}

	#withdraw(room: WatchedRoom, own: OpenRequest): void {
		if (!room.requests.delete(own) || room.requests.size > 0) return;
		this.#close(room);
	}

	/** Closes a room without open requests. */
	#close(room: WatchedRoom): void {
		this.#open.delete(room);
		room.shown = undefined;
		room.needsReflow = false;
		room.exhausted.clear();
		this.#isWeighed = false;
	}

	/** Answers all open requests for the room, except those that require another way. */
	#answerAll(room: WatchedRoom, answer: RoomLookup, by: WatchWay): void {
		// The first way has shown that another one is needed.
		const isForAll = room.isVoice && by === "reflow";
		for (const own of [...room.requests]) {
			if (isForAll || (own.request.way ?? by) === by) this.#answer(room, own, answer);
		}
	}

	#answer(room: WatchedRoom, own: OpenRequest, answer: RoomLookup): void {
		if (!room.requests.delete(own)) return;
		if (room.requests.size === 0) this.#close(room);
		try {
			own.request.onAnswer(answer);
		} catch (err) {
			this.#options.logger.error({ event: "look_listener_failed", room: room.liveId, err });
		}
	}

	#report(room: WatchedRoom, own: OpenRequest, wait: LookWait): void {
		own.wait = wait;
		try {
			own.request.onWait(wait);
		} catch (err) {
			this.#options.logger.error({ event: "look_listener_failed", room: room.liveId, err });
		}
	}

	// Planning.

	/** Makes the due requests and sets the timer for the next one. */
	#plan(): void {
		this.#outlook = undefined;
		if (this.#isPlanning || this.#stopped.signal.aborted) return;
		this.#isPlanning = true;
		try {
			const now = this.#clock.elapsed();
			this.#weigh(now);
			let nextAt = this.#open.size > 0 ? now + recheckMs : Number.POSITIVE_INFINITY;
			this.#answerShown(now);
			this.#tryAgain(now);
			for (const room of this.#open) if (room.shown) nextAt = Math.min(nextAt, room.shown.until);
			for (const exit of this.#exits.values()) {
				const plan = planOf(exit, {
					now,
					rooms: this.#open,
					trials: this.#trialsAt(exit, now),
					canaries: this.#options.canaries ?? (() => []),
					holdOf: this.#holdOf,
				});
				if (plan.ask) void this.#make(exit, plan.ask, now);
				else nextAt = Math.min(nextAt, plan.nextAt);
			}
			this.#notice(now);
			this.#timer?.cancel();
			this.#timer = Number.isFinite(nextAt)
				? this.#clock.after(Math.max(1, nextAt - now), () => this.#plan())
				: undefined;
		} finally {
			this.#isPlanning = false;
		}
	}

	#weigh(now: number): void {
		const dueAt = this.#weighedAt + (this.#isWeighed ? weighMs : weighSoonMs);
		if (now < dueAt) return;
		this.#weighedAt = now;
		this.#isWeighed = true;
		const waiting = [...this.#open].filter((room) => room.rank(now) >= 2);
		for (const room of waiting) {
			if (now < room.weightAt + weighMs) continue;
			room.weightAt = now;
			room.weigh(this.#options.broadcastsOf?.(room.liveId), this.#clock.now());
		}
		setIntervals(this.#exits.values(), waiting, now);
		const boundMs = Math.max(0, ...waiting.map((room) => room.boundMs));
		const areTooMany = boundMs > maxIntervalMs;
		if (areTooMany && !this.#areTooMany) {
			const minutes = Math.round(boundMs / minute);
			this.#options.logger.warn({ event: "many_rooms_watched", rooms: waiting.length, minutes });
		}
		this.#areTooMany = areTooMany;
	}

	/**
	 * Lets rooms use ways again that have said nothing about them, if their others are gone or refused by now: a route
	 * was removed or is held.
	 */
	#tryAgain(now: number): void {
		for (const room of this.#open) {
			if (room.exhausted.size === 0 || room.isAsked) continue;
			const hasOther = [...room.routes.keys()].some((exit) => {
				const route = usableRoute(exit, room, this.#holdOf);
				const ways = route ? room.ways(exit.ways, route.upstream.ask !== undefined) : [];
				return ways.some((way) => !exit.records[way].isClosed(now));
			});
			if (!hasOther) room.exhausted.clear();
		}
	}

	/** Answers rooms whose details would take too long with what is known. */
	#answerShown(now: number): void {
		for (const room of [...this.#open]) {
			if (!room.shown || room.isAsked) continue;
			if (now < room.shown.until && this.#mayAskDetails(room, now)) continue;
			this.#answerAsShown(room, now);
		}
	}

	#mayAskDetails(room: WatchedRoom, now: number): boolean {
		const until = room.shown?.until ?? 0;
		return [...room.routes.keys()].some((exit) => {
			const route = usableRoute(exit, room, this.#holdOf);
			const ready = route && readyWay(exit, room, route.upstream, 0, now);
			return ready && ready.way !== "page" && ready.at <= until;
		});
	}

	#answerAsShown(room: WatchedRoom, now: number): void {
		const { shown, liveId, anchor } = room;
		if (!shown) return;
		room.shown = undefined;
		const answer: RoomLookup = {
			status: "live",
			liveId,
			roomId: shown.roomId,
			userUniqueId: room.userUniqueId ?? this.#userUniqueId(),
			title: room.title ?? "",
			...(anchor && { anchor }),
			...(room.isVoice && { kind: "voice" as const }),
		};
		room.note(answer, shown.way, now);
		this.#keepSoon("rooms");
		this.#answerAll(room, answer, shown.way);
	}

	/** Returns a visitor's number of 19 digits, as the site's page makes one. */
	#userUniqueId(): string {
		const digits = () => String(Math.floor(this.#random() * 1e9)).padStart(9, "0");
		return `7${digits()}${digits()}`;
	}

	#trialsAt(exit: Exit, now: number): WatchedRoom[] {
		for (const [room, until] of this.#trials) if (now >= until) this.#trials.delete(room);
		return [...this.#trials.keys()].filter((room) => room.routes.has(exit));
	}

	// Requests to the site.

	async #make(exit: Exit, ask: Ask, now: number): Promise<void> {
		const isProbe = exit.probe && ask.kind === "room" && exit.records[ask.way].state === "rests";
		if (isProbe) exit.probe = false;
		const way = ask.kind === "room" ? ask.way : ask.kind;
		const list = ask.kind === "followed" ? ask.list : undefined;
		if (ask.kind === "room") exit.urgentTurns = isUrgent(ask.rank) ? exit.urgentTurns + 1 : 0;
		exit.begin(way, now, list);
		this.#keepSoon("exits");
		try {
			if (ask.kind === "room") await this.#askRoom(exit, ask, isProbe);
			else if (ask.kind === "batch") await this.#askBatch(exit, ask);
			else await this.#askFollowed(exit, ask);
		} catch (error) {
			if (this.#stopped.signal.aborted) return;
			const failure =
				error instanceof DouyinError ? error : new DouyinError("network", String(error), { cause: error });
			this.#failed(exit, way, failure, { list });
		}
		if (this.#stopped.signal.aborted) return;
		exit.isBusy = false;
		// The room waits for another way.
		if (ask.kind === "room" && ask.room.requests.size > 0) this.#noticedAt = Number.NEGATIVE_INFINITY;
		this.#plan();
	}

	async #askRoom(exit: Exit, { room, way, route }: Extract<Ask, { kind: "room" }>, isProbe: boolean): Promise<void> {
		const { upstream } = route;
		const { signal } = this.#stopped;
		room.isAsked = true;
		const shown = room.shown;
		const answer = await this.#lookup(upstream, room, way, signal);
		const now = this.#clock.elapsed();
		room.isAsked = false;
		if (signal.aborted) return;
		if (answer.status === "unknown") {
			const sign = this.#failed(exit, way, answer.failure, { again: isProbe });
			if (sign) {
				if (sign === "layout") room.exhausted.add(way);
				// The next best way is taken at once, however long the room's interval is by then.
				if (!room.shown) room.singlyAt = undefined;
				if (room.shown || this.#hasWay(room)) return;
			}
			room.singlyAt = now;
			room.needsReflow = false;
			room.exhausted.clear();
			if (shown) this.#answerAsShown(room, now);
			else this.#answerAll(room, answer, way);
			return;
		}
		this.#worked(exit, way, isProbe);
		if (answer.status === "inconclusive") {
			this.#askOtherwise(room, way);
			return;
		}
		// Another broadcast may be running.
		room.singlyAt = way === "scene" && answer.status === "offline" ? undefined : now;
		room.exhausted.clear();
		room.note(answer, way, now);
		this.#keepSoon("rooms");
		if (answer.status === "voice") {
			room.needsReflow = true;
			return;
		}
		room.needsReflow = false;
		room.shown = undefined;
		if (answer.status === "live") {
			if (shown?.way !== "batch") this.#trials.set(room, now + trialMs);
		} else if (shown) {
			room.refuted = shown.roomId;
		}
		const isVoice = answer.status === "live" && room.isVoice;
		this.#answerAll(room, isVoice ? { ...answer, kind: "voice" } : answer, way);
	}

	async #lookup(upstream: DouyinUpstream, room: WatchedRoom, way: LookupWay, signal: AbortSignal): Promise<WayAnswer> {
		try {
			if (!upstream.ask) return await upstream.lookup(room.liveId, signal);
			return await upstream.ask(way, room.known, signal);
		} catch (error) {
			const failure =
				error instanceof DouyinError ? error : new DouyinError("network", String(error), { cause: error });
			return { status: "unknown", liveId: room.liveId, failure };
		}
	}

	/** Tries another way, because this one works but says nothing about this room. */
	#askOtherwise(room: WatchedRoom, way: LookupWay): void {
		room.exhausted.add(way);
		if (this.#hasWay(room)) return;
		room.singlyAt = this.#clock.elapsed();
		room.needsReflow = false;
		room.exhausted.clear();
		if (room.shown) {
			this.#answerAsShown(room, room.singlyAt);
			return;
		}
		const failure = new DouyinError("unreadable_page", "No way of asking says anything about this room.");
		this.#answerAll(room, { status: "unknown", liveId: room.liveId, failure }, way);
	}

	#hasWay(room: WatchedRoom): boolean {
		return [...room.routes].some(([exit, routes]) =>
			routes.some(({ upstream }) => room.ways(exit.ways, upstream.ask !== undefined).length > 0),
		);
	}

	async #askBatch(exit: Exit, ask: Extract<Ask, { kind: "batch" }>): Promise<void> {
		const ids = [...ask.trials.keys(), ...ask.rooms.keys(), ...(ask.canary === undefined ? [] : [ask.canary])];
		const live = await ask.upstream.whoIsLive?.(ids, this.#stopped.signal);
		if (this.#stopped.signal.aborted || !live) return;
		const now = this.#clock.elapsed();
		this.#worked(exit, "batch", false);
		let isWhole = true;
		if (ask.canary === undefined) exit.answered(live.size > 0, now);
		else if (live.has(ask.canary)) exit.proven(ask.canary, ids.length, now);
		else {
			isWhole = false;
			// It may have ended meanwhile, and then proves nothing.
			const talks = [...(this.#options.canaries?.() ?? [])].some(({ anchorId }) => anchorId === ask.canary);
			if (talks) exit.unproven(ask.canary, now);
		}
		for (const [id, room] of ask.trials) this.#judge(room, live.has(id), ask.canary !== undefined && isWhole);
		for (const [id, room] of ask.rooms) {
			if (isWhole || live.has(id)) {
				room.batchedAt = now;
				room.last = { at: now, way: "batch" };
			}
			const roomId = live.get(id);
			if (roomId !== undefined) this.#shown(room, roomId, "batch", now);
		}
	}

	/**
	 * Judges whether the batch call shows a room that is known to be live.
	 * @param isProven whether all of the call's ids were checked
	 */
	#judge(room: WatchedRoom, isShown: boolean, isProven: boolean): void {
		if (!isShown && !isProven) return;
		this.#trials.delete(room);
		room.isDistrusted = !isShown;
		this.#keepSoon("rooms");
	}

	async #askFollowed(exit: Exit, { upstream, list }: Extract<Ask, { kind: "followed" }>): Promise<void> {
		const live = await upstream.followedLive?.(this.#stopped.signal);
		if (this.#stopped.signal.aborted || !live) return;
		const now = this.#clock.elapsed();
		this.#worked(exit, "followed", false);
		list.record.works(now);
		for (const [liveId, roomId] of live) {
			const room = this.#rooms.get(liveId);
			if (!room) continue;
			room.followedBy = list.digest;
			if (this.#open.has(room)) this.#shown(room, roomId, "followed", now);
		}
		for (const room of this.#open) if (room.followedBy === list.digest) room.last = { at: now, way: "followed" };
	}

	/** Notes that a call that returns only the broadcast's id shows it as live. */
	#shown(room: WatchedRoom, roomId: string, way: WatchWay, now: number): void {
		if (room.refuted === roomId || room.isAsked || room.requests.size === 0) return;
		// Some requests accept only the page, and choose the way themselves.
		if ([...room.requests].every(({ request }) => request.way !== undefined)) return;
		room.shown ??= { roomId, way, until: now + detailsMs };
		if (room.isQueuedFor(room.shown.roomId)) this.#answerAsShown(room, now);
	}

	#worked(exit: Exit, way: WatchWay, isProbe: boolean): void {
		const now = this.#clock.elapsed();
		const was = exit.records[way].state;
		exit.works(way, now);
		if (isProbe) exit.freeAll(now);
		if (was !== "rests" && !isProbe) return;
		this.#isWeighed = false;
		this.#noticedAt = Number.NEGATIVE_INFINITY;
		this.#keepSoon("exits");
		this.#options.logger.info({ event: "way_works_again", way, exit: exit.name });
	}

	#failed(
		exit: Exit,
		way: WatchWay,
		failure: DouyinError,
		of: { again?: boolean; list?: FollowedList | undefined },
	): RefusalSign | undefined {
		const sign = exit.failed(way, failure, this.#clock.elapsed(), of);
		this.#noticedAt = Number.NEGATIVE_INFINITY;
		const record = sign === "login" && of.list ? of.list.record : exit.records[way];
		if (record.state !== "rests" || !sign) return sign;
		this.#isWeighed = false;
		this.#keepSoon("exits");
		const until = new Date(wallTime(this.#clock, record.until)).toISOString();
		this.#options.logger.warn({ event: "way_refused", way, exit: exit.name, sign, until, err: failure });
		return sign;
	}

	// Waits.

	/** Reports changed waits periodically. */
	#notice(now: number): void {
		if (now < this.#noticedAt + recheckMs) return;
		this.#noticedAt = now;
		const { gap_ms, gap_spread } = this.#profile().budgets;
		for (const room of [...this.#open]) {
			if (room.isAsked || room.requests.size === 0) continue;
			const wait = this.#waitOf(room);
			// It has begun, and continues by its next way.
			const leftMs = (wait.until ?? Number.POSITIVE_INFINITY) - now;
			if (room.exhausted.size > 0 && !wait.refused && leftMs <= gap_ms * (1 + gap_spread)) continue;
			for (const own of [...room.requests]) {
				if (room.requests.has(own) && (!own.wait || isOther(own.wait, wait, now))) this.#report(room, own, wait);
			}
		}
	}

	/** The forecast for the rooms that wait. */
	get #ahead(): ReadonlyMap<WatchedRoom, Outlook> {
		const now = this.#clock.elapsed();
		if (!this.#outlook || now - this.#outlook.at > outlookMs) {
			const rooms = forecast([...this.#exits.values()], this.#open, { now, holdOf: this.#holdOf });
			this.#outlook = { at: now, rooms };
		}
		return this.#outlook.rooms;
	}

	#waitOf(room: WatchedRoom): LookWait {
		const inputs = { now: this.#clock.elapsed(), holdOf: this.#holdOf };
		return waitOf(room, this.#ahead.get(room)?.single, inputs);
	}

	// Across restarts.

	readonly #past = (stored: number): number => elapsedAt(this.#clock, stored);

	#read<T>(
		part: "exits" | "rooms",
		schema: { safeParse(value: unknown): { success: boolean; data?: T; error?: Error | undefined } },
	) {
		const parsed = schema.safeParse(this.#options.known?.[part] ?? {});
		if (parsed.success && parsed.data !== undefined) return parsed.data;
		this.#options.logger.warn({ event: "watching_unreadable", part, err: parsed.error });
		return {} as T;
	}

	#kept(): Required<KeptWatching> {
		const now = this.#clock.elapsed();
		const wall = (at: number) => wallTime(this.#clock, at);
		const exits = Object.fromEntries([...this.#exits.values()].map((exit) => [exit.digest, exit.kept(now, wall)]));
		const rooms = [...this.#rooms].flatMap(([liveId, room]) => {
			const kept = room.kept(wall);
			return kept ? [[liveId, kept] as const] : [];
		});
		return { exits: { ...this.#keptExits, ...exits }, rooms: Object.fromEntries(rooms) };
	}

	#keepSoon(part: "exits" | "rooms"): void {
		const { keep } = this.#options;
		if (!keep || this.#keeping[part]) return;
		this.#keeping[part] = this.#clock.after(part === "exits" ? keepExitsMs : keepRoomsMs, () => {
			this.#keeping[part] = undefined;
			keep({ [part]: this.#kept()[part] });
		});
	}
}

const singleWays = ["enter", "reflow", "page"] as const;

/** Returns whether no single look-up may be made for its rooms by their ways; without rooms, by any way. */
function isClosed(exit: Exit, rooms: readonly WatchedRoom[], now: number): boolean {
	const areClosed = (ways: readonly LookupWay[]) => ways.every((way) => exit.records[way].isClosed(now));
	const here = rooms.filter((room) => room.routes.has(exit));
	if (here.length === 0) return areClosed(singleWays);
	return here.every((room) => {
		const routes = room.routes.get(exit) ?? [];
		return areClosed(
			room.allWays(
				exit.ways,
				routes.some(({ upstream }) => upstream.ask !== undefined),
			),
		);
	});
}

/** Change of its end by which a wait is reported again, ms. */
const movedMs = 30_000;

/**
 * Returns what a room waits for: its turn, the end of a refusal at every exit, or its identities.
 * @param turn planned time of its single look-up
 */
function waitOf(
	room: WatchedRoom,
	turn: Outlook["single"],
	{ now, holdOf }: { now: number; holdOf: (identity: string) => Hold | undefined },
): LookWait {
	const holds: LookWait[] = [];
	const refusals: LookWait[] = [];
	let perMinute: number | undefined;
	for (const [exit, routes] of room.routes) {
		const route = usableRoute(exit, room, holdOf);
		if (!route) {
			const [hold] = routes.flatMap(({ identity }) => holdOf(identity) ?? []);
			if (hold) holds.push({ until: hold.until, why: hold.why, refused: hold.reason });
			continue;
		}
		const records = room.ways(exit.ways, route.upstream.ask !== undefined).map((way) => exit.records[way]);
		if (!exit.probe && records.every((record) => record.isClosed(now))) {
			const until = Math.min(...records.map((record) => record.until));
			const isCaptcha = records.some(({ sign }) => sign === "captcha");
			const why = [isCaptcha ? "captchaAsked" : "lookupsRefused", exit.name] as const;
			refusals.push({ until, why, refused: "blocked" });
			continue;
		}
		const unreached = exit.unreached(now);
		if (unreached) {
			refusals.push({ until: unreached.until, why: ["siteUnreached", exit.name], refused: unreached.reason });
			continue;
		}
		perMinute ??= exit.perMinute("enter") + exit.perMinute("page");
	}
	if (perMinute === undefined || !turn) {
		const [first] = [...refusals, ...holds].sort((a, b) => (a.until ?? 0) - (b.until ?? 0));
		return first ?? { why: ["lookupsRefused", ""], refused: "blocked" };
	}
	const { at: until, ahead } = turn;
	if (room.rank(now) === waitingRank && room.dueAt > now) return { until, why: ["lookupNotDue"] };
	if (ahead > 0) return { until, why: ["lookupsAhead", ahead] };
	return { until, why: ["lookupsPaced", Math.max(1, Math.round(perMinute))] };
}

/** Returns whether a wait differs from the reported one by its reason or its end. */
function isOther(reported: LookWait, wait: LookWait, now: number): boolean {
	if (reported.why[0] !== wait.why[0] || reported.refused !== wait.refused) return true;
	if (reported.until === undefined || wait.until === undefined) return reported.until !== wait.until;
	return (reported.until <= now && wait.until > now) || Math.abs(reported.until - wait.until) > movedMs;
}
