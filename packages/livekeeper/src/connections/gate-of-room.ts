import type { Advice, ConnectionKey, FailedAttempt, GateRequest, GateTicket, RoomGate } from "../rooms/index.ts";
import type { Admission, RoomPriority } from "./admission/index.ts";

/** One room's view of the gate. */
export class GateOfRoom implements RoomGate {
	readonly #room: string;
	readonly #admission: Admission;
	readonly #priorityOf: (room: string) => RoomPriority;

	/** @param priorityOf returns the current class of any room; the same function for all */
	constructor(room: string, admission: Admission, priorityOf: (room: string) => RoomPriority) {
		this.#room = room;
		this.#admission = admission;
		this.#priorityOf = priorityOf;
	}

	get hosts(): RoomGate["hosts"] {
		return this.#admission.hosts;
	}

	acquire({ quota, identity: key, ...request }: GateRequest): GateTicket {
		const priority = () => this.#priorityOf(this.#room);
		return this.#admission.acquire({ room: this.#room, priority, ...quota, key, ...request });
	}

	failed(attempt: FailedAttempt): Advice {
		return this.#admission.failed(attempt);
	}

	opened(connection: ConnectionKey): void {
		this.#admission.opened(connection);
	}

	works(connection: ConnectionKey): void {
		this.#admission.works(connection);
	}

	left(liveId: string): void {
		this.#admission.left(liveId);
	}
}
