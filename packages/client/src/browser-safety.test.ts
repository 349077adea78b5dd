import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const folder = fileURLToPath(new URL(".", import.meta.url));
/** The one file of another package that is loaded with the client: it must load nothing itself. */
const retryAfter = "../../douyin/src/reconnect/retry-after.ts";
const sources = readdirSync(folder).filter((name) => name.endsWith(".ts") && !/\.(test|helpers)\.ts$/.test(name));

/** Returns the modules that are still imported once the types are gone. */
function loaded(name: string): string[] {
	const { outputText } = ts.transpileModule(readFileSync(`${folder}${name}`, "utf8"), {
		compilerOptions: {
			module: ts.ModuleKind.ESNext,
			target: ts.ScriptTarget.ES2023,
			verbatimModuleSyntax: true,
		},
	});
	return ts.preProcessFile(outputText, true, true).importedFiles.map(({ fileName }) => fileName);
}

test("loads only its own files, the parser, and leaf modules", () => {
	expect(sources).toContain("client.ts");
	const outside = sources.flatMap(loaded).filter((specifier) => !specifier.startsWith("./"));
	expect(new Set(outside)).toEqual(new Set(["eventsource-parser", "@livekeeper/douyin/retry-after"]));
	expect(loaded(retryAfter)).toEqual([]);
});

/** Features that came to Chrome after 103, which OBS 28 has, and that are written as a call. */
const tooNew =
	/\b(URL\.canParse|URL\.parse|AbortSignal\.any|Array\.fromAsync|Object\.groupBy|Promise\.(withResolvers|try))\b|\.(toSorted|toReversed|toSpliced)\(/;

test("uses no feature that the browser of OBS 28 lacks", () => {
	for (const name of [...sources, retryAfter]) {
		const code = readFileSync(`${folder}${name}`, "utf8").replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
		expect(code, name).not.toMatch(tooNew);
	}
});

test("uses no global that only Node has", () => {
	for (const name of [...sources, retryAfter]) {
		expect(readFileSync(`${folder}${name}`, "utf8"), name).not.toMatch(/\b(process|Buffer|setImmediate|require)\b[.(]/);
	}
});
