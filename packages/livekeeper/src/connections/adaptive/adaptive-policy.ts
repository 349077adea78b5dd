import { type DouyinError, type FailureReason, RetrySchedule } from "@livekeeper/douyin";
import { failureClasses } from "../../rooms/index.ts";
import { decisionTexts, type Text } from "../../text/index.ts";
import { type RoomPriority, rankOf } from "../slots/priority.ts";
import { AttemptBudget, type BudgetSettings, defaultBudgetSettings } from "./attempt-budget.ts";
import { EndpointStats } from "./endpoint-stats.ts";
import { HostChoice } from "./host-choice.ts";
import { blockedIdentity, Outage, type Release, type Role, sharedOutage } from "./outage.ts";

export interface FailedAttempt {
	room: string;
	/** Key of the identity (cookie and proxy). */
	identity: string;
	/** The push host of the connection or attempt, where it came to one. */
	host?: string | undefined;
	failure: Pick<DouyinError, "reason" | "retryAfterMs">;
	/** Failed attempts since the last frame, this one included: from 1. */
	attempt: number;
	/** ms since the epoch. */
	now: number;
}

/** When a room tries again, where, and why then. */
export interface Decision {
	delayMs: number;
	/** The host to try; without one the upstream's own choice is as good. */
	host?: string;
	/** For people. */
	why: Text;
	/** Other waiting rooms whose turn has changed. */
	wake?: Release[];
}

/** What became known since an attempt was planned holds it back. */
export interface HeldBack extends Decision {
	/** The failure that it is held back for. */
	reason: FailureReason;
}

export interface AdaptivePolicyOptions {
	/** How many rooms want a connection; of one identity, where it is given. */
	rooms: (identity?: string) => number;
	priorityOf: (room: string) => RoomPriority;
	/** Numbers in [0, 1). */
	random?: () => number;
	/** How many attempts may begin in a second; at this pace rooms come back. Default 20. */
	startsPerSecond?: number;
	/** What was known before a restart. */
	stats?: EndpointStats;
	budget?: Partial<BudgetSettings>;
}

/** A parked room asks again after this time, if nobody has called it before, ms. */
const parkMs = 30_000;
const { identityRefused, mostFailed } = decisionTexts;
/** How long a refused room waits at least, ms: 5, 10, 20, 40, then 60 min. */
const blockedMs = blockedIdentity.probeDelayMs;

/**
 * Decides when and where rooms reconnect from all that their attempts have shown. It holds no timer: the caller tells it
 * of failures ({@link decide}), asks when an attempt is due ({@link admit}), and tells it of first frames
 * ({@link succeeded}), whose answer is which waiting rooms may come at once.
 */
export class AdaptivePolicy {
	readonly stats: EndpointStats;
	readonly #options: AdaptivePolicyOptions;
	readonly #hosts: HostChoice;
	readonly #schedules = new Map<string, RetrySchedule>();
	readonly #budget: AttemptBudget;
	readonly #spacingMs: number;
	readonly #outage: Outage;
	/** What most rooms failed of. */
	#outageReason: FailureReason = "network";
	/** One for each identity in which rooms were refused. */
	readonly #refused = new Map<string, Outage>();
	/** Refusals in a row. */
	readonly #blocked = new Map<string, number>();

	constructor(options: AdaptivePolicyOptions) {
		const random = options.random ?? Math.random;
		this.#options = options;
		this.stats = options.stats ?? new EndpointStats();
		this.#hosts = new HostChoice(this.stats, random);
		const { startsPerSecond = 20 } = options;
		this.#spacingMs = 1000 / startsPerSecond;
		this.#outage = new Outage({ ...sharedOutage, spacingMs: this.#spacingMs });
		this.#budget = new AttemptBudget({ ...budgetFor(startsPerSecond), ...options.budget });
	}

	/** Whether most rooms have failed at once and one probes for all. */
	get outage(): boolean {
		return this.#outage.active;
	}

