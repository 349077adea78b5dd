import { RoomNotFoundError } from "@livekeeper/base/errors";
import type { Clock, Timer } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { LiveService } from "../../live/index.ts";

/** This node's access to the other nodes of the cluster. */
export interface AmongNodes {
	readonly node: string;
	readonly ownership: { owns(liveId: string): boolean };
	readonly messages: {
		/** Sends to all nodes, this one included. */
		publish(topic: string, message: Uint8Array): void;
		subscribe(topic: string, listener: (message: Uint8Array) => void): void;
	};
}

export interface VisitedRoomsDeps {
	live: Pick<LiveService, "getRoom" | "startLive" | "releaseLive" | "visitedRooms">;
	clock: Clock;
	logger: Logger;
	/** `undefined` if the service runs alone. */
	cluster?: AmongNodes | undefined;
}

/** A node's report of its rooms with listeners. */
interface Report {
	node: string;
	liveIds: string[];
	/** Whether this is the periodic report, which lists all of them. */
	isWhole: boolean;
}

const topic = "listened";
const sweepMs = 15_000;
/** Sweeps that a listener's room survives without one: about a minute, since listeners return within seconds. */
const quietSweeps = 5;

/**
 * Rooms that listeners read, with the number of listeners of each. Reading a room that is not kept starts it, unless it
 * was stopped by the API, a command or the page: it then stays stopped until one of these starts it. A room that a
 * listener started is released a minute after its last listener left, also if the service was restarted meanwhile. A
 * room that was started by the API, a command or the page is kept like any other. In a cluster each node reports every
 * few seconds which rooms have listeners there, and the room's owner releases it.
 */
export class VisitedRooms {
	readonly #deps: VisitedRoomsDeps;
	readonly #visitors = new Map<string, number>();
	/** Number of sweeps in which a room that a listener started had no listener at any node. */
	readonly #quiet = new Map<string, number>();
	readonly #sweep: Timer;

	constructor(deps: VisitedRoomsDeps) {
		this.#deps = deps;
		this.#sweep = deps.clock.every(sweepMs, () => this.#report([...this.#visitors.keys()], true));
		deps.cluster?.messages.subscribe(topic, (message) =>
			this.#reported(JSON.parse(Buffer.from(message).toString("utf8"))),
		);
	}

	/** Number of listeners of a room at this node. */
	count(liveId: string): number {
		return this.#visitors.get(liveId) ?? 0;
	}

	/**
	 * Registers a listener of a room, and starts the room if it is neither active nor stopped.
	 * @param cookie for a room that this call starts; an active room keeps its own
	 * @returns a function to call when the listener has left
	 * @throws what {@link LiveService.startLive} throws
	 */
	async enter(liveId: string, cookie?: string): Promise<() => void> {
		this.#visitors.set(liveId, this.count(liveId) + 1);
		const leave = () => this.#leave(liveId);
		try {
			const { live } = this.#deps;
			if (!live.getRoom(liveId)) await live.startLive(liveId, { visited: true, cookie });
		} catch (error) {
			// The room was stopped; listeners wait for its next start.
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
			this.#report([liveId], false);
		}
	}

	#report(liveIds: string[], isWhole: boolean): void {
		const { cluster } = this.#deps;
		const report = { node: cluster?.node ?? "", liveIds, isWhole };
		if (cluster) cluster.messages.publish(topic, Buffer.from(JSON.stringify(report)));
		else this.#reported(report);
	}

	/**
	 * Handles a report. Only this node's own reports advance the count: while NATS is down no node's listeners are heard
	 * of.
	 */
	#reported({ node, liveIds, isWhole }: Report): void {
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
