import { createHash } from "node:crypto";
import type { DouyinError, FailureReason, LookupWay, ProfileWay, SiteProfile } from "@livekeeper/douyin";
import type { KeptExit } from "./kept-watching.ts";
import { Pace } from "./pace.ts";
import type { RefusalSign, WatchWay } from "./watch-status.ts";
import { WayRecord } from "./way-record.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Maximum pause after an attempt that did not reach the site, ms. Pauses begin at the usual gap and double. */
const maxUnreachedMs = minute;

/** Maximum time between two batch calls, ms; otherwise as the rooms need, each about once every half minute. */
const maxBatchMs = 20 * second;
const batchRoundMs = 30 * second;
const minBatchIds = 2;
/** Time after which a failed size is tried again, ms. */
const growthRetryMs = hour;
/** A proven size is proven again once in this many calls. */
const provenEvery = 3;
/** Time for which a canary that was not found does not serve as one, ms. */
const canaryPauseMs = 6 * hour;
/** Time after a call with a proof for which the batch call is relied on, ms. */
const reliedMs = 10 * minute;

export const watchWays = ["batch", "followed", "enter", "reflow", "scene", "page"] as const;

/** Time without a request after which a login's list is dropped, ms; longer than any cooldown. */
const listUnusedMs = 2 * hour;

/** The rooms that one login follows, requested with one call. */
export class FollowedList {
	/** Identifies the login without revealing anything about it. */
	readonly digest: string;
	askedAt: number;
	/** Whether the site accepts the login. */
	readonly record: WayRecord;

	constructor(digest: string, askedAt: number, record: WayRecord) {
		this.record = record;
		this.digest = digest;
		this.askedAt = askedAt;
	}
}

/** An attempt that did not reach the site. */
interface Unreached {
	readonly reason: FailureReason;
	readonly until: number;
	readonly times: number;
}

/** Sources of an exit's limits. */
export interface ExitLimits {
	/** Returns the site profile in force. */
	readonly profile: () => SiteProfile;
	/** Look-ups of single rooms per minute; `undefined`: as the profile says. */
	readonly perMinute: number | undefined;
}

/** Number of requests in the last 24 hours. */
class DayCount {
	readonly #hours = new Map<number, number>();