	/** The room that probes for all, and how many wait for it. */
	get probing(): { canary: string; waiting: number; reason: FailureReason } | undefined {
		const { canary, waiting } = this.#outage;
		return canary === undefined ? undefined : { canary, waiting, reason: this.#outageReason };
	}

	/** What is known of the push hosts. */
	hosts(now: number): { host: string; successRate: number; open: boolean }[] {
		return this.stats.hosts.map((host) => ({
			host,
			successRate: this.stats.successRate(host, now),
			open: this.#hosts.isOpen(host, now),
		}));
	}

	/** A connection was lost or an attempt failed: when to try again. */
	decide(failed: FailedAttempt): Decision {
		const { room, identity, host, failure, attempt, now } = failed;
		const { reason } = failure;
		const askedMs = failure.retryAfterMs ?? 0;
		if (reason === "blocked") return this.#afterBlock(failed, askedMs);
		this.#blocked.delete(room);
		if (failureClasses[reason].shared) this.#noteShared(room, reason, now);
		// What fails for all is no fault of a host.
		if (host !== undefined && !this.#outage.active) this.#hosts.failed(host, reason, now);
		const schedule = this.#scheduleOf(room);
		const { delayMs, flaps } = schedule.next(attempt, now, failureClasses[reason].flap);
		const scheduled = { delayMs, why: decisionTexts.schedule(attempt, flaps) };
		const to = this.#hostFor(failed);
		if (reason === "rate_limited") this.#budget.pause(identity, Math.max(askedMs, scheduled.delayMs), now);
		const held = this.#held(room, identity, now);
		const restMs = schedule.restMs(now);
		if (held) return { delayMs: Math.max(held.delayMs, askedMs, restMs), why: held.why, ...to };
		const waits = [
			this.#switches(failed, to.host)
				? { delayMs: this.#soonMs(), why: decisionTexts.hostSwitch(String(host), String(to.host)) }
				: scheduled,
			{ delayMs: askedMs, why: decisionTexts.patience },
			{ delayMs: this.#budget.pausedMs(identity, now), why: decisionTexts.slowDown },
			{ delayMs: this.#budget.take(identity, now), why: decisionTexts.manyTry },
		];
		return { ...waits.reduce((a, b) => (b.delayMs > a.delayMs ? b : a)), ...to };
	}

	/**
	 * To be asked when an attempt is due: what has become known since it was planned may hold it back.
	 * @returns `undefined` to go on, or a later time to ask again
	 */
	admit(room: string, identity: string, now: number): HeldBack | undefined {
		const held = this.#held(room, identity, now);
		return held && held.delayMs > 0 ? held : this.#paused(identity, now);
	}

	/** The same for a connection beside another of the same room: it leaves the probing to rooms that have none. */
	admitExtra(identity: string, now: number): HeldBack | undefined {
		const refusedTo = this.#refused.get(identity)?.canary;
		if (refusedTo !== undefined) {
			return { delayMs: parkMs, why: decisionTexts.othersTry(identityRefused, refusedTo), reason: "blocked" };
		}
		const { canary } = this.#outage;
		if (canary === undefined) return this.#paused(identity, now);
		return { delayMs: parkMs, why: decisionTexts.othersTry(mostFailed, canary), reason: this.#outageReason };
	}

	#paused(identity: string, now: number): HeldBack | undefined {
		const pausedMs = this.#budget.pausedMs(identity, now);
		if (pausedMs <= 0) return undefined;
		return { delayMs: pausedMs, why: decisionTexts.slowDown, reason: "rate_limited" };
	}

	/** A connection has brought its first frame. @returns as {@link reached} */
	succeeded(room: string, identity: string, host: string | undefined, now: number): Release[] {
		const released = this.reached(room, identity, now);
		if (host !== undefined) this.#hosts.succeeded(host, now);
		this.#scheduleOf(room).works(now);
		this.#blocked.delete(room);
		return released;
	}

	/**
	 * The upstream has opened a room's socket: whatever all share works again, even if this room has nothing to say.
	 * @returns the waiting rooms that may try now, and in how long each
	 */
	reached(room: string, identity: string, now: number): Release[] {
		if (this.#outage.active) this.#hosts.pardon();
		const refused = this.#refused.get(identity)?.succeeded(room, now, this.#inOrder) ?? [];
		this.#refused.delete(identity);
		const released = [...this.#outage.succeeded(room, now, this.#inOrder), ...refused];
		const restMs = (one: string) => this.#schedules.get(one)?.restMs(now) ?? 0;
		return released.map((one) => ({ ...one, delayMs: Math.max(one.delayMs, restMs(one.room)) }));
	}

	/** The room is no longer wanted, or waits for its broadcast. @returns who is to probe in its place, if it did */
	removed(room: string, now: number): Release[] {
		this.#schedules.delete(room);
		this.#blocked.delete(room);
		const released = this.#outage.removed(room, now);
		for (const [identity, refused] of this.#refused) {
			released.push(...refused.removed(room, now));
			if (refused.idle) this.#refused.delete(identity);
		}
		return released;
	}

	#scheduleOf(room: string): RetrySchedule {
		const schedule = this.#schedules.get(room) ?? new RetrySchedule(this.#options.random ?? Math.random);
		this.#schedules.set(room, schedule);
		return schedule;
	}

	readonly #inOrder = (rooms: string[]): string[] => {
		const rank = (room: string) => rankOf(this.#options.priorityOf(room));
		return rooms.sort((a, b) => rank(a) - rank(b));
	};

	#noteShared(room: string, reason: FailureReason, now: number): void {
		const before = this.#outage.active;
		this.#outage.failed(room, this.#options.rooms(), now);
		if (!before) this.#outageReason = reason;
	}

	/** Never hammered: the room waits for 5 min and more; from the second room on the whole identity does. */
	#afterBlock({ room, identity, now }: FailedAttempt, askedMs: number): Decision {
		const refusals = (this.#blocked.get(room) ?? 0) + 1;
		this.#blocked.set(room, refusals);
		const refused = this.#refused.get(identity) ?? new Outage({ ...blockedIdentity, spacingMs: this.#spacingMs });
		this.#refused.set(identity, refused);
		refused.failed(room, this.#options.rooms(identity), now);
		// Another room than this may find out more for all.
		const wake = this.#outage.removed(room, now);
		const held = this.#held(room, identity, now);
		const delayMs = Math.max(blockedMs(refusals), askedMs, held?.delayMs ?? 0);
		return { delayMs, why: held?.why ?? decisionTexts.refused, ...(wake.length > 0 && { wake }) };
	}

	#held(room: string, identity: string, now: number): HeldBack | undefined {
		const refused = this.#refused.get(identity)?.roleOf(room, now);
		const bySharing = refused && wordsOf(refused, identityRefused);
		if (bySharing) return { ...bySharing, reason: "blocked" };
		const byOutage = wordsOf(this.#outage.roleOf(room, now), mostFailed);
		return byOutage && { ...byOutage, reason: this.#outageReason };
	}

	/** Whether it was the host, and another is known to work: then there is nothing to wait for. */
	#switches({ room, host, attempt, now }: FailedAttempt, to: string | undefined): boolean {
		if (host === undefined || to === undefined || to === host || attempt > 1) return false;
		return this.#scheduleOf(room).flaps <= 1 && this.#hosts.isOpen(host, now) && !this.#hosts.isOpen(to, now);
	}

	/** Spread, so that the rooms of one host don't all come at once. */
	#soonMs(): number {
		return Math.round(200 + 300 * (this.#options.random ?? Math.random)());
	}

	#hostFor({ room, host, failure, attempt, now }: FailedAttempt): { host?: string } {
		const leave = host !== undefined && leaves(failure.reason, attempt, this.#scheduleOf(room).flaps);
		const choice = this.#hosts.choose(leave ? host : undefined, now);
		return choice === undefined ? {} : { host: choice };
	}
}

/** Whether the next attempt is better made at another host: not for a first cut, which says little. */
function leaves(reason: FailureReason, attempt: number, flaps: number): boolean {
	return failureClasses[reason].blamesHost && (attempt > 1 || flaps > 1 || reason === "silence");
}

function budgetFor(startsPerSecond: number): BudgetSettings {
	const { process, identity } = defaultBudgetSettings;
	return {
		process: { ...process, perSecond: startsPerSecond },
		identity: { ...identity, perSecond: startsPerSecond },
	};
}

function wordsOf(role: Role, cause: Text): Decision | undefined {
	switch (role.role) {
		case "free":
			return undefined;
		case "canary":
			return { delayMs: role.delayMs, why: decisionTexts.triesForAll(cause) };
		case "parked":
			return { delayMs: parkMs, why: decisionTexts.othersTry(cause, role.canary) };
		default:
			return role satisfies never;
	}
}
