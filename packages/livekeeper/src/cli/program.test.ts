import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { LivekeeperClient } from "@livekeeper/client";
import { chat } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { expect, onTestFinished, test, vi } from "vitest";
import { configOptions } from "../config/schema.ts";
import { connectRoom, startTestService, startWithRoom, type TestService } from "../service/service.helpers.ts";
import { createProgram } from "./program.ts";
import { listener, run } from "./run.helpers.ts";
import { type WatchOptions, watchRoom } from "./watch-room.ts";

test("controls the running service by start, status and stop", async () => {
	const { url } = await startTestService();
	expect(await run("status", "--url", url)).toMatchObject({
		out: expect.stringContaining("No rooms yet"),
		failed: false,
	});
	expect(await run("start", "1001", "--url", url)).toMatchObject({
		out: expect.stringContaining("1001"),
		failed: false,
	});
	expect((await run("status", "--url", url)).out).toContain("1001");
	expect(JSON.parse((await run("status", "--json", "--url", url)).out)).toMatchObject([{ live_id: "1001" }]);
	expect(JSON.parse((await run("status", "1001", "--json", "--url", url)).out)).toMatchObject({ live_id: "1001" });
	expect((await run("status", "1001", "--url", url)).out).toMatch(/Login +not logged in/);
	expect(await run("stop", "1001", "--url", url)).toMatchObject({ failed: false });
	const again = await run("stop", "1001", "--url", url);
	expect(again.failed).toBe(true);
	expect(again.err).toMatch(/✗ .*1001.*\n {2}→ .+/);
});

test("pins and unpins a room and changes limits", async () => {
	const service = await startTestService({ maxConnections: "1" });
	const { url } = service;
	await connectRoom(service, "1001");
	await run("start", "1002", "--url", url);
	await service.until(() => expect(service.live.getRoom("1002")?.state).toBe("queued"));
	const shown = await run("connections", "--url", url);
	expect(shown.out).toMatch(/1 in use, at most 1\n/);
	expect(shown.out).toMatch(/1 .*1002 .*live .*The only allowed connection is in use/);
	expect((await run("status", "--url", url)).out).toContain("next in line: The only allowed connection");
	expect((await run("status", "1002", "--url", url)).out).toMatch(/Queue +next in line.*\nPriority +live/);
	await run("start", "1002", "--pinned", "--url", url);
	await service.until(() => expect(service.live.getRoom("1001")?.state).toBe("queued"));
	await run("start", "1002", "--url", url);
	expect(service.live.getRoom("1002")?.pinned).toBe(true);
	await run("start", "1002", "--no-pinned", "--url", url);
	expect(service.live.getRoom("1002")?.pinned).toBe(false);
	const lifted = await run("connections", "--max", "none", "--max-per-proxy", "5", "--url", url);
	expect(lifted.out).toMatch(/2 in use, no limit\n.*\n.*at most 10\n.*at most 5\nNo rooms are waiting/);
	expect(JSON.parse((await run("connections", "--json", "--url", url)).out)).toMatchObject({ held: 2, queue: [] });
	expect((await run("connections", "--max", "0", "--url", url)).err).toContain("whole number");
});

test("sends a key and explains a missing one", async () => {
	const { url } = await startTestService({ apiKey: "correct-horse" });
	expect((await run("status", "--url", url)).err).toMatch(/An API key is required\n.*--api-key/);
	expect((await run("status", "--url", url, "--api-key", "correct-horse")).failed).toBe(false);
});

test("explains in every command how to start a service", async () => {
	const service = await startTestService();
	await service.stop();
	for (const command of [["status"], ["start", "1001"], ["stop", "1001"], ["watch", "1001"]]) {
		const { err, failed } = await run(...command, "--url", service.url);
		expect(failed).toBe(true);
		expect(err).toContain(`No service is running at ${service.url}`);
		expect(err).toContain("livekeeper serve");
	}
});

test.each([
	["text/html", "<h1>Hello</h1>"],
	["application/json", '{"hello":"world"}'],
])("distinguishes another program on that port (%s)", async (type, body) => {
	const server = createServer((_request, response) => void response.setHeader("content-type", type).end(body));
	await once(server.listen(0, "127.0.0.1"), "listening");
	onTestFinished(() => void server.close());
	const { port } = server.address() as AddressInfo;
	const { err, failed } = await run("status", "--url", `http://127.0.0.1:${port}`);
	expect(failed).toBe(true);
	expect(err).toContain(`The server at http://127.0.0.1:${port} is not livekeeper`);
});

test("suggests the command or flag that was meant", async () => {
	const command = await run("statsu");
	expect(command).toMatchObject({ failed: true, err: expect.stringContaining("Did you mean status?") });
	const flag = await run("serve", "--prot", "1");
	expect(flag).toMatchObject({ failed: true, err: expect.stringContaining("Did you mean --port?") });
	expect(await run("start")).toMatchObject({ failed: true, err: expect.stringContaining("'room'") });
});

test.each([
	[
		["serve", "--demo", "true"],
		"unexpected argument 'true': --demo is a switch and takes no value; --no-demo turns it off",
	],
	[["serve", "--no-demo", "1"], "unexpected argument '1': --no-demo is a switch and takes no value"],
	[["status", "1001", "--json", "yes"], "unexpected argument 'yes': --json is a switch and takes no value"],
	[["serve", "--port", "7001", "7002"], "unexpected argument '7002'"],
	[["stop", "1001", "1002"], "unexpected argument '1002'"],
	[["upstream", "x"], "unexpected argument 'x'"],
])("names the excess argument of %j", async (words, expected) => {
	const { failed, err } = await run(...words);
	expect(failed).toBe(true);
	expect(err.split("\n")[0]).toBe(`error: ${expected}`);
});

