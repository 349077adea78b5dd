import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Copy, DockerfileParser } from "dockerfile-ast";
import { validate } from "dockerfile-utils";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { terminalIo } from "../packages/livekeeper/src/cli/io.ts";
import { createProgram } from "../packages/livekeeper/src/cli/program.ts";
import { configOptions } from "../packages/livekeeper/src/config/schema.ts";
import { loadConfig } from "../packages/livekeeper/src/config.ts";
import { hasNats } from "../packages/log/src/event-log/jetstream/nats-servers.helpers.ts";

/*
 * No container engine is available where this runs. Checked without one: that NATS accepts its configuration, and
 * livekeeper every flag and variable in the files. Lists in the files are written as JSON, which is YAML.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const text = (path: string) => readFileSync(`${root}${path}`, "utf8");
const compose = text("deploy/compose.cluster.yaml");
const alone = text("deploy/compose.yaml");
const kubernetes = text("deploy/kubernetes.yaml");
const dockerfile = text("Dockerfile");
const conf = text("deploy/nats.conf");

const secrets = {
	LIVEKEEPER_SECRET: "the secret of all nodes",
	LIVEKEEPER_API_KEY: "key",
	LIVEKEEPER_NATS_PASSWORD: "pw",
};

/** Returns a variable of the file's environment if it is given as text, in either file's form. */
function environment(file: string): Record<string, string> {
	const pairs = file.matchAll(/(?:^|[{,] ?|\s)(?:name: )?(LIVEKEEPER_[A-Z_]+)(?:: |,?\s+value: )"([^"$]*)"/gm);
	return Object.fromEntries(Array.from(pairs, ([, name = "", value = ""]) => [name, value]));
}

function lists(file: string, key: string): string[][] {
	const found = Array.from(file.matchAll(new RegExp(`^ *${key}:? (\\[.*\\])$`, "gm")), ([, list = ""]) => list);
	return found.map((list) => JSON.parse(list) as string[]);
}

/** Returns the configuration that `livekeeper serve` reads from the words and the environment. */
function configured(words: readonly string[], env: Record<string, string>) {
	const [name, ...given] = words;
	expect(name).toBe("serve");
	const serve = createProgram(terminalIo("en")).commands.find((command) => command.name() === name);
	expect(serve?.parseOptions(given)).toEqual({ operands: [], unknown: [] });
	return loadConfig({ flags: serve?.opts() ?? {}, env, cwd: "/nowhere" });
}

const files = [
	["deploy/compose.cluster.yaml", compose, "command"],
	["deploy/kubernetes.yaml", kubernetes, "args"],
] as const;

describe.each(files)("%s", (_, file, key) => {
	const words = lists(file, key).find(([first]) => first === "serve") ?? [];

	test("starts nodes with valid and consistent flags and variables", () => {
		const config = configured(words, { ...environment(file), ...secrets, LIVEKEEPER_NODE: "a" });
		expect(config.cluster).toHaveLength(3);
		expect(config).toMatchObject({ clusterReplicas: 3, natsUser: "livekeeper", host: "0.0.0.0", logFormat: "json" });
		const known = configOptions.map(({ env }) => env);
		// Each secret comes from outside, and none is written down.
		for (const name of Object.keys(secrets)) expect(environment(file)).not.toHaveProperty(name);
		const used = Array.from(file.matchAll(/(?:name: |^ *|, )(LIVEKEEPER_[A-Z_]+)[:,\n]/gm), ([, name]) => name);
		expect(used).toEqual(expect.arrayContaining([...Object.keys(secrets), "LIVEKEEPER_NODE"]));
		expect(used.filter((name) => !known.includes(name ?? ""))).toEqual([]);
	});

	test("gives a node enough time to hand its rooms over", () => {
		const { clusterDrainMs } = configured(words, { ...environment(file), ...secrets });
		const grace = /(?:stop_grace_period|terminationGracePeriodSeconds): 45s?$/m.exec(file);
		expect(grace).not.toBeNull();
		// Twice 2.8 s is the time that `serve` itself allows for the remaining shutdown.
		expect(45_000).toBeGreaterThan(clusterDrainMs + 2 * 2_800);
	});

	test("connects nodes and NATS servers by their names", () => {
		const servers =
			environment(file)
				["LIVEKEEPER_CLUSTER"]?.split(",")
				.map((url) => new URL(url).hostname) ?? [];
		const routes = Array.from(file.matchAll(/[})]@([a-z0-9.-]+):6222/g), ([, host]) => host);
		expect(routes).toEqual(servers);
		const named = servers.map((server) => server.split(".")[0]);
		if (file === compose) expect(named.every((name) => compose.includes(`NATS_NAME: '"${name}"'`))).toBe(true);
		else expect(named).toEqual([0, 1, 2].map((n) => `nats-${n}`));
	});

	test("is indented by spaces, with lists as JSON", () => {
		expect(file).not.toMatch(/\t/);
		const commands = ["command", "test", "args", "ports", "volumes"].flatMap((name) => lists(file, name));
		expect(commands.every((list) => list.every((word) => typeof word === "string"))).toBe(true);
		expect(commands.length).toBeGreaterThan(1);
	});
});

