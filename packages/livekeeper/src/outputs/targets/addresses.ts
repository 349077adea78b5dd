import { lookup as systemLookup } from "node:dns/promises";
import { BlockList, isIP, isIPv6, type LookupFunction } from "node:net";
import type { Clock, Timer } from "@livekeeper/douyin";
import { type Text, targetTexts } from "../../text/index.ts";

/** The target's host is, or resolves to, an address that deliveries may not go to. */
export class AddressNotAllowedError extends Error {
	override readonly name = "AddressNotAllowedError";
	readonly code = "ERR_ADDRESS_NOT_ALLOWED";
	readonly text: Text;

	constructor(text: Text) {
		super(text.en);
		this.text = text;
	}
}

/** Special-purpose IPv4 networks (RFC 6890), and 168.63.129.16: a cloud's own service under a public-looking address. */
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
// Parts of 2000::/3 that aren't the public network, or lead to an IPv4 address inside: Teredo and the other protocol
// assignments, documentation, 6to4.
refused.addSubnet("2001::", 23, "ipv6");
refused.addSubnet("2001:db8::", 32, "ipv6");
refused.addSubnet("2002::", 16, "ipv6");
refused.addSubnet("3fff::", 20, "ipv6");

/** Global unicast. All that lies outside is private, local, multicast, or an IPv4 address in disguise. */
const publicIpv6 = new BlockList();
publicIpv6.addSubnet("2000::", 3, "ipv6");

/** Whether deliveries may go to an IP address. */
export type AddressPolicy = (address: string) => boolean;

/** Public addresses alone: what lies in this machine's or its owner's networks can't be reached through a target. */
export const isPublicAddress: AddressPolicy = (address) => {
	if (!isIPv6(address)) return isIP(address) === 4 && !refused.check(address, "ipv4");
	return publicIpv6.check(address, "ipv6") && !refused.check(address, "ipv6");
};

/** This machine's own. */
export const isLoopbackAddress: AddressPolicy = (address) => address === "::1" || /^127\./.test(address);

/** For people whose receivers are in their own network. */
export const isAnyAddress: AddressPolicy = () => true;

/**
 * Names that only a network of one's own resolves (RFC 6761, RFC 6762 with its appendix G, RFC 8375, and `internal`, which
 * clouds have their metadata under), and two under public domains by which clouds have it as well.
 */
const privateDomain =
	/(^|\.)(localhost|local|internal|home\.arpa|intranet|private|corp|home|lan|localdomain|metadata\.goog|metadata\.tencentyun\.com)$/;

/**
 * Refuses a URL whose host is a refused address, or a name that no public name server knows: all that can be known
 * without resolving it. Other names are checked where they are resolved.
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

/** All addresses of a host name. */
export type Resolver = (hostname: string) => Promise<readonly ResolvedAddress[]>;

export const systemResolver: Resolver = (hostname) => systemLookup(hostname, { all: true });

/**
 * A `lookup` for sockets that hands out allowed addresses alone. The socket connects to what it is given here, so no
 * second answer of the name server can come between the check and the connection.
 */
export function guardedLookup(resolve: Resolver, allows: AddressPolicy): LookupFunction {
	return (hostname, options, callback) => {
		resolve(hostname).then(
			(found) => {
				const wanted = found.filter(({ family }) => !options.family || options.family === family);
				const allowed = wanted.filter(({ address }) => allows(address));
				const [first] = allowed;
				if (first && options.all) callback(null, [...allowed]);
				else if (first) callback(null, first.address, first.family);
				else if (wanted.length === 0) callback(notFound(hostname), []);
				else callback(new AddressNotAllowedError(targetTexts.resolvesPrivate(hostname)), []);
			},
			(error: NodeJS.ErrnoException) => callback(error, []),
		);
	};
}

/**
 * Refuses a URL whose host's name resolves to refused addresses alone. One that does not resolve now, or not within
 * `timeoutMs`, is let pass: it is looked at again before each delivery.
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
