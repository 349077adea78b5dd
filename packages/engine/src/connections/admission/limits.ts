import type { QuotaKeys } from "../../rooms/index.ts";
import type { Said } from "../../text/index.ts";
import type { RoomPriority } from "./request.ts";

/** A room that waits for a connection. */
export interface QueuedRoom {
	liveId: string;
	/** Position in the queue; 1 is served next. */
	position: number;
	priority: RoomPriority;
	/** Start of the wait, ms since the epoch. */
	since: number;
	/** Reason for waiting. */
	why: Said;
}

/** A connection that a room has or is about to have. */
interface HeldConnection {
	liveId: string;
	priority: RoomPriority;
	/** Whether it is an additional connection of the room. */
	second: boolean;
	/** Whether it is to be closed, because another room needs it or a limit was lowered. */
	preempted: boolean;
}

/** Allocation of the connections. */
export interface AdmissionStatus {
	limits: ConnectionLimits;
	/** Number of connections in use or about to be, including preempted ones. */
	held: number;
	/**
	 * Number of connections of the other nodes that share the limits; `undefined` without a total limit or without other
	 * nodes.
	 */
	heldElsewhere?: number | undefined;
	/** The connections, most important first. */
	holders: HeldConnection[];
	/** The rooms that wait for a full limit, next first. */
	queue: QueuedRoom[];
}

/** Maximum numbers of connections; an absent number means no limit. */
export interface ConnectionLimits {
	total?: number | undefined;
	/** With one cookie. */
	perIdentity?: number | undefined;
	/** With one logged-in cookie, if `perIdentity` is not set. */
	perLogin?: number | undefined;
	/** Through one proxy. */
	perProxy?: number | undefined;
}

export type LimitName = keyof ConnectionLimits;
const limitNames = ["total", "perIdentity", "perLogin", "perProxy"] as const satisfies readonly LimitName[];

/** @throws RangeError for a limit that admits no connection */
export function checkLimits(limits: ConnectionLimits): ConnectionLimits {
	for (const [name, limit] of Object.entries(limits)) {
		if (limit !== undefined && !(limit >= 1)) throw new RangeError(`${name} must be at least 1`);
	}
	return { ...limits };
}

/** Limits that a connection counts against, each with its key. */
export type Quotas = readonly (readonly [LimitName, string])[];

/** Returns the maximum; `undefined` for no limit. */
export function limitOf(limits: ConnectionLimits, name: LimitName): number | undefined {
	return name === "perLogin" ? (limits.perIdentity ?? limits.perLogin) : limits[name];
}

export function quotasOf({ identity, login = false, proxy }: QuotaKeys): Quotas {
	const quotas: Quotas = [
		["total", ""],
		[login ? "perLogin" : "perIdentity", identity],
	];
	return proxy === undefined ? quotas : [...quotas, ["perProxy", proxy]];
}

/** Returns the maximum number with the same key; `undefined` for no limit. */
type LimitOf = (limit: LimitName, key: string) => number | undefined;

/** Number of connections that count against each limit. */
export class Usage {
	readonly #counts: Record<LimitName, Map<string, number>>;

	/** @param like usage to copy; default: empty */
	constructor(like?: Usage) {
		const countsOf = (limit: LimitName) => new Map(like ? like.#counts[limit] : []);
		this.#counts = {
			total: countsOf("total"),
			perIdentity: countsOf("perIdentity"),
			perLogin: countsOf("perLogin"),
			perProxy: countsOf("perProxy"),
		};
	}

	add(quotas: Quotas, change: 1 | -1): void {
		for (const [limit, key] of quotas) {
			const count = (this.#counts[limit].get(key) ?? 0) + change;
			if (count === 0) this.#counts[limit].delete(key);
			else this.#counts[limit].set(key, count);
		}
	}

	/** Returns the limits that leave no capacity for one more connection with these quotas. */
	full(limitOf: LimitOf, quotas: Quotas): LimitName[] {
		return quotas.flatMap(([limit, key]) => {
			const max = limitOf(limit, key);
			return max !== undefined && (this.#counts[limit].get(key) ?? 0) >= max ? limit : [];
		});
	}

	/** Returns whether some limit is exceeded. */
	exceeds(limitOf: LimitOf): boolean {
		return limitNames.some((limit) =>
			[...this.#counts[limit]].some(([key, count]) => count > (limitOf(limit, key) ?? count)),
		);
	}
}

/**
 * Returns whether releasing a connection with the quotas `from` makes capacity for one with `to` while these limits are
 * full.
 */
export function relieves(from: Quotas, to: Quotas, full: readonly LimitName[]): boolean {
	const keyOf = (quotas: Quotas, name: LimitName) => quotas.find(([limit]) => limit === name)?.[1];
	return full.every((limit) => keyOf(from, limit) === keyOf(to, limit));
}
