import type { DouyinError, FailureReason } from "@livekeeper/douyin";
import { failureClasses } from "../../rooms/index.ts";
import { RetrySchedule } from "../retry-schedule.ts";
import { type RoomPriority, rankOf } from "../slots/priority.ts";
import { AttemptBudget, type BudgetSettings } from "./attempt-budget.ts";
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
	why: string;
	/** Other waiting rooms whose turn has changed. */
	wake?: Release[];
}

export interface AdaptivePolicyOptions {
	/** How many rooms want a connection; of one identity, where it is given. */
	rooms: (identity?: string) => number;
	priorityOf: (room: string) => RoomPriority;
	/** Numbers in [0, 1). */
	random?: () => number;
	/** What was known before a restart. */
	stats?: EndpointStats;
	budget?: Partial<BudgetSettings>;
}

/** A parked room asks again after this time, if nobody has called it before, ms. */
const parkMs = 30_000;
/** How long a refused room waits at least, ms: 5, 10, 20, 40, then 60 min. */
const blockedMs = blockedIdentity.probeDelayMs;
/** The upstream can't ask for more patience than this, ms. */
const longestRetryAfterMs = 3_600_000;

/**
 * Decides when and where rooms reconnect from all that their attempts have shown. It holds no timer: the caller tells it
 * of failures ({@link decide}), asks when an attempt is due ({@link admit}), and tells it of first frames
 * ({@link succeeded}), whose answer is which waiting rooms may come at once.
 */
export class AdaptivePolicy {
	readonly stats: EndpointStats;
	readonly #options: AdaptivePolicyOptions;
	readonly #hosts: HostChoice;
	readonly #schedule: RetrySchedule;
	readonly #budget: AttemptBudget;
	readonly #outage = new Outage(sharedOutage);
	/** One for each identity in which rooms were refused. */
	readonly #refused = new Map<string, Outage>();
	/** Refusals in a row. */
	readonly #blocked = new Map<string, number>();

	constructor(options: AdaptivePolicyOptions) {
		const random = options.random ?? Math.random;
		this.#options = options;
		this.stats = options.stats ?? new EndpointStats();
		this.#hosts = new HostChoice(this.stats, random);
		this.#schedule = new RetrySchedule(random);
		this.#budget = new AttemptBudget(options.budget);
	}

	/** Whether most rooms have failed at once and one probes for all. */
	get outage(): boolean {
		return this.#outage.active;
	}

