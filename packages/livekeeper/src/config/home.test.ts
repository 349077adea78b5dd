import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { loadConfig } from "../config.ts";
import { homeFolder } from "./home.ts";

function folder(): string {
	const path = mkdtempSync(join(tmpdir(), "livekeeper-我的 直播-"));
	onTestFinished(() => rmSync(path, { recursive: true, force: true }));
	return path;
}

test("the configuration file and the data are in the folder that LIVEKEEPER_HOME names", () => {
	const home = folder();
	writeFileSync(join(home, "livekeeper.config.json"), '{ "port": 7010 }');
	const config = loadConfig({ env: { LIVEKEEPER_HOME: home } });
	expect(config).toMatchObject({ port: 7010, dataDir: join(home, "data") });
	expect(readdirSync(home)).toEqual(["livekeeper.config.json"]);
});

test("without it they are in the working folder", () => {
	expect(homeFolder({}, "/work")).toBe("/work");
	expect(homeFolder({ LIVEKEEPER_HOME: "" }, "/work")).toBe("/work");
});

test.each([
	["win32", { LOCALAPPDATA: "C:\\Users\\小鱼\\AppData\\Local" }, "C:\\Users\\小鱼\\AppData\\Local\\livekeeper"],
	["win32", {}, "C:\\Users\\小鱼\\AppData\\Local\\livekeeper"],
	["darwin", {}, "/Users/yu/Library/Application Support/livekeeper"],
	["linux", {}, "/Users/yu/.local/share/livekeeper"],
	["linux", { XDG_DATA_HOME: "/data" }, "/data/livekeeper"],
] as const)("on %s with %j a folder that can't be written is replaced by the user's own", (platform, env, expected) => {
	const userFolder = platform === "win32" ? "C:\\Users\\小鱼" : "/Users/yu";
	const machine = { platform, userFolder: () => userFolder, canWrite: () => false };
	expect(homeFolder({ ...env, LIVEKEEPER_HOME: "/opt/livekeeper" }, "/work", machine)).toBe(expected);
});

test("a user without a home keeps the folder that was named, and is told what can't be written in it", () => {
	const userFolder = () => {
		throw Object.assign(new Error("uv_os_homedir returned ENOENT"), { code: "ERR_SYSTEM_ERROR" });
	};
	const machine = { platform: "linux", userFolder, canWrite: () => false } as const;
	expect(homeFolder({ LIVEKEEPER_HOME: "/opt/livekeeper" }, "/work", machine)).toBe("/opt/livekeeper");
	expect(homeFolder({ LIVEKEEPER_HOME: "/opt/livekeeper", XDG_DATA_HOME: "/data" }, "/work", machine)).toBe(
		"/data/livekeeper",
	);
});

test("a folder that isn't there can't be written", () => {
	const gone = join(folder(), "gone");
	expect(homeFolder({ LIVEKEEPER_HOME: gone }, "/work")).not.toBe(gone);
});
