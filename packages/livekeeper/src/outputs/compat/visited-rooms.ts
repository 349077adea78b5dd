import type { Clock, Timer } from "@livekeeper/douyin";
import type { Logger } from "pino";
import { RoomNotFoundError } from "../../errors.ts";
import type { LiveService } from "../../live/index.ts";

/** The node that this is, among those of a cluster. */
export interface AmongNodes {
	readonly node: string;
	readonly ownership: { owns(liveId: string): boolean };
	readonly messages: {
		/** To all nodes, this one included. */
		tell(topic: string, message: Uint8Array): void;
		onTold(topic: string, listener: (message: Uint8Array) => void): void;
	};
}

export interface VisitedRoomsDeps {
	live: Pick<LiveService, "getRoom" | "startLive" | "releaseLive" | "visitedRooms">;
	clock: Clock;
	logger: Logger;
	/** `undefined`: the service is alone. */
	cluster?: AmongNodes | undefined;
}

/** What a node says of the rooms that are listened to there. */
interface Report {
	node: string;
	liveIds: string[];
	/** It says so at its usual time, and has named them all. */
	isWhole: boolean;
}

const topic = "listened";
const sweepMs = 15_000;
/** A room that a listener started goes on for a minute without one, since listeners come back within seconds. */
const quietSweeps = 5;

/**
 * The rooms that listeners read, each with how many do. Reading a room that is not kept starts it, unless it was stopped
 * by the API, a command or the page: a stop holds until the room is started by one of these. A room that a listener
 * started is released a minute after its last listener has gone, also where the service was restarted meanwhile. Started
 * by the API, a command or the page, it is kept like any other. In a cluster each node says
 * every few seconds which rooms have listeners there, and a room's owner releases it.
 */
export class VisitedRooms {
	readonly #deps: VisitedRoomsDeps;
	readonly #visitors = new Map<string, number>();
	/** For how many sweeps a room that a listener started has had none, at any node. */
	readonly #quiet = new Map<string, number>();
	readonly #sweep: Timer;

	constructor(deps: VisitedRoomsDeps) {
		this.#deps = deps;
		this.#sweep = deps.clock.every(sweepMs, () => this.#tell([...this.#visitors.keys()], true));
		deps.cluster?.messages.onTold(topic, (message) => this.#told(JSON.parse(Buffer.from(message).toString("utf8"))));
	}

	/** How many listen to a room here. */
	count(liveId: string): number {
		return this.#visitors.get(liveId) ?? 0;
	}

	/**
	 * A listener reads a room, which is started where it is neither active nor stopped.
	 * @param cookie for a room that is started by it; a room that is active keeps its own
	 * @returns to be called when the listener has gone
	 * @throws what {@link LiveService.startLive} throws
	 */
	async enter(liveId: string, cookie?: string): Promise<() => void> {
		this.#visitors.set(liveId, this.count(liveId) + 1);
		const leave = () => this.#leave(liveId);
		try {
			const { live } = this.#deps;
			if (!live.getRoom(liveId)) await live.startLive(liveId, { visited: true, cookie });
		} catch (error) {
			// It was stopped: listeners wait for its next start.
			if (!(error instanceof RoomNotFoundError)) {
				leave();
				throw error;
			}
		}
		return leave;
	}

	close(): void {
		this.#sweep.cancel();
	}

	#leave(liveId: string): void {
		const left = this.count(liveId) - 1;
		if (left > 0) this.#visitors.set(liveId, left);
		else {
			this.#visitors.delete(liveId);
			this.#tell([liveId], false);
		}
	}

	#tell(liveIds: string[], isWhole: boolean): void {
		const { cluster } = this.#deps;
		const report = { node: cluster?.node ?? "", liveIds, isWhole };
		if (cluster) cluster.messages.tell(topic, Buffer.from(JSON.stringify(report)));
		else this.#told(report);
	}

	/** Only time in which this node hears itself counts: while NATS is away it hears of nobody's listeners. */
	#told({ node, liveIds, isWhole }: Report): void {
		for (const liveId of liveIds) this.#quiet.delete(liveId);
		const { live, cluster } = this.#deps;
		if (!isWhole || node !== (cluster?.node ?? "")) return;
		const visited = new Set(live.visitedRooms());
		for (const liveId of this.#quiet.keys()) if (!visited.has(liveId)) this.#quiet.delete(liveId);
		for (const liveId of visited) {
			if (this.count(liveId) > 0) continue;
			const sweeps = (this.#quiet.get(liveId) ?? 0) + 1;
			this.#quiet.set(liveId, sweeps);
			if (sweeps >= quietSweeps && (cluster?.ownership.owns(liveId) ?? true)) void this.#stop(liveId);
		}
	}

	async #stop(liveId: string): Promise<void> {
		const { live, logger } = this.#deps;
		this.#quiet.delete(liveId);
		logger.info({ event: "visited_room_released", live_id: liveId });
		try {
			await live.releaseLive(liveId);
		} catch (error) {
			logger.error({ event: "visited_room_not_released", live_id: liveId, err: error });
		}
	}
}
