import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { expect, test } from "vitest";
import { startTestService } from "../service/service.helpers.ts";
import { readSecret } from "./commands/identities.ts";
import { run } from "./run.helpers.ts";

function fileOf(text: string): string {
	const file = join(temporaryFolder(), "secret.txt");
	writeFileSync(file, text);
	return file;
}

test("sets, lists, uses and removes an identity", async () => {
	const service = await startTestService();
	const at = ["--url", service.url];
	expect((await run("identities", ...at)).out).toContain("livekeeper identity set <name>");
	const cookieFile = fileOf(".douyin.com\tTRUE\t/\tTRUE\t4000000000\tsessionid\ts3cret\n");
	const proxyFile = fileOf("http://me:pa55@127.0.0.1:9\n");
	const set = await run("identity", "set", "main", "--cookie-file", cookieFile, "--proxy-file", proxyFile, ...at);
	expect(set).toMatchObject({ failed: false, out: expect.stringContaining("Added login main") });
	expect(set.out).toMatch(/main .* logged in .* in \d+ d .* its own/);
	expect(await run("start", "1001", "--identity", "main", ...at)).toMatchObject({ failed: false });
	expect(service.identities.at(-1)).toMatchObject({ cookie: "sessionid=s3cret", loginExpiresAt: 4_000_000_000_000 });
	const listed = await run("identities", ...at);
	expect(listed.out).toContain("1001");
	expect(listed.out + set.out).not.toMatch(/s3cret|pa55/);
	expect((await run("status", "1001", ...at)).out).toMatch(/Login +.*login main/);

	const past = await run("identity", "set", "main", "--expires", "2001-02-03", ...at);
	expect(past.out).toContain("! The login main has expired");
	expect((await run("identity", "set", "main", "--without-proxy", ...at)).out).not.toContain("its own");
	expect((await run("identity", "remove", "main", ...at)).err).toContain("in use by room 1001");
	await run("stop", "1001", ...at);
	expect(await run("identity", "remove", "main", ...at)).toMatchObject({ failed: false });
	expect(JSON.parse((await run("identities", "--json", ...at)).out)).toEqual([]);
});

test("rejects unusable secrets without quoting or sending them", async () => {
	const at = ["--url", "http://127.0.0.1:1"];
	const bad = await run("identity", "set", "main", "--cookie-file", fileOf('[{"name":"sessionid","value":"s3c'), ...at);
	expect(bad).toMatchObject({ failed: true, err: expect.stringContaining("looks like JSON") });
	expect(bad.err).not.toContain("s3c");
	expect((await run("identity", "set", "main", "--cookie-file", "no-such-file", ...at)).err).toContain("ENOENT");
	expect((await run("identity", "set", "main", "--expires", "soon", ...at)).err).toContain("is not a time");
});

test("shows an identity in the doctor's report", async () => {
	const service = await startTestService();
	const at = ["--url", service.url];
	await run("identity", "set", "main", "--cookie-file", fileOf("sessionid=s3cret"), "--expires", "2001-02-03", ...at);
	const { out } = await run("doctor", "--identity", "main", ...at);
	process.exitCode = undefined;
	expect(out).toMatch(/✗ saved login +main: expired \(no gifts, some names masked\), expires 2001.*no room uses it/);
	expect(out).toContain("→ The login main has expired");
	expect(await run("doctor", "--identity", "nobody", ...at)).toMatchObject({
		failed: true,
		err: expect.stringContaining('no login "nobody"'),
	});
});

test("examines a room by the service, or here without one", async () => {
	const service = await startTestService({ upstreamUrl: "http://127.0.0.1:1" });
	const asked = await run("doctor", "1001", "--url", service.url);
	expect(asked.out).toMatch(
		/✓ service +running at http.*: 0 rooms, 0 connected\n✓ Douyin +http:\/\/127\.0\.0\.1:1, visitor/,
	);
	expect(asked.out).toMatch(
		/· room +1001 is not connected.*\n✗ cookie .*\n {2}→ .*\nRoom 1001 can't stay connected at the moment\./,
	);

	const flag = await run("doctor", "1001", "--url", service.url, "--upstream-url", "http://127.0.0.1:2");
	expect(flag.out).toMatch(/^✓ Douyin +http:\/\/127\.0\.0\.1:2, .*\n✗ cookie/);
	await service.stop();
	const here = await run("doctor", "--url", service.url);
	expect(here.out).toMatch(
		/· service +No service is running at .*checking from here\n {2}→ .*\n✓ Douyin .*\n.*Add a room number/,
	);
	expect(await run("doctor", "--identity", "main", "--url", service.url)).toMatchObject({ failed: true });
	expect((await run("doctor", "a/b", "--url", service.url)).err).toContain("room number");
	expect(process.exitCode).toBe(1);
	process.exitCode = undefined;
});

/** A terminal with simulated key presses. */
function terminal() {
	const modes: boolean[] = [];
	const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (on: boolean) => modes.push(on) });
	return { input: input as never, type: (text: string) => input.write(text), modes };
}

test("hides a typed secret, which may be corrected", async () => {
	const { input, type, modes } = terminal();
	const shown: string[] = [];
	const secret = readSecret(undefined, "Cookie: ", input, (text) => shown.push(text));
	type("sessionid=hux\u007f");
	type("sh; a=b\rmore");
	expect(await secret).toBe("sessionid=hush; a=b");
	expect(modes).toEqual([true, false]);
	expect(shown).toEqual(["Cookie: ", "\n"]);
});

test("restores the terminal after Ctrl-C at the prompt", async () => {
	const { input, type, modes } = terminal();
	const secret = readSecret(undefined, "", input, () => undefined);
	type("half\u0003");
	await expect(secret).rejects.toMatchObject({ message: "Stopped." });
	expect(modes).toEqual([true, false]);
});

test("reads the secret from all of standard input", async () => {
	expect(await readSecret("-", "", Readable.from(["sessionid=", "hush\n"]))).toBe("sessionid=hush");
});
