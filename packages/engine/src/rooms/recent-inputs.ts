import type { Input } from "./room-inputs.ts";
import type { RoomPhase } from "./room-status.ts";

/** An input of a room without what it names: people, titles and hosts. */
export interface RecentInput {
	/** Time of the step, by `Clock.elapsed`, ms. */
	at: number;
	type: Input["type"];
	/** Number of the session, look-up, ticket or permit that it is about. */
	of: number | undefined;
	/** Class of the failure, status of the answer, or what is waited for. */
	code: string | undefined;
	/** Phase of the room after the step. */
	phase: RoomPhase;
}

const maxInputs = 100;

/** Keeps the newest inputs of a room. */
export class RecentInputs {
	readonly #inputs: RecentInput[] = [];

	add(input: Input, at: number, phase: RoomPhase): void {
		this.#inputs.push({ at, type: input.type, of: numberOf(input), code: codeOf(input), phase });
		if (this.#inputs.length > maxInputs) this.#inputs.shift();
	}

	/** Oldest first. */
	all(): readonly RecentInput[] {
		return this.#inputs;
	}
}

function numberOf(input: Input): number | undefined {
	if ("session" in input) return input.session;
	if ("look" in input) return input.look;
	if ("ticket" in input) return input.ticket;
	return "permit" in input ? input.permit : undefined;
}

function codeOf(input: Input): string | undefined {
	if ("failure" in input) return input.failure?.reason;
	if ("answer" in input) return input.answer.status;
	if (input.type === "waits") return input.wait.for;
	return input.type === "look_waits" ? input.wait.refused : undefined;
}
