import type { Head, LogMessage } from "./message.ts";

/** Who claims: one run of one node, and what it knows of who is there. */
export interface Claimant {
	owner: string;
	/** Of two nodes that think a room theirs, the one with the newer view is right. */
	view: number;
}

/** How far a room's log goes, by the messages that count. */
export interface Position {
	epoch: number;
	/** Whose epoch it is, and by which view. */
	owner: string;
	view: number;
	/** The `seq` of the next event. */
	next: number;
}

/** A message, by what it says of itself and where it lies. */
export type Placed = Pick<LogMessage, "sequence" | "head">;

export const beginning: Position = { epoch: 0, owner: "", view: 0, next: 1 };

/** Whether a claim may follow the room's newest message: one of an older view never overrides one of a newer. */
export function mayClaim(last: Head | undefined, { view }: Claimant): boolean {
	return last === undefined || view >= last.view;
}

/** What a message takes over from the one before it. @param now ms since the epoch */
export function headAfter(
	last: Placed | undefined,
	now: number,
): Omit<Head, "kind" | "epoch" | "view" | "owner" | "n"> {
	if (!last) return { next: 1, count: 0, at: now, skew: 0, own: false, ownBefore: 0 };
	const { next, at, skew, own, ownBefore, floor, floorAt } = last.head;
	const head = { next, count: 0, at: Math.max(at, now), skew, own: false, ownBefore: own ? last.sequence : ownBefore };
	return { ...head, ...(floor !== undefined && { floor }), ...(floorAt !== undefined && { floorAt }) };
}

/**
 * Whether the room's newest message shows that nothing ever followed it: its owner let go of the room, or it was stored in
 * this run of the servers. @param run asked for after the message was
 */
export function isShown({ run: stored, released }: Head, run: string): boolean {
	return released === true || stored === run;
}

/** Whether the room's log holds no events: none since it began, or since its end was last in doubt. */
export function holdsNothing({ next, floor = 0 }: Head): boolean {
	return next === floor + 1;
}

/**
 * The claim with which a new epoch begins. An epoch is the time of its claim where that is later than the epoch before:
 * so a claim is above one that it could not see, too.
 * @param above epochs that the new one has to be above
 * @param now ms since the epoch
 */
export function claimAfter(last: Placed | undefined, { owner, view }: Claimant, above: number, now: number): Head {
	const epoch = Math.max(above + 1, Math.trunc(now));
	return { ...headAfter(last, now), kind: "claim", epoch, view, owner, n: 0 };
}

/** The room's newest message once more, without its events: so that the one before may be deleted. */
export function anchorAfter(last: Placed, now: number): Head {
	const { epoch, view, owner, n, run, released } = last.head;
	const same = { ...(run !== undefined && { run }), ...(released !== undefined && { released }) };
	return { ...headAfter(last, now), ...same, kind: "anchor", epoch, view, owner, n };
}

/**
 * What became of a message that the server refused because the room's newest message was another than expected.
 * - `stored`: it is there: the answer to an earlier attempt was lost.
 * - `passed`: it is not there, and the epoch still is the owner's: it may be sent again, behind the newest message.
 * - `fenced`: another node has claimed the room: nothing of this epoch may be appended any more.
 * - `lost`: the log ends before what the owner had appended, so the servers have lost some of it: the room has to be
 *   claimed again, from what is left.
 * @param last the newest message of the room now
 * @param expected the sequence of the message that should have been the newest
 */
export function judge(last: Placed | undefined, sent: Head, expected: number): "stored" | "passed" | "fenced" | "lost" {
	if (last === undefined || last.sequence < expected) return "lost";
	const { epoch, owner, n } = last.head;
	if (epoch > sent.epoch) return "fenced";
	// Of an older epoch and yet newer, or of another's claim to this one: the server let it through, and it counts nothing.
	if (epoch < sent.epoch || owner !== sent.owner) return "passed";
	return n >= sent.n ? "stored" : "passed";
}

/**
 * Whether a message counts, given those before it. The server checks the expected sequence when it takes a message, and
 * old servers forget over an election what they have taken and not yet stored: a late owner's message can then come to
 * lie behind the claim that fences it, or one message twice. Every reader passes over such a message, by this rule.
 */
export function counts({ epoch, owner, view, next }: Position, head: Head): boolean {
	const isLate = head.epoch < epoch || (head.epoch === epoch && head.owner !== owner) || head.view < view;
	return !isLate && head.next - head.count >= next;
}

/** How far the log goes with a message that counts. */
export function positionAfter({ epoch, owner, view, next }: Head): Position {
	return { epoch, owner, view, next };
}
