import type { ConnectionLimits, LimitName } from "./limits.ts";
import { importanceOf, type Ticket } from "./ticket.ts";

/** What one node asks of a limit. */
export interface Demand {
	limit: LimitName;
	/** What counts against it: a secret, as in the request. */
	key: string;
	/** Connections in use, by the turn in which the limit is given to them. */
	held: readonly number[];
	/** The same for those that are asked for. */
	waiting: readonly number[];
}

/** How a cluster's nodes share the limits. */
export interface LimitShares {
	/** Whether a room's connections here count: not while the node that the room comes from has a permit for it. */
	counts(room: string): boolean;
	/** For how long a permit of the room is not given to another here after its connection has ended, ms: it may go with the room. */
	lingers(room: string): number;
	/** Number of the `most` connections that may stay here; past that the least important are preempted. */
	stays(limit: LimitName, key: string, most: number): number;
	/** Number of connections that may be here now: no more than other nodes leave over. */
	takes(limit: LimitName, key: string, most: number): number;
	/** Number of connections with this key that other nodes last reported. */
	elsewhere(limit: LimitName, key: string): number;
	/** What is asked for here may have changed. */
	changed(): void;
	/** The user has changed the limits here. */
	limited(limits: ConnectionLimits): void;
}

/**
 * The order in which a limit is given to connections, whichever node they are on. It is the order by which one node
 * preempts: pinned rooms before all others, rooms that broadcast or are read before idle ones, connections beside a room's
 * own last; who has one keeps it, except that pinned rooms preempt others, and rooms that are not idle preempt idle ones.
 */
const turnNames = [
	...["pinned held", "pinned waiting", "held", "readers waiting", "live waiting"],
	...["idle held", "idle waiting", "second held", "second waiting"],
] as const;

/** Turns by importance, 0 for pinned, of rooms that hold a connection; then of those that wait. */
const heldTurns = [0, 2, 2, 5] as const;
const waitingTurns = [1, 3, 4, 6] as const;

function turnOf(ticket: Ticket, isHeld: boolean): number {
	const last = turnNames.length - (isHeld ? 2 : 1);
	return (isHeld ? heldTurns : waitingTurns)[importanceOf(ticket)] ?? last;
}

const noTurns = () => turnNames.map(() => 0);

/** What is asked of each limit that there is. */
export function demandOf(
	holders: Iterable<Ticket>,
	waiting: Iterable<Ticket>,
	isLimited: (limit: LimitName) => boolean,
): Demand[] {
	const found = new Map<string, Demand & Record<"held" | "waiting", number[]>>();
	const count = (ticket: Ticket, isHeld: boolean) => {
		for (const [limit, key] of ticket.quotas) {
			if (!isLimited(limit)) continue;
			const name = `${limit} ${key}`;
			const demand = found.get(name) ?? { limit, key, held: noTurns(), waiting: noTurns() };
			found.set(name, demand);
			const turns = isHeld ? demand.held : demand.waiting;
			const turn = turnOf(ticket, isHeld);
			turns[turn] = (turns[turn] ?? 0) + 1;
		}
	};
	for (const ticket of holders) if (!ticket.lingers) count(ticket, true);
	for (const ticket of waiting) count(ticket, false);
	return [...found.values()];
}

/**
 * Gives a limit to nodes by what they ask for, turn by turn; within a turn that is more than what is left, in proportion.
 * What nobody asks for is spread evenly over those who take rooms, so that each can begin at once.
 * @param asked each node's turns, of what it has and what it waits for, in an order that is the same on all nodes
 * @param takeRooms of each node; default: all do
 * @returns each node's part; together they are `most`
 */
export function allot(
	most: number,
	asked: readonly (readonly number[])[],
	takeRooms = asked.map(() => true),
): number[] {
	const parts = asked.map(() => 0);
	let left = most;
	const give = (given: readonly number[]) => {
		given.forEach((count, node) => {
			parts[node] = (parts[node] ?? 0) + count;
			left -= count;
		});
	};
	for (let turn = 0; turn < turnNames.length && left > 0; turn++) {
		const wanted = asked.map((turns) => turns[turn] ?? 0);
		give(wanted.reduce((sum, count) => sum + count, 0) <= left ? wanted : inProportion(left, wanted));
	}
	const open = takeRooms.some(Boolean) ? takeRooms : asked.map(() => true);
	give(inProportion(left, open.map(Number)));
	return parts;
}

/** Divides by largest remainders; among equals the first wins. */
function inProportion(amount: number, weights: readonly number[]): number[] {
	const sum = weights.reduce((total, weight) => total + weight, 0);
	const exact = weights.map((weight) => (amount * weight) / sum);
	const parts = exact.map(Math.floor);
	const rest = amount - parts.reduce((total, part) => total + part, 0);
	const remainder = (node: number) => (exact[node] ?? 0) - (parts[node] ?? 0);
	const byRemainder = weights.map((_, node) => node).sort((a, b) => remainder(b) - remainder(a) || a - b);
	for (const node of byRemainder.slice(0, rest)) parts[node] = (parts[node] ?? 0) + 1;
	return parts;
}