	add(now: number): void {
		const hourNow = Math.floor(now / hour);
		this.#hours.set(hourNow, (this.#hours.get(hourNow) ?? 0) + 1);
		for (const at of this.#hours.keys()) if (at <= hourNow - 24) this.#hours.delete(at);
	}

	at(now: number): number {
		let sum = 0;
		for (const [at, count] of this.#hours) if (at > now / hour - 24) sum += count;
		return sum;
	}
}

/**
 * An address as the site sees it, with all its state: budgets, the record of each way, the pace. Pure except for
 * `random`; times are of `Clock.elapsed`, ms.
 */
export class Exit {
	readonly name: string;
	readonly digest: string;
	readonly records: Readonly<Record<WatchWay, WayRecord>>;
	readonly #asked: Record<WatchWay, DayCount>;
	readonly #limits: ExitLimits;
	#pace: Pace;
	readonly #random: () => number;
	#part = 1;
	/** Whether a request is under way, in which case the next one waits for its answer. */
	isBusy = false;
	/**
	 * Whether a person has passed the captcha: one request tries a way in cooldown, for the first room that may use it.
	 */
	probe = false;
	#unreached: Unreached | undefined;
	/**
	 * Ways whose last answer could not be read. One unreadable answer may be the room's fault, two in a row mean a new
	 * layout.
	 */
	readonly #unreadable = new Set<WatchWay>();

	#batchAt = Number.NEGATIVE_INFINITY;
	#batchIds: number;
	/** A failed size, and when it may be tried again. */
	#tooMany: { ids: number; until: number } | undefined;
	/** Number of calls since the canary was last included, at a proven size. */
	#unproven = provenEvery;
	#provenAt = Number.NEGATIVE_INFINITY;
	readonly #canaries = new Map<string, { isProven: boolean; pausedUntil: number }>();

	/** Lists of followed rooms, by the keys of the logins' identities. */
	readonly #lists = new Map<string, FollowedList>();
	/** Time at which this exit was last used in the run before. */
	#restoredAt = Number.NEGATIVE_INFINITY;

	/** @param key the proxy's address with its password, or `direct` */
	constructor(key: string, limits: ExitLimits, random: () => number, now: number) {
		this.name = nameOf(key);
		this.digest = digestOf(key);
		this.#limits = limits;
		this.#random = random;
		this.#pace = Pace.of(this.#budgets, limits.perMinute, now);
		this.#batchIds = this.#budgets.batch_first_ids;
		this.records = each(() => this.#newRecord());
		this.#asked = each(() => new DayCount());
	}

	/** Ways of the site profile in force, best first. */
	get ways(): readonly ProfileWay[] {
		return this.#limits.profile().ways;
	}

	get #budgets(): SiteProfile["budgets"] {
		return this.#limits.profile().budgets;
	}

	#newRecord(): WayRecord {
		return new WayRecord(() => this.#budgets.cooldowns_ms);
	}

	/**
	 * Takes over the limits of another site profile. Ways that gave unreadable or empty answers are open again: the
	 * profile may be the remedy.
	 */
	adopt(now: number): void {
		const pace = Pace.of(this.#budgets, this.#limits.perMinute, now);
		pace.share(this.#part, now);
		pace.succeed(this.#pace, now);
		this.#pace = pace;
		this.#batchIds = Math.min(this.#batchIds, this.#budgets.batch_max_ids);
		this.#unreadable.clear();
		for (const record of Object.values(this.records)) {
			if (record.sign === "layout" || record.sign === "empty") record.free(now);
		}
	}

	/** Reduces the budgets to this process's part; others behind the same address use the rest. */
	share(part: number, now: number): void {
		this.#part = part;
		this.#pace.share(part, now);
	}

	// Pace and budgets.

	/** Time at which the gap after the last request ends. */
	get gapUntil(): number {
		return Math.max(this.#pace.gapUntil, this.#unreached?.until ?? 0);
	}

	/** Returns a copy of its pace for planning ahead. */
	paceAhead(): Pace {
		const pace = this.#pace.copy();
		pace.gapUntil = this.gapUntil;
		return pace;
	}

	/** Returns why nothing is requested from here, if the site was not reached. */
	unreached(now: number): Unreached | undefined {
		return this.#unreached && now < this.#unreached.until ? this.#unreached : undefined;
	}

	/** Returns when a request by this way is within the budget and leaves `reserve` others. */
	paidAt(way: LookupWay | "followed", now: number, reserve: number): number {
		return this.#pace.paidAt(way, now, reserve);
	}

	left(way: WatchWay, now: number): number {
		return way === "batch" ? Number(now >= this.#batchAt + this.#budgets.batch_gap_ms) : this.#pace.left(way, now);
	}

	perMinute(way: WatchWay): number {
		return way === "batch" ? minute / (this.#budgets.batch_gap_ms / this.#part) : this.#pace.perMinute(way);
	}

	asked(way: WatchWay, now: number): number {
		return this.#asked[way].at(now);
	}

	/** Counts a request of the site's home page, which counts as a page and waits for nothing. */
	homePageAsked(now: number): void {
		this.#asked.page.add(now);
		this.#pace.take("page", now);
	}

	/** Number of urgent rooms looked up since the last other one. */
	urgentTurns = 0;

	/** Notes that a request is about to be made. @param list the requested list */
	begin(way: WatchWay, now: number, list?: FollowedList): void {
		this.isBusy = true;
		this.#asked[way].add(now);
		if (way === "batch") {
			this.#batchAt = now;
			return;
		}
		if (list) list.askedAt = now;
		this.#pace.take(way, now);
		this.#pace.pause(now, this.#random());
	}

	// Record of the ways.

	works(way: WatchWay, now: number): void {
		this.#unreached = undefined;
		this.#unreadable.delete(way);
		this.records[way].works(now);
	}

	/** Ends the cooldown of all ways. */
	freeAll(now: number): void {
		for (const way of watchWays) this.records[way].free(now);
	}

	/**
	 * Notes that a request has failed.
	 * @param of `again`: a person has asked for this attempt; `list`: the requested list
	 * @returns how the site refuses the way, or its answer about this room; `undefined` if it was not reached
	 */
	failed(
		way: WatchWay,
		error: DouyinError,
		now: number,
		{ again = false, list }: { again?: boolean; list?: FollowedList | undefined } = {},
	): RefusalSign | undefined {
		const sign = signOf(error);
		if (!sign) {
			const times = (this.#unreached?.times ?? 0) + 1;
			const forMs = Math.min(maxUnreachedMs, this.#budgets.gap_ms * 2 ** (times - 1));
			this.#unreached = { reason: error.reason, until: now + forMs, times };
			return undefined;
		}
		this.#unreached = undefined;
		if (error.reason === "unreadable_page" && this.records[way].state !== "rests" && !this.#unreadable.has(way)) {
			this.#unreadable.add(way);
			return sign;
		}
		// A login that the site does not accept says nothing about others.
		const record = sign === "login" && list ? list.record : this.records[way];
		record.refused(sign, now, this.#random(), { askedMs: error.retryAfterMs, again });
		return sign;
	}

	// The batch call.

	/** Number of rooms in the next batch call. */
	get batchIds(): number {
		return this.#batchIds;
	}

	/** Returns when the next batch call is due if this many rooms wait for it. */
	batchDueAt(rooms: number): number {
		return this.#batchAt + this.batchEveryMs(rooms);
	}

	/** Returns the time between two batch calls if this many rooms wait for them, ms. */
	batchEveryMs(rooms: number): number {
		return (
			Math.max(this.#budgets.batch_gap_ms, Math.min(maxBatchMs, batchRoundMs / this.#batchCalls(rooms))) / this.#part
		);
	}

	/** Returns the time after which a room of a list of this length gets its turn again, ms. */
	batchRoundMs(rooms: number): number {
		return this.#batchCalls(rooms) * this.batchEveryMs(rooms);
	}

	#batchCalls(rooms: number): number {
		return Math.max(1, Math.ceil(rooms / Math.max(1, this.#batchIds - 1)));
	}

	/** Returns whether the batch call is relied on, so rooms that it does not show need fewer single look-ups. */
	relies(now: number): boolean {
		return this.records.batch.state === "works" && now - this.#provenAt < reliedMs;
	}

	/**
	 * Returns a person who is live, to be put last in the next call.
	 * @param live those whose socket is receiving messages
	 * @returns `undefined` if there is none, or if the size has proven itself lately
	 */
	canary(live: Iterable<{ readonly anchorId: string }>, ids: ReadonlySet<string>, now: number): string | undefined {
		if (this.#isSettled(now) && this.#unproven < provenEvery - 1) return undefined;
		let found: string | undefined;
		for (const { anchorId } of live) {
			const known = this.#canaries.get(anchorId);
			if (ids.has(anchorId) || (known && now < known.pausedUntil)) continue;
			if (known?.isProven) return anchorId;
			found ??= anchorId;
		}
		return found;
	}

	/** Notes that the canary was found after this many ids, so all of them were checked. */
	proven(canary: string, ids: number, now: number): void {
		this.#canaries.set(canary, { isProven: true, pausedUntil: 0 });
		this.#provenAt = now;
		this.#unproven = 0;
		if (this.#tooMany && now >= this.#tooMany.until) this.#tooMany = undefined;
		if (ids < this.#batchIds) return;
		const bigger = Math.min(this.#batchIds * 2, this.#budgets.batch_max_ids);
		if (!this.#tooMany || bigger < this.#tooMany.ids) this.#batchIds = bigger;
	}

	/** Notes that the canary was not found, so the call was cut or refused. */
	unproven(canary: string, now: number): void {
		this.#unproven = provenEvery;
		if (this.#batchIds > minBatchIds) {
			if (this.#batchIds > this.#budgets.batch_first_ids)
				this.#tooMany = { ids: this.#batchIds, until: now + growthRetryMs };
			this.#batchIds = Math.max(minBatchIds, this.#batchIds / 2);
			return;
		}
		// Behind only one other it must be seen: either it is never shown, or no room is.
		const wasProven = this.#canaries.get(canary)?.isProven ?? false;
		this.#canaries.set(canary, { isProven: false, pausedUntil: now + canaryPauseMs });
		this.#batchIds = this.#budgets.batch_first_ids;
		if (wasProven) this.records.batch.refused("empty", now, this.#random());
	}

	/** Notes the answer to a call without a canary. @param isShown whether it shows a live room */
	answered(isShown: boolean, now: number): void {
		if (isShown) this.#provenAt = now;
		this.#unproven++;
	}

	/** Returns whether a larger size was refused lately, or does not exist. */
	#isSettled(now: number): boolean {
		if (this.#batchIds === this.#budgets.batch_max_ids) return true;
		return this.#tooMany !== undefined && now < this.#tooMany.until && this.#batchIds * 2 >= this.#tooMany.ids;
	}

	// Lists of followed rooms.

	/** @param identity key of the connections that use the login */
	list(identity: string): FollowedList {
		let list = this.#lists.get(identity);
		if (!list) {
			list = new FollowedList(digestOf(identity), this.#restoredAt, this.#newRecord());
			this.#lists.set(identity, list);
		}
		return list;
	}

	/** Returns when a login's list is due again: all lists together cost no more than one. */
	listDueAt(list: FollowedList, now: number): number {
		const everyMs = (this.relies(now) ? minute : minute / 2) * Math.max(1, this.#listsInUse(now).length);
		return Math.max(list.askedAt + everyMs, list.record.openAt(now), this.records.followed.openAt(now));
	}

	/** Returns a way's record for display: lists are refused if no login is accepted. */
	shownRecord(way: WatchWay, now: number): WayRecord {
		const own = this.records[way];
		const [first, ...others] = way === "followed" && own.state !== "rests" ? this.#listsInUse(now) : [];
		return first && [first, ...others].every(({ record }) => record.state === "rests") ? first.record : own;
	}

	#listsInUse(now: number): FollowedList[] {
		return [...this.#lists.values()].filter(({ askedAt }) => now - askedAt < listUnusedMs);
	}

	// Across restarts.

	kept(now: number, wall: (at: number) => number): KeptExit {
		const ways = watchWays.map((way) => {
			const { state, since, until, sign, times } = this.records[way];
			return [way, { state, since: wall(since), until: wall(until), sign, times }] as const;
		});
		const left = { page: this.#pace.left("page", now), json: this.#pace.left("enter", now) };
		return { at: wall(now), ...left, batchIds: this.#batchIds, ways: Object.fromEntries(ways) };
	}

	restore(kept: KeptExit, at: (stored: number) => number): void {
		const writtenAt = at(kept.at);
		this.#pace.restore(kept, writtenAt);
		this.#batchAt = writtenAt;
		this.#restoredAt = writtenAt;
		this.#batchIds = Math.max(minBatchIds, Math.min(this.#budgets.batch_max_ids, Math.floor(kept.batchIds)));
		for (const way of watchWays) {
			const stored = kept.ways[way];
			if (!stored || stored.state === "untried") continue;
			const record = this.records[way];
			Object.assign(record, { state: stored.state, since: at(stored.since), sign: stored.sign, times: stored.times });
			// `at` gives no future time.
			record.until = at(stored.since) + (stored.until - stored.since);
		}
	}
}

/** Returns how the site refuses a way by a failure; `undefined` if it does not. */
function signOf({ reason, upstreamMessage }: DouyinError): RefusalSign | undefined {
	switch (reason) {
		case "blocked":
			if (upstreamMessage === "captcha" || upstreamMessage === "empty" || upstreamMessage === "login") {
				return upstreamMessage;
			}
			return "refused";
		case "rate_limited":
			return "slow_down";
		case "unreadable_page":
		case "signature_rejected":
			return "layout";
		default:
			return undefined;
	}
}

function each<T>(make: () => T): Record<WatchWay, T> {
	return { batch: make(), followed: make(), enter: make(), reflow: make(), scene: make(), page: make() };
}

/** Returns a digest of a proxy's address or an identity, for storage. */
function digestOf(secret: string): string {
	return createHash("sha256").update(secret).digest("base64url").slice(0, 22);
}

/** Returns an exit's name: a proxy's host and port, or `direct`. */
export function nameOf(key: string): string {
	return URL.canParse(key) ? new URL(key).host : key;
}
