import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { LivekeeperClient } from "@livekeeper/client";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Rig } from "../e2e/kit/rig.ts";
import { until } from "../e2e/kit/until.ts";

// Runs every `@example` of the libraries as its reader would: as a module of its own that imports a package by its
// name. The addresses of a service and of a simulator lead to real ones that the test starts, and that of a receiver
// leads to the service, which has no such page.

const root = fileURLToPath(new URL("..", import.meta.url));
const service = "http://127.0.0.1:7001";
const simulator = "http://127.0.0.1:7002";
const receiver = "http://127.0.0.1:8080";
/** Calls that would reach the real site unless they name the simulator. */
const reachesSite = /\b(DouyinLiveClient|createUpstream|probe)\(/;
/** Function that receives the values of an example, and is declared in each module. */
const given = "given";

interface Example {
	/** Declaration and file that it belongs to. */
	name: string;
	/** Its code, with each `value; // → expected` as a call of {@link given}. */
	code: string;
	/** Number of lines with an expected value. */
	expectations: number;
}

interface Given {
	line: number;
	value: unknown;
	expected: unknown;
}

/** Returns the examples of a source; throws if one of them belongs to no declaration. */
function examplesIn(path: string): Example[] {
	const text = readFileSync(path, "utf8");
	const tags = text.match(/^\s*\*? ?@example/gm)?.length ?? 0;
	if (tags === 0) return [];
	const found = new Map<number, Example>();
	const visit = (node: ts.Node) => {
		for (const tag of ts.getJSDocTags(node)) {
			if (tag.tagName.text !== "example" || found.has(tag.pos)) continue;
			const name = ts.getNameOfDeclaration(node as ts.Declaration)?.getText() ?? ts.SyntaxKind[node.kind];
			const comment = ts.getTextOfJSDocComment(tag.comment) ?? "";
			found.set(tag.pos, exampleOf(`${name} (${relative(root, path).replaceAll("\\", "/")})`, comment));
		}
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true));
	if (found.size !== tags) throw new Error(`${path}: ${tags} examples, ${found.size} of them at a declaration`);
	return [...found.values()];
}

function exampleOf(name: string, comment: string): Example {
	const code = /^```ts\n([\s\S]*?)\n```$/.exec(comment.trim())?.[1];
	if (code === undefined) throw new Error(`${name}: expected one block of TypeScript, found ${comment}`);
	const lines = code.split("\n");
	const expected = lines.map((line, index) => withExpectation(line, index + 1));
	const expectations = lines.filter((line) => line.includes("// →")).length;
	return { name, code: expected.join("\n"), expectations };
}

/** Converts `value; // → expected` or `console.log(value); // → expected`, the latter also after a condition. */
function withExpectation(line: string, number: number): string {
	const [, statement, expected] = /^(.*); \/\/ → (.+)$/.exec(line) ?? [];
	if (statement === undefined) return line;
	const [, before = "", value] = /^(.*?)console\.log\((.*)\)$/.exec(statement) ?? ["", "", statement.trim()];
	return `${before}${given}(${number}, ${value}, ${expected});`;
}

const packages = ["douyin", "client"].map((name) => ({
	name,
	examples: globSync(`packages/${name}/src/**/*.ts`, { cwd: root })
		.filter((path) => !/\.(test|helpers)\.ts$/.test(path))
		.sort()
		.flatMap((path) => examplesIn(join(root, path))),
}));
const all = packages.flatMap(({ examples }) => examples);

