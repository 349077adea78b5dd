import { describe, expect, it } from "vitest";
import { AllowedHosts } from "./allowed-hosts.ts";

const site = "https://live.douyin.com";
const simulator = "http://127.0.0.1:7002";

function allows(base: string, url: string, added: string[] = []): boolean {
	return new AllowedHosts(base, added).refusal(new URL(url), "A test") === undefined;
}

describe("AllowedHosts", () => {
	it.each([
		"https://live.douyin.com/1001",
		"https://www.douyin.com/",
		"https://douyin.com/",
		"wss://webcast5-ws-web-lf.douyin.com/webcast/im/push/v2/",
		"wss://WEBCAST100-WS-WEB-HL.DOUYIN.COM",
	])("allows the site to lead to %s", (url) => {
		expect(allows(site, url)).toBe(true);
	});

	it.each([
		"https://douyin.com.evil.example/",
		"https://evildouyin.com/",
		"https://live.douyin.com.evil.example/",
		"https://live.douyin.com@evil.example/",
		"https://evil.example/live.douyin.com",
		"https://live.douyin.com./",
		"wss://127.0.0.1/",
		"http://live.douyin.com/",
		"ws://webcast5-ws-web-lf.douyin.com/",
	])("doesn't allow it to lead to %s", (url) => {
		expect(allows(site, url)).toBe(false);
		expect(allows("https://www.douyin.com", url)).toBe(false);
	});

	it("restricts another base to its own host and port", () => {
		expect(allows(simulator, "http://127.0.0.1:7002/1001")).toBe(true);
		expect(allows(simulator, "ws://127.0.0.1:7002/")).toBe(true);
		for (const url of ["ws://127.0.0.1:7003/", "ws://localhost:7002/", "wss://live.douyin.com/", "http://127.0.0.1/"]) {
			expect(allows(simulator, url), url).toBe(false);
		}
		expect(allows("https://sim.example", "wss://sim.example:443/")).toBe(true);
		expect(allows("https://sim.example", "ws://sim.example:443/")).toBe(false);
		expect(allows("https://sim.example", "wss://a.sim.example/")).toBe(false);
	});

	it("allows added hosts, only over TLS for TLS bases", () => {
		for (const [added, url, allowed] of [
			["push.example", "wss://push.example/", true],
			["push.example", "wss://a.push.example:8443/", true],
			["Push.Example:8443", "wss://push.example:8443/", true],
			["push.example:8443", "wss://push.example/", false],
			["push.example", "wss://evilpush.example/", false],
			["push.example", "ws://push.example/", false],
			["10.0.0.1", "wss://10.0.0.1/", true],
			["[::1]:7003", "wss://[::1]:7003/", true],
		] as const) {
			expect(allows(site, url, [added]), url).toBe(allowed);
		}
		expect(allows(simulator, "ws://127.0.0.1:7003/", ["127.0.0.1:7003"])).toBe(true);
	});

	it.each(["", " ", "https://push.example", "push.example/x", "a b", "*.example", "user@push.example", "x:99999999"])(
		"rejects %j as a host",
		(text) => {
			expect(() => new AllowedHosts(site, [text])).toThrow(TypeError);
		},
	);

	it("names the refused host", () => {
		const refusal = new AllowedHosts(site).refusal(new URL("wss://evil.example:81/?x=secret"), "im/fetch");
		expect(refusal).toMatchObject({ reason: "foreign_host", host: "evil.example:81", retryable: true });
		expect(refusal?.message).toMatch(/^im\/fetch leads to evil\.example:81, which is not a server of douyin\.com/);
		expect(refusal?.message).not.toContain("secret");
	});
});
