import type { EventLogStatus } from "../event-log.ts";
import type { SqliteEventLogOptions } from "./options.ts";
import type { Hole } from "./room-blocks.ts";
import type { Upkeep } from "./writer.ts";

/** Reports damage in the log: each event in the program's own log, all of it in the status. */
export class DamageReports {
	readonly #logger: SqliteEventLogOptions["logger"];
	#stored: Upkeep["damage"] = { events: 0, rooms: [] };
	/** Rooms whose aggregates could not be read, or with an event that could not be counted. */
	readonly #uncounted = new Set<string>();
	/** Rooms with events that could not be repaired. */
	readonly #notRepaired = new Set<string>();

	constructor(logger: SqliteEventLogOptions["logger"]) {
		this.#logger = logger;
	}

	get state(): Pick<EventLogStatus, "damage"> {
		const rooms = [...new Set([...this.#stored.rooms, ...this.#uncounted])];
		return rooms.length === 0 ? {} : { damage: { events: this.#stored.events, rooms } };
	}

	found({ repaired, recounted, indexRepaired, uncounted, damage }: Omit<Upkeep, "storedBytes" | "more">): void {
		this.unreadable(recounted);
		if (indexRepaired) this.#logger.error({ event: "index_repaired" });
		for (const { liveId, from, to } of repaired) {
			this.#logger.error({ event: "event_corrupt", live_id: liveId, seq: from, events: to - from + 1 });
		}
		for (const { liveId, seq, why } of uncounted) {
			if (this.#uncounted.has(liveId)) continue;
			this.#uncounted.add(liveId);
			this.#logger.error({ event: "event_not_counted", live_id: liveId, seq, detail: why });
		}
		this.#stored = damage;
		if (repaired.length > 0) this.#notRepaired.clear();
	}

	/** @param liveIds of rooms with damaged aggregates, which are left out until they are counted again */
	unreadable(liveIds: readonly string[]): void {
		for (const liveId of liveIds) {
			if (this.#uncounted.has(liveId)) continue;
			this.#uncounted.add(liveId);
			this.#logger.error({ event: "sums_corrupt", live_id: liveId });
		}
	}

	notRepaired(liveId: string, [hole]: readonly Hole[], error: unknown): void {
		if (this.#notRepaired.has(liveId)) return;
		this.#notRepaired.add(liveId);
		this.#logger.error({ event: "event_corrupt", live_id: liveId, seq: hole?.from, err: error });
	}
}
