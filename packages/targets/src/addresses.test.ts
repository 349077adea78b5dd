import type { LookupAddress } from "node:dns";
import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, test, vi } from "vitest";
import {
	AddressNotAllowedError,
	type AddressPolicy,
	checkHost,
	checkResolved,
	guardedLookup,
	isAnyAddress,
	isLoopbackAddress,
	isPublicAddress,
	type Resolver,
	systemResolver,
} from "./addresses.ts";

const refusedUrls = [
	["loopback", "http://127.0.0.1/"],
	["127/8", "http://127.9.8.7/"],
	["loopback as a number", "http://2130706433/"],
	["loopback in hex", "http://0x7f.0.0.1/"],
	["loopback in octal", "http://0177.0.0.1/"],
	["loopback in short form", "http://127.1/"],
	["loopback in full-width digits", "http://１２７.0.0.1/"],
	["localhost", "http://localhost/"],
	["localhost with a dot", "http://LOCALHOST./"],
	["a subdomain of localhost", "http://a.localhost/"],
	["a deep subdomain of localhost", "http://deep.er.localhost/"],
	["this host", "http://0.0.0.0/"],
	["this host in short form", "http://0/"],
	["private 10/8", "http://10.1.2.3/"],
	["private 172.16/12", "http://172.31.255.255/"],
	["private 192.168/16", "http://192.168.1.1/"],
	["carrier-grade NAT", "http://100.64.0.1/"],
	["metadata behind carrier-grade NAT", "http://100.100.100.200/"],
	["link-local metadata", "http://169.254.169.254/latest/meta-data"],
	["metadata at a public-looking address", "http://168.63.129.16/"],
	["protocol assignments", "http://192.0.0.192/"],
	["benchmarking", "http://198.18.0.1/"],
	["multicast", "http://224.0.0.1/"],
	["reserved", "http://240.0.0.1/"],
	["broadcast", "http://255.255.255.255/"],
	["IPv6 loopback", "http://[::1]/"],
	["IPv6 unspecified", "http://[::]/"],
	["IPv4-mapped loopback", "http://[::ffff:127.0.0.1]/"],
	["IPv4-mapped metadata in hex", "http://[::ffff:a9fe:a9fe]/"],
	["IPv4-compatible loopback", "http://[::127.0.0.1]/"],
	["NAT64 of loopback", "http://[64:ff9b::7f00:1]/"],
	["6to4 of a private address", "http://[2002:a00:1::]/"],
	["Teredo", "http://[2001:0:a00:1::]/"],
	["unique local", "http://[fc00::1]/"],
	["metadata by name", "http://metadata.google.internal/computeMetadata/v1/"],
	["metadata by name with a dot", "http://Metadata.Google.Internal./"],
	["metadata by short name", "http://metadata/"],
	["metadata by public name", "http://metadata.goog/"],
	["another cloud's metadata by public name", "http://metadata.tencentyun.com/"],
	["another cloud's metadata by name", "http://instance-data.ec2.internal/"],
	["a multicast DNS name", "http://printer.local/"],
	["a home network name", "http://router.home.arpa/"],
	["a private network name", "http://hooks.corp/"],
	["IPv6 metadata", "http://[fd00:ec2::254]/"],
	["IPv6 link-local", "http://[fe80::1]/"],
	["IPv6 site-local", "http://[fec0::1]/"],
	["IPv6 multicast", "http://[ff02::1]/"],
	["documentation", "http://[2001:db8::1]/"],
] as const;

test.each(refusedUrls)("refuses %s: %s", (_what, url) => {
	expect(() => checkHost(new URL(url), isPublicAddress)).toThrow(AddressNotAllowedError);
	expect(() => checkHost(new URL(url), isAnyAddress)).not.toThrow();
});

test.each([
	"http://8.8.8.8/",
	"http://172.32.0.1/",
	"http://100.128.0.1/",
	"http://223.255.255.255/",
	"http://[2606:4700:4700::1111]/",
	"https://example.com/",
	"https://notlocalhost.example/",
	"https://internal.example.com/",
	"https://mylocal.example/",
	"https://notmetadata.goog/",
	"https://localhost.example.com/",
])("allows the public host %s", (url) => {
	expect(() => checkHost(new URL(url), isPublicAddress)).not.toThrow();
});

test("names the refused address and the setting that allows it", () => {
	expect(() => checkHost(new URL("http://[::1]:80/"), isPublicAddress)).toThrow(
		expect.objectContaining({
			name: "AddressNotAllowedError",
			code: "ERR_ADDRESS_NOT_ALLOWED",
			message: "[::1] is a private or reserved address, and target_allow_private is off.",
		}),
	);
});

