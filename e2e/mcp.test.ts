import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { Rig } from "./kit/rig.ts";
import { until } from "./kit/until.ts";

/** The installed program. */
const bin = fileURLToPath(new URL("../packages/livekeeper/bin/livekeeper.js", import.meta.url));
const apiKey = "correct-horse";

describe("livekeeper mcp, started by a language model's host", () => {
	let rig: Rig;

	beforeAll(async () => {
		rig = await Rig.start({ simulator: { rate: 20 }, config: { api_key: apiKey }, start: [] });
	});
	afterAll(() => rig?.stop());

	async function host(url: string, ...flags: string[]): Promise<Client> {
		const client = new Client({ name: "test", version: "1" });
		const args = [bin, "mcp", "--url", url, "--lang", "en", ...flags];
		await client.connect(
			new StdioClientTransport({ command: process.execPath, args, env: { LIVEKEEPER_API_KEY: apiKey } }),
		);
		onTestFinished(() => client.close());
		return client;
	}

	async function call(client: Client, name: string, args: Record<string, unknown>) {
		const { content } = await client.callTool({ name, arguments: args });
		return JSON.parse((content as { text: string }[])[0]?.text ?? "");
	}

	test("starts, follows and stops a room, and finds gifts", async () => {
		const client = await host(rig.url, "--control");
		expect(await call(client, "start_room", { live_id: "1001" })).toMatchObject({ live_id: "1001" });
		const gift = await until("the room has a gift", async () => {
			const page = await call(client, "events", { live_id: "1001", types: ["gift"], limit: 1 });
			return page.events[0];
		});
		expect(gift).toMatchObject({ type: "gift", user: { nickname: expect.any(String) } });
		expect(gift.user).not.toHaveProperty("avatar");
		await call(client, "stop_room", { live_id: "1001" });
		expect((await call(client, "rooms", {})).rooms).toEqual([]);
		// Its stored data remains, and adds up.
		const [broadcast] = (await call(client, "broadcasts", { live_id: "1001" })).broadcasts;
		const gifts = await call(client, "gifts", { live_id: "1001", room_id: broadcast.room_id });
		expect(gifts.diamonds).toBe(broadcast.diamonds);
		expect((await call(client, "search", { text: gift.gift_name, limit: 1 })).events).toHaveLength(1);
	});

	test("offers no control by default, reports an unreachable service", async () => {
		const client = await host("http://127.0.0.1:9");
		expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain("start_room");
		expect((await call(client, "rooms", {})).error).toMatchObject({ code: "unreachable", hint: expect.any(String) });
	});

	test("answers everything asked before its input ended, then exits", () => {
		const client = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "test", version: "1" } };
		const asked = [
			{ jsonrpc: "2.0", id: 1, method: "initialize", params: client },
			{ jsonrpc: "2.0", method: "notifications/initialized" },
			{ jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "room_status", arguments: { live_id: "7" } } },
		];
		const { stdout, status } = spawnSync(process.execPath, [bin, "mcp", "--url", "http://127.0.0.1:9"], {
			input: asked.map((message) => `${JSON.stringify(message)}\n`).join(""),
			encoding: "utf8",
		});
		const answers = stdout
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line));
		expect(answers.map(({ id }) => id)).toEqual([1, 2]);
		expect(status).toBe(0);
	});
});
