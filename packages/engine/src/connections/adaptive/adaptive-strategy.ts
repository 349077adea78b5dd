import { codeNames } from "@livekeeper/base/text";
import { type FailureReason, failureClasses, reconnectDelayMs } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { Advice, ConnectionKey, FailedAttempt, Hold } from "../../rooms/index.ts";
import type { Said, SharedTrouble } from "../../text/index.ts";
import { IdentityHolds } from "../identity-cooldowns.ts";
import type { ReconnectStatus, ReconnectStrategy } from "../reconnect-strategy.ts";
import { HostStats } from "./host-stats.ts";
import { blockedIdentity, Outage, sharedOutage } from "./outage.ts";

export interface AdaptiveStrategyOptions {
	logger: Pick<Logger, "info" | "warn">;
	/** Identities that have to wait; shared with `IdentityCooldowns`. */
	holds?: IdentityHolds;
	/** Maximum number of handshakes started per second, at which rooms come back. Default 20. */
	startsPerSecond?: number;
	/** Host statistics from before a restart. */
	hosts?: HostStats;
	/** Returns random numbers in [0, 1). */
	random?: (() => number) | undefined;
}

/** Time for which an additional connection is held back at once, ms. */
const besideMs = 30_000;

/**
 * Learns from the attempts of all rooms. It has no timer and no queue: the gate asks what holds a request back, and
 * reports which requests it granted and how they ended.
 */
export class AdaptiveStrategy implements ReconnectStrategy {
	readonly hosts: HostStats;
	readonly #logger: AdaptiveStrategyOptions["logger"];
	readonly #holds: IdentityHolds;
	readonly #random: () => number;
	readonly #spacingMs: number;
	/** Rooms that are connected or should be. */
	readonly #engaged = new Set<string>();
	readonly #outage: Outage;
	/** Start of the reported outage, and the failure that most rooms had. */
	#reported: { since: number; reason: FailureReason; room: string } | undefined;
	/** Whether polls are answered in this outage, so the probing room is polled. */
	#polled = false;
	/** One per identity with refused rooms. */
	readonly #refused = new Map<string, Outage>();
	/** Number of refusals in a row, by room. */
	readonly #refusals = new Map<string, number>();

	constructor(options: AdaptiveStrategyOptions) {
		const { logger, holds = new IdentityHolds(), startsPerSecond = 20, random = Math.random } = options;
		this.hosts = options.hosts ?? new HostStats();
		this.#logger = logger;
		this.#holds = holds;
		this.#random = random;
		this.#spacingMs = 1000 / startsPerSecond;
		this.#outage = new Outage({ ...sharedOutage, spacingMs: this.#spacingMs });
	}

	get isQuiet(): boolean {
		return this.#holds.areNone && this.#refused.size === 0 && !this.#outage.active;
	}

