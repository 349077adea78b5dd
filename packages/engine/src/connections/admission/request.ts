import type { ConnectionKey, GateRequest, Permit, QuotaKeys, Wait } from "../../rooms/index.ts";
import { type LimitName, type Quotas, relieves } from "./limits.ts";

/** Room classes, in the order in which rooms connect when there is no capacity for all. */
export const roomPriorities = [
	/** Marked by the user as not to be missed. */
	"pinned",
	/** A client reads it now. */
	"readers",
	/** It is broadcasting. */
	"live",
	/** It is not known to broadcast, or no reader would miss it now. */
	"idle",
] as const;

export type RoomPriority = (typeof roomPriorities)[number];

/** Returns the rank; 0 for the first class. */
function rankOf(priority: RoomPriority): number {
	return roomPriorities.indexOf(priority);
}

/** Request for one connection. */
export interface AdmissionRequest
	extends QuotaKeys,
		Partial<Pick<GateRequest, "kind" | "beside" | "onWait" | "onPreempted">> {
	/** The room's live id. */
	room: string;
	/** Returns the room's current class. */
	priority: () => RoomPriority;
	/** Key of its cookie and proxy, a secret. Default: the quota's identity. */
	key?: string;
	/** For an additional connection: returns whether the room could do without it right now. */
	preemptible?: (() => boolean) | undefined;
	/** Whether the room already holds a permit for this connection, so only the handshake is paced. Default false. */
	holdsPermit?: boolean;
	/** Called once, at once if nothing is in the way. */
	onPermit: GateRequest["onPermit"];
}

/** Returns whether it counts against limits. */
export function counts({ holdsPermit }: AdmissionRequest): boolean {
	return !holdsPermit;
}

/** Returns the key of the requested connection for holds. */
export function keyOf(request: AdmissionRequest): ConnectionKey {
	const { room: liveId, kind = "socket", key: identity = request.identity, beside } = request;
	return { liveId, identity, kind, beside: beside?.() ?? false, polled: false };
}

/** A request, from being queued until it is released. Times are of `Clock.elapsed`. */
export interface Ticket {
	readonly request: AdmissionRequest;
	/**
	 * Limits it counts against: none for a handshake on a permit that is held already, or for a room whose former node
	 * has a permit for it.
	 */
	quotas: Quotas;
	/** Start of the wait, ms. */
	readonly since: number;
	/** Order of arrival among equals. */
	readonly order: number;
	/** Whether another room needs its connection. */
	isPreempted?: boolean;
	/** The ticket that it has preempted and waits for. */
	preempting?: Ticket;
	/** Time until which only pinned rooms preempt it, ms, because it was served after a long wait. */
	protectedUntil: number;
	granted?: Pick<Permit, "handshakeDone" | "release">;
	/** Reason for waiting as last reported to it. */
	wait?: Wait;
	/** Whether it was held back. Held requests are released at the same time and are all paced. */
	wasHeld?: boolean;
	/** Whether its connection has ended and its permit stays reserved for a moment. */
	lingers?: boolean;
}

/** Best class that waiting alone can reach; pinned stays the user's choice. */
const bestAgedRank = 1;
/** Rank of connections that rooms could do without, after all rooms. */
const preemptibleRank = roomPriorities.length;

/** Returns the importance; 0 is the most important. */
export function importanceOf({ request: { priority, preemptible } }: Ticket): number {
	const rank = rankOf(priority());
	return preemptible?.() ? preemptibleRank + rank : rank;
}

/**
 * Returns the importance after waiting: every `agingMs` count as one class better, so no room waits for ever behind a
 * stream of others. A connection that the room could do without does not age.
 */
export function agedImportanceOf(ticket: Ticket, now: number, agingMs: number): number {
	const rank = importanceOf(ticket);
	if (rank <= bestAgedRank || rank >= preemptibleRank) return rank;
	return Math.max(bestAgedRank, rank - Math.floor((now - ticket.since) / agingMs));
}

/** Returns the tickets sorted by rank, 0 first, then by arrival. */
export function inOrder(tickets: Iterable<Ticket>, rankIn: (ticket: Ticket) => number): Ticket[] {
	const ranked = Array.from(tickets, (ticket) => ({ ticket, rank: rankIn(ticket) }));
	ranked.sort((a, b) => a.rank - b.rank || a.ticket.order - b.ticket.order);
	return ranked.map(({ ticket }) => ticket);
}

/**
 * Returns the holder to preempt for a request.
 * @param full limits that keep it waiting
 * @param holders least important first
 * @returns the least important of those whose connection alone is in the way; `undefined` if the request has to wait
 */
export function ticketToPreempt(
	{ request, quotas }: Ticket,
	full: readonly LimitName[],
	holders: readonly Ticket[],
	now: number,
): Ticket | undefined {
	if (request.preemptible) return undefined;
	const priority = request.priority();
	for (const holder of holders) {
		const held = holder.request.priority();
		const preemptible = holder.request.preemptible?.() ?? false;
		const lower = rankOf(held) > rankOf(priority) && (priority === "pinned" || held === "idle");
		// No later holder is preempted either, because they are in order.
		if (!lower && !preemptible) return undefined;
		if (holder.isPreempted) continue;
		if (priority !== "pinned" && !preemptible && now < holder.protectedUntil) continue;
		if (relieves(holder.quotas, quotas, full)) return holder;
	}
	return undefined;
}
