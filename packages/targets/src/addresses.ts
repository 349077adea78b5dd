import { lookup as systemLookup } from "node:dns/promises";
import { BlockList, isIP, isIPv6, type LookupFunction } from "node:net";
import type { Text } from "@livekeeper/base/text";
import type { Clock, Timer } from "@livekeeper/douyin";
import { targetTexts } from "./text/index.ts";

/** The target's host is, or resolves to, an address that deliveries may not reach. */
export class AddressNotAllowedError extends Error {
	override readonly name = "AddressNotAllowedError";
	readonly code = "ERR_ADDRESS_NOT_ALLOWED";
	readonly text: Text;

	constructor(text: Text) {
		super(text.en);
		this.text = text;
	}
}

/**
 * Special-purpose IPv4 networks (RFC 6890), and 168.63.129.16: a cloud's own service under a public-looking address.
 */
const refused = new BlockList();
for (const network of [
	"0.0.0.0/8",
	"10.0.0.0/8",
	"100.64.0.0/10",
	"127.0.0.0/8",
	"168.63.129.16/32",
	"169.254.0.0/16",
	"172.16.0.0/12",
	"192.0.0.0/24",
	"192.0.2.0/24",
	"192.88.99.0/24",
	"192.168.0.0/16",
	"198.18.0.0/15",
	"198.51.100.0/24",
	"203.0.113.0/24",
	"224.0.0.0/3",
]) {
	const [address = "", bits] = network.split("/");
	refused.addSubnet(address, Number(bits), "ipv4");
}
// Parts of 2000::/3 outside the public network, or that lead to an embedded IPv4 address: Teredo and the other protocol
// assignments, documentation, 6to4.
refused.addSubnet("2001::", 23, "ipv6");
refused.addSubnet("2001:db8::", 32, "ipv6");
refused.addSubnet("2002::", 16, "ipv6");
refused.addSubnet("3fff::", 20, "ipv6");

/** Global unicast. All other addresses are private, local, multicast, or IPv4 addresses in disguise. */
const publicIpv6 = new BlockList();
publicIpv6.addSubnet("2000::", 3, "ipv6");

/** Decides whether deliveries may go to an IP address. */
export type AddressPolicy = (address: string) => boolean;

/** Allows public addresses only: a target cannot reach the networks of this machine or its owner. */
export const isPublicAddress: AddressPolicy = (address) => {
	if (!isIPv6(address)) return isIP(address) === 4 && !refused.check(address, "ipv4");
	return publicIpv6.check(address, "ipv6") && !refused.check(address, "ipv6");
};

/** Allows this machine's own addresses. */
export const isLoopbackAddress: AddressPolicy = (address) => address === "::1" || /^127\./.test(address);

/** Allows every address, for users whose receivers are in their own network. */
export const isAnyAddress: AddressPolicy = () => true;

/**
 * Names that only a private network resolves (RFC 6761, RFC 6762 with its appendix G, RFC 8375, and `internal`, where
 * clouds have their metadata), and two names under public domains for the metadata of clouds.
 */
const privateDomain =
	/(^|\.)(localhost|local|internal|home\.arpa|intranet|private|corp|home|lan|localdomain|metadata\.goog|metadata\.tencentyun\.com)$/;

/**
 * Refuses a URL whose host is a refused address, or a name that no public name server knows. That is all that can be
 * checked without resolving it; other names are checked when they are resolved.
 * @throws AddressNotAllowedError
 */
export function checkHost(url: URL, allows: AddressPolicy): void {
	const host = hostOf(url);
	if (isIP(host) !== 0) {
		if (!allows(host)) throw new AddressNotAllowedError(targetTexts.privateAddress(url.hostname));
	} else if ((!host.includes(".") || privateDomain.test(host)) && !allows("127.0.0.1")) {
		throw new AddressNotAllowedError(targetTexts.privateName(url.hostname));
	}
}

function hostOf({ hostname }: URL): string {
	return hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
}

export interface ResolvedAddress {
	address: string;
	family: number;
}

/** Returns all addresses of a host name. */
export type Resolver = (hostname: string) => Promise<readonly ResolvedAddress[]>;

export const systemResolver: Resolver = (hostname) => systemLookup(hostname, { all: true });

/**
 * Returns a `lookup` for sockets that returns only allowed addresses. The socket connects to exactly these, so no
 * second answer of the name server can come between the check and the connection.
 */
export function guardedLookup(resolve: Resolver, allows: AddressPolicy): LookupFunction {
	return (hostname, options, callback) => {
		resolve(hostname).then(
			(found) => {
				const usable = found.filter(({ family }) => !options.family || options.family === family);
				const allowed = usable.filter(({ address }) => allows(address));
				const [first] = allowed;
				if (first && options.all) callback(null, [...allowed]);
				else if (first) callback(null, first.address, first.family);
				else if (usable.length === 0) callback(notFound(hostname), []);
				else callback(new AddressNotAllowedError(targetTexts.resolvesPrivate(hostname)), []);
			},
			(error: NodeJS.ErrnoException) => callback(error, []),
		);
	};
}

/**
 * Refuses a URL whose host's name resolves to refused addresses only. A name that does not resolve now, or not within
 * `timeoutMs`, is accepted: it is checked again before each delivery.
 * @throws AddressNotAllowedError
 */
export async function checkResolved(url: URL, allows: AddressPolicy, options: ResolveOptions): Promise<void> {
	const host = hostOf(url);
	if (isIP(host) !== 0 || allows === isAnyAddress) return;
	const { resolve, clock, timeoutMs } = options;
	let timer: Timer | undefined;
	const late = new Promise<undefined>((done) => {
		timer = clock.after(timeoutMs, () => done(undefined));
	});
	const look = guardedLookup(resolve, allows);
	const asked = new Promise<Error | undefined>((done) => look(host, {}, (error) => done(error ?? undefined)));
	const problem = await Promise.race([asked, late]);
	timer?.cancel();
	if (problem instanceof AddressNotAllowedError) throw problem;
}

export interface ResolveOptions {
	resolve: Resolver;
	clock: Clock;
	timeoutMs: number;
}

function notFound(hostname: string): NodeJS.ErrnoException {
	return Object.assign(new Error(`${hostname} has no address`), { code: "ENOTFOUND" });
}
