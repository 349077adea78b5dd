import { type FailureReason, failureClasses, type RetrySchedule } from "@livekeeper/douyin";
import type { ConnectionKey, FailedAttempt, Hold, NextAttempt } from "../../rooms/index.ts";
import { decisionTexts, type Text } from "../../text/index.ts";
import { type RoomPriority, rankOf } from "../admission/index.ts";
import { IdentityPauses } from "../identity-pauses.ts";
import { Schedules } from "../schedules.ts";
import type { HostStats } from "./host-stats.ts";
import { blockedIdentity, Outage, type Release, type Role, sharedOutage } from "./outage.ts";

/** When a room tries again, and why then. */
export interface Decision extends NextAttempt {
	/** Other waiting rooms whose turn has changed. */
	wake?: Release[];
}

export interface AdaptivePolicyOptions {
	/** How many rooms want a connection. */
	rooms: () => number;
	priorityOf: (room: string) => RoomPriority;
	hosts: Pick<HostStats, "anyWorks">;
	/** Which identities are to wait; shared with whoever lets them rest. */
	pauses?: IdentityPauses;
	/** Numbers in [0, 1). */
	random?: () => number;
	/** How many handshakes may begin in a second; at this pace rooms come back. Default 20. */
	startsPerSecond?: number;
}

/** A parked room asks again after this time, if nobody has called it before, ms. */
const parkMs = 30_000;
const { identityRefused, mostFailed } = decisionTexts;
/** How long a refused room waits at least, ms: 5, 10, 20, 40, then 60 min. */
const blockedMs = blockedIdentity.probeDelayMs;

/**
 * Decides when rooms reconnect from all that their attempts have shown. It holds no timer: the caller tells it
 * of failures ({@link decide}), asks when an attempt is due ({@link admit}), and tells it of first frames
 * ({@link succeeded}), whose answer is which waiting rooms may come at once.
 */
export class AdaptivePolicy {
	readonly #options: AdaptivePolicyOptions;
	readonly #schedules = new Schedules();
	readonly #pauses: IdentityPauses;
	readonly #spacingMs: number;
	readonly #outage: Outage;
	/** What most rooms failed of. */
	#outageReason: FailureReason = "network";
	/** Polls are answered in this outage: the room that probes is polled. */
	#polled = false;
	/** One for each identity in which rooms were refused. */
	readonly #refused = new Map<string, Outage>();
	/** Refusals in a row. */
	readonly #blocked = new Map<string, number>();

	constructor(options: AdaptivePolicyOptions) {
		this.#options = options;
		this.#pauses = options.pauses ?? new IdentityPauses();
		const { startsPerSecond = 20 } = options;
		this.#spacingMs = 1000 / startsPerSecond;
		this.#outage = new Outage({ ...sharedOutage, spacingMs: this.#spacingMs });
	}

