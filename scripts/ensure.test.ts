import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const { progressLine } = (await import("./ensure.mjs" as string)) as {
	progressLine: (folder: string, elapsedMs: number) => string;
};

test("counts the packages that an installation has brought", () => {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-install-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	const packages = {
		"": {},
		"packages/own": {},
		"node_modules/a": {},
		"node_modules/a/node_modules/b": {},
		"node_modules/@scope/c": {},
		"node_modules/other-system": { optional: true },
	};
	writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages }));
	expect(progressLine(folder, 400)).toBe("  0 of 3 packages, 0 s");
	for (const name of ["a", "@scope/c"]) {
		mkdirSync(join(folder, "node_modules", name), { recursive: true });
		writeFileSync(join(folder, "node_modules", name, "package.json"), "{}");
	}
	expect(progressLine(folder, 61_000)).toBe("  2 of 3 packages, 61 s");
});

test("shows the time without a readable lock file", () => {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-install-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	expect(progressLine(folder, 15_000)).toBe("  15 s");
	for (const text of ["{}", "{", "null"]) {
		writeFileSync(join(folder, "package-lock.json"), text);
		expect(progressLine(folder, 15_000), text).toBe("  15 s");
	}
});
