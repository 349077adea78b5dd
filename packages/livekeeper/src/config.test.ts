import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { LivekeeperError } from "@livekeeper/base/errors";
import { afterEach, describe, expect, test } from "vitest";
import { type ConfigOption, configOptions, type OptionName } from "./config/schema.ts";
import { type Config, isLoopbackHost, loadConfig, parseConfig, serviceUrl } from "./config.ts";

const folders: string[] = [];

function folderWith(content?: unknown): string {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-config-"));
	folders.push(folder);
	if (content !== undefined) {
		const text = typeof content === "string" ? content : JSON.stringify(content);
		writeFileSync(join(folder, "livekeeper.config.json"), text);
	}
	return folder;
}

afterEach(() => {
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function failure(run: () => unknown): LivekeeperError {
	try {
		run();
	} catch (error) {
		if (error instanceof LivekeeperError) return error;
		throw error;
	}
	throw new Error("expected a LivekeeperError");
}

/** Three different valid values for each option: for the file, the environment and the flag. */
const examples: Record<OptionName, readonly [unknown, unknown, unknown]> = {
	port: [1001, 1002, 0],
	host: ["127.0.0.2", "127.0.0.3", "localhost"],
	data_dir: ["/a", "/b", "/c"],
	api_key: ["key-a", "key-b", "key-c"],
	public_url: ["https://a.example", "https://b.example/live", "http://127.0.0.1:7001"],
	upstream_url: ["http://127.0.0.1:1", "https://example.com", "http://127.0.0.1:3/base"],
	official_url: ["http://127.0.0.1:1", "https://example.com", "http://127.0.0.1:3"],
	official_token_url: ["http://127.0.0.1:1/t", "https://example.com/t", "http://127.0.0.1:3/t"],
	allowed_hosts: [["push.example"], ["push.example:8443", "10.0.0.1"], ["[::1]:7002"]],
	cookie: ["sessionid=a", "sessionid=b", "sessionid=c; x=1"],
	proxy: ["http://127.0.0.1:1", "https://127.0.0.1:2", "socks5://u:p@127.0.0.1:3"],
	identity_warn_hours: [1, 2, 3],
	identity_check_hours: [1, 2, 3],
	identity_rests: [true, false, true],
	user_agent: ["a", "b", "c"],
	max_rooms: [1, 2, 3],
	max_connections: [1, 2, 3],
	max_connections_per_identity: [1, 2, 3],
	max_connections_per_login: [1, 2, 3],
	max_connections_per_proxy: [1, 2, 3],
	starts_per_second: [1, 2, 3],
	lookups_per_minute: [1, 2, 3],
	site_profile: [resolve("/one.json"), resolve("/two.json"), resolve("/three.json")],
	updates: ["http://127.0.0.1:1/u.json", "https://a.example/u", "https://b.example/u"],
	updates_key: [`${"A".repeat(43)}=`, `${"B".repeat(42)}A=`, "C".repeat(42).concat("A")],
	signer: [resolve("/one.mjs"), resolve("/two.mjs"), resolve("/three.mjs")],
	own_address: [true, false, true],
	polling_fallback: [true, false, true],
	strategy: ["fixed", "adaptive", "fixed"],
	silence_ms: [1001, 1002, 1003],
	health: ["fixed", "rhythm", "fixed"],
	heartbeat_ms: [1001, 1002, 1003],
	handshake_timeout_ms: [101, 102, 103],
	request_timeout_ms: [101, 102, 103],
	health_check_ms: [101, 102, 103],
	queue_mb: [1, 2, 3],
	cors_origins: [["http://a.test"], ["http://b.test", "https://c.test:8443"], ["http://127.0.0.1:8000"]],
	body_limit: [2001, 2002, 2003],
	rate_limit: [1, 2, 0],
	trust_proxy: [true, 2, ["10.0.0.1", "fd00::/8"]],
	secret: ["a-secret-of-16-characters", "b-secret-of-16-characters", "c-secret-of-16-characters"],
	retention_hours: [1, 2, 3],
	clock_trust_hours: [1, 2, 0],
	retention_mb: [17, 18, 19],
	group_commit_ms: [1, 2, 3],
	cluster: [["nats://10.0.0.1:4222"], ["a.example", "tls://b.example:4222"], ["[::1]:4222"]],
	node: ["a", "b.example", "c_1-2"],
	node_weight: [1, 2, 3],
	cluster_replicas: [1, 3, 1],
	cluster_hold_ms: [1001, 1002, 1003],
	cluster_drain_ms: [1, 2, 0],
	nats_user: ["a", "b", "c"],
	nats_password: ["a", "b", "c"],
	nats_token: ["a", "b", "c"],
	nats_creds: ["/a", "/b", "/c"],
	nats_ca: ["/a", "/b", "/c"],
	nats_cert: ["/a", "/b", "/c"],
	nats_key: ["/a", "/b", "/c"],
	target_allow_private: [true, false, true],
	target_allow_loopback: [true, false, true],
	target_concurrency: [1, 2, 3],
	reader_stall_ms: [1001, 1002, 1003],
	socket_buffer: [100_001, 100_002, 100_003],
	max_readers: [1, 2, 3],
	readers_buffer: [2_000_001, 2_000_002, 2_000_003],
	max_rooms_per_socket: [1, 2, 3],
	mcp: ["read", "control", "off"],
	compat_host: ["127.0.0.2", "127.0.0.3", "localhost"],
	douyinlive_port: [1088, 1089, 0],
	barragegrab_port: [8888, 8889, 0],
	log_level: ["trace", "warn", "silent"],
	log_format: ["pretty", "json", "auto"],
	demo: [true, false, true],
	url: ["http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3"],
};

const asText = (value: unknown) => (Array.isArray(value) ? value.join(",") : String(value));

describe("every option", () => {
	const each = (check: (option: ConfigOption, name: OptionName) => void) => {
		for (const option of configOptions) {
			try {
				check(option, option.name);
			} catch (error) {
				throw new Error(`${option.name}: ${(error as Error).message}`, { cause: error });
			}
		}
	};
	const read = ({ property }: ConfigOption, sources: Parameters<typeof loadConfig>[0]) => loadConfig(sources)[property];

	test("comes from the file, the environment or the flag", () => {
		each((option, name) => {
			const [fromFile, fromEnv, fromFlag] = examples[name];
			const cwd = () => folderWith({ [name]: fromFile });
			const env = { [option.env]: asText(fromEnv) };
			const flags = { [option.property]: option.kind === "boolean" ? fromFlag : asText(fromFlag) };
			expect(read(option, { cwd: cwd(), env: {} })).toEqual(fromFile);
			expect(read(option, { cwd: cwd(), env })).toEqual(fromEnv);
			expect(read(option, { cwd: cwd(), env, flags })).toEqual(fromFlag);
			expect(read(option, { cwd: folderWith(), env: {}, flags })).toEqual(fromFlag);
		});
	});

	test("has its default when a variable is empty", () => {
		each((option, name) => {
			const bare = read(option, { cwd: folderWith(), env: {} });
			const expected = name === "data_dir" ? expect.any(String) : bare;
			expect(read(option, { cwd: folderWith(), env: { [option.env]: "" } })).toEqual(expected);
		});
	});

	test("reports a wrong value with its source, no secret", () => {
		each((option, name) => {
			const wrong = name === "data_dir" || name === "user_agent" ? "" : "\u0000 very wrong";
			const error = failure(() => loadConfig({ cwd: folderWith({ [name]: wrong }), env: {} }));
			expect(error.code).toBe("invalid_config");
			expect(error.message).toContain(`${name} in `);
			expect(error.message).toContain(option.expected.en);
			expect(error.message.includes("very wrong")).toBe(!option.secret && wrong !== "");
			expect(error.hint.en).not.toBe("");
		});
	});
});

test.each([
	["nats://keeper:pa55,word@10.0.0.1:4222"],
	["keeper:pa55/w@rd@10.0.0.1"],
	["nats://10.0.0.1:4222,nats://keeper:pa55@10.0.0.2"],
])("reports no password in an address: %s", (cluster) => {
	const error = failure(() => loadConfig({ cwd: folderWith(), env: { LIVEKEEPER_CLUSTER: cluster } }));
	expect(error.message).toContain("LIVEKEEPER_CLUSTER");
	expect(error.message).toContain("nats_password");
	expect(error.message).not.toContain("pa55");
});

test("names every option alike in file, environment and flags", () => {
	for (const { name, env, flag } of configOptions) {
		expect(env).toBe(`LIVEKEEPER_${name.toUpperCase()}`);
		expect(flag).toBe(`--${name.replaceAll("_", "-")}`);
	}
});

test("ignores Kubernetes' variables for a service named livekeeper", () => {
	const env = {
		LIVEKEEPER_SERVICE_HOST: "10.96.0.7",
		LIVEKEEPER_SERVICE_PORT: "7001",
		LIVEKEEPER_SERVICE_PORT_HTTP: "7001",
		LIVEKEEPER_PORT: "tcp://10.96.0.7:7001",
		LIVEKEEPER_PORT_7001_TCP: "tcp://10.96.0.7:7001",
		LIVEKEEPER_PORT_7001_TCP_PROTO: "tcp",
		LIVEKEEPER_PORT_7001_TCP_PORT: "7001",
		LIVEKEEPER_PORT_7001_TCP_ADDR: "10.96.0.7",
	};
	expect(loadConfig({ cwd: "/nowhere", env }).port).toBe(7001);
	const typo = failure(() => loadConfig({ cwd: "/nowhere", env: { ...env, LIVEKEEPER_SERVICE_HOSTS: "x" } }));
	expect(typo.message).toContain("LIVEKEEPER_SERVICE_HOSTS");
	expect(failure(() => loadConfig({ cwd: "/nowhere", env: { LIVEKEEPER_PORT: "tcp" } })).message).toContain("PORT");
});

test("has the documented defaults", () => {
	const config = loadConfig({ cwd: "/nowhere", env: {} });
	expect(config).toMatchObject({
		port: 7001,
		host: "127.0.0.1",
		dataDir: "/nowhere/data",
		upstreamUrl: "https://live.douyin.com",
		silenceMs: 60_000,
		healthCheckMs: 5000,
		bodyLimit: 65_536,
		corsOrigins: [],
		demo: false,
	} satisfies Partial<Config>);
	expect(config.apiKey).toBeUndefined();
});

test("checks a program's options alike and reads nothing else", () => {
	const config = parseConfig({ port: 0, upstream_url: "http://127.0.0.1:7002/" }, "/nowhere");
	expect(config).toMatchObject({
		port: 0,
		upstreamUrl: "http://127.0.0.1:7002",
		maxRooms: 1000,
		dataDir: "/nowhere/data",
	});
	expect(failure(() => parseConfig({ port: -1 })).message).toContain("option port = -1");
	expect(failure(() => parseConfig({ maxRooms: 1 } as object)).message).toContain("did you mean max_rooms?");
	expect(failure(() => parseConfig({ host: "0.0.0.0" })).code).toBe("api_key_required");
	const listeners = { compat_host: "0.0.0.0", barragegrab_port: 8888 };
	expect(failure(() => parseConfig(listeners)).code).toBe("api_key_required");
	expect(parseConfig({ ...listeners, api_key: "correct-horse" }).barragegrabPort).toBe(8888);
});

test.each([
	"http://*.example",
	"https://*",
	"https://a.*:8443",
	"ws://a.example",
	"https://a.example/",
	"https://A.example",
	"https://a,b.example",
])("rejects cors_origins %s, which no page has", (origin) => {
	expect(failure(() => parseConfig({ cors_origins: [origin] }))).toMatchObject({ code: "invalid_config" });
});

test.each(["*", "null"])("requires an API key for cors_origins %s", (origin) => {
	const error = failure(() => parseConfig({ cors_origins: ["https://a.example", origin] }));
	expect(error).toMatchObject({ code: "api_key_required", message: expect.stringContaining(`cors_origins ${origin}`) });
	expect(error.hint.en).toContain("api_key");
	const env = { LIVEKEEPER_CORS_ORIGINS: origin };
	expect(failure(() => loadConfig({ cwd: "/nowhere", env })).code).toBe("api_key_required");
	const withKey = { ...env, LIVEKEEPER_API_KEY: "correct-horse" };
	expect(loadConfig({ cwd: "/nowhere", env: withKey }).corsOrigins).toEqual([origin]);
});

test.each(["10.0.0.0/33", "fd00::/129", "10.0.0.1/8/8", "10.0.0.0/x", "proxy.example", "-1", ""])(
	"rejects trust_proxy %j",
	(text) => {
		const error = failure(() => loadConfig({ cwd: "/nowhere", env: {}, flags: { trustProxy: text || "," } }));
		expect(error.message).toContain("flag --trust-proxy");
	},
);

test.each([
	["off", false],
	["Yes", true],
	["0", 0],
	["10.0.0.1, 192.168.0.0/16", ["10.0.0.1", "192.168.0.0/16"]],
])("reads trust_proxy from the text %j", (text, value) => {
	expect(loadConfig({ cwd: "/nowhere", env: { LIVEKEEPER_TRUST_PROXY: text } }).trustProxy).toEqual(value);
});

test("reports all wrong values at once with their sources", () => {
	const cwd = folderWith({ max_rooms: "many" });
	const error = failure(() => loadConfig({ cwd, env: { LIVEKEEPER_PORT: "70000" }, flags: { logLevel: "loud" } }));
	expect(error.message).toContain("max_rooms in ");
	expect(error.message).toContain("environment LIVEKEEPER_PORT = 70000: expected a whole number from 0 to 65535");
	expect(error.message).toContain('flag --log-level = "loud"');
});

test.each([
	[{ prot: 1 }, {}, "did you mean port?"],
	[{ maxRooms: 1 }, {}, "did you mean max_rooms?"],
	[{ "upstream-url": "x" }, {}, "did you mean upstream_url?"],
	[{}, { LIVEKEEPER_UPSTREAM: "x" }, "did you mean LIVEKEEPER_UPSTREAM_URL?"],
	[{}, { LIVEKEEPER_PROT: "x" }, "did you mean LIVEKEEPER_PORT?"],
])("rejects an unknown name with a suggestion: %j %j", (file, env, suggestion) => {
	expect(failure(() => loadConfig({ cwd: folderWith(file), env })).message).toContain(suggestion);
});

test("suggests nothing for an unknown name unlike any other", () => {
	const { message } = failure(() => loadConfig({ cwd: folderWith({ zzzzzzzzzzzz: 1 }), env: {} }));
	expect(message).toContain("there is no such option");
	expect(message).not.toContain("did you mean");
});

test("ignores variables of other programs", () => {
	expect(() => loadConfig({ cwd: folderWith(), env: { PATH: "/bin", LIVEKEEP: "1" } })).not.toThrow();
});

test.each([
	['{"port": 7001,\n"cookie": "s3cret" oops}', /not valid JSON near line 2/],
	["[1]", /expected a JSON object/],
	["null", /expected a JSON object/],
])("rejects a file without an object, unquoted: %j", (text, expected) => {
	const { message } = failure(() => loadConfig({ cwd: folderWith(text), env: {} }));
	expect(message).toMatch(expected);
	expect(message).not.toContain("s3cret");
});

test("requires a named file, also from the environment", () => {
	const cwd = folderWith();
	expect(failure(() => loadConfig({ cwd, env: {}, flags: { config: "x.json" } })).message).toContain("no such file");
	writeFileSync(join(cwd, "other.json"), '{"port": 4}');
	expect(loadConfig({ cwd, env: { LIVEKEEPER_CONFIG: "other.json" } }).port).toBe(4);
	expect(loadConfig({ cwd, env: {}, flags: { config: "other.json" } }).port).toBe(4);
});

test.each(["0.0.0.0", "::", "192.168.1.2", "example.com", "127.evil.example"])(
	"requires a key for listening on %s",
	(host) => {
		const cwd = folderWith();
		expect(failure(() => loadConfig({ cwd, env: { LIVEKEEPER_HOST: host } })).code).toBe("api_key_required");
		expect(loadConfig({ cwd, env: { LIVEKEEPER_HOST: host, LIVEKEEPER_API_KEY: "k" } }).host).toBe(host);
	},
);

test("recognises this machine's own addresses", () => {
	for (const host of ["127.0.0.1", "127.1.2.3", "localhost", "::1"]) expect(isLoopbackHost(host), host).toBe(true);
	for (const host of ["0.0.0.0", "::", "10.0.0.1", "127.0.0.1.example.com"]) {
		expect(isLoopbackHost(host), host).toBe(false);
	}
});

test("points commands to where the service listens", () => {
	const at = (env: Record<string, string>) => serviceUrl(loadConfig({ cwd: "/nowhere", env }));
	expect(at({})).toBe("http://127.0.0.1:7001");
	expect(at({ LIVEKEEPER_PORT: "8000" })).toBe("http://127.0.0.1:8000");
	expect(at({ LIVEKEEPER_HOST: "0.0.0.0", LIVEKEEPER_API_KEY: "k" })).toBe("http://127.0.0.1:7001");
	expect(at({ LIVEKEEPER_HOST: "::1" })).toBe("http://[::1]:7001");
	expect(at({ LIVEKEEPER_URL: "https://live.example/" })).toBe("https://live.example");
});

test("derives variable and flag from a name as documented", () => {
	for (const { name, env, flag } of configOptions) {
		expect([env, flag]).toEqual([`LIVEKEEPER_${name.toUpperCase()}`, `--${name.replaceAll("_", "-")}`]);
	}
});

test.each([
	["configuration.md", "en"],
	["configuration.zh-CN.md", "zh"],
] as const)("lists exactly the options in docs/%s", (name, language) => {
	const page = readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");
	const shown = (value: unknown) => (value === undefined ? "" : `\`${Array.isArray(value) ? "[]" : String(value)}\``);
	const expected = configOptions.map((o) => [`\`${o.name}\``, shown(o.default), o.help[language]]);
	const cells = (row: string) =>
		row
			.split("|")
			.slice(1, -1)
			.map((cell) => cell.trim());
	const rows = page.split("\n").filter((line) => line.startsWith("| `"));
	expect(rows.map(cells)).toEqual(expected);
});
