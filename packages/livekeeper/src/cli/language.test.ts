import type { Language } from "@livekeeper/base/text";
import type { Room } from "@livekeeper/client";
import { type LiveEventType, toWire } from "@livekeeper/douyin";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { languageOfCommand } from "../config/language.ts";
import { loadConfig } from "../config.ts";
import { connectRoom, startTestService } from "../service/service.helpers.ts";
import { eventLine } from "./format/event-line.ts";
import { topScreen } from "./format/status-table.ts";
import { createProgram } from "./program.ts";
import { listener, runIn } from "./run.helpers.ts";

const han = /\p{Script=Han}/u;
/** Three consecutive English words that are no command, placeholder or example. */
const englishSentence = /(?<![-\w./<])[A-Za-z][a-z']+(?: [a-z][a-z']+){2,}/;

test.each([
	[["status", "--lang", "zh"], { LIVEKEEPER_LANG: "en" }, "zh"],
	[["status", "--lang=en"], { LANG: "zh_CN.UTF-8" }, "en"],
	[["status"], { LIVEKEEPER_LANG: "zh", LC_ALL: "en_US.UTF-8" }, "zh"],
	[["status"], { LC_ALL: "en_US.UTF-8", LANG: "zh_CN.UTF-8" }, "en"],
	[["status"], { LC_ALL: "", LC_MESSAGES: "zh_TW", LANG: "en_US" }, "zh"],
	[["status"], { LANG: "C.UTF-8" }, "en"],
	[["status"], { LANG: "de_DE.UTF-8" }, "en"],
	[["status"], {}, "zh"],
	[["export", "--", "--lang", "en"], {}, "zh"],
	[["status", "--lang", "fr"], {}, "zh"],
])("runs %j in the environment %j in %s", (argv, env, language) => {
	expect(languageOfCommand(argv, env, () => "zh-CN")).toBe(language);
});

test("accepts LIVEKEEPER_LANG in the service's environment", () => {
	expect(() => loadConfig({ cwd: "/nowhere", env: { LIVEKEEPER_LANG: "zh" } })).not.toThrow();
});

/** Returns each command by its words. */
function pathsOf(command: Command, path: string[] = []): string[][] {
	return [path, ...command.commands.flatMap((inner) => pathsOf(inner, [...path, inner.name()]))];
}
const commands = pathsOf(createProgram(listener().io));

test("looks through all commands", () => {
	expect(commands.map((path) => path.join(" "))).toEqual(expect.arrayContaining(["top", "tokens", "tokens add"]));
});

test.each(commands.map((command) => [command]))("keeps the help of %j in one language", async (command) => {
	const chinese = (await runIn("zh", ...command, "--help")).out;
	expect(chinese).toMatch(/用法：/);
	expect(chinese).toMatch(/显示命令的帮助/);
	expect(chinese.replace(/livekeeper [^\n]*?(?= {2}|$)/gm, "")).not.toMatch(englishSentence);
	expect((await runIn("en", ...command, "--help")).out).not.toMatch(han);
});

test.each([
	[["statsu"], "错误：没有命令 statsu", "是否指 status"],
	[["serve", "--prot", "1"], "错误：没有选项 --prot", "是否指 --port"],
	[["start"], "错误：缺少参数 room", ""],
	[["serve", "--port"], "选项 --port <number> 缺少值", ""],
	[["start", "1", "--redundancy", "4"], "选项 --redundancy <n> 的值“4”无效。最多为 3。", ""],
	[["export", "1", "--format", "doc"], "可选：csv, xlsx, jsonl, parquet, xml, ass", ""],
	[["status", "--lang", "fr"], "可选：en, zh", ""],
	[["serve", "--port", "seven"], '选项 --port = "seven"：应为 0 到 65535 的整数', "livekeeper serve --help"],
	[["simulate", "--rooms", "-1"], "应为 0 到 10000 的整数", ""],
	[["export", "1", "--from", "yesterday"], "--from：“yesterday”不是时间", "--from 2h"],
])("reports a wrong command line %j in Chinese", async (args, ...expected) => {
	const { err, failed } = await runIn("zh", ...args);
	expect(failed).toBe(true);
	for (const words of expected) expect(err).toContain(words);
	expect(err.replaceAll("npx livekeeper", "livekeeper")).not.toMatch(englishSentence);
});

