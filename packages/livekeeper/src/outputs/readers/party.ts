import { isIPv6 } from "node:net";
import type { Scope } from "../../live/index.ts";

/**
 * Whom requests, sessions and readers are counted for: what was presented, and where it came from. Nobody is counted
 * together with others who have a right to be here, so no crowd of strangers takes what is the owner's.
 */
export interface Party {
	/** The owner, an overlay token, a stranger, or a refused client. */
	readonly who: Scope["who"] | "stranger" | "refused";
	/** Its address; of an IPv6 address its network. */
	readonly network: string;
}

export function partyOf(who: Party["who"], address: string): Party {
	return { who, network: networkOf(address) };
}

/** A client with one IPv6 address has all 2⁶⁴ of its network. */
function networkOf(address: string): string {
	if (!isIPv6(address) || address.includes(".")) return address;
	const [head = "", tail] = address.replace(/%.*$/, "").split("::");
	const groups = head === "" ? [] : head.split(":");
	const after = tail ? tail.split(":") : [];
	const zeros = tail === undefined ? [] : Array.from({ length: 8 - groups.length - after.length }, () => "0");
	return [...groups, ...zeros, ...after].slice(0, 4).join(":");
}
