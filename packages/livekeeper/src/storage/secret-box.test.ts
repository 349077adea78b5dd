import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../event-log/sqlite/stores.helpers.ts";
import { openSecretBox } from "./secret-box.ts";

test("what was sealed opens again with the folder's key, which only its owner may read", () => {
	const folder = temporaryFolder();
	const sealed = openSecretBox(folder).seal("sessionid=密", "room");
	expect(sealed.toString("latin1")).not.toContain("sessionid");
	expect(openSecretBox(folder).open(sealed, "room")).toBe("sessionid=密");
	expect(statSync(join(folder, "secret.key")).mode & 0o777).toBe(0o600);
});

test("the same text is sealed differently each time", () => {
	const box = openSecretBox(temporaryFolder());
	expect(box.seal("x", "room").equals(box.seal("x", "room"))).toBe(false);
});

test("another key, another room or a changed byte opens nothing", () => {
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

test("with the user's secret no key file is made, and a file that is no key is refused and kept", () => {
	const folder = temporaryFolder();
	openSecretBox(folder, "secret");
	expect(() => statSync(join(folder, "secret.key"))).toThrow("ENOENT");
	writeFileSync(join(folder, "secret.key"), "short");
	expect(() => openSecretBox(folder)).toThrow(
		expect.objectContaining({ code: "secret_unusable", message: expect.stringContaining(folder) }),
	);
	expect(readFileSync(join(folder, "secret.key"), "utf8")).toBe("short");
});

test("what was sealed once with the user's secret opens in every later version", () => {
	const sealed = "01000102030405060708090a0b839a4d675e89d92078e1d60fc1e336bfab52c38890561c303371c095d4";
	expect(openSecretBox("/nowhere", "secret").open(Buffer.from(sealed, "hex"), "room")).toBe("sessionid=密");
});

test("an empty text is sealed as well as any", () => {
	const box = openSecretBox("/nowhere", "secret");
	expect(box.open(box.seal("", "room"), "room")).toBe("");
});

test("a key that can't be read, or can't be made, is said with its path and the cause", () => {
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

test("a key is made as a new file, never written into one that came to be meanwhile, nor through a link", () => {
	const folder = temporaryFolder();
	const elsewhere = join(folder, "elsewhere");
	symlinkSync(elsewhere, join(folder, "secret.key"));
	expect(() => openSecretBox(folder)).toThrow(expect.objectContaining({ code: "storage_unwritable" }));
	expect(existsSync(elsewhere)).toBe(false);
});
