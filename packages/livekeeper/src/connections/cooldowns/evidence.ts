import type { SessionEnd } from "../../rooms/index.ts";

/** A session that received nothing. */
export interface EmptySession {
	liveId: string;
	/** End of the session, ms by `Clock.elapsed`. */
	at: number;
	/** Whether another connection of the room received messages meanwhile. */
	othersHeard: boolean;
	/** Whether the upstream refused it and named risk control. */
	refused: boolean;
}

/** Maximum age of evidence, ms, because older sessions say nothing about now. */
const windowMs = 3 * 3_600_000;
/** Number of empty sessions that are enough, in any rooms, when sessions of other identities received messages. */
const besideOthers = 3;
/** Number of empty sessions that are enough in several rooms while another identity receives messages. */
const inRooms = 4;
/** Time that these must span when no other identity is in use for comparison, ms. */
const aloneMs = 60 * 60_000;
/** Number of refusals naming risk control that are enough. */
const refusals = 2;
const riskControl = /risk|风控|風控|风险/i;

/** Returns the evidence of a session's end against its identity; `undefined` if there is none. */
export function emptySessionOf(
	{ liveId, opened, othersHeard, failure }: SessionEnd,
	at: number,
): EmptySession | undefined {
	const refused = failure.reason === "blocked" && riskControl.test(failure.upstreamMessage ?? "");
	if (!refused && !(opened && failure.reason === "silence")) return undefined;
	return { liveId, at, othersHeard, refused };
}

export function recentOf(sessions: readonly EmptySession[], now: number): EmptySession[] {
	return sessions.filter(({ at }) => now - at <= windowMs);
}

/**
 * Returns whether all of an identity's sessions received nothing although there were messages.
 * @param hears returns whether another identity receives messages meanwhile; `undefined` if no other is in use
 */
export function provesRiskControl(
	sessions: readonly EmptySession[],
	hears: (since: number) => boolean | undefined,
): boolean {
	if (sessions.filter(({ refused }) => refused).length >= refusals) return true;
	if (sessions.filter(({ othersHeard }) => othersHeard).length >= besideOthers) return true;
	if (roomsOf(sessions).length < 2 || sessions.length < inRooms) return false;
	const [first, last] = [sessions[0]?.at ?? 0, sessions.at(-1)?.at ?? 0];
	// If others receive nothing either, the upstream is the cause.
	return hears(first) ?? last - first >= aloneMs;
}

export function roomsOf(sessions: readonly EmptySession[]): string[] {
	return [...new Set(sessions.map(({ liveId }) => liveId))];
}