test("names the expected values for a wrong one", async () => {
	expect((await run("serve", "--port", "seven")).err).toMatch(/flag --port = "seven": expected a whole number/);
	expect((await run("watch", "1", "--types", "chat,gfit")).err).toContain("There is no type gfit");
	expect((await run("simulate", "--rooms", "-1")).err).toContain("whole number");
	expect((await run("simulate", "--rate", "x")).err).toContain("above 0");
	expect((await run("simulate", "--port", "0", "--gifts", "few")).err).toContain('"first:"');
	expect((await run("simulate", "--totals", "some")).err).toContain("tickets");
	expect((await run("simulate", "--first-room", "x")).err).toContain("whole number");
	expect((await run("simulate", "--ids", "some")).err).toContain("new_envelope");
	expect((await run("simulate", "--site", "unkind")).err).toContain("kind, real");
});

test("lists every option with its variable in serve's help", async () => {
	const { out } = await run("serve", "--help");
	for (const { flag, env, name } of configOptions) {
		if (name === "url") continue;
		expect(out).toContain(flag);
		expect(out).toContain(env);
	}
});

test("lets a flag override the environment's yes", () => {
	const program = createProgram(listener().io);
	const serve = program.commands.find((command) => command.name() === "serve");
	const parse = (...args: string[]) => serve?.parseOptions(args) && serve.opts()["demo"];
	expect(parse()).toBeUndefined();
	expect(parse("--demo")).toBe(true);
	expect(parse("--no-demo")).toBe(false);
});

function watch({ url }: Pick<TestService, "url">, options: Pick<WatchOptions, "types"> & { json?: boolean } = {}) {
	const { io, lines } = listener();
	const stop = new AbortController();
	const client = new LivekeeperClient({ url, lang: "en" });
	const done = watchRoom({ client, liveId: "1001", json: false, io, signal: stop.signal, retryMs: 50, ...options });
	return { lines, done, stop: () => stop.abort() };
}

test("prints a room's events in each format until stopped", async () => {
	const service = await startWithRoom();
	const [text, json, gifts] = [watch(service), watch(service, { json: true }), watch(service, { types: ["gift"] })];
	for (const { lines } of [text, json, gifts]) await vi.waitFor(() => expect(lines.err[0]).toContain("1001 is"));
	service.upstream.last.frame();
	await service.until(() => expect(text.lines.out.join()).toContain("你好"));
	await service.until(() => expect(json.lines.out.length).toBeGreaterThan(0));
	const events = json.lines.out.map((line) => JSON.parse(line) as { type: string; seq: number });
	expect(events.find((event) => event.type === "chat")).toMatchObject({ content: "你好", seq: expect.any(Number) });
	for (const one of [text, json, gifts]) {
		one.stop();
		await one.done;
	}
	expect(gifts.lines.out).toEqual([]);
});

test("shows a gift of two sources once, except JSON", async () => {
	const service = await startWithRoom();
	const [text, json] = [watch(service), watch(service, { json: true })];
	for (const { lines } of [text, json]) await vi.waitFor(() => expect(lines.err[0]).toContain("1001 is"));
	const at = service.clock.now();
	const step = {
		type: "gift",
		giftId: "7",
		giftName: "玫瑰",
		count: 1,
		delta: 0,
		diamonds: 0,
		diamondCount: 5,
		final: true,
	};
	const evidence = { delta: 1, diamonds: 5 };
	service.upstream.last.frame([chat(at, { ...step, streakId: "s", evidence } as object)]);
	service.upstream.last.frame([chat(at)]);
	await service.until(() => expect(text.lines.out.join()).toContain("你好"));
	await service.until(() => expect(json.lines.out.join()).toContain("玫瑰"));
	expect(text.lines.out.join()).not.toContain("玫瑰");
	expect(text.lines.err.join()).toContain("also pushes are not shown");
	for (const one of [text, json]) {
		one.stop();
		await one.done;
	}
});

test("explains how to keep a room when watching another", async () => {
	const service = await startTestService();
	await expect(watch(service).done).rejects.toMatchObject({
		code: "room_not_found",
		hint: { en: expect.stringContaining("livekeeper start 1001") },
	});
});

test("keeps watching when the service restarts", async () => {
	const first = await startWithRoom();
	const { lines, done, stop } = watch(first);
	await vi.waitFor(() => expect(lines.err[0]).toContain("1001 is"));
	await first.stop();
	await vi.waitFor(() => expect(lines.err.join()).toContain("waiting for it to come back"));
	// The room is still kept, so it needs no start.
	const second = await startTestService({ port: String(first.port), dataDir: first.dataDir });
	await vi.waitFor(() => expect(lines.err.filter((line) => line.includes("1001 is"))).toHaveLength(2));
	await second.until(() => second.upstream.last.frame());
	await second.until(() => expect(lines.out.join()).toContain("你好"));
	stop();
	await done;
});

test("waits for a room missing after a restart", async () => {
	const first = await startWithRoom();
	const { lines, done, stop } = watch(first);
	await vi.waitFor(() => expect(lines.err[0]).toContain("1001 is"));
	await first.stop();
	const second = await startTestService({ port: String(first.port) });
	await vi.waitFor(() => expect(lines.err.join()).toContain("waiting for it to be started"));
	await connectRoom(second);
	await vi.waitFor(() => expect(lines.err.filter((line) => line.includes("1001 is"))).toHaveLength(2));
	stop();
	await done;
});
