import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { RoomEvent } from "@livekeeper/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anyPython } from "./kit/followers/python-follower.ts";
import { Rig } from "./kit/rig.ts";
import { until } from "./kit/until.ts";

const examples = fileURLToPath(new URL("../examples", import.meta.url));
const python = anyPython();
const run = promisify(execFile);

/** readers.test.ts covers restarts and cuts. */
describe.skipIf(python === undefined)("examples/livekeeper.py (skipped without Python)", () => {
	let rig: Rig;
	let folder: string;

	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), "livekeeper-python-"));
		rig = await Rig.start({ simulator: { rooms: 1, rate: 20, seed: 4 } });
		await until("there are gifts and chats", async () => {
			const { events } = await page("types=gift,chat");
			return new Set(events.map(({ type }) => type)).size === 2 && events.length > 20;
		});
		// From here on the log does not change.
		await rig.request("POST", "/api/live/stop", { live_id: "1001" });
	});

	afterAll(async () => {
		await rig?.stop();
		rmSync(folder, { recursive: true, force: true });
	});

	const page = async (query: string): Promise<{ events: RoomEvent[]; last_seq: number }> => {
		const { body } = await rig.request("GET", `/api/v1/rooms/1001/events?limit=1000&${query}`);
		return body as unknown as { events: RoomEvent[]; last_seq: number };
	};

	/** Returns the output of a program that has the client as `keeper`. */
	async function answer<Value>(program: string): Promise<Value> {
		const head = `import json, sys\nsys.path.insert(0, ${JSON.stringify(examples)})\nfrom livekeeper import *\n`;
		const keeper = `keeper = Livekeeper(${JSON.stringify(rig.url)})\n`;
		const { stdout } = await run(python ?? "", ["-B", "-c", `${head}${keeper}${program}`], { maxBuffer: 64 << 20 });
		return JSON.parse(stdout) as Value;
	}

	test("history reads the log by pages, filtered by type", async () => {
		const { events } = await page("after=0");
		expect(await answer('print(json.dumps(list(keeper.history("1001", limit=7))))')).toEqual(events);
		const { events: gifts } = await page("after=0&types=gift");
		expect(await answer('print(json.dumps(list(keeper.history("1001", types=["gift"]))))')).toEqual(gifts);
	});

	test("search, broadcasts, gifts and export match the log", async () => {
		const { events } = await page("after=0&types=chat");
		const [chat] = events.filter(({ type }) => type === "chat") as { content: string; seq: number }[];
		const found = await answer<RoomEvent[]>(
			`print(json.dumps(list(keeper.search(${JSON.stringify(chat?.content)}, rooms=["1001"]))))`,
		);
		expect(found.map(({ seq }) => seq)).toContain(chat?.seq);
		const [broadcast, gifts] = await answer<
			[{ room_id: string; diamonds: number }, { by_kind: { diamonds: number }[] }]
		>('b = keeper.broadcasts("1001")[0]\nprint(json.dumps([b, keeper.gifts("1001", b["room_id"])]))');
		expect(broadcast.diamonds).toBeGreaterThan(0);
		expect(gifts.by_kind.reduce((sum, { diamonds }) => sum + diamonds, 0)).toBe(broadcast.diamonds);
		const file = join(folder, "1001.jsonl");
		const bytes = await answer(`print(keeper.export("1001", ${JSON.stringify(file)}, format="jsonl"))`);
		const text = readFileSync(file, "utf8");
		expect(Buffer.byteLength(text)).toBe(bytes);
		expect(text.trim().split("\n")).toHaveLength((await page("after=0")).events.length);
	});

	test("follow exits with the error's code if retrying is futile", async () => {
		const program = `
try:
    next(keeper.follow("no room", after=0))
except LivekeeperError as error:
    print(json.dumps([error.code, error.status]))`;
		expect(await answer(program)).toEqual(["invalid_live_id", 400]);
	});

	test("frame returns a table, if pandas is installed", async ({ skip }) => {
		const has = await run(python ?? "", ["-c", "import pandas"]).then(
			() => true,
			() => false,
		);
		skip(!has, "pandas is not installed");
		const program = `
t = keeper.frame("1001", types=["gift"])
print(json.dumps([len(t), int(t["diamonds"].sum()), str(t["at"].dtype)]))`;
		const { events } = await page("after=0&types=gift");
		const diamonds = events.reduce((sum, event) => sum + (event.type === "gift" ? event.diamonds : 0), 0);
		const [rows, sum, dtype] = await answer<[number, number, string]>(program);
		expect([rows, sum]).toEqual([events.length, diamonds]);
		expect(dtype).toMatch(/^datetime64\[.*, UTC\]$/);
	});
});
