import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ErrorCode, type McpError } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, onTestFinished, test } from "vitest";
import {
	ask,
	connectRoom,
	say,
	sharedTestService,
	startTestService,
	startWithRoom,
} from "../service/service.helpers.ts";
import { asText, maxChars, tools } from "./tools.ts";

/** Connects the protocol's own client to a service; closed after the test. */
async function connect(url: string, headers: Record<string, string> = {}): Promise<Client> {
	const client = new Client({ name: "test", version: "1" });
	// The library's types predate `exactOptionalPropertyTypes`.
	const transport = new StreamableHTTPClientTransport(new URL("/mcp", url), { requestInit: { headers } });
	await client.connect(transport as Parameters<Client["connect"]>[0]);
	onTestFinished(() => client.close());
	return client;
}

interface Answer {
	failed: boolean;
	// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
	answer: any;
	chars: number;
}

async function call(client: Client, name: string, args: Record<string, unknown> = {}): Promise<Answer> {
	const { content, isError } = await client.callTool({ name, arguments: args });
	const [{ text = "" } = {}] = content as { text?: string }[];
	return { failed: isError === true, answer: JSON.parse(text), chars: text.length };
}

const names = async (client: Client) => (await client.listTools()).tools.map(({ name }) => name);

describe("tools for language models, at /mcp", () => {
	const service = sharedTestService({ mcp: "read" });
	const reading = ["rooms", "room_status", "events", "search", "broadcasts", "report", "gifts"];

	test("only read without control, described in the requested language", async () => {
		const client = await connect(service().url, { "accept-language": "zh-CN" });
		expect(await names(client)).toEqual(reading);
		expect(client.getInstructions()).toContain("陌生人");
		const { tools: listed } = await client.listTools();
		expect(listed.map(({ title }) => title)).toContain("直播间状态");
		expect(listed.map(({ annotations }) => annotations?.readOnlyHint)).not.toContain(false);
		const inputs = listed.flatMap(({ name, inputSchema }) =>
			Object.entries(inputSchema.properties ?? {}).map(([argument, schema]) => [
				`${name}.${argument}`,
				(schema as { description?: string }).description,
			]),
		);
		expect(inputs.filter(([, description]) => !/\p{Script=Han}/u.test(description ?? ""))).toEqual([]);
	});

	test("refuse unknown tools and arguments as protocol errors", async () => {
		const refusal = async (language: string, name: string, args: Record<string, unknown>) => {
			const client = await connect(service().url, { "accept-language": language });
			return client.callTool({ name, arguments: args }).catch((error: McpError) => ({
				code: error.code,
				message: error.message,
			}));
		};
		const code = ErrorCode.InvalidParams;
		expect(await refusal("zh-CN", "start_room", { live_id: "1001" })).toEqual({
			code,
			message:
				"MCP error -32602: 没有名为 start_room 的工具。工具有：rooms、room_status、events、search、broadcasts、report、gifts。",
		});
		expect(await refusal("en", "room_status", { live_id: "1001", room: "1002", "": 1 })).toEqual({
			code,
			message: "MCP error -32602: room_status has no argument room, . Its arguments: live_id.",
		});
		for (const { name } of tools) {
			const { code: refused } = await refusal("en", name, { live_id: "1001", typo: 1 });
			expect([name, refused]).toEqual([name, code]);
		}
	});

	test("leave out pictures, whatever their field is called", () => {
		const gift = { gift_name: "玫瑰", gift_image: "https://p.example/a", user: { avatar: "x", nickname: "海鸥" } };
		expect(JSON.parse(asText(gift))).toEqual({ gift_name: "玫瑰", user: { nickname: "海鸥" } });
		expect(JSON.parse(asText({ emoji_image: "x", images: [], image_count: 2 }))).toEqual({ image_count: 2 });
	});

	test("answer with the API's own error codes", async () => {
		const client = await connect(service().url);
		const codes = async (name: string, args: Record<string, unknown>) => (await call(client, name, args)).answer.error;
		expect(await codes("room_status", { live_id: "9999" })).toMatchObject({ code: "room_not_found" });
		expect(await codes("room_status", { live_id: "no room" })).toMatchObject({ code: "invalid_live_id" });
		expect(await codes("room_status", {})).toMatchObject({ code: "invalid_live_id" });
		expect(await codes("events", { live_id: "1001", types: ["chta"] })).toMatchObject({
			code: "invalid_request",
			message: expect.stringMatching(/^types\.0: /),
		});
		expect(await codes("search", { from: "yesterday" })).toMatchObject({
			code: "invalid_request",
			message: expect.stringContaining("yesterday"),
			hint: expect.any(String),
		});
		expect(await codes("gifts", { live_id: "1001", room_id: "none" })).toMatchObject({ code: expect.any(String) });
	});

	test("refuse foreign pages and hosts, and accept only POST", async () => {
		const message = { jsonrpc: "2.0", id: 1, method: "ping" };
		const headers = { accept: "application/json, text/event-stream" };
		const foreign = await ask(service(), "POST", "/mcp", message, { ...headers, origin: "https://evil.example" });
		expect([foreign.status, foreign.body.error.code]).toEqual([403, "forbidden_origin"]);
		const { status, body } = await ask(service(), "GET", "/mcp", undefined, { accept: "text/event-stream" });
		expect([status, body.error.code]).toEqual([405, "method_not_allowed"]);
		expect((await ask(service(), "POST", "/mcp", message, headers)).body).toEqual({
			...{ jsonrpc: "2.0", id: 1, result: {} },
		});
	});
});

