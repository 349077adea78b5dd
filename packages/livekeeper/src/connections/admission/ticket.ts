import type { Permit, Wait } from "../../rooms/index.ts";
import { type LimitName, type Quotas, relieves } from "./limits.ts";
import { rankOf, roomPriorities } from "./priority.ts";
import type { AdmissionRequest } from "./request.ts";

/** A request, from being queued to being released. Times are of `Clock.elapsed`. */
export interface Ticket {
	readonly request: AdmissionRequest;
	/**
	 * What it counts against: nothing for a handshake on a permit that is held already, and for a room that the node it
	 * comes from has a permit for.
	 */
	quotas: Quotas;
	/** Since when it waits, ms. */
	readonly since: number;
	/** Order of arrival, among equals. */
	readonly order: number;
	/** Another needs its connection. */
	isPreempted?: boolean;
	/** The ticket that it has preempted and waits for. */
	preempting?: Ticket;
	/** Until then only pinned rooms preempt it, ms: its turn came by waiting. */
	protectedUntil: number;
	permit?: Permit;
	/** What it waits for, as last reported to it. */
	wait?: Wait;
	/** It was held back: the others that were come at the same time, and all are paced. */
	wasHeld?: boolean;
	/** Its connection has ended, and its permit is not given to another for a moment. */
	lingers?: boolean;
}

/** The best class that waiting alone can bring a room to: pinned stays the user's word. */
const bestAgedRank = 1;
/** Connections that rooms could do without come after all rooms. */
const preemptibleRank = roomPriorities.length;

/** 0 for the most important. */
export function importanceOf({ request: { priority, preemptible } }: Ticket): number {
	const rank = rankOf(priority());
	return preemptible?.() ? preemptibleRank + rank : rank;
}

/**
 * The same after having waited: every `agingMs` count as one class better, so that no room waits for ever behind a
 * stream of others. A connection that the room could do without does not age.
 */
export function agedImportanceOf(ticket: Ticket, now: number, agingMs: number): number {
	const rank = importanceOf(ticket);
	if (rank <= bestAgedRank || rank >= preemptibleRank) return rank;
	return Math.max(bestAgedRank, rank - Math.floor((now - ticket.since) / agingMs));
}

/** Sorted by rank, 0 first; first come, first served within one. */
export function inOrder(tickets: Iterable<Ticket>, rankIn: (ticket: Ticket) => number): Ticket[] {
	const ranked = Array.from(tickets, (ticket) => ({ ticket, rank: rankIn(ticket) }));
	ranked.sort((a, b) => a.rank - b.rank || a.ticket.order - b.ticket.order);
	return ranked.map(({ ticket }) => ticket);
}

/**
 * Who has to make capacity for a request.
 * @param full the limits that keep it waiting
 * @param holders the least important first
 * @returns the least important of those whose connection alone is in the way; `undefined`: it has to wait
 */
export function whoIsPreempted(
	{ request, quotas }: Ticket,
	full: readonly LimitName[],
	holders: readonly Ticket[],
	now: number,
): Ticket | undefined {
	if (request.preemptible) return undefined;
	const wanted = request.priority();
	for (const holder of holders) {
		const held = holder.request.priority();
		const preemptible = holder.request.preemptible?.() ?? false;
		const lower = rankOf(held) > rankOf(wanted) && (wanted === "pinned" || held === "idle");
		// Nobody after it is preempted either: they are in order.
		if (!lower && !preemptible) return undefined;
		if (holder.isPreempted) continue;
		if (wanted !== "pinned" && !preemptible && now < holder.protectedUntil) continue;
		if (relieves(holder.quotas, quotas, full)) return holder;
	}
	return undefined;
}