test("names options by their flags", async () => {
	const { url } = await startTestService({ apiKey: "correct-horse" });
	expect((await runIn("en", "start", "1", "--redundancy", "4")).err).toContain("Enter at most 3.");
	for (const key of [[], ["--api-key", "wrong"]]) {
		expect((await runIn("en", "status", "--url", url, ...key)).err).toContain("--api-key");
	}
	const refused = await runIn("en", "start", "1", "--identity", "no such", "--url", url, "--api-key", "correct-horse");
	expect(refused.err).toMatch(/--identity: must be 1 to 64 letters/);
});

test("keeps tables, details and answers in one language", async () => {
	const { url, ...service } = await startTestService({ maxConnections: "1" });
	expect((await runIn("zh", "status", "--url", url)).out).toBe(
		"还没有直播间。添加一个：npx livekeeper start <live_id>",
	);
	expect((await runIn("zh", "start", "1001", "--url", url)).out).toBe("✓ 已开始连接直播间 1001");
	await connectRoom(Object.assign(service, { url }) as never);
	expect((await runIn("en", "start", "1002", "--url", url)).out).toBe("✓ Connecting to room 1002");
	await service.until(() => expect(service.live.getRoom("1002")?.state).toBe("queued"));
	await runIn("en", "tokens", "add", "--name", "OBS", "--url", url);
	const tables = [
		["status"],
		["status", "1001"],
		["status", "1002"],
		["connections"],
		["identities"],
		["tokens"],
		["gifts"],
	];
	for (const command of tables) {
		const { out } = await runIn("zh", ...command, "--url", url);
		expect(out).toMatch(han);
		expect(out.replace(/livekeeper [^\n]*/g, "")).not.toMatch(englishSentence);
		expect((await runIn("en", ...command, "--url", url)).out.replaceAll("标题", "")).not.toMatch(han);
	}
	expect((await runIn("zh", "status", "1002", "--url", url)).out).toMatch(/^排队 +下一个：1 个连接已全部占用。$/m);
	const screen = async (language: Language) => {
		const answer = await fetch(`${url}/api/v1/rooms?lang=${language}`);
		const { rooms } = (await answer.json()) as { rooms: Room[] };
		return topScreen(rooms, { now: service.clock.now(), io: listener(language).io, rows: 5, url }).join("\n");
	};
	expect(await screen("zh")).toMatch(/2 个直播间 .*已连接.*另有 1 个/s);
	expect((await screen("zh")).replace(/livekeeper [^\n]*/g, "")).not.toMatch(englishSentence);
	expect((await screen("en")).replaceAll("标题", "")).not.toMatch(han);
	expect((await runIn("zh", "top", "--url", url)).err).toMatch(/✗ .*终端.*\n {2}→ .*livekeeper status/);
	expect((await runIn("zh", "stop", "9", "--url", url)).err).toMatch(/✗ 直播间 9 没有启动。\n {2}→ 请先启动/);
});

test("translates a connection's reason, but not in the log", () => {
	const event = toWire({
		id: "1",
		liveId: "1",
		roomId: "r",
		method: "livekeeper",
		at: 0,
		receivedAt: 0,
		type: "connection" satisfies LiveEventType,
		state: "reconnecting",
		reason: "dns",
		message: "The page: getaddrinfo ENOTFOUND",
	});
	const line = (language: "en" | "zh") => eventLine(event, { paint: (_style, text) => text, language });
	expect(line("zh")).toContain("重连中：域名解析失败");
	expect(line("en")).toContain("reconnecting: The page: getaddrinfo ENOTFOUND");
});
