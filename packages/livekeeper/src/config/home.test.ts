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

test("keeps configuration and data in LIVEKEEPER_HOME", () => {
	const home = folder();
	writeFileSync(join(home, "livekeeper.config.json"), '{ "port": 7010 }');
	const config = loadConfig({ env: { LIVEKEEPER_HOME: home } });
	expect(config).toMatchObject({ port: 7010, dataDir: join(home, "data") });
	expect(readdirSync(home)).toEqual(["livekeeper.config.json"]);
});

test("keeps them in the working folder without it", () => {
	expect(homeFolder({}, "/work")).toBe("/work");
	expect(homeFolder({ LIVEKEEPER_HOME: "" }, "/work")).toBe("/work");
});

test.each([
	["win32", { LOCALAPPDATA: "C:\\Users\\小鱼\\AppData\\Local" }, "C:\\Users\\小鱼\\AppData\\Local\\livekeeper"],
	["win32", {}, "C:\\Users\\小鱼\\AppData\\Local\\livekeeper"],
	["darwin", {}, "/Users/yu/Library/Application Support/livekeeper"],
	["linux", {}, "/Users/yu/.local/share/livekeeper"],
	["linux", { XDG_DATA_HOME: "/data" }, "/data/livekeeper"],
] as const)("replaces an unwritable folder on %s with %j", (platform, env, expected) => {
	const userFolder = platform === "win32" ? "C:\\Users\\小鱼" : "/Users/yu";
	const machine = { platform, userFolder: () => userFolder, canWrite: () => false };
	expect(homeFolder({ ...env, LIVEKEEPER_HOME: "/opt/livekeeper" }, "/work", machine)).toBe(expected);
});

test("keeps the named folder for a user without home", () => {
	const userFolder = () => {
		throw Object.assign(new Error("uv_os_homedir returned ENOENT"), { code: "ERR_SYSTEM_ERROR" });
	};
	const machine = { platform: "linux", userFolder, canWrite: () => false } as const;
	expect(homeFolder({ LIVEKEEPER_HOME: "/opt/livekeeper" }, "/work", machine)).toBe("/opt/livekeeper");
	expect(homeFolder({ LIVEKEEPER_HOME: "/opt/livekeeper", XDG_DATA_HOME: "/data" }, "/work", machine)).toBe(
		"/data/livekeeper",
	);
});

test("finds a missing folder unwritable", () => {
	const gone = join(folder(), "gone");
	expect(homeFolder({ LIVEKEEPER_HOME: gone }, "/work")).not.toBe(gone);
});
