import type { ConnectionLimits, LimitName } from "./limits.ts";
import { importanceOf, type Ticket } from "./request.ts";

/** One node's demand on a limit. */
export interface Demand {
	limit: LimitName;
	/** Key that it counts against, a secret as in the request. */
	key: string;
	/** Number of connections in use, by the turn in which they are granted. */
	held: readonly number[];
	/** Same for requested connections. */
	waiting: readonly number[];
}

/** Sharing of the limits between a cluster's nodes. */
export interface LimitShares {
	/** Whether a room's connections count here: not while the node that hands the room over has a permit for it. */
	counts(room: string): boolean;
	/**
	 * Time for which a permit of the room is not granted to another here after its connection has ended, ms, because it
	 * may move with the room.
	 */
	lingers(room: string): number;
	/** Number of the `max` connections that may stay here; beyond that the least important are preempted. */
	stays(limit: LimitName, key: string, max: number): number;
	/** Number of connections that may be here now: no more than other nodes leave over. */
	takes(limit: LimitName, key: string, max: number): number;
	/** Number of connections with this key that other nodes last reported. */
	elsewhere(limit: LimitName, key: string): number;
	/** Called when the demand here may have changed. */
	changed(): void;
	/** Called when the user has changed the limits here. */
	limited(limits: ConnectionLimits): void;
}

/**
 * Turns in which a limit is given to connections, whichever node they are on. They follow the order of preemption on
 * one node: pinned rooms before all others, rooms that broadcast or are read before idle ones, additional connections
 * last. A holder keeps its connection, except that pinned rooms preempt others, and rooms that are not idle preempt
 * idle ones.
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

/** Returns the demand on each limit. */
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
 * Divides a limit between nodes by their demand, turn by turn; within a turn that exceeds what is left, in proportion.
 * Unused capacity is spread evenly over nodes that take rooms, so that each can begin at once.
 * @param asked each node's turns, of held and waiting connections, in the same order on all nodes
 * @param takeRooms of each node; default: all do
 * @returns each node's part; together they are `max`
 */
export function allot(max: number, asked: readonly (readonly number[])[], takeRooms = asked.map(() => true)): number[] {
	const parts = asked.map(() => 0);
	let left = max;
	const give = (given: readonly number[]) => {
		given.forEach((count, node) => {
			parts[node] = (parts[node] ?? 0) + count;
			left -= count;
		});
	};
	for (let turn = 0; turn < turnNames.length && left > 0; turn++) {
		const demand = asked.map((turns) => turns[turn] ?? 0);
		give(demand.reduce((sum, count) => sum + count, 0) <= left ? demand : inProportion(left, demand));
	}
	const open = takeRooms.some(Boolean) ? takeRooms : asked.map(() => true);
	give(inProportion(left, open.map(Number)));
	return parts;
}

/** Divides by largest remainders; on a tie the first wins. */
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