test("the image starts the package's program with valid flags", () => {
	const [entry] = lists(dockerfile, "ENTRYPOINT");
	const { bin } = JSON.parse(text("packages/livekeeper/package.json")) as { bin: { livekeeper: string } };
	expect(entry).toEqual(["node", `packages/livekeeper/${bin.livekeeper.replace("./", "")}`]);
	const [words = []] = lists(dockerfile, "CMD");
	expect(configured(words, secrets)).toMatchObject({ host: "0.0.0.0", port: 7001 });
	const { engines } = JSON.parse(text("package.json")) as { engines: { node: string } };
	expect(engines.node).toBe(">=22.15");
	expect(dockerfile).toMatch(/^ARG NODE_IMAGE=node:24\.\d+\.\d+-bookworm-slim$/m);
	expect(dockerfile.match(/^FROM .*/gm)).toHaveLength(2);
	expect(dockerfile.match(/^FROM \$\{NODE_IMAGE\}/gm)).toHaveLength(2);
	expect(dockerfile.match(/^USER .*/gm)).toEqual(["USER node"]);
});

test("the Dockerfile passes Docker's checks and copies existing files", () => {
	expect(validate(dockerfile)).toEqual([]);
	expect(validate(dockerfile.replace("USER node", "USRE node"))).not.toEqual([]);
	const copies = DockerfileParser.parse(dockerfile).getCOPYs() as Copy[];
	const sources = copies.map((copy) => copy.getArguments()[0]?.getValue() ?? "");
	expect(sources).toEqual([".", ...["LICENSE", "node_modules", "packages"].map((name) => `/livekeeper/${name}`)]);
	for (const source of sources) expect(existsSync(`${root}${source.replace(/^\/livekeeper\//, "")}`)).toBe(true);
	// The commands it runs and the files that the image leaves out (e2e/container.test.ts runs both commands).
	expect(text(".dockerignore").split("\n")).toEqual(expect.arrayContaining([".git", "**/node_modules", "**/dist"]));
	for (const script of dockerfile.match(/npm run (\w+)/g) ?? []) {
		expect(JSON.parse(text("package.json")).scripts).toHaveProperty(script.slice("npm run ".length));
	}
});