/** Returns the errors of the examples, checked with the project's own options against the packages' sources. */
function errorsOf(examples: readonly Example[]): string[] {
	const { config } = ts.readConfigFile(join(root, "tsconfig.check.json"), ts.sys.readFile);
	const parsed = ts.parseJsonConfigFileContent({ ...config, include: [], files: ["x.ts"] }, ts.sys, root);
	const options: ts.CompilerOptions = { ...parsed.options, incremental: false, noUnusedLocals: true };
	delete options.tsBuildInfoFile;
	const sources = new Map(
		examples.map(({ code }, index) => [
			join(root, `scripts/example-${index}.ts`).replaceAll("\\", "/"),
			`${code}\nexport declare function ${given}(line: number, value: unknown, expected: unknown): void;\n`,
		]),
	);
	const host = ts.createCompilerHost(options);
	const { fileExists, getSourceFile } = host;
	host.fileExists = (path) => sources.has(path) || fileExists(path);
	host.getSourceFile = (path, version, ...rest) => {
		const text = sources.get(path);
		return text === undefined ? getSourceFile(path, version, ...rest) : ts.createSourceFile(path, text, version);
	};
	const program = ts.createProgram([...sources.keys()], options, host);
	return [...sources.keys()].flatMap((path, index) => {
		const source = program.getSourceFile(path);
		const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
		return found.map(({ messageText }) => {
			return `${examples[index]?.name}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
		});
	});
}

test("compiles every example, and reports one that does not", () => {
	const code = 'import { parseLiveId } from "@livekeeper/douyin";\nconsole.log(parseLiveId("1").liveIds);';
	expect(errorsOf([...all, { name: "a misspelt field", code, expectations: 0 }])).toEqual([
		expect.stringContaining("a misspelt field: Property 'liveIds' does not exist"),
	]);
});

let rig: Rig;
let folder: string;

beforeAll(async () => {
	folder = mkdtempSync(join(root, "node_modules/.livekeeper-examples-"));
	rig = await Rig.start({
		oneThread: true,
		simulator: { rooms: 2, firstLiveId: 261_378_947_940, rate: 30, seed: 7 },
		config: { target_allow_private: true },
		start: ["261378947940"],
	});
	const room = new LivekeeperClient({ url: rig.url }).room("261378947940");
	await until("there are chats and gifts", async () => {
		const pages = await Promise.all((["chat", "gift"] as const).map((type) => room.history({ types: [type] })));
		return pages.every(({ events }) => events.length > 0);
	});
});

afterAll(async () => {
	await rig?.stop();
	rmSync(folder, { recursive: true, force: true });
});

/** Runs an example. @returns the values that it gives where it names what it expects */
async function run({ code, name }: Example): Promise<Given[]> {
	if (reachesSite.test(code) && !code.includes(simulator)) throw new Error(`${name}: it must name the simulator`);
	const { outputText } = ts.transpileModule(code, {
		compilerOptions: {
			target: ts.ScriptTarget.ES2023,
			module: ts.ModuleKind.ESNext,
			verbatimModuleSyntax: true,
			removeComments: true,
		},
	});
	const addresses = { [service]: rig.url, [simulator]: rig.simulator.url, [receiver]: rig.url };
	const addressed = Object.entries(addresses).reduce((text, [from, to]) => text.replaceAll(from, to), outputText);
	const collect = `export const all = [];\nconst ${given} = (line, value, expected) => all.push({ line, value, expected });`;
	const file = join(mkdtempSync(join(folder, "example-")), "example.mjs");
	// Further output of an example is for its reader.
	writeFileSync(file, `const console = { log() {}, error() {} };\n${collect}\n${addressed}`);
	return ((await import(pathToFileURL(file).href)) as { all: Given[] }).all;
}

function differencesOf(values: readonly Given[]) {
	return {
		given: values.map(({ line, value }) => ({ line, value })),
		expected: values.map(({ line, expected }) => ({ line, value: expected })),
		lines: new Set(values.map(({ line }) => line)).size,
	};
}

describe.each(packages.map(({ name, examples }) => [name, examples] as const))("%s", (_, examples) => {
	test("has examples of what is called first", () => {
		expect(examples.length).toBeGreaterThanOrEqual(10);
	});

	test.each(examples.map((example) => [example.name, example] as const))("example of %s", async (_, example) => {
		const { given, expected, lines } = differencesOf(await run(example));
		expect(given).toEqual(expected);
		// Otherwise it proves nothing: no value is named, or a line was not reached.
		expect(example.expectations).toBeGreaterThan(0);
		expect(lines).toBe(example.expectations);
	});
});

test("notices an example that gives another value", async () => {
	const comment = [
		"```ts",
		'import { parseLiveId } from "@livekeeper/douyin";',
		'console.log(parseLiveId("1").ok); // → false',
		"```",
	];
	expect(await run(exampleOf("a wrong value", comment.join("\n")))).toEqual([
		{ line: 2, value: true, expected: false },
	]);
});
