import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openSecretBox } from "./secret-box.ts";
import { temporaryFolder } from "./sqlite/stores.test-kit.ts";

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
	expect(() => openSecretBox(folder)).toThrow(expect.objectContaining({ code: "secret_unusable" }));
	expect(readFileSync(join(folder, "secret.key"), "utf8")).toBe("short");
});
