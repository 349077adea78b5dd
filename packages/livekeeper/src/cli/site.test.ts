import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtInProfile } from "@livekeeper/douyin";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { expect, onTestFinished, test } from "vitest";
import { ask, startTestService } from "../service/service.helpers.ts";
import { run, runIn } from "./run.helpers.ts";

test("shows the profile in force and refused files", async () => {
	const file = join(temporaryFolder(onTestFinished), "site.json");
	writeFileSync(file, '{\n"version": 0\n}');
	const service = await startTestService({ siteProfile: file });
	const at = ["--url", service.url];
	const { out } = await run("site", ...at);
	expect(out).toContain(`Profile      built in, version ${builtInProfile.version} of ${builtInProfile.date}`);
	expect(out).toContain("Signature    built in");
	expect(out).toContain(`${file} can't be used in its current form (line 2, version`);
	expect(out).toContain("webcast100-ws-web-lq.douyin.com");
	expect((await runIn("zh", "site", ...at)).out).toContain("抖音适配资料  内置");
	expect(JSON.parse((await run("site", "--json", ...at)).out)).toMatchObject({ profile: { source: "built_in" } });
	writeFileSync(file, JSON.stringify({ ...builtInProfile, version: 12 }));
	const after = async () => {
		await service.clock.advance(2_000);
		return (await run("site", ...at)).out;
	};
	await expect.poll(after).toContain(`Profile      ${file}, version 12`);
	const { body } = await ask(service, "GET", "/metrics");
	expect(body).toContain('livekeeper_site_profile_version{source="file"} 12\n');
	expect(body).toContain('livekeeper_site_file_refused{file="profile"} 0\n');
});

test("prints a profile that passes its own check", async () => {
	const file = join(temporaryFolder(onTestFinished), "site.json");
	const { out } = await run("site", "profile");
	writeFileSync(file, out);
	expect((await run("site", "check", file)).out).toContain("The profile is valid");
	writeFileSync(file, out.replace('"page"\n', '"pages"\n'));
	const refused = await run("site", "check", file);
	expect(refused).toMatchObject({ failed: true, err: expect.stringMatching(/line \d+, ways/) });
	expect((await run("site", "check", `${file}.x`)).err).toContain("ENOENT");
});

test("updates nothing but an unpacked archive", async () => {
	const { failed, err } = await run("update", "--from", "livekeeper-9.9.9-linux-x64.tar.gz");
	expect(failed).toBe(true);
	expect(err).toContain("Only an installation from an archive can be updated with this command.");
});

test("shows what an update service says, over HTTP", async () => {
	const service = await startTestService();
	const { body } = await ask(service, "GET", "/api/v1/update");
	expect(body.update).toMatchObject({ asks: false, checked_at: null, newest: null, profile: null });
	const refused = await ask(service, "PUT", "/api/v1/update/profile", { apply: true });
	expect(refused).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
});
