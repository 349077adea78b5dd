import { isIPv6 } from "node:net";
import type { Scope } from "../../live/index.ts";

/**
 * The party that requests, sessions and readers are counted for: its credential and its origin. A party with a right to
 * be here is never counted together with others, so no crowd of strangers takes the owner's share.
 */
export interface Party {
	/** The owner, an overlay token, a stranger, or a refused client. */
	readonly who: Scope["who"] | "stranger" | "refused";
	/** The client's address; for IPv6 its network. */
	readonly network: string;
}

export function partyOf(who: Party["who"], address: string): Party {
	return { who, network: networkOf(address) };
}

/** Returns the /64 network of an IPv6 address, because a client with one address has all 2⁶⁴ of its network. */
function networkOf(address: string): string {
	if (!isIPv6(address) || address.includes(".")) return address;
	const [head = "", tail] = address.replace(/%.*$/, "").split("::");
	const groups = head === "" ? [] : head.split(":");
	const after = tail ? tail.split(":") : [];
	const zeros = tail === undefined ? [] : Array.from({ length: 8 - groups.length - after.length }, () => "0");
	return [...groups, ...zeros, ...after].slice(0, 4).join(":");
}