	hold(connection: ConnectionKey, now: number): Hold | undefined {
		const { liveId, identity, kind, beside } = connection;
		const own = this.#holds.hold(identity, now);
		// An identity in cooldown neither probes for others nor waits for their probe.
		if (own?.for === "cooldown") return own;
		const until = (outage: Outage) => (beside ? now + besideMs : outage.heldUntil(liveId, now));
		const refused = this.#refused.get(identity);
		if (refused?.active && until(refused) > now) {
			const why = probeText("identityRefused", refused.prober, beside ? "" : liveId);
			return { for: "refused", until: until(refused), why, reason: "blocked" };
		}
		const reported = this.#reported;
		if (!reported || kind === "poll" || !this.#outage.active || until(this.#outage) <= now) return own;
		const why = probeText("mostFailed", this.#outage.prober ?? reported.room, beside ? "" : liveId);
		// An identity that was asked to slow down is not polled instead.
		const mayPoll = kind === "socket" && this.#polled && !own;
		return { for: "outage", until: until(this.#outage), why, reason: reported.reason, mayPoll };
	}

	begins({ liveId, identity, kind, beside }: ConnectionKey, now: number): void {
		this.#engaged.add(liveId);
		if (beside) return;
		this.#refused.get(identity)?.begins(liveId, now);
		if (kind !== "poll") this.#outage.begins(liveId, now);
	}

	failed(attempt: FailedAttempt, now: number): Advice {
		const { liveId: room, identity, kind, beside, polled, failure } = attempt;
		const { shared, blamesHost } = failureClasses[failure.reason];
		this.#engaged.add(room);
		if (failure.reason === "rate_limited") {
			this.#holds.slowDown(identity, Math.max(failure.retryAfterMs ?? 0, reconnectDelayMs(attempt.attempt)), now);
		}
		const soon = this.#soon(attempt.attempt <= 1 && (shared || blamesHost));
		// An additional connection says nothing about what all rooms share, and is not blocked with its room.
		if (beside) return soon;
		if (failure.reason === "blocked") return this.#afterBlock(attempt, now);
		this.#refusals.delete(room);
		this.#refused.get(identity)?.gaveUp(room);
		const isShared = shared && kind !== "poll";
		const wasProber = room === this.#outage.prober;
		if (isShared) this.#outage.failed(room, this.#engaged.size, now);
		else if (kind !== "poll") this.#outage.gaveUp(room);
		if (wasProber || room === this.#outage.prober) this.#polled = polled;
		this.#noteOutage(now, failure.reason);
		// If the gate lets such a request through, only the room's own schedule paces it.
		const isHeld = (this.hold(attempt, now)?.until ?? now) > now;
		return isShared && this.#outage.active && isHeld ? { delayMs: 0 } : soon;
	}

	works({ liveId, identity, beside }: ConnectionKey, now: number): void {
		if (beside) return;
		this.#refusals.delete(liveId);
		this.#outage.works(liveId, now);
		this.#accepted(liveId, identity, now);
		this.#noteOutage(now);
	}

	/**
	 * Notes that the upstream no longer refuses the identity. Whether sockets are of any use shows when this one brings a
	 * frame.
	 */
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
		const reported = this.#reported;
		const canary = this.#outage.prober ?? reported?.room ?? "";
		return {
			strategy: "adaptive",
			...(reported && { outage: { since: reported.since, reason: reported.reason, canary, waiting } }),
			hosts: this.hosts.all(),
		};
	}

	#accepted(liveId: string, identity: string, now: number): void {
		this.#refused.get(identity)?.works(liveId, now);
		this.#refused.delete(identity);
	}

	/** Notes that the room has a connection or is gone, so it no longer probes for a refused identity. */
	#leaveRefused(liveId: string): void {
		for (const [identity, refused] of this.#refused) {
			refused.left(liveId);
			if (refused.idle) this.#refused.delete(identity);
		}
	}

	/**
	 * Returns the wait after a refusal: at least 5 min for the room, and from the second room on for the whole identity.
	 */
	#afterBlock({ liveId: room, identity }: FailedAttempt, now: number): Advice {
		const refusals = (this.#refusals.get(room) ?? 0) + 1;
		this.#refusals.set(room, refusals);
		const refused = this.#refused.get(identity) ?? new Outage({ ...blockedIdentity, spacingMs: this.#spacingMs });
		this.#refused.set(identity, refused);
		refused.failed(room, this.#engaged.size, now);
		// Another room than this one may find out more for all.
		this.#outage.left(room);
		const why: Said = refused.active ? probeText("identityRefused", refused.prober, room) : ["refused"];
		return { delayMs: blockedIdentity.probeDelayMs(refusals), why };
	}

	/**
	 * Returns a short delay, because a connection that held needs no wait while a host is known to work. Rooms that were
	 * cut together are spread, so they don't all reconnect at once.
	 */
	#soon(mayBeHost: boolean): Advice {
		if (!mayBeHost || !this.hosts.anyWorks) return {};
		return { delayMs: Math.round(200 + 300 * this.#random()), why: ["hostWorks"] };
	}

	/** Logs the start and the end of an outage once each. */
	#noteOutage(now: number, reason: FailureReason = "network"): void {
		const { active, prober: room = "" } = this.#outage;
		if (active && !this.#reported) {
			this.#reported = { since: now, reason, room };
			const fields = { event: "outage_began", reason, live_id: room, rooms: this.#engaged.size };
			const words = codeNames.reason[reason].zh;
			this.#logger.warn(fields, `【!】多数直播间同时断开（${words}），先由直播间 ${room} 试着重连`);
		} else if (!active && this.#reported) {
			const fields = { event: "outage_ended", reason: this.#reported.reason, lasted_ms: now - this.#reported.since };
			this.#reported = undefined;
			this.#logger.info(fields, "【√】连接已恢复，各直播间依次重连");
		}
	}
}

function probeText(trouble: SharedTrouble, prober = "", room: string): Said {
	return prober === room ? ["triesForAll", trouble] : ["othersTry", trouble, prober];
}
