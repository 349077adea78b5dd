import type { Clock, Timer } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { LiveService } from "../../live/index.ts";

export interface VisitedRoomsDeps {
	live: Pick<LiveService, "getRoom" | "startLive" | "stopLive" | "roomsVisitedFrom">;
	clock: Clock;
	logger: Logger;
	/** The node of the cluster that this is; "" where the service is alone. */
	node: string;
}

/** How long a room that a listener started goes on without one: listeners come back within seconds, ms. */
const graceMs = 60_000;
const sweepMs = 15_000;

/**
 * The rooms that listeners read, each with how many do. Reading a room that is not kept starts it, and such a room
 * is released a minute after its last listener has gone, also where the service was restarted meanwhile. It stays once
 * somebody asks for it by the API, a command or the page: then it is kept like any other.
 */
export class VisitedRooms {
	readonly #deps: VisitedRoomsDeps;
	readonly #visitors = new Map<string, number>();
	/** Since when a room that a listener started has none, ms. */
	readonly #leftAt = new Map<string, number>();
	readonly #sweep: Timer;

	constructor(deps: VisitedRoomsDeps) {
		this.#deps = deps;
		this.#sweep = deps.clock.every(sweepMs, () => this.#release());
	}

	/** How many listen to a room here. */
	count(liveId: string): number {
		return this.#visitors.get(liveId) ?? 0;
	}

	/**
	 * Somebody listens to a room, which is started where it isn't active.
	 * @param cookie for a room that is started by it; a room that is active keeps its own
	 * @returns to be called when the listener has gone
	 * @throws what {@link LiveService.startLive} throws
	 */
	async enter(liveId: string, cookie?: string): Promise<() => void> {
		this.#visitors.set(liveId, this.count(liveId) + 1);
		const leave = () => this.#leave(liveId);
		try {
			const { live, node } = this.#deps;
			if (!live.getRoom(liveId)) await live.startLive(liveId, { visitedFrom: node, cookie });
		} catch (error) {
			leave();
			throw error;
		}
		return leave;
	}

	close(): void {
		this.#sweep.cancel();
	}

	#leave(liveId: string): void {
		const left = this.count(liveId) - 1;
		if (left > 0) this.#visitors.set(liveId, left);
		else this.#visitors.delete(liveId);
	}

	#release(): void {
		const { live, clock, node } = this.#deps;
		const empty = new Set(live.roomsVisitedFrom(node).filter((liveId) => this.count(liveId) === 0));
		for (const liveId of this.#leftAt.keys()) if (!empty.has(liveId)) this.#leftAt.delete(liveId);
		const now = clock.now();
		for (const liveId of empty) {
			const since = this.#leftAt.get(liveId) ?? now;
			this.#leftAt.set(liveId, since);
			if (now - since >= graceMs) void this.#stop(liveId);
		}
	}

	async #stop(liveId: string): Promise<void> {
		const { live, logger } = this.#deps;
		this.#leftAt.delete(liveId);
		logger.info({ event: "visited_room_released", live_id: liveId });
		try {
			await live.stopLive(liveId);
		} catch (error) {
			logger.error({ event: "visited_room_not_released", live_id: liveId, err: error });
		}
	}
}
