import type { Clock, Timer } from "@livekeeper/douyin";
import { Listeners } from "../../listeners.ts";
import type { EventLogStatus } from "../event-log.ts";
import { LogHealth, type LogHealthState } from "../log-health.ts";
import { faultOf, textOf } from "./faults.ts";
import type { JetStreamEventLogOptions } from "./options.ts";
import { RecurringFailures } from "./recurring-failures.ts";
import type { FencedRoom } from "./shared-event-log.ts";

/** Rooms that begin or cease to fail within this time are reported together, ms. */
const gatherMs = 100;

/** Reports whether the log can write, and other failures, to listeners and to the program's own log. */
export class LogReports {
	static ofStream(stream: string): string {
		return `stream ${stream}`;
	}

	readonly onStatus: Listeners<EventLogStatus>;
	readonly #logger: JetStreamEventLogOptions["logger"];
	readonly #status: () => EventLogStatus;
	readonly #health: LogHealth;
	readonly #clock: Clock;
	readonly #recurring = new RecurringFailures();
	/** Number of events found damaged together, by room and the first of them. */
	readonly #damaged = new Map<string, Map<number, number>>();
	/** Rooms whose last append failed, and streams that do not answer. */
	readonly #failing = new Set<string>();
	#gather: Timer | undefined;

	/** @param oldest returns when the oldest unstored event was appended, by the clock's `elapsed()` */
	constructor(
		logger: JetStreamEventLogOptions["logger"],
		clock: Clock,
		oldest: () => number | undefined,
		status: () => EventLogStatus,
	) {
		this.#logger = logger;
		this.#clock = clock;
		this.#status = status;
		this.#health = new LogHealth(clock, oldest, () => this.#healthChanged());
		this.onStatus = this.listeners();
	}

	get health(): LogHealthState {
		return this.#health.state;
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

	/** To be called every second. */
	look(): void {
		this.#health.look();
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

	/** To be called when NATS has answered. If the failed rooms were released, none of them will report the recovery. */
	answered(): void {
		if (this.#failing.size === 0) this.#health.recover();
	}

	/** To be called when this node no longer stores the room. */
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

	listeners<T>(): Listeners<T> {
		return new Listeners((error) => this.#logger.error({ event: "log_listener_failed", err: error }));
	}

	/** Reports that other rooms fail than before, even if the log's state is unchanged. */
	#othersFail(): void {
		this.#gather ??= this.#clock.after(gatherMs, () => {
			this.#gather = undefined;
			this.onStatus.call(this.#status());
		});
	}

	#healthChanged(): void {
		const status = this.#status();
		const { fault, message, pendingEvents } = status;
		if (fault) this.#logger.error({ event: "storage_failing", fault, pending: pendingEvents, detail: message?.zh });
		else this.#logger.info({ event: "storage_recovered" });
		this.onStatus.call(status);
	}
}
