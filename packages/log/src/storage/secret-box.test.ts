import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inMemory } from "../data-folder.ts";
import { temporaryFolder } from "../event-log/sqlite/stores.helpers.ts";
import { checkOf, keyFileOf, openSecretBox } from "./secret-box.ts";

test("opens with the folder's key, which only its owner reads", () => {
	const folder = temporaryFolder();
	const sealed = openSecretBox(folder).seal("sessionid=密", "room");
	expect(sealed.toString("latin1")).not.toContain("sessionid");
	expect(openSecretBox(folder).open(sealed, "room")).toBe("sessionid=密");
	expect(statSync(join(folder, "secret.key")).mode & 0o777).toBe(0o600);
});

test("seals the same text differently each time", () => {
	const box = openSecretBox(temporaryFolder());
	expect(box.seal("x", "room").equals(box.seal("x", "room"))).toBe(false);
});

test("opens nothing for another key or room, or changed bytes", () => {
	const box = openSecretBox("/nowhere", "secret");
	const sealed = box.seal("x", "room");
	expect(openSecretBox("/nowhere", "secret").open(sealed, "room")).toBe("x");
	expect(openSecretBox("/nowhere", "other").open(sealed, "room")).toBeUndefined();
	expect(box.open(sealed, "other room")).toBeUndefined();
	for (let index = 0; index < sealed.length; index++) {
		const changed = Buffer.from(sealed);
		changed[index] = (changed[index] ?? 0) ^ 1;
		expect(box.open(changed, "room")).toBeUndefined();
	}
	expect(box.open(sealed.subarray(0, 10), "room")).toBeUndefined();
});

test("makes no file for a user's secret, rejects invalid ones", () => {
	const folder = temporaryFolder();
	openSecretBox(folder, "secret");
	expect(() => statSync(join(folder, "secret.key"))).toThrow("ENOENT");
	writeFileSync(join(folder, "secret.key"), "short");
	expect(() => openSecretBox(folder)).toThrow(
		expect.objectContaining({ code: "secret_unusable", message: expect.stringContaining(folder) }),
	);
	expect(readFileSync(join(folder, "secret.key"), "utf8")).toBe("short");
});

test("opens old boxes with the user's secret in every version", () => {
	const sealed = "01000102030405060708090a0b839a4d675e89d92078e1d60fc1e336bfab52c38890561c303371c095d4";
	expect(openSecretBox("/nowhere", "secret").open(Buffer.from(sealed, "hex"), "room")).toBe("sessionid=密");
});

test("seals an empty text", () => {
	const box = openSecretBox("/nowhere", "secret");
	expect(box.open(box.seal("", "room"), "room")).toBe("");
});

test("reports an unusable key with its path and cause", () => {
	const folder = temporaryFolder();
	mkdirSync(join(folder, "secret.key"));
	const failure = (path: string, what: string, code: string) =>
		expect.objectContaining({
			code: "storage_unwritable",
			message: `${join(path, "secret.key")} can't be ${what}.`,
			cause: expect.objectContaining({ code }),
		});
	expect(() => openSecretBox(folder)).toThrow(failure(folder, "read", "EISDIR"));
	const missing = join(folder, "missing");
	expect(() => openSecretBox(missing)).toThrow(failure(missing, "written", "ENOENT"));
});

test("creates a key only as a new file", () => {
	const folder = temporaryFolder();
	const elsewhere = join(folder, "elsewhere");
	symlinkSync(elsewhere, join(folder, "secret.key"));
	expect(() => openSecretBox(folder)).toThrow(expect.objectContaining({ code: "storage_unwritable" }));
	expect(existsSync(elsewhere)).toBe(false);
});

test("keeps a key in memory until the process ends", () => {
	const sealed = openSecretBox(inMemory).seal("text", "room");
	expect(openSecretBox(inMemory).open(sealed, "room")).toBe("text");
	expect(openSecretBox(temporaryFolder()).open(sealed, "room")).toBeUndefined();
	expect(existsSync(inMemory)).toBe(false);
	expect(keyFileOf(inMemory)).toBeUndefined();
});

test("identifies a folder's key by its check value", () => {
	const folder = temporaryFolder();
	expect(keyFileOf(folder)).toBeUndefined();
	openSecretBox(folder);
	const path = join(folder, "secret.key");
	const key = readFileSync(path, "utf8");
	expect(keyFileOf(folder)).toEqual({ path, check: checkOf(key) });
	expect(keyFileOf(folder, "secret")).toBeUndefined();
	expect(checkOf(`${key}\n`)).toBe(checkOf(key));
	expect(checkOf("a key")).toBe("dc207249e09d9944848684f354cd21afc83f1abc426963ea535177905f2774c5");
});
