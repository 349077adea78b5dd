import { type FailureReason, failureClasses, reconnectDelayMs } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { Advice, ConnectionKey, FailedAttempt, Hold } from "../../rooms/index.ts";
import { failureNames, type Said, type SharedTrouble } from "../../text/index.ts";
import { IdentityPauses } from "../identity-pauses.ts";
import type { ReconnectStatus, ReconnectStrategy } from "../reconnect-strategy.ts";
import { HostStats } from "./host-stats.ts";
import { blockedIdentity, Outage, sharedOutage } from "./outage.ts";

export interface AdaptiveStrategyOptions {
	logger: Pick<Logger, "info" | "warn">;
	/** Identities that have to wait; shared with `IdentityRests`. */
	pauses?: IdentityPauses;
	/** How many handshakes may begin in a second; at this pace rooms come back. Default 20. */
	startsPerSecond?: number;
	/** What was known before a restart. */
	hosts?: HostStats;
	/** Numbers in [0, 1). */
	random?: () => number;
}

/** How long a connection beside another is held back at a time, ms. */
const besideMs = 30_000;

/**
 * Learns from all that rooms' attempts have shown. It holds no timer and no queue: the gate asks what holds a request
 * back, tells it which it has granted, and what became of them.
 */
export class AdaptiveStrategy implements ReconnectStrategy {
	readonly hosts: HostStats;
	readonly #logger: AdaptiveStrategyOptions["logger"];
	readonly #pauses: IdentityPauses;
	readonly #random: () => number;
	readonly #spacingMs: number;
	/** Rooms that are connected or want to be. */
	readonly #engaged = new Set<string>();
	readonly #outage: Outage;
	/** Since when there is one, and what most rooms failed of. */
	#told: { since: number; reason: FailureReason; room: string } | undefined;
	/** Polls are answered in this outage: the room that probes is polled. */
	#polled = false;
	/** One for each identity in which rooms were refused. */
	readonly #refused = new Map<string, Outage>();
	/** Refusals in a row, by room. */
	readonly #refusals = new Map<string, number>();

	constructor(options: AdaptiveStrategyOptions) {
		const { logger, pauses = new IdentityPauses(), startsPerSecond = 20, random = Math.random } = options;
		this.hosts = options.hosts ?? new HostStats();
		this.#logger = logger;
		this.#pauses = pauses;
		this.#random = random;
		this.#spacingMs = 1000 / startsPerSecond;
		this.#outage = new Outage({ ...sharedOutage, spacingMs: this.#spacingMs });
	}

	get isQuiet(): boolean {
		return this.#pauses.areNone && this.#refused.size === 0 && !this.#outage.active;
	}