test("page events briefly, and match the log in total", async () => {
	const service = await startWithRoom({ mcp: "read" });
	const long = "长".repeat(900);
	await say(service, ...Array.from({ length: 120 }, (_, n) => `${n} ${long}`));
	const client = await connect(service.url);
	const seqs: number[] = [];
	let [after, pages, caughtUp] = [0, 0, false];
	while (!caughtUp) {
		const { answer, chars } = await call(client, "events", { live_id: "1001", after, limit: 200 });
		expect(chars).toBeLessThan(maxChars + 1000);
		seqs.push(...answer.events.map(({ seq }: { seq: number }) => seq));
		[after, caughtUp] = [answer.next_after, answer.caught_up];
		pages++;
	}
	const { body } = await ask(service, "GET", "/api/v1/rooms/1001/events?limit=1000");
	expect(seqs).toEqual(body.events.map(({ seq }: { seq: number }) => seq));
	expect(pages).toBeGreaterThan(1);

	const found: string[] = [];
	let cursor: string | undefined;
	do {
		const { answer, chars } = await call(client, "search", { text: "长", types: ["chat"], cursor, limit: 200 });
		expect(chars).toBeLessThan(maxChars + 1000);
		found.push(...answer.events.map(({ content }: { content: string }) => content.split(" ")[0]));
		cursor = answer.cursor;
	} while (cursor !== undefined);
	expect(found).toEqual(Array.from({ length: 120 }, (_, n) => String(119 - n)));
});

test("return the API's rooms, statuses, broadcasts and gifts", async () => {
	const service = await startWithRoom({ mcp: "read" });
	await connectRoom(service, "1002");
	const client = await connect(service.url);
	const first = await call(client, "rooms", { limit: 1 });
	expect(first.answer).toMatchObject({
		total: 2,
		rooms: [{ live_id: "1001", state: "connected" }],
		next_after: "1001",
	});
	const { answer } = await call(client, "rooms", { after: first.answer.next_after });
	expect(answer.rooms.map((room: { live_id: string }) => room.live_id)).toEqual(["1002"]);
	expect(answer).not.toHaveProperty("next_after");
	const status = (await call(client, "room_status", { live_id: "https://live.douyin.com/1001" })).answer;
	const { body } = await ask(service, "GET", "/api/v1/rooms/1001");
	expect(status).toMatchObject({ live_id: "1001", room_id: body.room.room_id, state: body.room.state });
	const broadcasts = (await call(client, "broadcasts", { live_id: "1001" })).answer;
	expect(broadcasts.broadcasts).toMatchObject([{ room_id: "r1" }]);
	expect((await call(client, "gifts", { live_id: "1001" })).answer).toMatchObject({ room_id: "r1", by_kind: [] });
	const report = (await call(client, "report", { live_id: "1001" })).answer;
	expect(report).toMatchObject({ live_id: "1001", broadcast: { room_id: "r1" }, figures: { diamonds: 0 }, gaps: [] });
});

test("starts and stops rooms with the control option", async () => {
	const service = await startTestService({ mcp: "control" });
	const client = await connect(service.url);
	expect(await names(client)).toEqual(expect.arrayContaining(["start_room", "stop_room"]));
	expect((await call(client, "start_room", { live_id: "1001" })).answer).toMatchObject({ live_id: "1001" });
	expect(service.live.getRoom("1001")).toBeDefined();
	expect((await call(client, "stop_room", { live_id: "1001" })).failed).toBe(false);
	expect(service.live.getRoom("1001")).toBeUndefined();
	expect((await call(client, "stop_room", { live_id: "1001" })).answer.error.code).toBe("room_not_found");
});

test("requires the option, and the API key if set", async () => {
	const off = await startTestService();
	expect((await ask(off, "POST", "/mcp", { jsonrpc: "2.0", id: 1, method: "ping" })).body.error.code).toBe("not_found");
	const service = await startWithRoom({ mcp: "read", apiKey: "correct-horse" });
	expect((await ask(service, "POST", "/mcp", { jsonrpc: "2.0", id: 1, method: "ping" })).status).toBe(401);
	await expect(connect(service.url)).rejects.toThrow();
	const client = await connect(service.url, { authorization: "Bearer correct-horse" });
	expect((await call(client, "rooms")).answer.total).toBe(1);
});
