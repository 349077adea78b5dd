import type { AttemptRules } from "../chaos/attempt-rules.ts";
import type { Asked } from "../chaos/attempts.ts";

/** Requests sent within this time may precede the reading of the answer, ms. */
const readMs = 300;

/** A request to slow down, by the answer to a request for messages or a socket. */
export interface SlowDown {
	what: "fetch" | "push";
	liveId: string;
	at: number;
	ms: number;
}

/**
 * Checks that no room asks for messages while the answer to such a request has asked it to wait, nor for anything while
 * the push server has. A socket opens without the messages that had to wait.
 * @returns the violations, as sentences
 */
export function checkSlowDowns(
	slowDowns: readonly SlowDown[],
	asked: readonly Asked[],
	{ liveIdOf, restartedIn, sessionsOf }: AttemptRules,
): string[] {
	const requests = asked.filter(({ what }) => what === "push" || what === "fetch");
	return slowDowns.flatMap(({ what, liveId, at, ms }) => {
		const isTooSoon = (one: Asked) =>
			(what === "push" || one.what === "fetch") &&
			one.at > at + readMs &&
			one.at < at + 0.98 * ms &&
			liveIdOf(one.of) === liveId;
		const first = requests.find(isTooSoon);
		// Another session of the same room has its own identity.
		if (!first || restartedIn(liveId, at, first.at) || sessionsOf(liveId, at, first.at) > 1) return [];
		return [`${liveId}: asked for a ${first.what} ${first.at - at} ms after the site asked it to wait ${ms} ms`];
	});
}
