import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { expect, test } from "vitest";
import { ask, say, startTestService, startWithRoom, type TestService } from "../service/service.helpers.ts";
import { run } from "./run.helpers.ts";

const hook = { settings: { url: "http://127.0.0.1:1/hook" }, live_ids: "*", enabled: false };

/** Returns everything that a service reports of its stored data. */
async function storedIn(service: TestService) {
	const get = async (path: string) => (await ask(service, "GET", path)).body;
	const { events } = await get("/api/v1/rooms/1001/events?limit=5000");
	const { targets } = await get("/api/v1/targets");
	const { identities } = await get("/api/v1/identities");
	const { active_rooms: rooms } = await get("/api/live/status");
	return { events, targets, identities, rooms };
}

test("restores the whole service from a backup", async () => {
	const service = await startWithRoom({ targetAllowPrivate: "true" });
	await ask(service, "PUT", "/api/v1/identities/main", { cookie: "sessionid=s3cret" });
	await ask(service, "PUT", "/api/v1/rooms/1002", { identity: "main" });
	expect((await ask(service, "POST", "/api/v1/targets", hook)).status).toBe(201);
	await say(service, "你好", "再见");
	const before = await storedIn(service);
	const file = join(temporaryFolder(), "my.backup");
	const saved = await run("backup", file, "--url", service.url);
	expect(saved).toMatchObject({ failed: false, out: expect.stringContaining(file) });
	expect(saved.err).toContain("keep it safe, like a password");
	expect(statSync(file).mode & 0o777).toBe(0o600);
	expect(existsSync(`${file}.part`)).toBe(false);
	expect(readdirSync(service.dataDir).filter((name) => name.includes("backup"))).toEqual([]);
	await service.stop();

	const dataDir = temporaryFolder();
	copyFileSync(file, join(dataDir, "livekeeper.db"));
	const again = await startTestService({ dataDir });
	const after = await storedIn(again);
	expect(after.events.slice(0, before.events.length)).toEqual(before.events);
	expect(after.rooms).toEqual(before.rooms);
	expect(after.targets).toEqual(before.targets);
	expect(after.identities).toMatchObject([{ name: "main", has_cookie: true, status: before.identities[0].status }]);
	// The cookie can be read with the key from the backup.
	await again.until(() =>
		expect(again.identities).toContainEqual(expect.objectContaining({ cookie: "sessionid=s3cret" })),
	);
});

test("keeps the key out of the API's backup", async () => {
	const service = await startWithRoom();
	await ask(service, "PUT", "/api/v1/identities/main", { cookie: "sessionid=s3cret" });
	const key = readFileSync(join(service.dataDir, "secret.key"), "utf8").trim();
	const before = readdirSync(service.dataDir).sort();
	const answer = await fetch(`${service.url}/api/v1/backup?file=/tmp/x`, { method: "POST" });
	const bytes = Buffer.from(await answer.arrayBuffer());
	expect(answer.status).toBe(200);
	expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="livekeeper-[\dT-]+\.backup"$/);
	expect(bytes.toString("latin1", 0, 15)).toBe("SQLite format 3");
	for (const secret of [key, "s3cret"]) expect(bytes.includes(secret)).toBe(false);
	await service.until(() => expect(readdirSync(service.dataDir).sort()).toEqual(before));
	expect((await ask(service, "GET", "/api/v1/backup")).body).toEqual({ success: true, progress: null });
});

test("keeps a target's URL out of files but shows it", async () => {
	const url = "http://127.0.0.1:1/hook-p4th?access_token=t0k3n";
	const service = await startWithRoom({ targetAllowPrivate: "true" });
	const { target } = (await ask(service, "POST", "/api/v1/targets", { ...hook, settings: { url }, enabled: true }))
		.body;
	await say(service, "你好");
	await service.until(async () => {
		const { rooms } = (await ask(service, "GET", `/api/v1/targets/${target.id}`)).body;
		expect(rooms).toContainEqual(expect.objectContaining({ last_error: expect.objectContaining({ code: "network" }) }));
	});
	await ask(service, "PUT", `/api/v1/targets/${target.id}`, { ...hook, settings: { url } });
	const whole = join(temporaryFolder(), "my.backup");
	expect(await run("backup", whole, "--url", service.url)).toMatchObject({ failed: false });
	let backup = Buffer.of();
	// The one before may still exist.
	await service.until(async () => {
		const answer = await fetch(`${service.url}/api/v1/backup`, { method: "POST" });
		expect(answer.status).toBe(200);
		backup = Buffer.from(await answer.arrayBuffer());
	});
	await service.until(() => expect(readdirSync(service.dataDir)).toContain("targets.db.last-good"));
	await service.stop();
	const files = readdirSync(service.dataDir).map((name) => join(service.dataDir, name));
	for (const content of [backup, ...[whole, ...files].map((path) => readFileSync(path))]) {
		for (const part of ["t0k3n", "p4th"]) expect(content.includes(part)).toBe(false);
	}
	const dataDir = temporaryFolder();
	writeFileSync(join(dataDir, "livekeeper.db"), backup);
	const keyless = await startTestService({ dataDir });
	const { targets } = (await ask(keyless, "GET", "/api/v1/targets")).body;
	expect(targets).toMatchObject([{ id: target.id, settings: null, state: "unreadable" }]);
	await keyless.stop();
	const restored = temporaryFolder();
	copyFileSync(whole, join(restored, "livekeeper.db"));
	const again = await startTestService({ dataDir: restored });
	expect((await ask(again, "GET", "/api/v1/targets")).body.targets).toMatchObject([
		{ settings: { url }, state: "disabled" },
	]);
});

test("makes one backup at a time, and drops abandoned ones", async () => {
	const service = await startWithRoom();
	const gone = new AbortController();
	// Its body is not read, so it stays open.
	const first = await fetch(`${service.url}/api/v1/backup`, { method: "POST", signal: gone.signal });
	expect(first.status).toBe(200);
	const makeAnother = async () => (await fetch(`${service.url}/api/v1/backup`, { method: "POST" })).status;
	gone.abort();
	await service.until(async () => expect(await makeAnother()).toBe(200));
	const both = await Promise.all([makeAnother(), makeAnother(), makeAnother()]);
	expect(both.filter((status) => status === 409).length).toBeGreaterThanOrEqual(1);
});

test("reports and leaves out a missing or different key", async () => {
	const service = await startWithRoom();
	const path = join(service.dataDir, "secret.key");
	writeFileSync(path, `${Buffer.alloc(32).toString("base64")}\n`);
	const file = join(temporaryFolder(), "my.backup");
	const saved = await run("backup", file, "--url", service.url);
	expect(saved).toMatchObject({ failed: false, err: expect.stringContaining(`Keep ${path} too`) });
	expect(readFileSync(file).includes(Buffer.alloc(32).toString("base64"))).toBe(false);
});

test("reports a file that can't be written and removes it", async () => {
	const service = await startWithRoom();
	const folder = temporaryFolder();
	const saved = await run("backup", join(folder, "no", "such.backup"), "--url", service.url);
	expect(saved).toMatchObject({ failed: true, err: expect.stringContaining("can't be written") });
	expect(readdirSync(folder)).toEqual([]);
});
