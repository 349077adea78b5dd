import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";

/**
 * Whose `X-Forwarded-For` is believed: everybody's, nobody's, that of a number of proxies in a row, or that of proxies at
 * these addresses and networks (`10.0.0.0/8`).
 */
export type TrustedProxies = boolean | number | readonly string[];

/** Whether the one at `address`, `hop` proxies before us (0: who connects), tells the truth about whom it asks for. */
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

/** Who asks: the last one on the way that no trusted proxy speaks for. */
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

/** An IPv4 address has one spelling, whatever the socket is that it came over. */
function plain(address: string): string {
	return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}
