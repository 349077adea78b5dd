import { expect, test } from "vitest";
import { renameFile } from "./rename-file.ts";

/** A file that another program holds for a number of attempts. */
function held(attempts: number, code: string, platform: NodeJS.Platform) {
	const tries: string[] = [];
	const waits: number[] = [];
	const rename = (from: string, to: string) => {
		tries.push(`${from} ${to}`);
		if (tries.length <= attempts) throw Object.assign(new Error(code), { code });
	};
	const attempt = () => renameFile("a", "b", { platform, rename, wait: (ms) => void waits.push(ms) });
	return { tries, waits, attempt };
}

test("renames a briefly held file on Windows", () => {
	const file = held(3, "EPERM", "win32");
	file.attempt();
	expect(file.tries).toEqual(["a b", "a b", "a b", "a b"]);
	expect(file.waits).toEqual([10, 20, 50]);
});

test("gives up a held file on Windows after a second", () => {
	const file = held(100, "EBUSY", "win32");
	expect(file.attempt).toThrow("EBUSY");
	const total = file.waits.reduce((sum, ms) => sum + ms, 0);
	expect(total).toBeGreaterThan(900);
	expect(total).toBeLessThan(1200);
});

test.each([
	["ENOSPC", "win32"],
	["EPERM", "linux"],
] as const)("reports %s on %s at once", (code, platform) => {
	const file = held(1, code, platform);
	expect(file.attempt).toThrow(code);
	expect(file.tries).toHaveLength(1);
});
