import { RetrySchedule } from "@livekeeper/douyin";
import type { FailedAttempt, NextAttempt, ReconnectStatus, ReconnectStrategy } from "../rooms/index.ts";
import { failureClasses } from "../rooms/index.ts";
import { decisionTexts } from "../text/index.ts";

/** Each room by itself, by the promised schedule. Rooms that fail together are spread by the pace of handshakes. */
export class FixedStrategy implements ReconnectStrategy {
	readonly #schedules = new Map<string, RetrySchedule>();

	failed({ liveId, failure, attempt, now }: FailedAttempt): NextAttempt {
		const { delayMs, flaps } = this.#of(liveId).next(attempt, now, failureClasses[failure.reason].flap);
		return { delayMs, why: decisionTexts.schedule(attempt, flaps) };
	}

	admit(): undefined {
		return undefined;
	}

	admitExtra(): undefined {
		return undefined;
	}

	opened(): void {
		// A handshake proves nothing about the room.
	}

	works(liveId: string, now: number): void {
		this.#of(liveId).works(now);
	}

	left(liveId: string): void {
		this.#schedules.delete(liveId);
	}

	status(): ReconnectStatus {
		return { strategy: "fixed", hosts: [] };
	}

	#of(liveId: string): RetrySchedule {
		const schedule = this.#schedules.get(liveId) ?? new RetrySchedule();
		this.#schedules.set(liveId, schedule);
		return schedule;
	}
}
