import type { Clock, Timer } from "@livekeeper/douyin";
import type { EventLogStatus } from "../event-log.ts";
import type { LogHealth } from "../log-health.ts";
import { faultOf, textOf } from "./faults.ts";
import type { JetStreamEventLogOptions } from "./options.ts";
import type { FencedRoom } from "./shared-event-log.ts";

/** Rooms that begin or cease to fail within this time are reported together, ms. */
const gatherMs = 100;

/** Notes which rooms and streams fail, and reports failures and damage in the program's own log. */
export class LogReports {
	static ofStream(stream: string): string {
		return `stream ${stream}`;
	}

	readonly #logger: JetStreamEventLogOptions["logger"];
	readonly #statusChanged: () => void;
	readonly #health: LogHealth;
	readonly #clock: Clock;
	#isClosed = false;
	readonly #recurring = new RecurringFailures();
	/** Number of events found damaged together, by room and the first of them. */
	readonly #damaged = new Map<string, Map<number, number>>();
	/** Rooms of which a replica gave damaged events. */
	readonly #replicaDamaged = new Set<string>();
	/** Rooms whose last append failed, and streams that do not answer. */
	readonly #failing = new Set<string>();
	#gather: Timer | undefined;

	/** @param statusChanged called if other rooms fail than before, even if the log's state is unchanged */
	constructor(logger: JetStreamEventLogOptions["logger"], clock: Clock, health: LogHealth, statusChanged: () => void) {
		this.#logger = logger;
		this.#clock = clock;
		this.#health = health;
		this.#statusChanged = statusChanged;
	}

	get damage(): Pick<EventLogStatus, "damage"> {
		if (this.#damaged.size === 0) return {};
		const events = Array.from(this.#damaged.values())
			.flatMap((found) => [...found.values()])
			.reduce((sum, count) => sum + count, 0);
		return { damage: { events, rooms: [...this.#damaged.keys()] } };
	}

	/** Reports damaged events, both ends included, which readers get as gaps. Each is logged once. */
	damaged(liveId: string, { from, to }: { from: number; to: number }): void {
		const known = this.#damaged.get(liveId) ?? new Map<number, number>();
		if (known.has(from)) return;
		this.#damaged.set(liveId, known.set(from, to - from + 1));
		this.#logger.error({ event: "event_corrupt", live_id: liveId, seq: from, events: to - from + 1 });
	}

	/** Reports events, both ends included, that one NATS server gave damaged and another whole; once a room. */
	damagedReplica(liveId: string, { from, to }: { from: number; to: number }): void {
		if (this.#replicaDamaged.has(liveId)) return;
		this.#replicaDamaged.add(liveId);
		this.#logger.error({ event: "replica_corrupt", live_id: liveId, seq: from, events: to - from + 1 });
	}

	/** @param what a room, or a stream named by {@link ofStream} */
	failed(what: string, error: unknown): void {
		if (!this.#failing.has(what)) this.#othersFail();
		this.#failing.add(what);
		this.#health.fail(faultOf(error), textOf(error));
	}

	recovered(what: string): void {
		if (!this.#failing.delete(what)) return;
		this.#othersFail();
		this.answered();
	}

	/** Whether any of these fails. Everything counts as failing if the failing part is unknown. */
	affects(...what: readonly string[]): boolean {
		return this.#failing.size === 0 || what.some((one) => this.#failing.has(one));
	}

	/** Must be called when NATS has answered. If the failed rooms were released, none of them will report the recovery. */
	answered(): void {
		if (this.#failing.size === 0) this.#health.recover();
	}

	/** Must be called when this node no longer stores the room. */
	forget(liveId: string): void {
		this.#failing.delete(liveId);
	}

	fenced({ liveId, by: owner, dropped }: FencedRoom): void {
		this.#logger.info({ event: "room_fenced", live_id: liveId, owner, dropped });
	}

	/** Reports a failure that is retried, with how often it happened (`times`) since the last report. */
	troubled(event: string, error: unknown, liveId?: string): void {
		const times = this.#recurring.came(`${event} ${textOf(error).en}`, this.#clock.elapsed());
		if (times === undefined) return;
		const room = liveId !== undefined && { live_id: liveId };
		const fields = { event, err: error, ...room, ...(times > 1 && { times }) };
		this.#logger.warn(fields, "【!】NATS 中的事件日志出错，将重试");
	}

	/** Must be called once the log is closed: from then on changes of its state matter no more. */
	close(): void {
		this.#isClosed = true;
		this.#gather?.cancel();
	}

	/** Reports that other rooms fail than before, even if the log's state is unchanged. */
	#othersFail(): void {
		if (this.#isClosed) return;
		this.#gather ??= this.#clock.after(gatherMs, () => {
			this.#gather = undefined;
			this.#statusChanged();
		});
	}
}

/** A failure and its occurrences. Times are ms, of one clock that never goes back. */
interface Recurring {
	reportedAt: number;
	lastAt: number;
	/** Time for which it is not reported again, ms. */
	silenceMs: number;
	/** Number of occurrences since its last report. */
	unreported: number;
}

const firstSilenceMs = 60_000;
/** A failure that has not occurred for this long is over: the next one is reported at once, ms. */
const maxSilenceMs = 60 * 60_000;
const maxKnown = 100;

/**
 * Decides which failures are reported: each once, and then at growing intervals while it continues. A retry may fail
 * for thousands of rooms, twice a second.
 */
export class RecurringFailures {
	/** In order of their last occurrence. */
	readonly #known = new Map<string, Recurring>();

	/**
	 * @param key the same for failures with the same meaning
	 * @returns the number of occurrences since the last report, including this one; `undefined`: do not report now
	 */
	came(key: string, now: number): number | undefined {
		const failure = this.#ongoing(key, now);
		this.#known.delete(key);
		if (!failure) {
			this.#known.set(key, { reportedAt: now, lastAt: now, silenceMs: firstSilenceMs, unreported: 0 });
			const [oldest] = this.#known.keys();
			if (this.#known.size > maxKnown && oldest !== undefined) this.#known.delete(oldest);
			return 1;
		}
		this.#known.set(key, failure);
		failure.lastAt = now;
		const { reportedAt, silenceMs, unreported } = failure;
		if (now - reportedAt < silenceMs) {
			failure.unreported++;
			return undefined;
		}
		Object.assign(failure, { reportedAt: now, silenceMs: Math.min(maxSilenceMs, silenceMs * 2), unreported: 0 });
		return unreported + 1;
	}

	#ongoing(key: string, now: number): Recurring | undefined {
		const known = this.#known.get(key);
		return known && now - known.lastAt <= maxSilenceMs ? known : undefined;
	}
}
