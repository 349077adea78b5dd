import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { expect, test } from "vitest";
import { startTestService } from "../../service/service.helpers.ts";
import { run } from "../run.helpers.ts";

test.each([
	[["--room", "=1001"], "a name and its room"],
	[["--room", "甲="], "a name and its room"],
	[["--room", "1001", "--room", "甲=no room at all"], "a name and its room"],
	[["--closed-after", "0"], "a number of seconds above 0"],
	[["--segment", "x"], "number of seconds"],
	[["--time-zone", "Asia/Nowhere"], "a time zone such as"],
	[["--format", "srt"], "xml, ass"],
])("rejects invalid options: %j", async (options, why) => {
	const { err, failed } = await run("beside", temporaryFolder(), "--once", ...options);
	expect({ err, failed }).toEqual({ err: expect.stringContaining(why), failed: true });
});

test("reports an unreadable folder and an unreachable service", async () => {
	const folder = temporaryFolder();
	const { err } = await run("beside", join(folder, "none"));
	expect(err).toMatch(/none can't be read: ENOENT/);
	expect(err).toContain("existing folder");
	expect((await run("beside", folder, "--room", "=1")).err).toContain("Correct --room");
	expect((await run("beside", folder, "--url", "http://127.0.0.1:1")).err).toContain("http://127.0.0.1:1");
});

test("runs once over a folder without videos", async () => {
	const { url } = await startTestService();
	const folder = temporaryFolder();
	mkdirSync(join(folder, "抖音直播"));
	const pairs = ["--room", "甲=https://live.douyin.com/1001?from=x", "--room", "https://live.douyin.com/1002?a=b"];
	expect(await run("beside", folder, "--once", "--url", url, ...pairs)).toEqual({ out: "", err: "", failed: false });
});
