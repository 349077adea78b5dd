import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";

/**
 * Proxies whose `X-Forwarded-For` is trusted: all, none, a number of proxies in a row, or those at these addresses and
 * networks (`10.0.0.0/8`).
 */
export type TrustedProxies = boolean | number | readonly string[];

/** Whether the proxy at `address`, `hop` steps away (0: the one that connects), is trusted to name its client. */
export type ProxyTrust = (address: string, hop: number) => boolean;

export function proxyTrust(trusted: TrustedProxies): ProxyTrust {
	if (typeof trusted === "boolean") return () => trusted;
	if (typeof trusted === "number") return (_address, hop) => hop < trusted;
	const networks = new BlockList();
	for (const network of trusted) {
		const [address = "", bits] = network.split("/");
		const family = isIPv6(address) ? "ipv6" : "ipv4";
		if (bits === undefined) networks.addAddress(address, family);
		else networks.addSubnet(address, Number(bits), family);
	}
	return (address) => isIP(address) !== 0 && networks.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

/** Returns the client's address: the last one on the way for which no trusted proxy speaks. */
export function clientAddress({ socket, headers }: IncomingMessage, trusts: ProxyTrust): string {
	let address = plain(socket.remoteAddress ?? "");
	const forwarded = [headers["x-forwarded-for"] ?? ""].flat().join(",").split(",").reverse();
	for (const [hop, before] of forwarded.entries()) {
		const next = plain(before.trim());
		if (!trusts(address, hop) || isIP(next) === 0) break;
		address = next;
	}
	return address;
}

/** Normalises an address: an IPv4 address has one spelling, whatever socket it came over. */
function plain(address: string): string {
	return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}
