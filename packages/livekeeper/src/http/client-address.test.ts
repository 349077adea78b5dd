import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { clientAddress, proxyTrust, type TrustedProxies } from "./client-address.ts";

function from(remoteAddress: string, forwarded: string | undefined, trusted: TrustedProxies): string {
	const request = {
		socket: { remoteAddress },
		headers: { "x-forwarded-for": forwarded },
	} as unknown as IncomingMessage;
	return clientAddress(request, proxyTrust(trusted));
}

test.each<[what: string, remote: string, forwarded: string | undefined, trusted: TrustedProxies, expected: string]>([
	["nobody is believed by default", "10.0.0.9", "1.2.3.4", false, "10.0.0.9"],
	["nothing said", "10.0.0.9", undefined, true, "10.0.0.9"],
	["everybody is believed", "10.0.0.9", "1.2.3.4, 5.6.7.8", true, "1.2.3.4"],
	["one proxy: what its client claimed before it is not believed", "10.0.0.9", "6.6.6.6, 1.2.3.4", 1, "1.2.3.4"],
	["two proxies", "10.0.0.9", "6.6.6.6, 1.2.3.4, 10.0.0.8", 2, "1.2.3.4"],
	["no proxy", "10.0.0.9", "1.2.3.4", 0, "10.0.0.9"],
	["by address", "10.0.0.9", "6.6.6.6, 1.2.3.4", ["10.0.0.9"], "1.2.3.4"],
	["by network", "10.0.0.9", "6.6.6.6,1.2.3.4,10.9.9.9", ["10.0.0.0/8"], "1.2.3.4"],
	["somebody else's word", "10.0.1.9", "1.2.3.4", ["10.0.0.0/24"], "10.0.1.9"],
	["IPv6", "fd00::9", "2001:db8::1", ["fd00::/8"], "2001:db8::1"],
	["IPv4 over an IPv6 socket", "::ffff:10.0.0.9", "::ffff:1.2.3.4", ["10.0.0.9"], "1.2.3.4"],
	["IPv4 over an IPv6 socket, believed by nobody", "::ffff:10.0.0.9", undefined, false, "10.0.0.9"],
	["what is no address", "10.0.0.9", "unknown", true, "10.0.0.9"],
	["what is no address, on the way", "10.0.0.9", "1.2.3.4, unknown, 5.6.7.8", true, "5.6.7.8"],
])("%s", (_what, remote, forwarded, trusted, expected) => {
	expect(from(remote, forwarded, trusted)).toBe(expected);
});
