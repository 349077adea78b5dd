import {
	type Anchor,
	DouyinError,
	type DouyinUpstream,
	type LookupWay,
	type RoomLookup,
	type WayAnswer,
} from "@livekeeper/douyin";
import { ManualClock, seeded } from "@livekeeper/douyin/testing";
import { type CallGroup, SiteBudget, type SiteKind, siteWindows, ways } from "@livekeeper/simulator";
import pino from "pino";
import type { ConnectionRoute, LookWait, Urgency } from "../rooms/index.ts";
import type { RefusalSign, WatchWay } from "./watch-status.ts";
import { Watching, type WatchingOptions } from "./watching.ts";

/** A room of the site. */
export interface SiteRoom {
	readonly liveId: string;
	readonly anchor: Anchor & { secUid: string };
	/** The running broadcast. */
	roomId: string | undefined;
	isVoice: boolean;
	/** Fixed answer of the site about it, regardless of broadcasts. */
	always: "hidden" | "closed" | "not_found" | "no_room" | undefined;
	broadcasts: number;
}

/** A request that reached the site. */
export interface Asked {
	readonly at: number;
	readonly exit: string;
	readonly way: WatchWay;
	/** Live ids, anchor ids of a batch call, or the identity whose list was requested. */
	readonly of: readonly string[];
	/** How it was refused. */
	readonly sign: RefusalSign | "network" | undefined;
	/** End of the ban that it met. */
	readonly bannedUntil: number | undefined;
}

const visitorId = "7300000000000000001";
/** Signs as `DouyinError` names them. */
const failures: Readonly<Record<RefusalSign | "network", () => DouyinError>> = {
	captcha: () => new DouyinError("blocked", "a captcha", { upstreamMessage: "captcha" }),
	empty: () => new DouyinError("blocked", "nothing", { upstreamMessage: "empty" }),
	login: () => new DouyinError("blocked", "log in", { upstreamMessage: "login" }),
	refused: () => new DouyinError("blocked", "HTTP 444", { upstreamMessage: "444", status: 444 }),
	layout: () => new DouyinError("unreadable_page", "another layout"),
	slow_down: () => new DouyinError("rate_limited", "HTTP 429", { retryAfterMs: 40 * 60_000 }),
	network: () => new DouyinError("network", "no connection"),
};

/** The site as look-ups see it: rooms, and each address's limits by the simulator's own rules. No sockets, no bytes. */
export class FakeSite {
	readonly clock: ManualClock;
	readonly rooms = new Map<string, SiteRoom>();
	readonly asked: Asked[] = [];
	/** `kind`: nothing is banned. */
	kind: SiteKind = "real";
	/** Maximum number of ids that a batch call checks. */
	batchIds = 64;
	/** Whether a batch call shows voice rooms. */
	batchVoice = false;
	/** Ways that are closed for all, and how. */
	readonly closed = new Map<WatchWay, RefusalSign | "network">();
	/** Live ids that all logins follow, and those that one does, by its identity. */
	readonly followed = new Set<string>();
	readonly followedBy = new Map<string, readonly string[]>();
	/** Identities whose login the site does not accept. */
	readonly loggedOut = new Set<string>();
	/** Latency of an answer, ms. */
	latencyMs = 0;
	/** Current number of requests by exit, and its maximum. */
	readonly #open = new Map<string, number>();
	maxOpen = 0;
	readonly #budgets = new Map<string, Readonly<Record<CallGroup, SiteBudget>>>();
	readonly #byAnchor = new Map<string, SiteRoom>();

	constructor(clock: ManualClock) {
		this.clock = clock;
	}

	add(liveId: string, change: Partial<Pick<SiteRoom, "isVoice" | "always">> = {}): SiteRoom {
		const anchor = { id: `9${liveId}`, nickname: `n${liveId}`, avatar: "", secUid: `sec${liveId}` };
		const room = { liveId, anchor, roomId: undefined, isVoice: false, always: undefined, broadcasts: 0, ...change };
		this.rooms.set(liveId, room);
		this.#byAnchor.set(anchor.id, room);
		return room;
	}

	begin(liveId: string): void {
		const room = this.#of(liveId);
		room.broadcasts++;
		room.roomId = `${liveId}.${room.broadcasts}`;
	}

	end(liveId: string): void {
		this.#of(liveId).roomId = undefined;
	}