test("the health check is a livekeeper command without a shell", () => {
	const [, check = "[]"] = /^HEALTHCHECK [^[]*CMD (\[.*\])$/m.exec(dockerfile.replaceAll("\\\n", "")) ?? [];
	const [entry = []] = lists(dockerfile, "ENTRYPOINT");
	const words = JSON.parse(check) as string[];
	expect(words.slice(0, entry.length)).toEqual(entry);
	const names = createProgram(terminalIo("en")).commands.map((command) => command.name());
	expect(names).toContain(words[entry.length]);
});

test("compose.yaml is one confined node with an external key", () => {
	const { services, volumes } = parse(alone) as { services: Record<string, Record<string, unknown>>; volumes: object };
	expect(Object.keys(services)).toEqual(["livekeeper"]);
	const {
		command,
		environment,
		volumes: mounts,
		ports,
		build,
		image,
		restart,
		stop_grace_period,
		...confined
	} = services["livekeeper"] as Record<string, never> & { command: string[]; environment: Record<string, string> };
	const cluster = parse(compose, { merge: true }) as { "x-confined": object };
	expect(confined).toEqual(cluster["x-confined"]);
	expect([mounts, Object.keys(volumes), ports]).toEqual([["data:/data"], ["data"], ["127.0.0.1:7001:7001"]]);
	expect([build, restart]).toEqual(["..", "unless-stopped"]);
	expect(image).toBe("${LIVEKEEPER_IMAGE:-livekeeper}");
	expect(stop_grace_period).toBe("30s");
	expect(environment).toEqual({ LIVEKEEPER_API_KEY: "${LIVEKEEPER_API_KEY:?set LIVEKEEPER_API_KEY}" });
	expect(configured(command, { LIVEKEEPER_API_KEY: "key" })).toMatchObject({ host: "0.0.0.0", logFormat: "json" });
});

const images = (file: string) => Array.from(file.matchAll(/^ *image: "?(.*?)"?$/gm), ([, image = ""]) => image);

test("foreign images have one version and can be pinned", () => {
	const version = /^nats:\d+\.\d+\.\d+-alpine$/;
	expect(images(kubernetes).filter((image) => image !== "livekeeper")).toEqual([expect.stringMatching(version)]);
	const [, nats = ""] =
		/^\$\{NATS_IMAGE:-(.*)\}$/.exec(images(compose).find((image) => image !== "livekeeper") ?? "") ?? [];
	expect(nats).toMatch(version);
	for (const file of [kubernetes, compose, dockerfile]) expect(file).toContain("@sha256:…");
});

test("containers have resource limits and minimal writable paths", () => {
	// One of NATS, one of livekeeper.
	const inEach = [
		/runAsNonRoot: true, runAsUser: [1-9]/g,
		/seccompProfile: \{ type: RuntimeDefault \}/g,
		/automountServiceAccountToken: false/g,
		/allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: \{ drop: \["ALL"\] \}/g,
		/resources: \{ requests: \{ cpu: \S+, memory: \S+ \}, limits: \{ cpu: \S+, memory: \S+ \} \}/g,
	];
	for (const setting of inEach) expect(kubernetes.match(setting), String(setting)).toHaveLength(2);
	expect(compose.match(/<<: \*confined/g)).toHaveLength(2);
	const [confined = ""] = /^x-confined:[\s\S]*?\n\n/m.exec(compose) ?? [];
	for (const setting of ["read_only: true", 'cap_drop: ["ALL"]', "no-new-privileges:true", "mem_limit:", "cpus:"]) {
		expect(confined).toContain(setting);
	}
	// Temporary files of SQLite and exports.
	expect(confined).toContain('tmpfs: ["/tmp"]');
	expect(kubernetes).toContain("{ name: tmp, mountPath: /tmp }");
});

test("kubernetes.yaml contains nats.conf unchanged", () => {
	const [, block = ""] = /^ {2}nats\.conf: \|\n((?: {4}.*\n|\n)+)/m.exec(kubernetes) ?? [];
	expect(block.replaceAll(/^ {4}/gm, "")).toBe(conf);
});

describe.skipIf(!hasNats)(`nats.conf${hasNats ? "" : " (skipped: no nats-server)"}`, () => {
	const check = (env: Record<string, string>) => {
		const paths = [process.env["PATH"], "/usr/sbin", "/usr/local/sbin"].join(":");
		const options = { encoding: "utf8", env: { PATH: paths, ...env } } as const;
		const { status, stderr } = spawnSync("nats-server", ["-c", `${root}deploy/nats.conf`, "-t"], options);
		return { status, stderr };
	};

	test("is accepted by nats-server with either file's environment", () => {
		const [, inCompose = ""] = /NATS_ROUTES: '(.*)'$/m.exec(compose) ?? [];
		const [, inKubernetes = ""] = /NATS_ROUTES\s+value: '(.*)'$/m.exec(kubernetes) ?? [];
		for (const routes of [inCompose, inKubernetes]) {
			// A password of digits with an `e` would be a number without its quotation marks.
			const env = { NATS_NAME: '"nats-1"', NATS_PASSWORD: '"123e4"' };
			const filled = routes.replaceAll(/\$\{LIVEKEEPER_NATS_PASSWORD\}|\$\(PASSWORD\)/g, "123e4");
			expect(JSON.parse(filled)).toHaveLength(3);
			expect(check({ ...env, NATS_ROUTES: filled })).toMatchObject({ status: 0 });
		}
	});

	test("is rejected without a variable, and syncs each write", () => {
		expect(check({ NATS_NAME: '"nats-1"', NATS_PASSWORD: '"pw"' }).stderr).toContain("NATS_ROUTES");
		expect(conf).toMatch(/^\s*sync_interval: always$/m);
		// Its monitoring requires no password.
		expect(conf).toMatch(/^http: "127\.0\.0\.1:8222"$/m);
	});
});