	/** The room that probes for all, and how many wait for it. */
	get probing(): { canary: string; waiting: number; reason: FailureReason } | undefined {
		const { canary, waiting } = this.#outage;
		return canary === undefined ? undefined : { canary, waiting, reason: this.#outageReason };
	}

	/**
	 * A connection was lost or an attempt failed: when to try again. One beside another says nothing of what all share, and
	 * is not blocked with its room.
	 */
	decide(failed: FailedAttempt): Decision {
		const { liveId: room, identity, kind, beside, polled, failure, attempt, now } = failed;
		const { reason } = failure;
		const askedMs = failure.retryAfterMs ?? 0;
		if (!beside) {
			if (reason === "blocked") return this.#afterBlock(failed, askedMs, now);
			this.#blocked.delete(room);
			if (failureClasses[reason].shared && kind === "socket") this.#noteShared(room, reason, now);
			if (room === this.#outage.canary) this.#polled = polled;
		}
		const schedule = this.#schedules.of(failed);
		const { delayMs, flaps } = schedule.next(attempt, now, failureClasses[reason].flap);
		const scheduled = this.#soon(failed, schedule) ?? { delayMs, why: decisionTexts.schedule(attempt, flaps) };
		if (reason === "rate_limited") this.#pauses.pause(identity, Math.max(askedMs, scheduled.delayMs), now);
		const held = beside ? undefined : this.#held(failed, now);
		const restMs = schedule.restMs(now);
		if (held) {
			// Who probes in an outage keeps its pace; any other failure says nothing of that, and the probe stays due.
			const probed = held.reason !== "blocked" && failureClasses[reason].shared && kind === "socket";
			const leastMs = probed ? 0 : scheduled.delayMs;
			return { delayMs: Math.max(held.delayMs, askedMs, restMs, leastMs), why: held.why };
		}
		const waits = [
			scheduled,
			{ delayMs: askedMs, why: decisionTexts.patience },
			this.#pauses.hold(identity, now) ?? { delayMs: 0, why: decisionTexts.slowDown },
		];
		return waits.reduce((a, b) => (b.delayMs > a.delayMs ? b : a));
	}

	/**
	 * To be asked when an attempt is due: what has become known since it was planned may hold it back. One beside another
	 * leaves the probing to rooms that have none.
	 * @returns `undefined` to go on, or a later time to ask again
	 */
	admit(connection: ConnectionKey, now: number): Hold | undefined {
		const { identity, beside } = connection;
		const paused = this.#pauses.hold(identity, now);
		// Who rests neither probes for others nor waits for their probe.
		if (paused?.rests) return paused;
		const held = beside ? this.#heldBeside(identity) : this.#held(connection, now);
		// An identity that is asked to slow down is not polled instead.
		return held && held.delayMs > 0 ? { ...held, mayPoll: held.mayPoll === true && !paused } : paused;
	}

	/** Whether an identity rests, or is refused to several rooms. */
	bars(identity: string, now: number): boolean {
		return this.#pauses.rests(identity, now) || this.#refused.get(identity)?.active === true;
	}

	#heldBeside(identity: string): Hold | undefined {
		const refusedTo = this.#refused.get(identity)?.canary;
		if (refusedTo !== undefined) {
			return { delayMs: parkMs, why: decisionTexts.othersTry(identityRefused, refusedTo), reason: "blocked" };
		}
		const { canary } = this.#outage;
		if (canary === undefined) return undefined;
		return { delayMs: parkMs, why: decisionTexts.othersTry(mostFailed, canary), reason: this.#outageReason };
	}

	/**
	 * A connection has brought its first frame: whatever all share works again.
	 * @returns the waiting rooms that may try now, and in how long each
	 */
	succeeded(connection: ConnectionKey, now: number): Release[] {
		const { liveId, beside } = connection;
		this.#schedules.of(connection).works(now);
		if (beside) return [];
		this.#blocked.delete(liveId);
		return this.#rested(
			[...this.#outage.succeeded(liveId, now, this.#inOrder), ...this.#accepted(connection, now)],
			now,
		);
	}

	/**
	 * The upstream has opened a socket: it refuses the identity no longer. Whether sockets are of any use shows what this
	 * one brings.
	 * @returns the waiting rooms that may try now, and in how long each
	 */
	opened(connection: ConnectionKey, now: number): Release[] {
		if (connection.beside) return [];
		return this.#rested([...this.#outage.opened(connection.liveId, now), ...this.#accepted(connection, now)], now);
	}

	#accepted({ liveId, identity }: ConnectionKey, now: number): Release[] {
		const released = this.#refused.get(identity)?.succeeded(liveId, now, this.#inOrder) ?? [];
		this.#refused.delete(identity);
		return released;
	}

	/** What a room has to wait out by itself it waits out all the same. */
	#rested(released: readonly Release[], now: number): Release[] {
		return released.map((one) => ({ ...one, delayMs: Math.max(one.delayMs, this.#schedules.restMs(one.room, now)) }));
	}

	/** The room is no longer wanted, or waits for its broadcast. @returns who is to probe in its place, if it did */
	removed(room: string, now: number): Release[] {
		this.#schedules.leave(room);
		this.#blocked.delete(room);
		return [...this.#outage.removed(room, now), ...this.stands(room, now)];
	}

	/** The room has a connection, and probes for no refused identity any more. @returns who is to probe in its place, if it did */
	stands(room: string, now: number): Release[] {
		return [...this.#refused].flatMap(([identity, refused]) => {
			const released = refused.removed(room, now);
			if (refused.idle) this.#refused.delete(identity);
			return released;
		});
	}

	/**
	 * After a connection that held there is nothing to wait for while a host is known to work. Rooms that were cut together
	 * are spread, so that they don't all come at once.
	 */
	#soon({ attempt, failure: { reason } }: FailedAttempt, { flaps }: RetrySchedule): NextAttempt | undefined {
		const { shared, blamesHost } = failureClasses[reason];
		const { hosts, random = Math.random } = this.#options;
		if (attempt > 1 || flaps > 0 || !(shared || blamesHost) || !hosts.anyWorks) return undefined;
		return { delayMs: Math.round(200 + 300 * random()), why: decisionTexts.hostWorks };
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
	#afterBlock(connection: ConnectionKey, askedMs: number, now: number): Decision {
		const { liveId: room, identity } = connection;
		const refusals = (this.#blocked.get(room) ?? 0) + 1;
		this.#blocked.set(room, refusals);
		const refused = this.#refused.get(identity) ?? new Outage({ ...blockedIdentity, spacingMs: this.#spacingMs });
		this.#refused.set(identity, refused);
		refused.failed(room, this.#options.rooms(), now);
		// Another room than this may find out more for all.
		const wake = this.#outage.removed(room, now);
		const held = this.#held(connection, now);
		const delayMs = Math.max(blockedMs(refusals), askedMs, held?.delayMs ?? 0);
		return { delayMs, why: held?.why ?? decisionTexts.refused, ...(wake.length > 0 && { wake }) };
	}

	#held({ liveId: room, identity, kind }: ConnectionKey, now: number): Hold | undefined {
		const refused = this.#refused.get(identity)?.roleOf(room, now);
		const bySharing = refused && wordsOf(refused, identityRefused);
		if (bySharing) return { ...bySharing, reason: "blocked" };
		if (kind === "polling") return undefined;
		const byOutage = wordsOf(this.#outage.roleOf(room, now), mostFailed);
		return byOutage && { ...byOutage, reason: this.#outageReason, mayPoll: this.#polled };
	}
}

function wordsOf(role: Role, cause: Text): NextAttempt | undefined {
	if (role.role === "free") return undefined;
	if (role.role === "canary") return { delayMs: role.delayMs, why: decisionTexts.triesForAll(cause) };
	return { delayMs: parkMs, why: decisionTexts.othersTry(cause, role.canary) };
}
