import type { DeadLetter, TargetAttempt } from "@livekeeper/client";

/** A delivery as its target's owner looks at it: what became of it so far. */
export interface Delivery {
	id: string;
	/** "": of the service. */
	liveId: string;
	/** Of the newest attempt, ms since the epoch. */
	at: number;
	events: number;
	/** As far as they are remembered. */
	attempts: number;
	/** `failed`: it is tried again by itself. `gone`: given up, and the log no longer has it. */
	outcome: "accepted" | "failed" | "given_up" | "queued" | "gone";
	partly: boolean;
	/** Why the newest attempt failed, and what to do. */
	why: string;
}

/** The newest first: of attempts, newest first, and of dead letters. Of a delivery that was tried often its last attempt counts. */
export function deliveriesOf(attempts: readonly TargetAttempt[], letters: readonly DeadLetter[]): Delivery[] {
	const found = new Map<string, Delivery>();
	for (const letter of letters) {
		const outcome = letter.queued ? "queued" : letter.available === "none" ? "gone" : "given_up";
		found.set(letter.delivery_id, {
			...{ id: letter.delivery_id, liveId: letter.live_id, events: letter.events, attempts: letter.attempts },
			...{ at: letter.error.at, outcome, partly: letter.available === "some", why: letter.error.message },
		});
	}
	const given = new Set(found.keys());
	for (const { delivery_id: id, live_id: liveId, events, at, error } of attempts) {
		if (given.has(id)) continue;
		const known = found.get(id);
		if (known) known.attempts++;
		else {
			const outcome = error ? "failed" : "accepted";
			found.set(id, { id, liveId, events, at, attempts: 1, outcome, partly: false, why: error?.message ?? "" });
		}
	}
	return [...found.values()].sort((a, b) => b.at - a.at);
}
