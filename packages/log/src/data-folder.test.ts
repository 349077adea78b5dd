import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@livekeeper/douyin";
import { expect, onTestFinished, test } from "vitest";
import { secureFolder } from "./data-folder.ts";
import { openSqliteEventLog } from "./event-log/index.ts";
import { quietLogger } from "./event-log/sqlite/stores.helpers.ts";

const onPosix = process.platform !== "win32";

function folder(): string {
	const path = mkdtempSync(join(tmpdir(), "livekeeper-folder-"));
	onTestFinished(() => rmSync(path, { recursive: true, force: true }));
	return path;
}

const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);

function put(path: string, mode: number): string {
	writeFileSync(path, "x");
	chmodSync(path, mode);
	return path;
}

test.skipIf(!onPosix)("tightens and reports a folder open to others", () => {
	const dataDir = folder();
	chmodSync(dataDir, 0o755);
	const loose = put(join(dataDir, "livekeeper.db"), 0o644);
	const shared = put(join(dataDir, "targets.db.corrupt-2026-01-01"), 0o660);
	const tight = put(join(dataDir, "secret.key"), 0o600);
	const foreign = put(join(dataDir, "notes.txt"), 0o644);
	expect(secureFolder(dataDir)).toEqual([
		{ path: dataDir, mode: "0755", tightened: true },
		{ path: loose, mode: "0644", tightened: true },
		{ path: shared, mode: "0660", tightened: true },
	]);
	expect([dataDir, loose, shared, tight, foreign].map(modeOf)).toEqual(["700", "600", "600", "600", "644"]);
	expect(secureFolder(dataDir)).toEqual([]);
});

test.skipIf(!onPosix)("tightens a linked folder's destination, and ignores linked files", () => {
	const elsewhere = folder();
	const target = join(elsewhere, "data");
	mkdirSync(target, { mode: 0o750 });
	const outside = put(join(elsewhere, "outside"), 0o644);
	const link = join(elsewhere, "link");
	symlinkSync(target, link);
	symlinkSync(outside, join(target, "livekeeper.db"));
	expect(secureFolder(link)).toEqual([{ path: target, mode: "0750", tightened: true }]);
	expect([target, outside].map(modeOf)).toEqual(["700", "644"]);
});

test.skipIf(process.platform !== "linux")("reports another user's folder, and leaves it unchanged", () => {
	const [found] = secureFolder("/proc/self");
	expect(found).toMatchObject({ mode: "0555", tightened: false });
});

test("leaves a missing folder to its creator", () => {
	expect(secureFolder(join(folder(), "not", "there"))).toEqual([]);
});

test.skipIf(!onPosix)("creates everything for its owner only, whatever the umask", async () => {
	const before = process.umask(0);
	onTestFinished(() => void process.umask(before));
	const dataDir = join(folder(), "data");
	const log = await openSqliteEventLog({ dataDir, clock: systemClock, logger: quietLogger });
	await log.registry.keep("a", {});
	const names = readdirSync(dataDir);
	expect(names).toEqual(
		expect.arrayContaining(["livekeeper.db", "livekeeper.db-wal", "livekeeper.lock", "registry.db", "targets.db-wal"]),
	);
	expect(names.filter((name) => modeOf(join(dataDir, name)) !== "600")).toEqual([]);
	expect(modeOf(dataDir)).toBe("700");
	await log.close();
});
