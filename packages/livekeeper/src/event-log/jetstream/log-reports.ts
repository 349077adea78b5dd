import type { Clock } from "@livekeeper/douyin";
import { Listeners } from "../../listeners.ts";
import { faultNames } from "../../text/index.ts";
import { damagedLine } from "../damaged-event.ts";
import type { EventLogStatus } from "../event-log.ts";
import { LogHealth, type LogHealthState } from "../log-health.ts";
import { faultOf, textOf } from "./faults.ts";
import type { JetStreamEventLogOptions } from "./options.ts";
import { RecurringFailures } from "./recurring-failures.ts";
import type { FencedRoom } from "./shared-event-log.ts";

/** Whether the log can write, told to who listens and to the program's own log, with what else fails. */
export class LogReports {
	readonly onStatus: Listeners<EventLogStatus>;
	readonly #logger: JetStreamEventLogOptions["logger"];
	readonly #status: () => EventLogStatus;
	readonly #health: LogHealth;
	readonly #clock: Clock;
	readonly #recurring = new RecurringFailures();
	/** How many events were found damaged together, by room and the first of them. */
	readonly #damaged = new Map<string, Map<number, number>>();
	/** Rooms whose last append failed, and streams that do not answer. */
	readonly #failing = new Set<string>();

	constructor(logger: JetStreamEventLogOptions["logger"], clock: Clock, status: () => EventLogStatus) {
		this.#logger = logger;
		this.#clock = clock;
		this.#status = status;
		this.#health = new LogHealth(clock, () => this.#healthChanged());
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

	/** Events were read that are damaged, both ends included: gaps are given in their places. Said once. */
	damaged(liveId: string, { from, to }: { from: number; to: number }): void {
		const known = this.#damaged.get(liveId) ?? new Map<number, number>();
		if (known.has(from)) return;
		this.#damaged.set(liveId, known.set(from, to - from + 1));
		const { fields, line } = damagedLine(liveId, from, to);
		this.#logger.error(fields, line);
	}

	failed(what: string, error: unknown): void {
		this.#failing.add(what);
		this.#health.fail(faultOf(error), textOf(error));
	}

	recovered(what: string): void {
		if (this.#failing.delete(what)) this.answered();
	}

	/** NATS has answered. Where the rooms that failed were let go of, none of them will tell that it is back. */
	answered(): void {
		if (this.#failing.size === 0) this.#health.recover();
	}

	/** The room is no longer this node's to store. */
	forget(liveId: string): void {
		this.#failing.delete(liveId);
	}

	fenced({ liveId, by: owner, dropped }: FencedRoom): void {
		const fields = { event: "room_fenced", live_id: liveId, owner, dropped };
		this.#logger.info(fields, `直播间 ${liveId} 已由另一节点接管`);
	}

	/** Something failed that is tried again. It is told with how often it was so (`times`) since it was told last. */
	troubled(event: string, error: unknown, liveId?: string): void {
		const times = this.#recurring.came(`${event} ${textOf(error).en}`, this.#clock.elapsed());
		if (times === undefined) return;
		const room = liveId !== undefined && { live_id: liveId };
		const fields = { event, err: error, ...room, ...(times > 1 && { times }) };
		this.#logger.warn(fields, "【!】NATS 中的事件日志出错，将重试");
	}

	listeners<T>(): Listeners<T> {
		return new Listeners((error) =>
			this.#logger.error({ event: "listener_failed", err: error }, "【!】处理事件日志的消息时出错"),
		);
	}

	#healthChanged(): void {
		const status = this.#status();
		const { fault, message, pendingEvents } = status;
		const fields = { event: "storage_failing", fault, pending: pendingEvents, detail: message?.zh };
		if (fault) this.#logger.error(fields, `【!】事件日志无法写入（${faultNames[fault].zh}）`);
		else this.#logger.info({ event: "storage_recovered" }, "【√】事件日志恢复写入");
		this.onStatus.call(status);
	}
}
