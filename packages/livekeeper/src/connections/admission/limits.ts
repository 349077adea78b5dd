import type { QuotaKeys } from "../../rooms/index.ts";

/** How many connections there may be; without a number there is no limit. */
export interface ConnectionLimits {
	total?: number | undefined;
	/** With one cookie. */
	perIdentity?: number | undefined;
	/** With one cookie that is logged in, where `perIdentity` says nothing. */
	perLogin?: number | undefined;
	/** Through one proxy. */
	perProxy?: number | undefined;
}

export type LimitName = keyof ConnectionLimits;
const limitNames = ["total", "perIdentity", "perLogin", "perProxy"] as const satisfies readonly LimitName[];

/** @throws RangeError for a limit that would let nobody through */
export function checkLimits(limits: ConnectionLimits): ConnectionLimits {
	for (const [name, limit] of Object.entries(limits)) {
		if (limit !== undefined && !(limit >= 1)) throw new RangeError(`${name} must be at least 1`);
	}
	return { ...limits };
}

/** Each limit that a connection counts against, with the key under which it does. */
export type Quotas = readonly (readonly [LimitName, string])[];

/** How many there may be; `undefined`: no limit. */
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

/** How many there may be with the same key; `undefined`: no limit. */
export type MostOf = (limit: LimitName, key: string) => number | undefined;

/** How many connections count against which limit. */
export class Usage {
	readonly #counts: Record<LimitName, Map<string, number>>;

	/** @param like where it begins; default: with none */
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

	/** The limits that leave no capacity for one more with these quotas. */
	full(mostOf: MostOf, quotas: Quotas): LimitName[] {
		return quotas.flatMap(([limit, key]) => {
			const most = mostOf(limit, key);
			return most !== undefined && (this.#counts[limit].get(key) ?? 0) >= most ? limit : [];
		});
	}

	/** Whether some limit is exceeded. */
	exceeds(mostOf: MostOf): boolean {
		return limitNames.some((limit) =>
			[...this.#counts[limit]].some(([key, count]) => count > (mostOf(limit, key) ?? count)),
		);
	}
}

/** Whether a connection less with the quotas `from` makes capacity for one with `to`, where these limits are full. */
export function relieves(from: Quotas, to: Quotas, full: readonly LimitName[]): boolean {
	const keyOf = (quotas: Quotas, name: LimitName) => quotas.find(([limit]) => limit === name)?.[1];
	return full.every((limit) => keyOf(from, limit) === keyOf(to, limit));
}
