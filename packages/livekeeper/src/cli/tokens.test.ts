import { expect, test } from "vitest";
import { startTestService } from "../service/service.helpers.ts";
import { run } from "./run.helpers.ts";

test("creates, lists and revokes an overlay token", async () => {
	const service = await startTestService({ apiKey: "correct-horse" });
	const at = ["--url", service.url, "--api-key", "correct-horse"];
	expect((await run("tokens", ...at)).out).toContain("livekeeper tokens add --name <name>");
	const made = await run(
		"tokens",
		"add",
		"--name",
		"OBS\u202e 直播间",
		"--room",
		"https://live.douyin.com/1001",
		...at,
	);
	expect(made).toMatchObject({ failed: false, err: "" });
	const [, id, secret] = /Overlay token ([0-9a-f]+) may read room 1001\n(lko_[\w-]{43})\n/.exec(made.out) ?? [];
	// Options count before the subcommand's name too.
	const forAll = JSON.parse((await run("tokens", ...at, "--json", "add", "--name", "wall")).out);
	expect(forAll).toMatchObject({ token: { name: "wall", live_id: null }, secret: expect.stringMatching(/^lko_/) });

	const listed = await run("tokens", ...at);
	expect(listed.out).toMatch(new RegExp(`${id} .*OBS 直播间 .* 1001 .* never`));
	expect(listed.out).toMatch(/wall +│ all /);
	expect(listed.out).not.toMatch(/lko_|\u202e/);
	const status = async (key = "") => run("status", "1001", "--url", service.url, "--api-key", key);
	expect((await status(secret)).err).toContain("Room 1001 is not started");
	expect((await run("tokens", "--url", service.url, "--api-key", secret ?? "")).err).toContain("can only read");

	expect((await run("tokens", "remove", id ?? "", ...at)).out).toContain(`Overlay token ${id} is revoked`);
	expect((await status(secret)).err).toContain("was revoked");
	expect(await run("tokens", "remove", id ?? "", ...at)).toMatchObject({
		failed: true,
		err: expect.stringContaining("no overlay token with this id"),
	});
	expect(JSON.parse((await run("tokens", "--json", ...at)).out)).toEqual([forAll.token]);
});

test("requires a name and a valid room", async () => {
	const service = await startTestService();
	const at = ["--url", service.url];
	expect((await run("tokens", "add", ...at)).err).toContain("--name");
	expect((await run("tokens", "add", "--name", "OBS", "--room", "a/b/c", ...at)).failed).toBe(true);
	expect(JSON.parse((await run("tokens", "--json", ...at)).out)).toEqual([]);
});
