import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chineseLine, englishLine as englishLineOf, launch } from "@livekeeper/base/text";
import { logLines as engine } from "@livekeeper/engine/text";
import { findingWords } from "@livekeeper/log/src/event-log/sqlite/findings.ts";
import { logLines as log } from "@livekeeper/log/text";
import { logLines as targets } from "@livekeeper/targets/text";
import ts from "typescript";
import { expect, test } from "vitest";
import { logLines as lines } from "./text/index.ts";

const { en: englishLines, zh: logLines } = lines;
const englishLine = (fields: unknown) => englishLineOf(englishLines, fields);
const logLine = (fields: unknown) => chineseLine(logLines, fields);

const han = /\p{Script=Han}/u;
const levels = ["trace", "debug", "info", "warn", "error", "fatal"];
/** Tables of lines that are written by key; each of their values is checked. */
const tables: Record<string, Record<string, string>> = { findingWords };

const root = fileURLToPath(new URL("../../", import.meta.url));
/** The packages that write to the service's log. */
const sources = ["base", "engine", "livekeeper", "log", "targets"]
	.flatMap((name) =>
		readdirSync(join(root, name, "src"), { recursive: true, encoding: "utf8" }).map((path) => join(name, "src", path)),
	)
	.filter((path) => path.endsWith(".ts") && !/\.(test|helpers)\.ts$/.test(path))
	.map((path) => ts.createSourceFile(path, readFileSync(join(root, path), "utf8"), ts.ScriptTarget.Latest, true));

/** A function that writes a line, by its own name, with the position of its message argument. */
interface Writer {
	name: string;
	/** `undefined` for the last. */
	argument: number | undefined;
}

function callsIn(source: ts.SourceFile): ts.CallExpression[] {
	const calls: ts.CallExpression[] = [];
	const visit = (node: ts.Node) => {
		if (ts.isCallExpression(node)) calls.push(node);
		ts.forEachChild(node, visit);
	};
	visit(source);
	return calls;
}

/** `logger.warn(…)`, `this.#deps.logger[level](…)`, `request.log.info(…)`. */
function isLogCall({ expression }: ts.CallExpression): boolean {
	if (ts.isElementAccessExpression(expression)) return /\blog(ger)?$/.test(expression.expression.getText());
	if (!ts.isPropertyAccessExpression(expression) || !levels.includes(expression.name.text)) return false;
	// `jsm.streams.info(…)` asks NATS, and `command.error(…)` rejects a command line.
	return !/(\.streams|^command)$/.test(expression.expression.getText());
}

/** Returns the enclosing function whose own parameter the message is, which is therefore also a writer of lines. */
function writerAround(message: ts.Expression): Writer | undefined {
	const around = ts.findAncestor(message, (node) => ts.isMethodDeclaration(node) || ts.isFunctionDeclaration(node)) as
		| ts.MethodDeclaration
		| ts.FunctionDeclaration
		| undefined;
	const argument = around?.parameters.findIndex(({ name }) => name.getText() === message.getText()) ?? -1;
	return argument < 0 ? undefined : { name: around?.name?.getText() ?? "", argument };
}

function messageOf(call: ts.CallExpression, { name, argument }: Writer): ts.Expression | undefined {
	const called = ts.isPropertyAccessExpression(call.expression) ? call.expression.name : call.expression;
	return called.getText() === name ? call.arguments.at(argument ?? -1) : undefined;
}

/**
 * Returns whether a message is Chinese in each case: text with Chinese in it, a `Text`'s Chinese, or a value of a
 * table.
 */
function isChinese(message: ts.Expression): boolean {
	if (ts.isConditionalExpression(message)) return isChinese(message.whenTrue) && isChinese(message.whenFalse);
	if (ts.isStringLiteralLike(message) || ts.isTemplateExpression(message)) return han.test(message.getText());
	if (ts.isPropertyAccessExpression(message)) return message.name.text === "zh";
	if (ts.isElementAccessExpression(message)) return message.expression.getText() in tables;
	if (!ts.isIdentifier(message)) return false;
	const values = valuesOf(message);
	return values.length > 0 && values.every(isChinese);
}

