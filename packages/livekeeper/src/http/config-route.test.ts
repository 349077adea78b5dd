import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { expect, test } from "vitest";
import { configOptions, describeConfig } from "../config/schema.ts";
import { loadConfig, parseConfig } from "../config.ts";
import { ask, startTestService } from "../service/service.helpers.ts";

interface Option {
	name: string;
	set: boolean;
	value: unknown;
	from: string;
	[field: string]: unknown;
}

test("shows every option with default and source, never secrets", async () => {
	const key = "key-0123456789abcdef";
	const service = await startTestService({ apiKey: key, cookie: "sessionid=s3cret", maxRooms: "7" });
	expect((await ask(service, "GET", "/api/v1/config")).status).toBe(401);
	const headers = { authorization: `Bearer ${key}` };
	const { status, body } = await ask(service, "GET", "/api/v1/config", undefined, headers);
	expect(status).toBe(200);
	const options = new Map((body.options as Option[]).map((option) => [option.name, option]));
	const names = configOptions.map(({ name }) => name).filter((name) => name !== "url");
	expect([...options.keys()]).toEqual(names);
	expect(options.get("max_rooms")).toEqual({
		name: "max_rooms",
		env: "LIVEKEEPER_MAX_ROOMS",
		flag: "--max-rooms",
		kind: "integer",
		help: "maximum number of rooms",
		expected: "a whole number from 1 to 100000",
		secret: false,
		set: true,
		value: 7,
		default: 1000,
		from: "flag",
	});
	expect(options.get("retention_hours")).toMatchObject({ value: 168, default: 168, from: "default" });
	expect(options.get("data_dir")).toMatchObject({ value: service.dataDir, from: "flag" });
	expect(options.get("cookie")).toMatchObject({ secret: true, set: true, value: null, from: "flag" });
	expect(options.get("secret")).toMatchObject({ secret: true, set: false, value: null, from: "default" });
	expect(JSON.stringify(body)).not.toContain("s3cret");
	expect(JSON.stringify(body)).not.toContain(key);
});

test("shows each value's source and the file's name", () => {
	const cwd = temporaryFolder();
	writeFileSync(join(cwd, "livekeeper.config.json"), '{"port": 1, "max_rooms": 2, "rate_limit": 3}');
	const env = { LIVEKEEPER_MAX_ROOMS: "4", LIVEKEEPER_RATE_LIMIT: "5" };
	const { file, options } = describeConfig(loadConfig({ cwd, env, flags: { rateLimit: "6" } }));
	expect(file).toBe(join(cwd, "livekeeper.config.json"));
	const of = Object.fromEntries(options.map(({ name, value, from }) => [name, [value, from]]));
	expect(of["port"]).toEqual([1, "file"]);
	expect(of["max_rooms"]).toEqual([4, "environment"]);
	expect(of["rate_limit"]).toEqual([6, "flag"]);
	expect(of["host"]).toEqual(["127.0.0.1", "default"]);
	expect(describeConfig(loadConfig({ cwd: temporaryFolder(), env: {} })).file).toBeNull();
	const program = describeConfig(parseConfig({ upstream_url: "http://me:pa55@127.0.0.1:9/a" }));
	const upstream = program.options.find(({ name }) => name === "upstream_url");
	expect(upstream).toMatchObject({ from: "program", value: "http://***@127.0.0.1:9/a" });
});
