import type { FailureReason } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { FailedAttempt, Hold, NextAttempt, ReconnectStatus, ReconnectStrategy } from "../../rooms/index.ts";
import { decisionTexts, failureNames, type Text } from "../../text/index.ts";
import type { KeptRooms } from "../kept-rooms.ts";
import { AdaptivePolicy } from "./adaptive-policy.ts";
import type { EndpointStats } from "./endpoint-stats.ts";
import type { Release } from "./outage.ts";

export interface AdaptiveStrategyOptions {
	rooms: KeptRooms;
	logger: Logger;
	/** How many rooms may begin to connect in a second. */
	startsPerSecond: number;
	/** What was known before a restart. */
	stats?: EndpointStats;
	/** Numbers in [0, 1). */
	random?: () => number;
}

/** Puts {@link AdaptivePolicy} to work: tells it which rooms there are, and calls back those that it releases. */
export class AdaptiveStrategy implements ReconnectStrategy {
	readonly #options: AdaptiveStrategyOptions;
	readonly #policy: AdaptivePolicy;
	/** Rooms that are connected or want to be, and the identity of each. */
	readonly #engaged = new Map<string, string>();
	readonly #ofIdentity = new Map<string, number>();
	#outage: { since: number; reason: FailureReason } | undefined;

	constructor(options: AdaptiveStrategyOptions) {
		const { startsPerSecond, stats, random } = options;
		this.#options = options;
		this.#policy = new AdaptivePolicy({
			rooms: (identity) => (identity === undefined ? this.#engaged.size : (this.#ofIdentity.get(identity) ?? 0)),
			priorityOf: (room) => options.rooms.priorityOf(room),
			startsPerSecond,
			...(stats && { stats }),
			...(random && { random }),
		});
	}

	failed({ liveId, host, failure, attempt, now }: FailedAttempt): NextAttempt {
		const identity = this.#engage(liveId);
		const { wake = [], ...next } = this.#policy.decide({ room: liveId, identity, host, failure, attempt, now });
		this.#release(wake, decisionTexts.becameCanary);
		this.#noteOutage(now);
		return next;
	}

	admit(liveId: string, now: number): Hold | undefined {
		return this.#policy.admit(liveId, this.#engage(liveId), now);
	}

	admitExtra(identity: string, now: number): Hold | undefined {
		return this.#policy.admitExtra(identity, now);
	}

	opened(liveId: string, now: number): void {
		this.#return(this.#policy.reached(liveId, this.#engage(liveId), now), now);
	}

	works(liveId: string, host: string | undefined, now: number): void {
		this.#return(this.#policy.succeeded(liveId, this.#engage(liveId), host, now), now);
	}

	left(liveId: string, now: number): void {
		this.#disengage(liveId);
		this.#release(this.#policy.removed(liveId, now), decisionTexts.becameCanary);
		this.#noteOutage(now);
	}

	status(now: number): ReconnectStatus {
		const probing = this.#policy.probing;
		return {
			strategy: "adaptive",
			...(probing && this.#outage && { outage: { ...probing, since: this.#outage.since } }),
			hosts: this.#policy.hosts(now),
		};
	}

	#return(released: Release[], now: number): void {
		this.#release(released, decisionTexts.reachable);
		this.#noteOutage(now, released.length);
	}

	#release(released: Release[], why: Text): void {
		for (const { room, delayMs } of released) this.#options.rooms.callBack(room, delayMs, why);
	}

	/** Says once that it has begun, and once that it is over. */
	#noteOutage(now: number, returning = 0): void {
		const probing = this.#policy.probing;
		const { logger } = this.#options;
		if (probing && !this.#outage) {
			this.#outage = { since: now, reason: probing.reason };
			const fields = {
				event: "outage_began",
				reason: probing.reason,
				live_id: probing.canary,
				rooms: this.#engaged.size,
			};
			const words = failureNames[probing.reason].zh;
			logger.warn(fields, `【!】多数直播间同时断开（${words}），由直播间 ${probing.canary} 代为探测`);
		} else if (!probing && this.#outage) {
			const fields = { event: "outage_ended", reason: this.#outage.reason, lasted_ms: now - this.#outage.since };
			this.#outage = undefined;
			logger.info(fields, `【√】连接已恢复，${returning} 个直播间依次重连`);
		}
	}

	#engage(liveId: string): string {
		const identity = this.#options.rooms.identityOf(liveId);
		const former = this.#engaged.get(liveId);
		if (former === identity) return identity;
		if (former !== undefined) this.#disengage(liveId);
		this.#engaged.set(liveId, identity);
		this.#ofIdentity.set(identity, (this.#ofIdentity.get(identity) ?? 0) + 1);
		return identity;
	}

	#disengage(liveId: string): void {
		const identity = this.#engaged.get(liveId);
		if (identity === undefined) return;
		this.#engaged.delete(liveId);
		const left = (this.#ofIdentity.get(identity) ?? 0) - 1;
		if (left > 0) this.#ofIdentity.set(identity, left);
		else this.#ofIdentity.delete(identity);
	}
}
