import { type AbsenceReason, DouyinError, type FailureReason } from "../errors.ts";
import { type FollowStep, type Idle, infoOf, type RoomInfo } from "./follow-room.ts";

/** Outcome of the first attempt to connect: the room, or why there is no connection. */
export class FirstAttempt {
	readonly result: Promise<RoomInfo>;
	#settle: { resolve(room: RoomInfo): void; reject(error: Error): void } | undefined;

	constructor() {
		this.result = new Promise((resolve, reject) => {
			this.#settle = { resolve, reject };
		});
		// An unhandled rejection must not end the process: listeners are notified of the failure.
		this.result.catch(() => undefined);
	}

	/** Settles the result at the first step that decides it; ignores all later ones. */
	note(step: FollowStep): void {
		if (step.type === "connected") this.#settle?.resolve(infoOf(step));
		else if (step.type === "disconnected") this.#settle?.reject(step.failure);
		else if (step.type === "waiting") this.#settle?.reject(absence[step.why]());
	}

	/** Settles the result when no more steps will come. */
	stopped(): void {
		this.#settle?.reject(new DouyinError("stopped", "The client was stopped before it was connected."));
	}
}

type Absence = DouyinError<FailureReason | AbsenceReason>;

const absence: Record<Idle, () => Absence> = {
	offline: () => new DouyinError("offline", "The room is not live. The client waits for its next broadcast."),
	no_room: () => new DouyinError("no_room", "The account has no room now. The client waits until it has one."),
	hidden: () =>
		new DouyinError("hidden", "The broadcast is visible to selected viewers only. The client waits for the next one."),
	closed: () => new DouyinError("closed", "The account was closed.", { retryable: false }),
	not_found: () => new DouyinError("not_found", "There is no room with this number.", { retryable: false }),
	ended: () => new DouyinError("broadcast_ended", "The broadcast has ended. The client waits for the next one."),
};
