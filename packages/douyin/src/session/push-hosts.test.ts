import { describe, expect, it } from "vitest";
import { AllowedHosts } from "../net/index.ts";
import { PushHosts } from "./push-hosts.ts";

const base = "http://127.0.0.1:1";

describe("PushHosts", () => {
	it("follows the base URL until im/fetch names a host", () => {
		const base = "http://127.0.0.1:7002";
		const hosts = new PushHosts(base, new AllowedHosts(base, ["127.0.0.1"]));
		expect([hosts.known, hosts.choose()]).toEqual([false, "ws://127.0.0.1:7002"]);
		hosts.learn(["127.0.0.1:7003", "127.0.0.1:7004"]);
		expect([hosts.known, hosts.choose()]).toEqual([true, "ws://127.0.0.1:7003"]);
	});

	it.each([
		["wss://push.example/webcast/im/push/v2/", "wss://push.example"],
		["ws://push.example:81", "ws://push.example:81"],
		["https://push.example", "wss://push.example"],
		["push.example", "ws://push.example"],
		["[::1]:7002", "ws://[::1]:7002"],
	])("reads %j under a base without TLS as %s", (named, expected) => {
		const base = "http://127.0.0.1:7002";
		const hosts = new PushHosts(base, new AllowedHosts(base, ["push.example", "[::1]"]));
		hosts.learn([named]);
		expect(hosts.choose()).toBe(expected);
	});

	it.each(["push.douyin.com", "ws://push.douyin.com", "http://push.douyin.com/x"])(
		"upgrades %j to TLS under a base with TLS",
		(named) => {
			const hosts = new PushHosts("https://live.douyin.com");
			hosts.learn([named]);
			expect(hosts.choose()).toBe("wss://push.douyin.com");
		},
	);

	it.each([
		["https://live.douyin.com", "wss://evil.example", "evil.example"],
		["https://live.douyin.com", "douyin.com.evil.example", "douyin.com.evil.example"],
		["http://127.0.0.1:7002", "127.0.0.1:7003", "127.0.0.1:7003"],
	])("under %s rejects %j as the only named host", (base, named, host) => {
		const hosts = new PushHosts(base);
		hosts.learn([named]);
		expect(() => hosts.choose()).toThrow(expect.objectContaining({ reason: "foreign_host", host }));
		expect(() => hosts.choose([], () => host)).toThrow(expect.objectContaining({ reason: "foreign_host", host }));
		hosts.learn([]);
		expect(new URL(hosts.choose()).host).not.toBe(host);
	});

	it("skips foreign hosts in favour of its own", () => {
		const hosts = new PushHosts("https://live.douyin.com");
		hosts.learn(["wss://evil.example", "wss://webcast9-ws-web-lf.douyin.com"]);
		expect(hosts.choose([], () => "evil.example")).toBe("wss://webcast9-ws-web-lf.douyin.com");
		hosts.failed("wss://webcast9-ws-web-lf.douyin.com");
		expect(hosts.choose()).toMatch(/\.douyin\.com$/);
	});

	it.each(["", "   ", "ftp://x", "ws://", "a b", "::::"])("rejects %j as a host", (named) => {
		const hosts = new PushHosts("http://127.0.0.1:7002");
		hosts.learn([named]);
		expect(hosts.known).toBe(false);
	});

	it("tries named hosts, webcast100, then 5 and 3, and repeats", () => {
		const hosts = new PushHosts("https://live.douyin.com");
		hosts.learn(["wss://webcast3-ws-web-hl.douyin.com"]);
		const seen: string[] = [];
		for (let i = 0; i < 9; i++) {
			seen.push(hosts.choose());
			hosts.failed(hosts.choose());
		}
		expect(seen.map((base) => /^wss:\/\/webcast(\d+-ws-web-\w+)\.douyin\.com$/.exec(base)?.[1])).toEqual([
			...["3-ws-web-hl", "100-ws-web-lq", "100-ws-web-hl", "100-ws-web-lf"],
			...["5-ws-web-lq", "5-ws-web-hl", "5-ws-web-lf", "3-ws-web-lq", "3-ws-web-lf"],
		]);
		expect(hosts.choose()).toBe(seen[0]);
	});

	it("returns to a host that worked", () => {
		const hosts = new PushHosts(base, new AllowedHosts(base, ["example"]));
		hosts.learn(["a.example"]);
		hosts.failed("ws://a.example");
		expect(hosts.choose()).toBe("ws://127.0.0.1:1");
		hosts.worked("ws://a.example");
		expect(hosts.choose()).toBe("ws://a.example");
	});

	it("follows advice only for known hosts, even failed ones", () => {
		const hosts = new PushHosts(base, new AllowedHosts(base, ["example"]));
		hosts.learn(["a.example", "b.example:81"]);
		hosts.failed("ws://b.example:81");
		const advised = (host: string | undefined) => hosts.choose([], () => host);
		expect(advised("b.example:81")).toBe("ws://b.example:81");
		expect(advised("127.0.0.1:1")).toBe("ws://127.0.0.1:1");
		expect(advised("b.example")).toBe("ws://a.example");
		expect(advised("evil.example")).toBe("ws://a.example");
		expect(advised(undefined)).toBe("ws://a.example");
	});

	it("requests advice among hosts not to avoid, else all", () => {
		const hosts = new PushHosts(base, new AllowedHosts(base, ["example"]));
		hosts.learn(["a.example", "b.example", "a.example"]);
		const asked: string[][] = [];
		const ask = (avoid: string[]) => hosts.choose(avoid, (named) => void asked.push(named));
		ask(["a.example"]);
		ask(["a.example", "b.example", "127.0.0.1:1"]);
		expect(asked).toEqual([
			["b.example", "127.0.0.1:1"],
			["a.example", "b.example", "127.0.0.1:1"],
		]);
	});
});