/** Returns what a name refers to: the values of the constants of that name in the innermost block that has one. */
function valuesOf(name: ts.Identifier): ts.Expression[] {
	for (let block = ts.findAncestor(name, ts.isBlock); block; block = ts.findAncestor(block.parent, ts.isBlock)) {
		const values = block.statements
			.filter(ts.isVariableStatement)
			.flatMap(({ declarationList }) => declarationList.declarations)
			.filter((one) => one.name.getText() === name.text)
			.flatMap(({ initializer }) => initializer ?? []);
		if (values.length > 0) return values;
	}
	return [];
}

/** Returns whether a call leaves its line to the event that it names. */
function namesEvent({ arguments: given }: ts.CallExpression): boolean {
	return given.length === 1 && given[0] !== undefined && !ts.isStringLiteralLike(given[0]);
}

/** Returns every line that the sources write themselves. */
function messagesIn(files: readonly ts.SourceFile[]): ts.Expression[] {
	const calls = files.flatMap(callsIn);
	const direct = calls
		.filter((call) => isLogCall(call) && !namesEvent(call))
		.flatMap((call) => call.arguments.at(-1) ?? []);
	const writers = direct.flatMap((message) => writerAround(message) ?? []);
	const handedOn = writers.flatMap((writer) => calls.flatMap((call) => messageOf(call, writer) ?? []));
	return [...direct.filter((message) => !writerAround(message)), ...handedOn];
}

/** Returns every event whose line is left to the catalogue. */
function eventsIn(files: readonly ts.SourceFile[]): ts.Expression[] {
	const calls = files.flatMap(callsIn);
	const direct = calls
		.filter((call) => isLogCall(call) && namesEvent(call))
		.flatMap((call) => eventOf(call.arguments[0]));
	const writers = direct.flatMap((event) => writerAround(event) ?? []);
	const handedOn = writers.flatMap((writer) => calls.flatMap((call) => messageOf(call, writer) ?? []));
	return [...direct.filter((event) => !writerAround(event)), ...handedOn];
}

/** Returns the event of an entry; for an entry made by a function, its first argument. */
function eventOf(fields: ts.Expression | undefined): ts.Expression[] {
	if (!fields) return [];
	if (ts.isIdentifier(fields)) return valuesOf(fields).flatMap(eventOf);
	if (ts.isCallExpression(fields)) return fields.arguments.slice(0, 1);
	if (!ts.isObjectLiteralExpression(fields)) return [fields];
	const event = fields.properties.find((one) => one.name?.getText() === "event");
	if (event && ts.isPropertyAssignment(event)) return [event.initializer];
	return event && ts.isShorthandPropertyAssignment(event) ? [event.name] : [fields];
}

function whereOf(message: ts.Expression): string {
	const source = message.getSourceFile();
	return `${source.fileName}:${source.getLineAndCharacterOfPosition(message.getStart()).line + 1} ${message.getText()}`;
}

test("has a catalogue line for each logged event, and conversely", () => {
	const events = eventsIn(sources);
	expect(events.length).toBeGreaterThan(50);
	const named = (event: ts.Expression) => ts.isStringLiteral(event) && event.text in logLines;
	expect(events.filter((event) => !named(event)).map(whereOf)).toEqual([]);
	// Fastify logs that it listens.
	const used = new Set(["listening", ...events.map((event) => (event as ts.StringLiteral).text)]);
	expect(Object.keys(logLines).filter((event) => !used.has(event))).toEqual([]);
});

test.each(Object.entries({ engine, log, targets }))("keeps each line in the package that logs it (%s)", (name, own) => {
	const events = eventsIn(sources.filter(({ fileName }) => fileName.startsWith(`${name}/`)));
	expect(events.length).toBeGreaterThan(3);
	expect(events.filter((event) => !ts.isStringLiteral(event) || !(event.text in own.zh)).map(whereOf)).toEqual([]);
});

test("has a Chinese line for each event with fields", () => {
	const lines = Object.keys(logLines).map((event) => [
		event,
		logLine({ event, why: "原因", nodes: [], retry_ms: 2000, until: "2026-12-01T12:30:00Z" }),
	]);
	expect(lines.filter(([, line = ""]) => !han.test(line))).toEqual([]);
});

