import { failureClasses } from "@livekeeper/douyin";
import type {
	ConnectionKey,
	FailedAttempt,
	Hold,
	NextAttempt,
	ReconnectStatus,
	ReconnectStrategy,
} from "../rooms/index.ts";
import { decisionTexts } from "../text/index.ts";
import { IdentityPauses } from "./identity-pauses.ts";
import { Schedules } from "./schedules.ts";

/** Each connection by itself, by the promised schedule. Those that fail together are spread by the pace of handshakes. */
export class FixedStrategy implements ReconnectStrategy {
	readonly #schedules = new Schedules();
	readonly #pauses: IdentityPauses;

	/** @param pauses which identities are to wait */
	constructor(pauses = new IdentityPauses()) {
		this.#pauses = pauses;
	}

	failed({ failure, attempt, now, ...connection }: FailedAttempt): NextAttempt {
		const { delayMs, flaps } = this.#schedules.of(connection).next(attempt, now, failureClasses[failure.reason].flap);
		return { delayMs, why: decisionTexts.schedule(attempt, flaps) };
	}

	admit({ identity }: ConnectionKey, now: number): Hold | undefined {
		return this.#pauses.hold(identity, now);
	}

	bars(identity: string, now: number): boolean {
		return this.#pauses.rests(identity, now);
	}

	opened(): void {
		// A handshake proves nothing about the room.
	}

	works(connection: ConnectionKey, now: number): void {
		this.#schedules.of(connection).works(now);
	}

	left(liveId: string): void {
		this.#schedules.leave(liveId);
	}

	status(): ReconnectStatus {
		return { strategy: "fixed", hosts: [] };
	}
}