	/** Returns how often an address was banned. */
	bans(exit?: string): number {
		const budgets = [...this.#budgets].filter(([name]) => exit === undefined || name === exit);
		return budgets.flatMap(([, groups]) => Object.values(groups)).reduce((sum, { bans }) => sum + bans, 0);
	}

	ban(exit: string, forMs: number): void {
		const { page, json, batch } = this.#groups(exit);
		for (const budget of [page, json, batch]) budget.ban(this.clock.elapsed(), forMs, "captcha");
	}

	lift(exit: string): void {
		for (const budget of Object.values(this.#groups(exit))) budget.lift();
	}

	/** @param hasWays whether single ways can be chosen, and many rooms be looked up at once */
	route(
		exit = "direct",
		{ hasWays = true, login = false, identity = `${exit} me`, hasBatch = true } = {},
	): ConnectionRoute {
		const upstream = {
			identity: login ? "logged_in" : "anonymous",
			lookup: (liveId: string) => this.#lookup(exit, liveId),
			session: () => Promise.reject(new Error("no sockets here")),
			...(hasWays && { ask: (way: LookupWay, { liveId }: { liveId: string }) => this.#ask(exit, way, liveId) }),
			...(hasWays && hasBatch && { whoIsLive: (ids: readonly string[]) => this.#whoIsLive(exit, ids) }),
			...(hasWays && login && { followedLive: () => this.#followedLive(exit, identity) }),
		} as DouyinUpstream;
		return { upstream, identity, quota: { identity, ...(exit !== "direct" && { proxy: exit }) }, polls: false };
	}

	#of(liveId: string): SiteRoom {
		return this.rooms.get(liveId) ?? this.add(liveId);
	}

	#groups(exit: string): Readonly<Record<CallGroup, SiteBudget>> {
		let groups = this.#budgets.get(exit);
		if (!groups) {
			const { page, json, batch, push } = siteWindows[this.kind];
			groups = {
				page: new SiteBudget(page),
				json: new SiteBudget(json),
				batch: new SiteBudget(batch),
				push: new SiteBudget(push),
			};
			this.#budgets.set(exit, groups);
		}
		return groups;
	}

	/** Counts a request. @throws DouyinError if it is refused */
	async #meet(exit: string, way: WatchWay, of: readonly string[]): Promise<void> {
		const now = this.clock.elapsed();
		const ban = this.#groups(exit)[ways[way]].ask(now);
		const sign = this.closed.get(way) ?? (ban && (ban.sign === "444" ? "refused" : ban.sign));
		this.asked.push({ at: now, exit, way, of, sign, bannedUntil: ban?.until });
		const open = (this.#open.get(exit) ?? 0) + 1;
		this.#open.set(exit, open);
		this.maxOpen = Math.max(this.maxOpen, open);
		if (this.latencyMs > 0) await new Promise<void>((resolve) => void this.clock.after(this.latencyMs, resolve));
		this.#open.set(exit, (this.#open.get(exit) ?? 0) - 1);
		if (sign) throw failures[sign]();
	}

	/** Looks a room up. An upstream without ways finds a voice room as well. */
	async #lookup(exit: string, liveId: string): Promise<RoomLookup> {
		const answer = await this.#ask(exit, "page", liveId);
		if (answer.status === "inconclusive") throw new Error("a page says something");
		if (answer.status !== "voice") return answer;
		const roomId = this.#of(liveId).roomId ?? "";
		return { status: "live", liveId, roomId, userUniqueId: visitorId, title: "", anchor: answer.anchor, kind: "voice" };
	}

	async #ask(exit: string, way: LookupWay, liveId: string): Promise<WayAnswer> {
		try {
			await this.#meet(exit, way, [liveId]);
		} catch (error) {
			return { status: "unknown", liveId, failure: error as DouyinError };
		}
		const room = this.rooms.get(liveId);
		if (!room || room.always === "not_found") return { status: "not_found", liveId };
		const { anchor, roomId, isVoice, always } = room;
		if (always) return { status: always, liveId, anchor };
		if (roomId === undefined) return { status: "offline", liveId, title: "", anchor };
		if (isVoice && (way === "page" || way === "enter")) return { status: "voice", liveId, anchor };
		const kind = isVoice ? { kind: "voice" as const } : {};
		return { status: "live", liveId, roomId, userUniqueId: visitorId, title: `by ${way}`, anchor, ...kind };
	}

	async #whoIsLive(exit: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
		await this.#meet(exit, "batch", ids);
		const live = new Map<string, string>();
		for (const id of ids.slice(0, this.batchIds)) {
			const room = this.#byAnchor.get(id);
			if (room?.roomId !== undefined && !room.always && (this.batchVoice || !room.isVoice)) live.set(id, room.roomId);
		}
		return live;
	}

	async #followedLive(exit: string, identity: string): Promise<ReadonlyMap<string, string>> {
		await this.#meet(exit, "followed", [identity]);
		if (this.loggedOut.has(identity)) throw failures.login();
		const live = [...this.followed, ...(this.followedBy.get(identity) ?? [])].flatMap((liveId) => {
			const roomId = this.rooms.get(liveId)?.roomId;
			return roomId === undefined ? [] : [[liveId, roomId] as const];
		});
		return new Map(live);
	}
}

/** Look-ups of one room as its monitor makes them: a room that is not live is requested again. */
export class FakeRoom {
	readonly liveId: string;
	readonly answers: RoomLookup[] = [];
	readonly waits: LookWait[] = [];
	/** Time at which its current broadcast was found. */
	liveAt: number | undefined;
	routes: readonly [ConnectionRoute, ...ConnectionRoute[]];
	readonly #world: World;
	#cancel: () => void = () => undefined;

	constructor(world: World, liveId: string, routes: readonly [ConnectionRoute, ...ConnectionRoute[]]) {
		this.#world = world;
		this.liveId = liveId;
		this.routes = routes;
	}

	get last(): RoomLookup | undefined {
		return this.answers.at(-1);
	}

	look(urgency: Urgency, roomId?: string): void {
		this.liveAt = undefined;
		const { liveId, routes } = this;
		const look = this.#world.watching.look({
			liveId,
			urgency,
			roomId,
			routes,
			onAnswer: (answer) => this.#take(answer, urgency),
			onWait: (wait) => this.waits.push(wait),
		});
		this.#cancel = () => look.cancel();
	}

	stop(): void {
		this.#cancel();
	}

	#take(answer: RoomLookup, urgency: Urgency): void {
		this.answers.push(answer);
		if (answer.status === "live") {
			this.liveAt = this.#world.clock.elapsed();
			this.#world.onLive(this);
		} else if (answer.status === "unknown") {
			this.#world.clock.after(20_000, () => this.look(urgency));
		} else {
			this.look("waiting");
		}
	}
}

