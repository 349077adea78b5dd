import { get } from "node:http";
import type { UpstreamEvent } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { chat } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import type { SearchPage, SearchQuery } from "@livekeeper/log";
import { fastify } from "fastify";
import { validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { expect, onTestFinished, test, vi } from "vitest";
import { ask, say, startTestService, startWithRoom } from "../service/service.helpers.ts";
import type { App } from "./app.ts";
import { searchRoute } from "./routes/events.ts";

const search = (query: Record<string, string>) => `/api/v1/search?${new URLSearchParams(query)}`;
const said = (events: { content: string }[]) => events.map(({ content }) => content);

test("finds events newest first, by page, with its progress", async () => {
	const service = await startWithRoom();
	await say(service, "晚上好", "早", "今天晚上");
	const first = await ask(service, "GET", search({ q: "晚上", limit: "1" }));
	expect(first.headers.get("content-type")).toBe("application/json; charset=utf-8");
	expect(first).toMatchObject({ status: 200, body: { success: true, oldest_at: expect.any(Number) } });
	expect(first.body.reached_at).toBeGreaterThanOrEqual(first.body.oldest_at);
	expect(first.body.events).toMatchObject([{ live_id: "1001", type: "chat", content: "今天晚上" }]);
	const second = await ask(service, "GET", search({ q: "晚上", cursor: first.body.cursor }));
	expect(second.body).toMatchObject({ cursor: null, reached_at: null });
	expect(said(second.body.events)).toEqual(["晚上好"]);
});

test("limits a search to rooms, kinds, times and a person", async () => {
	const service = await startWithRoom();
	const user = { id: "77", secUid: "sec-77", nickname: "看客", gender: "unknown", avatar: "", level: 1, masked: false };
	service.upstream.last.frame([chat(service.clock.now(), { content: "一", user } as Partial<UpstreamEvent>)]);
	await service.until(async () => expect((await ask(service, "GET", search({ q: "一" }))).body.events).toHaveLength(1));
	const [event] = (await ask(service, "GET", search({ q: "一" }))).body.events;
	const found = async (query: Record<string, string>) =>
		(await ask(service, "GET", search({ q: "一", ...query }))).body.events.length;
	expect(await found({ rooms: "1001,2002", types: "chat", user: "77", from: String(event.at) })).toBe(1);
	expect(await found({ user: "sec-77" })).toBe(1);
	expect(await found({ rooms: "", types: "", user: "", from: "", to: "", cursor: "" })).toBe(1);
	for (const none of [{ rooms: "2002" }, { types: "gift" }, { user: "nobody" }, { to: String(event.at) }]) {
		expect(await found(none)).toBe(0);
	}
});

test.each([
	[{ rooms: "a/b" }, "rooms"],
	[{ cursor: "x" }, "cursor"],
	[{ limit: "501" }, "limit"],
	[{ types: "gfit" }, "types"],
	[{ from: "yesterdayish" }, "from"],
	[{ from: "5", to: "5" }, "from"],
	[{ q: "x".repeat(201) }, "q"],
])("names the invalid field of a search: %#", async (query, field) => {
	const service = await startTestService();
	const answer = await ask(service, "GET", search(query as Record<string, string>));
	expect(answer).toMatchObject({ status: 400, body: { success: false, error: { code: "invalid_request" } } });
	expect(answer.body.error.message).toContain(field);
});

test("stops a search when its client leaves", async () => {
	const app = fastify().withTypeProvider<ZodTypeProvider>() as unknown as App;
	app.setValidatorCompiler(validatorCompiler);
	const signals: AbortSignal[] = [];
	const searching = (_query: SearchQuery, signal?: AbortSignal) => {
		if (signal) signals.push(signal);
		return new Promise<SearchPage>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
	};
	searchRoute(app, { log: { search: searching }, clock: new ManualClock() });
	onTestFinished(() => app.close());
	const url = await app.listen({ host: "127.0.0.1", port: 0 });
	const request = get(`${url}/api/v1/search?q=x`);
	request.on("error", () => undefined);
	await vi.waitFor(() => expect(signals).toHaveLength(1));
	request.destroy();
	await vi.waitFor(() => expect(signals[0]?.aborted).toBe(true));
});
