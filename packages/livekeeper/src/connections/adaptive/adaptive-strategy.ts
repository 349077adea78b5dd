import type { FailureReason } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type {
	ConnectionKey,
	FailedAttempt,
	Hold,
	NextAttempt,
	ReconnectStatus,
	ReconnectStrategy,
} from "../../rooms/index.ts";
import { decisionTexts, failureNames, type Text } from "../../text/index.ts";
import type { KeptRooms } from "../kept-rooms.ts";
import { AdaptivePolicy } from "./adaptive-policy.ts";
import { HostStats } from "./host-stats.ts";
import type { Release } from "./outage.ts";

export interface AdaptiveStrategyOptions {
	rooms: KeptRooms;
	logger: Logger;
	/** How many rooms may begin to connect in a second. */
	startsPerSecond: number;
	/** What was known before a restart. */
	hosts?: HostStats;
	/** Numbers in [0, 1). */
	random?: () => number;
}

/** Puts {@link AdaptivePolicy} to work: tells it which rooms there are, and calls back those that it releases. */
export class AdaptiveStrategy implements ReconnectStrategy {
	readonly hosts: HostStats;
	readonly #options: AdaptiveStrategyOptions;
	readonly #policy: AdaptivePolicy;
	/** Rooms that are connected or want to be. */
	readonly #engaged = new Set<string>();
	#outage: { since: number; reason: FailureReason } | undefined;

	constructor(options: AdaptiveStrategyOptions) {
		const { rooms, startsPerSecond, hosts = new HostStats(), random } = options;
		this.#options = options;
		this.hosts = hosts;
		this.#policy = new AdaptivePolicy({
			rooms: () => this.#engaged.size,
			priorityOf: (room) => rooms.priorityOf(room),
			hosts,
			pauses: rooms.pauses,
			startsPerSecond,
			...(random && { random }),
		});
	}

	failed(attempt: FailedAttempt): NextAttempt {
		this.#engaged.add(attempt.liveId);
		const { wake = [], ...next } = this.#policy.decide(attempt);
		this.#release(wake, decisionTexts.becameCanary);
		this.#noteOutage(attempt.now);
		return next;
	}

	admit(connection: ConnectionKey, now: number): Hold | undefined {
		this.#engaged.add(connection.liveId);
		return this.#policy.admit(connection, now);
	}

	bars(identity: string, now: number): boolean {
		return this.#policy.bars(identity, now);
	}

	opened(connection: ConnectionKey, now: number): void {
		this.#release(this.#policy.opened(connection, now), decisionTexts.becameCanary);
		this.#release(this.#policy.stands(connection.liveId, now), decisionTexts.becameCanary);
	}

	works(connection: ConnectionKey, now: number): void {
		this.#return(this.#policy.succeeded(connection, now), now);
	}

	left(liveId: string, now: number): void {
		this.#engaged.delete(liveId);
		this.#release(this.#policy.removed(liveId, now), decisionTexts.becameCanary);
		this.#noteOutage(now);
	}

	status(): ReconnectStatus {
		const probing = this.#policy.probing;
		return {
			strategy: "adaptive",
			...(probing && this.#outage && { outage: { ...probing, since: this.#outage.since } }),
			hosts: this.hosts.all(),
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
}