	/** A connection was lost or an attempt failed: when to try again. */
	decide(failed: FailedAttempt): Decision {
		const { room, identity, host, failure, attempt, now } = failed;
		const { reason } = failure;
		const askedMs = Math.min(failure.retryAfterMs ?? 0, longestRetryAfterMs);
		if (reason === "blocked") return this.#afterBlock(failed, askedMs);
		this.#blocked.delete(room);
		if (failureClasses[reason].shared) this.#outage.failed(room, this.#options.rooms(), now);
		// What fails for all is no fault of a host.
		if (host !== undefined && !this.#outage.active) this.#hosts.failed(host, reason, now);
		const scheduled = this.#schedule.next(room, attempt, now, failureClasses[reason].flap);
		const to = this.#hostFor(failed);
		if (reason === "rate_limited") this.#budget.pause(identity, Math.max(askedMs, scheduled.delayMs), now);
		const held = this.#held(room, identity, now);
		const restMs = this.#schedule.restMs(room, now);
		if (held) return { ...held, delayMs: Math.max(held.delayMs, askedMs, restMs), ...to };
		const waits = [
			this.#switches(failed, to.host) ? { delayMs: this.#soonMs(), why: `${host} fails; ${to.host} works` } : scheduled,
			{ delayMs: askedMs, why: "the upstream asked for this much patience" },
			{ delayMs: this.#budget.pausedMs(identity, now), why: "the upstream asked this identity to slow down" },
			{ delayMs: this.#budget.take(identity, now), why: "many rooms try at the moment" },
		];
		return { ...waits.reduce((a, b) => (b.delayMs > a.delayMs ? b : a)), ...to };
	}

	/**
	 * To be asked when an attempt is due: what has become known since it was planned may hold it back.
	 * @returns `undefined` to go on, or a later time to ask again
	 */
	admit(room: string, identity: string, now: number): Decision | undefined {
		const held = this.#held(room, identity, now);
		if (held && held.delayMs > 0) return held;
		const pausedMs = this.#budget.pausedMs(identity, now);
		return pausedMs > 0 ? { delayMs: pausedMs, why: "the upstream asked this identity to slow down" } : undefined;
	}

	/** A connection has brought its first frame. @returns the waiting rooms that may try now, and in how long each */
	succeeded(room: string, identity: string, host: string | undefined, now: number): Release[] {
		if (this.#outage.active) this.#hosts.pardon();
		if (host !== undefined) this.#hosts.succeeded(host, now);
		this.#schedule.works(room, now);
		this.#blocked.delete(room);
		const refused = this.#refused.get(identity)?.succeeded(room, now, this.#inOrder) ?? [];
		this.#refused.delete(identity);
		const released = [...this.#outage.succeeded(room, now, this.#inOrder), ...refused];
		return released.map((one) => ({ ...one, delayMs: Math.max(one.delayMs, this.#schedule.restMs(one.room, now)) }));
	}

	/** The room is no longer wanted, or waits for its broadcast. @returns who is to probe in its place, if it did */
	removed(room: string, now: number): Release[] {
		this.#schedule.forget(room);
		this.#blocked.delete(room);
		const released = this.#outage.removed(room, now);
		for (const [identity, refused] of this.#refused) {
			released.push(...refused.removed(room, now));
			if (refused.idle) this.#refused.delete(identity);
		}
		return released;
	}

	readonly #inOrder = (rooms: string[]): string[] => {
		const rank = (room: string) => rankOf(this.#options.priorityOf(room));
		return rooms.sort((a, b) => rank(a) - rank(b));
	};

	/** Never hammered: the room waits for 5 min and more; from the second room on the whole identity does. */
	#afterBlock({ room, identity, now }: FailedAttempt, askedMs: number): Decision {
		const refusals = (this.#blocked.get(room) ?? 0) + 1;
		this.#blocked.set(room, refusals);
		const refused = this.#refused.get(identity) ?? new Outage(blockedIdentity);
		this.#refused.set(identity, refused);
		refused.failed(room, this.#options.rooms(identity), now);
		// Another room than this may find out more for all.
		const wake = this.#outage.removed(room, now);
		const held = this.#held(room, identity, now);
		const delayMs = Math.max(blockedMs(refusals), askedMs, held?.delayMs ?? 0);
		return { delayMs, why: held?.why ?? "the upstream refuses this room", ...(wake.length > 0 && { wake }) };
	}

	#held(room: string, identity: string, now: number): Decision | undefined {
		const refused = this.#refused.get(identity)?.roleOf(room, now);
		const bySharing = refused && wordsOf(refused, "the upstream refuses this identity");
		if (bySharing) return bySharing;
		return wordsOf(this.#outage.roleOf(room, now), "most rooms failed at once");
	}

	/** Whether it was the host, and another is known to work: then there is nothing to wait for. */
	#switches({ room, host, attempt, now }: FailedAttempt, to: string | undefined): boolean {
		if (host === undefined || to === undefined || to === host || attempt > 1) return false;
		return this.#schedule.flaps(room) <= 1 && this.#hosts.isOpen(host, now) && !this.#hosts.isOpen(to, now);
	}

	/** Spread, so that the rooms of one host don't all come at once. */
	#soonMs(): number {
		return Math.round(200 + 300 * (this.#options.random ?? Math.random)());
	}

	#hostFor({ room, host, failure, attempt, now }: FailedAttempt): { host?: string } {
		const leave = host !== undefined && leaves(failure.reason, attempt, this.#schedule.flaps(room));
		const choice = this.#hosts.choose(leave ? host : undefined, now);
		return choice === undefined ? {} : { host: choice };
	}
}

/** Whether the next attempt is better made at another host: not for a first cut, which says little. */
function leaves(reason: FailureReason, attempt: number, flaps: number): boolean {
	return failureClasses[reason].blamesHost && (attempt > 1 || flaps > 1 || reason === "silence");
}

function wordsOf(role: Role, cause: string): Decision | undefined {
	switch (role.role) {
		case "free":
			return undefined;
		case "canary":
			return { delayMs: role.delayMs, why: `${cause}; this room tries for all` };
		case "parked":
			return { delayMs: parkMs, why: `${cause}; room ${role.canary} tries for all` };
		default:
			return role satisfies never;
	}
}
