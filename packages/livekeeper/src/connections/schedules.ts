import { RetrySchedule } from "@livekeeper/douyin";
import type { ConnectionKey } from "../rooms/index.ts";

/** The retry schedules of rooms' connections. */
export class Schedules {
	/** By live id, and by source. */
	readonly #rooms = new Map<string, RetrySchedule[]>();

	of({ liveId, source }: Pick<ConnectionKey, "liveId" | "source">): RetrySchedule {
		const room = this.#rooms.get(liveId) ?? [];
		this.#rooms.set(liveId, room);
		room[source] ??= new RetrySchedule();
		return room[source];
	}

	/** How long a room whose own connection flaps has to stay away even when others call it back, ms. */
	restMs(liveId: string, now: number): number {
		return this.#rooms.get(liveId)?.[0]?.restMs(now) ?? 0;
	}

	/** The room begins anew. */
	leave(liveId: string): void {
		this.#rooms.delete(liveId);
	}
}
