import type { Head, LogMessage } from "./message.ts";

/** The party that claims a room: one run of one node, with its view of the cluster's nodes. */
export interface Claimant {
	owner: string;
	/** If two nodes both think they own a room, the one with the newer view is right. */
	view: number;
}

/** End of a room's log, by the messages that count. */
export interface Position {
	epoch: number;
	/** Owner of the epoch, and the view by which it claimed it. */
	owner: string;
	view: number;
	/** The `seq` of the next event. */
	next: number;
}

/** A message's head and sequence. */
export type Placed = Pick<LogMessage, "sequence" | "head">;

export const beginning: Position = { epoch: 0, owner: "", view: 0, next: 1 };

/** Whether a claim may follow the room's newest message: an older view never overrides a newer one. */
export function mayClaim(last: Head | undefined, { view }: Claimant): boolean {
	return last === undefined || view >= last.view;
}

/** Returns the fields that a message takes over from the one before it. @param now ms since the epoch */
export function headAfter(
	last: Placed | undefined,
	now: number,
): Omit<Head, "kind" | "epoch" | "view" | "owner" | "n"> {
	if (!last) return { next: 1, count: 0, at: now, skew: 0, ahead: 0, own: false, ownBefore: 0 };
	const { next, at, skew, ahead, own, ownBefore, floor, floorAt } = last.head;
	const times = { at: Math.max(at, now), skew, ahead };
	const head = { next, count: 0, ...times, own: false, ownBefore: own ? last.sequence : ownBefore };
	return { ...head, ...(floor !== undefined && { floor }), ...(floorAt !== undefined && { floorAt }) };
}

/**
 * Whether the room's newest message shows that nothing ever followed it: either its owner released the room, or it was
 * stored in this run of the servers.
 * @param run queried after the message was read
 */
export function isShown({ run: stored, released }: Head, run: string): boolean {
	return released === true || stored === run;
}

/** Whether the room's log holds no events since it began, or since its end was last in doubt. */
export function holdsNothing({ next, floor = 0 }: Head): boolean {
	return next === floor + 1;
}

/**
 * Returns the claim that starts a new epoch. The epoch is the time of the claim if that is greater than the epoch
 * before, so it also exceeds an epoch that the claimant could not see.
 * @param above epochs that the new one must exceed
 * @param now ms since the epoch
 */
export function claimAfter(last: Placed | undefined, { owner, view }: Claimant, above: number, now: number): Head {
	const epoch = Math.max(above + 1, Math.trunc(now));
	return { ...headAfter(last, now), kind: "claim", epoch, view, owner, n: 0 };
}

/** Returns a copy of the room's newest message without its events, so that the original may be deleted. */
export function anchorAfter(last: Placed, now: number): Head {
	const { epoch, view, owner, n, run, released } = last.head;
	const same = { ...(run !== undefined && { run }), ...(released !== undefined && { released }) };
	return { ...headAfter(last, now), ...same, kind: "anchor", epoch, view, owner, n };
}

/**
 * Judges a message that the server refused because the room's newest message was not the expected one.
 * - `stored`: the message is there; the answer to an earlier attempt was lost.
 * - `passed`: it is not there, and the owner still has the epoch: it may be sent again, behind the newest message.
 * - `fenced`: another node has claimed the room: nothing of this epoch may be appended any more.
 * - `lost`: the log ends before the owner's last append, so the servers have lost some of it: the room has to be
 *   claimed again, from the rest.
 * @param last the newest message of the room now
 * @param expected the sequence of the message that should have been the newest
 */
export function judge(last: Placed | undefined, sent: Head, expected: number): "stored" | "passed" | "fenced" | "lost" {
	if (last === undefined || last.sequence < expected) return "lost";
	const { epoch, owner, n } = last.head;
	if (epoch > sent.epoch) return "fenced";
	// A newer message of an older epoch, or of another owner's claim to this epoch: the server let it through, but it
	// does not count.
	if (epoch < sent.epoch || owner !== sent.owner) return "passed";
	return n >= sent.n ? "stored" : "passed";
}

/**
 * Whether a message counts, given those before it. The server checks the expected sequence when it accepts a message.
 * In an election, old servers forget messages that they have accepted and not yet stored, so a late owner's message can
 * end up behind the claim that fences it, or one message can appear twice. By this rule every reader ignores such a
 * message.
 */
export function counts({ epoch, owner, view, next }: Position, head: Head): boolean {
	const isLate = head.epoch < epoch || (head.epoch === epoch && head.owner !== owner) || head.view < view;
	return !isLate && head.next - head.count >= next;
}

/** Returns the end of the log after a message that counts. */
export function positionAfter({ epoch, owner, view, next }: Head): Position {
	return { epoch, owner, view, next };
}
