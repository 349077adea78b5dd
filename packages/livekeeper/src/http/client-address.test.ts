import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { clientAddress, proxyTrust, type TrustedProxies } from "./request-source.ts";

function from(remoteAddress: string, forwarded: string | undefined, trusted: TrustedProxies): string {
	const request = {
		socket: { remoteAddress },
		headers: { "x-forwarded-for": forwarded },
	} as unknown as IncomingMessage;
	return clientAddress(request, proxyTrust(trusted));
}

test("joins headers that were sent apart", () => {
	const headers = { "x-forwarded-for": ["6.6.6.6", "1.2.3.4"] };
	const request = { socket: { remoteAddress: "10.0.0.9" }, headers } as unknown as IncomingMessage;
	expect(clientAddress(request, proxyTrust(1))).toBe("1.2.3.4");
	expect(clientAddress(request, proxyTrust(2))).toBe("6.6.6.6");
});

test.each<[what: string, remote: string, forwarded: string | undefined, trusted: TrustedProxies, expected: string]>([
	["trusts no proxy by default", "10.0.0.9", "1.2.3.4", false, "10.0.0.9"],
	["uses the socket's address without the header", "10.0.0.9", undefined, true, "10.0.0.9"],
	["uses the first address if all are trusted", "10.0.0.9", "1.2.3.4, 5.6.7.8", true, "1.2.3.4"],
	["ignores addresses claimed before one trusted hop", "10.0.0.9", "6.6.6.6, 1.2.3.4", 1, "1.2.3.4"],
	["counts two trusted hops", "10.0.0.9", "6.6.6.6, 1.2.3.4, 10.0.0.8", 2, "1.2.3.4"],
	["trusts no hop for 0", "10.0.0.9", "1.2.3.4", 0, "10.0.0.9"],
	["trusts a proxy by address", "10.0.0.9", "6.6.6.6, 1.2.3.4", ["10.0.0.9"], "1.2.3.4"],
	["trusts proxies by network", "10.0.0.9", "6.6.6.6,1.2.3.4,10.9.9.9", ["10.0.0.0/8"], "1.2.3.4"],
	["ignores the header of an untrusted proxy", "10.0.1.9", "1.2.3.4", ["10.0.0.0/24"], "10.0.1.9"],
	["trusts an IPv6 network", "fd00::9", "2001:db8::1", ["fd00::/8"], "2001:db8::1"],
	["matches IPv4 over an IPv6 socket", "::ffff:10.0.0.9", "::ffff:1.2.3.4", ["10.0.0.9"], "1.2.3.4"],
	["matches no IPv4 network beside an IPv6 proxy", "fd00::9", "1.2.3.4", ["10.0.0.0/8"], "fd00::9"],
	["keeps an IPv6 address that ends like IPv4", "1::ffff:10.0.0.9", undefined, false, "1::ffff:10.0.0.9"],
	["keeps an address with more behind it", "::ffff:10.0.0.9%1", undefined, false, "::ffff:10.0.0.9%1"],
	["unmaps IPv4 with three digits everywhere", "::FFFF:110.120.130.140", undefined, false, "110.120.130.140"],
	["trusts no proxy without an address", "", "1.2.3.4", ["10.0.0.0/8"], ""],
	["unmaps IPv4 over an IPv6 socket", "::ffff:10.0.0.9", undefined, false, "10.0.0.9"],
	["ignores a value that is not an address", "10.0.0.9", "unknown", true, "10.0.0.9"],
	["stops at a hop that is not an address", "10.0.0.9", "1.2.3.4, unknown, 5.6.7.8", true, "5.6.7.8"],
])("%s", (_what, remote, forwarded, trusted, expected) => {
	expect(from(remote, forwarded, trusted)).toBe(expected);
});
