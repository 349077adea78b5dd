import { describe, expect, it } from "vitest";
import { PushHosts } from "./push-hosts.ts";

describe("PushHosts", () => {
	it("follows the base URL until im/fetch names a host", () => {
		const hosts = new PushHosts("http://127.0.0.1:7002", () => 0);
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
		const hosts = new PushHosts("http://127.0.0.1:7002", () => 0);
		hosts.learn([named]);
		expect(hosts.choose()).toBe(expected);
	});

	it.each(["push.example", "ws://push.example", "http://push.example/x"])(
		"never goes from a base over TLS to %j without",
		(named) => {
			const hosts = new PushHosts("https://live.douyin.com", () => 0);
			hosts.learn([named]);
			expect(hosts.choose()).toBe("wss://push.example");
		},
	);

	it.each(["", "   ", "ftp://x", "ws://", "a b", "::::"])("takes %j for no host", (named) => {
		const hosts = new PushHosts("http://127.0.0.1:7002", () => 0);
		hosts.learn([named]);
		expect(hosts.known).toBe(false);
	});

	it("goes round the site's known hosts when they fail, and begins again when all have", () => {
		const hosts = new PushHosts("https://live.douyin.com", () => 0.99);
		const seen: string[] = [];
		for (let i = 0; i < 9; i++) {
			seen.push(hosts.choose());
			hosts.failed(hosts.choose());
		}
		expect(new Set(seen).size).toBe(9);
		expect(seen.every((host) => /^wss:\/\/webcast(3|5|100)-ws-web-(lq|hl|lf)\.douyin\.com$/.test(host))).toBe(true);
		expect(hosts.choose()).toBe(seen[0]);
	});

	it("comes back to a host that worked", () => {
		const hosts = new PushHosts("http://127.0.0.1:1", () => 0);
		hosts.learn(["a.example"]);
		hosts.failed("ws://a.example");
		expect(hosts.choose()).toBe("ws://127.0.0.1:1");
		hosts.worked("ws://a.example");
		expect(hosts.choose()).toBe("ws://a.example");
	});

	it("takes the host that is asked for where it is a known one, even after it failed, and no other", () => {
		const hosts = new PushHosts("http://127.0.0.1:1", () => 0);
		hosts.learn(["a.example", "b.example:81"]);
		hosts.failed("ws://b.example:81");
		expect(hosts.choose("b.example:81")).toBe("ws://b.example:81");
		expect(hosts.choose("127.0.0.1:1")).toBe("ws://127.0.0.1:1");
		expect(hosts.choose("b.example")).toBe("ws://a.example");
		expect(hosts.choose("evil.example")).toBe("ws://a.example");
	});
});
