import type { FailedAttempt, NextAttempt, ReconnectStatus, ReconnectStrategy } from "../rooms/index.ts";
import { failureClasses } from "../rooms/index.ts";
import { RetrySchedule } from "./retry-schedule.ts";

/** Each room by itself, by the promised schedule. Without jitter: rooms that fail together are spread by their slots. */
export class FixedStrategy implements ReconnectStrategy {
	readonly #schedule = new RetrySchedule();

	failed({ liveId, failure, attempt, now }: FailedAttempt): NextAttempt {
		return this.#schedule.next(liveId, attempt, now, failureClasses[failure.reason].flap);
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

	works(liveId: string, _host: string | undefined, now: number): void {
		this.#schedule.works(liveId, now);
	}

	left(liveId: string): void {
		this.#schedule.forget(liveId);
	}

	status(): ReconnectStatus {
		return { strategy: "fixed", hosts: [] };
	}
}