test("refuses private network names unless loopback is allowed", () => {
	const metadata = new URL("http://metadata.google.internal:80/");
	expect(() => checkHost(metadata, isPublicAddress)).toThrow(
		"metadata.google.internal is a private network name, and target_allow_private is off.",
	);
	expect(() => checkHost(metadata, (address) => address === "127.0.0.1")).not.toThrow();
});

test("treats text that is not an address as private", () => {
	expect(isPublicAddress("example.com")).toBe(false);
	expect(isPublicAddress("")).toBe(false);
});

function look(resolve: Resolver, options: { all?: boolean; family?: number }, allows: AddressPolicy = isPublicAddress) {
	return new Promise<string | LookupAddress[]>((done, fail) => {
		guardedLookup(resolve, allows)("hook.example", options, (error, found) => (error ? fail(error) : done(found)));
	});
}
const answer =
	(...addresses: string[]): Resolver =>
	async () =>
		addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));

test("refuses a name that resolves only to refused addresses", async () => {
	const refusal = look(answer("127.0.0.1"), { all: true });
	await expect(refusal).rejects.toThrow(AddressNotAllowedError);
	await expect(refusal).rejects.toThrow("hook.example resolves to a private or reserved address, and target_allow_");
	await expect(look(answer("::ffff:10.0.0.1", "fe80::1"), {})).rejects.toThrow(AddressNotAllowedError);
	await expect(look(answer("127.0.0.1"), {}, isAnyAddress)).resolves.toBe("127.0.0.1");
});

test("resolves a mixed name to its public addresses only", async () => {
	const mixed = answer("10.0.0.1", "8.8.8.8", "::1", "2606:4700::1");
	await expect(look(mixed, { all: true })).resolves.toEqual([
		{ address: "8.8.8.8", family: 4 },
		{ address: "2606:4700::1", family: 6 },
	]);
	await expect(look(mixed, {})).resolves.toBe("8.8.8.8");
	await expect(look(mixed, { family: 6 })).resolves.toBe("2606:4700::1");
});

const late = (clock: ManualClock) => ({ clock, timeoutMs: 3_000 });
const hook = new URL("https://hook.example/");

test("resolves a name beforehand, and refuses one without allowed addresses", async () => {
	const options = (resolve: Resolver) => ({ resolve, ...late(new ManualClock()) });
	for (const address of ["169.254.169.254", "fd00:ec2::254", "10.0.0.1", "127.0.0.1", "100.100.100.200", "fe80::1"]) {
		const check = checkResolved(hook, isPublicAddress, options(answer(address)));
		await expect(check, address).rejects.toThrow(AddressNotAllowedError);
	}
	await checkResolved(hook, isPublicAddress, options(answer("10.0.0.1", "8.8.8.8")));
	await checkResolved(hook, isAnyAddress, options(answer("10.0.0.1")));
});

test("resolves neither addresses nor names that are unrestricted", async () => {
	const resolve = vi.fn(answer("10.0.0.1"));
	const options = { resolve, ...late(new ManualClock()) };
	await checkResolved(new URL("http://10.0.0.1/"), isPublicAddress, options);
	await checkResolved(new URL("http://[fe80::1]/"), isPublicAddress, options);
	await checkResolved(hook, isAnyAddress, options);
	expect(resolve).not.toHaveBeenCalled();
});

test("accepts a name that does not resolve at present", async () => {
	const clock = new ManualClock();
	const failing: Resolver = () => Promise.reject(Object.assign(new Error("try again"), { code: "EAI_AGAIN" }));
	for (const resolve of [answer(), failing]) await checkResolved(hook, isPublicAddress, { resolve, ...late(clock) });
	const mute = checkResolved(hook, isPublicAddress, { resolve: () => new Promise(() => undefined), ...late(clock) });
	await clock.advance(3_000);
	await mute;
	expect(clock.pendingTimers).toBe(0);
});

test("rejects a name without addresses, and passes resolver errors on", async () => {
	await expect(look(answer(), { all: true })).rejects.toMatchObject({
		code: "ENOTFOUND",
		message: "hook.example has no address",
	});
	const failing: Resolver = () => Promise.reject(Object.assign(new Error("try again"), { code: "EAI_AGAIN" }));
	await expect(look(failing, { all: true })).rejects.toMatchObject({ code: "EAI_AGAIN" });
});

test("returns all addresses of a name from the system", async () => {
	const found = await systemResolver("localhost");
	expect(found.length).toBeGreaterThan(0);
	for (const { address, family } of found) expect(["127.0.0.1 4", "::1 6"]).toContain(`${address} ${family}`);
});

test("knows the addresses of this machine", () => {
	const addresses = ["127.0.0.1", "127.9.8.7", "::1", "10.127.0.1", "1.127.0.1", "12.7.0.1", "::2", ""];
	expect(addresses.filter((address) => isLoopbackAddress(address))).toEqual(["127.0.0.1", "127.9.8.7", "::1"]);
});
