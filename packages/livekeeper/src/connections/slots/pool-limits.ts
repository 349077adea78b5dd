import { permitTexts, type Text } from "../../text/index.ts";
/** How many connections there may be; without a number there is no limit. */
export interface PoolLimits {
	total?: number | undefined;
	/** With one cookie. */
	perIdentity?: number | undefined;
	/** Through one proxy. */
	perProxy?: number | undefined;
}

/** What a connection takes up. */
export interface PoolPlace {
	/** Key of the identity; rooms with the same key share its limit. */
	identity: string;
	/** Key of the proxy, where there is one. */
	proxy?: string | undefined;
}

export type FullLimit = "total" | "identity" | "proxy";

/** @throws RangeError for a limit that would let nobody through */
export function checkLimits(limits: PoolLimits): PoolLimits {
	for (const [name, limit] of Object.entries(limits)) {
		if (limit !== undefined && !(limit >= 1)) throw new RangeError(`${name} must be at least 1`);
	}
	return { ...limits };
}

/** Counts connections against limits. */
export class PoolCount {
	#total = 0;
	readonly #identities = new Map<string, number>();
	readonly #proxies = new Map<string, number>();

	get total(): number {
		return this.#total;
	}

	add(place: PoolPlace, change: 1 | -1): void {
		this.#total += change;
		bump(this.#identities, place.identity, change);
		if (place.proxy !== undefined) bump(this.#proxies, place.proxy, change);
	}

	/** The limits that leave no room for `more` connections at this place. */
	full(limits: PoolLimits, { identity, proxy }: PoolPlace, more = 1): FullLimit[] {
		const over = (count: number, limit: number | undefined) => limit !== undefined && count + more > limit;
		const full: FullLimit[] = [];
		if (over(this.#total, limits.total)) full.push("total");
		if (over(this.#identities.get(identity) ?? 0, limits.perIdentity)) full.push("identity");
		if (proxy !== undefined && over(this.#proxies.get(proxy) ?? 0, limits.perProxy)) full.push("proxy");
		return full;
	}
}

/** Whether a connection less at `from` makes room for one at `to`, where these limits are full. */
export function relieves(from: PoolPlace, to: PoolPlace, full: readonly FullLimit[]): boolean {
	if (full.includes("identity") && from.identity !== to.identity) return false;
	return !full.includes("proxy") || from.proxy === to.proxy;
}

/** Which limit holds somebody up, for people. */
export function limitText(full: FullLimit, limits: PoolLimits): Text {
	return permitTexts.full[full](limitOf(full, limits));
}

/** Why somebody has to go, for people. */
export function loweredText(full: FullLimit, limits: PoolLimits): Text {
	return permitTexts.lowered[full](limitOf(full, limits));
}

function limitOf(full: FullLimit, { total, perIdentity, perProxy }: PoolLimits): number | undefined {
	return { total, identity: perIdentity, proxy: perProxy }[full];
}

function bump(counts: Map<string, number>, key: string, change: number): void {
	const count = (counts.get(key) ?? 0) + change;
	if (count === 0) counts.delete(key);
	else counts.set(key, count);
}