/** A site, and rooms that are looked up on it, on one clock. */
export class World {
	readonly clock: ManualClock;
	readonly site: FakeSite;
	readonly rooms = new Map<string, FakeRoom>();
	readonly options: WatchingOptions;
	watching: Watching;
	/** Stored state, as it would be read again. */
	kept: { exits?: unknown; rooms?: unknown } = {};
	onLive: (room: FakeRoom) => void = () => undefined;

	constructor(options: Partial<WatchingOptions> = {}, seed = 1) {
		this.clock = new ManualClock();
		this.site = new FakeSite(this.clock);
		this.options = {
			clock: this.clock,
			logger: pino({ level: "silent" }),
			random: seeded(seed),
			canaries: () => this.canaries(),
			keep: (part) => {
				this.kept = { ...this.kept, ...structuredClone(part) };
			},
			...options,
		};
		this.watching = new Watching(this.options);
	}

	*canaries(): Iterable<{ anchorId: string }> {
		for (const { liveId, liveAt } of this.rooms.values()) {
			const room = this.site.rooms.get(liveId);
			if (liveAt !== undefined && room?.roomId !== undefined) yield { anchorId: room.anchor.id };
		}
	}

	/** Adds rooms to the site and starts their look-ups. */
	add(
		count: number,
		{
			routes = [this.site.route()] as readonly [ConnectionRoute, ...ConnectionRoute[]],
			prefix = "1",
			look = true,
		} = {},
	): FakeRoom[] {
		return Array.from({ length: count }, (_, index) => {
			const liveId = `${prefix}${String(index).padStart(4, "0")}`;
			if (!this.site.rooms.has(liveId)) this.site.add(liveId);
			const room = new FakeRoom(this, liveId, routes);
			this.rooms.set(liveId, room);
			if (look) room.look("first");
			return room;
		});
	}

	/** Stops and starts again with the stored state. */
	restart(options: Partial<WatchingOptions> = {}): void {
		this.watching.stop();
		this.watching = new Watching({ ...this.options, ...options, known: this.kept });
	}

	/** Returns the number of requests by some ways. */
	count(...of: readonly WatchWay[]): number {
		return this.site.asked.filter(({ way }) => of.length === 0 || of.includes(way)).length;
	}
}