	hold(connection: ConnectionKey, now: number): Hold | undefined {
		const { liveId, identity, errand, beside } = connection;
		const paused = this.#pauses.hold(identity, now);
		// Who rests neither probes for others nor waits for their probe.
		if (paused?.for === "rest") return paused;
		const until = (outage: Outage) => (beside ? now + besideMs : outage.heldUntil(liveId, now));
		const refused = this.#refused.get(identity);
		if (refused?.active && until(refused) > now) {
			const why = whoTries("identityRefused", refused.canary, beside ? "" : liveId);
			return { for: "refused", until: until(refused), why, reason: "blocked" };
		}
		const told = this.#told;
		if (!told || errand === "poll" || !this.#outage.active || until(this.#outage) <= now) return paused;
		const why = whoTries("mostFailed", this.#outage.canary ?? told.room, beside ? "" : liveId);
		// An identity that is asked to slow down is not polled instead.
		const mayPoll = errand === "socket" && this.#polled && !paused;
		return { for: "outage", until: until(this.#outage), why, reason: told.reason, mayPoll };
	}

	begins({ liveId, identity, errand, beside }: ConnectionKey, now: number): void {
		this.#engaged.add(liveId);
		if (beside) return;
		this.#refused.get(identity)?.begins(liveId, now);
		if (errand !== "poll") this.#outage.begins(liveId, now);
	}

	failed(attempt: FailedAttempt, now: number): Advice {
		const { liveId: room, identity, errand, beside, polled, failure } = attempt;
		const { shared, blamesHost } = failureClasses[failure.reason];
		this.#engaged.add(room);
		if (failure.reason === "rate_limited") {
			this.#pauses.pause(identity, Math.max(failure.retryAfterMs ?? 0, reconnectDelayMs(attempt.attempt)), now);
		}
		const soonMs = this.#soonMs(shared || blamesHost);
		// One beside another says nothing of what all share, and is not blocked with its room.
		if (beside) return soonMs;
		if (failure.reason === "blocked") return this.#afterBlock(attempt, now);
		this.#refusals.delete(room);
		this.#refused.get(identity)?.gaveUp(room);
		const isShared = shared && errand !== "poll";
		const isCanary = room === this.#outage.canary;
		if (isShared) this.#outage.failed(room, this.#engaged.size, now);
		else if (errand !== "poll") this.#outage.gaveUp(room);
		if (isCanary || room === this.#outage.canary) this.#polled = polled;
		this.#noteOutage(now, failure.reason);
		// Where the gate lets such an errand through, the room's own schedule is all that paces it.
		const isHeld = (this.hold(attempt, now)?.until ?? now) > now;
		return isShared && this.#outage.active && isHeld ? { paced: true } : soonMs;
	}

	works({ liveId, identity, beside }: ConnectionKey, now: number): void {
		if (beside) return;
		this.#refusals.delete(liveId);
		this.#outage.works(liveId, now);
		this.#accepted(liveId, identity, now);
		this.#noteOutage(now);
	}

	/** The upstream refuses the identity no longer. Whether sockets are of any use shows what this one brings. */
	opened({ liveId, identity, beside }: ConnectionKey, now: number): void {
		if (!beside) {
			this.#outage.opened(liveId, now);
			this.#accepted(liveId, identity, now);
		}
		this.#leaveRefused(liveId);
	}

	left(liveId: string, now: number): void {
		this.#engaged.delete(liveId);
		this.#refusals.delete(liveId);
		this.#outage.left(liveId);
		this.#leaveRefused(liveId);
		this.#noteOutage(now);
	}

	status(waiting: number): ReconnectStatus {
		const told = this.#told;
		const canary = this.#outage.canary ?? told?.room ?? "";
		return {
			strategy: "adaptive",
			...(told && { outage: { since: told.since, reason: told.reason, canary, waiting } }),
			hosts: this.hosts.all(),
		};
	}

	#accepted(liveId: string, identity: string, now: number): void {
		this.#refused.get(identity)?.works(liveId, now);
		this.#refused.delete(identity);
	}

	/** The room has a connection, or is gone: it probes for no refused identity any more. */
	#leaveRefused(liveId: string): void {
		for (const [identity, refused] of this.#refused) {
			refused.left(liveId);
			if (refused.idle) this.#refused.delete(identity);
		}
	}

	/** Never hammered: the room waits for 5 min and more; from the second room on the whole identity does. */
	#afterBlock({ liveId: room, identity }: FailedAttempt, now: number): Advice {
		const refusals = (this.#refusals.get(room) ?? 0) + 1;
		this.#refusals.set(room, refusals);
		const refused = this.#refused.get(identity) ?? new Outage({ ...blockedIdentity, spacingMs: this.#spacingMs });
		this.#refused.set(identity, refused);
		refused.failed(room, this.#engaged.size, now);
		// Another room than this may find out more for all.
		this.#outage.left(room);
		const why: Said = refused.active ? whoTries("identityRefused", refused.canary, room) : ["refused"];
		return { refusedMs: blockedIdentity.probeDelayMs(refusals), why };
	}

	/**
	 * After a connection that held there is nothing to wait for while a host is known to work. Rooms that were cut together
	 * are spread, so that they don't all come at once.
	 */
	#soonMs(mayBeHost: boolean): Advice {
		return mayBeHost && this.hosts.anyWorks ? { soonMs: Math.round(200 + 300 * this.#random()) } : {};
	}

	/** Says once that an outage has begun, and once that it is over. */
	#noteOutage(now: number, reason: FailureReason = "network"): void {
		const { active, canary: room = "" } = this.#outage;
		if (active && !this.#told) {
			this.#told = { since: now, reason, room };
			const fields = { event: "outage_began", reason, live_id: room, rooms: this.#engaged.size };
			const words = failureNames[reason].zh;
			this.#logger.warn(fields, `【!】多数直播间同时断开（${words}），先由直播间 ${room} 试着重连`);
		} else if (!active && this.#told) {
			const fields = { event: "outage_ended", reason: this.#told.reason, lasted_ms: now - this.#told.since };
			this.#told = undefined;
			this.#logger.info(fields, "【√】连接已恢复，各直播间依次重连");
		}
	}
}

function whoTries(trouble: SharedTrouble, canary = "", room: string): Said {
	return canary === room ? ["triesForAll", trouble] : ["othersTry", trouble, canary];
}
