import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createProgram } from "../../packages/livekeeper/src/cli/program.ts";
import { distinctCommands, documentedPages } from "../kit/documented-commands.ts";
import { Rig } from "../kit/rig.ts";
import { until } from "../kit/until.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const all = distinctCommands(documentedPages()).map(({ command }) => command);

/** Programs of the documentation with one command each; all others are only parsed. */
const programs: [pattern: RegExp, command: string, sign?: RegExp][] = [
	[/^curl /, "curl -s http://127.0.0.1:7001/api/live/status"],
	[/^(npx (--no )?)?livekeeper /, "npx livekeeper status"],
	[/^npx tsx /, "npx tsx examples/websocket.ts 1001 --after 0 --count 5"],
	[/^npm start/, "npm start -- --demo", /正在监听/],
];
/** Programs that are left to the whole runs (e2e/docs.test.ts), and commands of the shell itself. */
const others = /^(npm (test|install)|python3|nats-server|echo|rm) ?/;

interface Operation {
	parameters?: { name: string; in: string }[];
}

describe("the commands of the documentation", () => {
	let rig: Rig;
	let folder: string;
	const children = new Set<ChildProcess>();

	beforeAll(async () => {
		rig = await Rig.start({ speed: 1, oneThread: true, simulator: { rate: 20 } });
		folder = mkdtempSync(join(tmpdir(), "livekeeper-commands-"));
	});

	afterAll(async () => {
		for (const { pid } of children) if (pid !== undefined) process.kill(-pid, "SIGKILL");
		await rig.stop();
		rmSync(folder, { recursive: true, force: true });
	});

	test("belong to known programs", () => {
		const unknown = all.filter(
			(command) => !others.test(command) && !programs.some(([pattern]) => pattern.test(command)),
		);
		expect(unknown).toEqual([]);
		expect(all.length).toBeGreaterThan(50);
	});

	test("are understood by the command line", () => {
		const wrong = all.filter((command) => /^(npx )?livekeeper /.test(command)).flatMap(faultsOfCommand);
		expect(wrong).toEqual([]);
	});

	test("name files that exist", () => {
		const files = all.flatMap((command) => /^(?:npx tsx|python3) (\S+)/.exec(command)?.[1] ?? []);
		expect(files.length).toBeGreaterThan(3);
		expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
	});

	test("ask for what the API describes", async () => {
		const { body } = await rig.request("GET", "/docs/json");
		const paths = body["paths"] as Record<string, Record<string, Operation>>;
		const asked = all.filter((command) => /^curl [^{]*:7001\//.test(command));
		expect(asked.length).toBeGreaterThan(15);
		expect(asked.flatMap((command) => faultsOfRequest(command, paths))).toEqual([]);
	});

	test.each(programs)("run: %s, by %s", async (pattern, command, sign) => {
		expect(all.filter((one) => pattern.test(one))).toContain(command);
		const line = command.replaceAll("127.0.0.1:7001", `127.0.0.1:${rig.service.port}`);
		const child = spawn("bash", ["-c", `exec ${line}${/^npx tsx/.test(line) ? ` --url ${rig.url}` : ""}`], {
			cwd: root,
			detached: true,
			env: {
				...process.env,
				LIVEKEEPER_PORT: sign ? "0" : String(rig.service.port),
				LIVEKEEPER_DATA_DIR: folder,
				PATH: `${root}node_modules/.bin:${process.env["PATH"]}`,
			},
			stdio: ["ignore", "pipe", "pipe"],
		});
		children.add(child);
		child.once("exit", () => children.delete(child));
		let output = "";
		for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
		const exited = once(child, "exit");
		if (sign && child.pid !== undefined) {
			await until(`${command} works`, () => sign.test(output), { describe: () => output });
			process.kill(-child.pid, "SIGINT");
		}
		const [code, by] = await exited;
		expect(sign && by === "SIGINT" ? 0 : code, output).toBe(0);
	});
});

/** Returns what the command line would refuse: unknown commands and options, missing and extra arguments. */
function faultsOfCommand(line: string): string[] {
	const words = wordsOf(line.replace(/^npx /, "")).slice(1);
	const silent = { out: () => undefined, err: () => undefined, paint: (_: unknown, text: string) => text };
	let command = createProgram({ ...silent, columns: undefined, language: "en" });
	const path = [command];
	while (words.length > 0) {
		const sub = command.commands.find((one) => one.name() === words[0] || one.aliases().includes(words[0] ?? ""));
		if (!sub) break;
		command = sub;
		path.push(sub);
		words.shift();
	}
	for (const one of path) one.exitOverride();
	if (words.includes("--help")) return [];
	try {
		const { operands, unknown } = command.parseOptions(words);
		const required = command.registeredArguments.filter((argument) => argument.required).length;
		const max = command.registeredArguments.some((argument) => argument.variadic)
			? Number.POSITIVE_INFINITY
			: command.registeredArguments.length;
		const given = operands.length;
		if (unknown.length > 0) return [`${line}: unknown ${unknown.join(" ")}`];
		if (path.length === 1) return [`${line}: no such command`];
		return given < required || given > max ? [`${line}: ${given} arguments`] : [];
	} catch (error) {
		return [`${line}: ${(error as Error).message}`];
	}
}

/** Returns what the API would refuse: undescribed paths, methods and query parameters, and bodies that are not JSON. */
function faultsOfRequest(line: string, paths: Record<string, Record<string, Operation>>): string[] {
	const words = wordsOf(line);
	const url = new URL(words.find((word) => word.startsWith("http://")) ?? "http://none");
	const valuesOf = (...flags: string[]) =>
		words.flatMap((word, i) => (flags.includes(words[i - 1] ?? "") ? [word] : []));
	const body = words.includes("-G") ? undefined : valuesOf("-d", "--data")[0];
	const method = (valuesOf("-X")[0] ?? (body === undefined ? "GET" : "POST")).toLowerCase();
	// Health and metrics are for supervisors, and not part of the described API.
	if (/^\/(health\/|metrics$)/.test(url.pathname)) return [];
	const described = Object.entries(paths).find(
		([path, methods]) =>
			methods[method] && new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`).test(url.pathname),
	);
	if (!described) return [`${line}: no ${method} ${url.pathname}`];
	if (body !== undefined) JSON.parse(body);
	const known = new Set(described[1][method]?.parameters?.map(({ name }) => name));
	const queries = [
		...url.searchParams.keys(),
		...(words.includes("-G") ? valuesOf("-d", "--data-urlencode").map((pair) => pair.split("=")[0] ?? "") : []),
	];
	return queries.filter((name) => !known.has(name)).map((name) => `${line}: no parameter ${name}`);
}

/** Splits a line as a shell does, without expansions. */
function wordsOf(line: string): string[] {
	const words = line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g);
	return [...words].map(([word]) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, "$1$2"));
}