test.each([
	[
		{ event: "way_refused", exit: "direct", way: "enter", until: "2026-12-01T12:30:00.000Z" },
		"【!】抖音拒绝了本机网络的查询（直播间数据），2026-12-01 20:30 再试",
	],
	[{ event: "way_works_again", exit: "10.0.0.1:80", way: "page" }, "【√】代理 10.0.0.1:80 的查询（直播间页面）已恢复"],
	[{ event: "site_drift", kind: "field" }, "【!】抖音发来了本版本无法识别的内容（字段），见 livekeeper site"],
	[{ event: "site_drift", kind: "newer" }, "【!】抖音发来了本版本无法识别的内容（newer），见 livekeeper site"],
])("names in Chinese the codes of %o", (fields, line) => {
	expect(logLine(fields)?.replace(launch.command, "livekeeper")).toBe(line);
});

test("has an English sentence for each Chinese one", () => {
	const events = [...Object.keys(logLines), ...Object.keys(findingWords).map((found) => `database_${found}`)];
	expect(events.filter((event) => !Object.hasOwn(englishLines, event))).toEqual([]);
	const fields = { why: "remote", retry_ms: 2000, delay_ms: 2000, jumped_ms: 5000, fault: "disk_full", attempts: 2 };
	for (const event of Object.keys(englishLines)) {
		expect([event, englishLine({ event, ...fields })]).toEqual([
			event,
			expect.stringMatching(/^[a-zA-Z]\S* \S+.*[^.]$/),
		]);
	}
});

test.each([
	[{ event: "room_waiting", reason: "offline" }, "The room is offline; waiting for the next broadcast"],
	[{ event: "room_waiting", reason: "newer" }, "Waiting for the next broadcast"],
	[{ event: "room_reconnecting", reason: "upstream_close" }, "Disconnected (closed by Douyin), reconnecting"],
	[{ event: "room_reconnecting", reason: "newer" }, "Disconnected (newer), reconnecting"],
])("names in English the codes of %o", (fields, line) => {
	expect(englishLine(fields)).toBe(line);
});

test.each([
	["Chinese", logLine],
	["English", englishLine],
])("writes commands in a %s line as they are typed", (_language, lineOf) => {
	expect(lineOf({ event: "sync_not_known" })).toContain(`${launch.command} doctor`);
});

test("writes every line of the log in Chinese", () => {
	const messages = messagesIn(sources);
	expect(messages.length).toBeGreaterThan(10);
	expect(messages.filter((message) => !isChinese(message)).map(whereOf)).toEqual([]);
});

test.each(Object.entries(tables))("has Chinese in each of %s", (_name, table) => {
	for (const words of Object.values(table)) expect(words).toMatch(han);
});

test("finds an event without a line wherever it is named", () => {
	const text = `
		logger.warn({ event: "unheard_of" });
		const about = { event: "unheard_of" }; log.info(about); log.info(this.about("unheard_of"));
		class A { say(event: string) { logger.info({ event }); } b() { a.say("unheard_of"); } }`;
	const source = ts.createSourceFile("x.ts", `{${text}}`, ts.ScriptTarget.Latest, true);
	expect(eventsIn([source]).map((event) => event.getText())).toEqual(Array(4).fill('"unheard_of"'));
});

test.each([
	['logger.warn({ event: "x" }, "The disk is full");', 1],
	['log.info("ready");', 1],
	['this.#deps.logger[level]({ event }, "ready");', 1],
	['function f() { const line = "ready"; logger.info({}, line); }', 1],
	['function f() { const line = bad ? "坏" : "fine"; logger.info({}, line); }', 1],
	[
		'class A { say(event: string, message: string) { logger.info({ event }, message); } b() { a.say("x", "ready"); } }',
		1,
	],
	["logger.error({}, error.message);", 1],
	['logger.warn({ event: "x" }, "磁盘已满"); room.log("info", "ready");', 0],
])("finds a line like %s in English", (text, found) => {
	const source = ts.createSourceFile("x.ts", text, ts.ScriptTarget.Latest, true);
	expect(messagesIn([source]).filter((message) => !isChinese(message))).toHaveLength(found);
});
