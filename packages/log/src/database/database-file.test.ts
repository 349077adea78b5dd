import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type DatabaseKind, openDatabaseFile } from "./database-file.ts";

const kind: DatabaseKind = { applicationId: 7, version: 2, schema: "CREATE TABLE things (id INTEGER)" };
const mayMount = process.platform === "linux" && process.getuid?.() === 0;
const mount = (...args: string[]) => execFileSync("mount", args, { stdio: "pipe" });

test.skipIf(!mayMount)("rejects a database on a read-only disk", () => {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-database-"));
	onTestFinished(() => rmSync(folder, { recursive: true }));
	const path = join(folder, "a.db");
	openDatabaseFile(path, kind, () => undefined).close();
	mount("--bind", folder, folder);
	try {
		mount("-o", "remount,bind,ro", folder);
		expect(() => openDatabaseFile(path, kind, () => undefined)).toThrow(/readonly database/);
	} finally {
		execFileSync("umount", ["--lazy", folder]);
	}
	openDatabaseFile(path, kind, () => undefined).close();
});
