import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Tests that may measure the machine's time, and why its speed cannot fail them. */
const mayMeasure: readonly { file: string; why: string }[] = [
	{ file: "e2e/cluster/targets.test.ts", why: "the more time has passed, the more requests are allowed" },
];

function testFiles(): string[] {
	const patterns = ["*.test.ts", "*.helpers.ts"];
	return execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "--", ...patterns], {
		cwd: root,
		encoding: "utf8",
	})
		.split("\n")
		.filter((path) => path !== "");
}

/** Whether an argument is a limit: a number, or options with a `timeout`. */
function isLimit(argument: ts.Expression | undefined): boolean {
	if (!argument) return false;
	if (ts.isNumericLiteral(argument)) return true;
	if (!ts.isObjectLiteralExpression(argument)) return false;
	return argument.properties.some(({ name }) => name !== undefined && ts.isIdentifier(name) && name.text === "timeout");
}

/** Whether a time of the machine is subtracted, or something from it. */
function isDuration(node: ts.Node): boolean {
	if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.MinusToken) return false;
	return [node.left, node.right].some((side) => side.getText() === "Date.now()") && isExpected(node);
}

function isExpected(node: ts.Node): boolean {
	for (let at = node.parent; at; at = at.parent) {
		if (ts.isCallExpression(at) && at.expression.getText() === "expect") return true;
		if (ts.isFunctionLike(at)) return false;
	}
	return false;
}

/** Returns what depends on the machine's speed in a test, each with its line. */
function speedIn(file: string, text: string): string[] {
	if (!/\bvi\.wait|expect\.poll|performance\.now|Date\.now/.test(text)) return [];
	const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
	const found: string[] = [];
	const visit = (node: ts.Node) => {
		const note = (what: string) => {
			found.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${what}`);
		};
		if (ts.isCallExpression(node)) {
			const callee = node.expression.getText();
			if (/^(vi\.wait(For|Until)|expect\.poll)$/.test(callee) && isLimit(node.arguments[1]))
				note(`a limit of ${callee}`);
			if (callee === "performance.now" && /\.test\.ts$/.test(file)) note(callee);
		}
		if (isDuration(node)) note("a duration that is expected");
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}

test("finds what depends on the machine's speed", () => {
	const text = `
		await vi.waitFor(look, 1_000);
		await vi.waitUntil(look, { interval: 2, timeout: 5 });
		await expect.poll(look, { timeout: 5 }).toBe(1);
		const at = performance.now();
		expect(Date.now() - begun).toBeLessThan(500);
		await vi.waitFor(look, { interval: 2 });
		const old = Date.now() - 10_000;
	`;
	expect(speedIn("a.test.ts", text).map((one) => one.split(":")[1])).toEqual(["2", "3", "4", "5", "6"]);
});

test("depends nowhere on the machine's speed", () => {
	const files = testFiles().filter((path) => !mayMeasure.some(({ file }) => file === path));
	expect(files.length).toBeGreaterThan(100);
	// Waits share one limit, which only guards against hanging (vitest.setup.ts), and time is a clock's.
	expect(files.flatMap((path) => speedIn(path, readFileSync(`${root}${path}`, "utf8")))).toEqual([]);
});
