import { once } from "node:events";
import { Writable } from "node:stream";
import { ManualClock } from "@livekeeper/douyin/testing";
import fastify from "fastify";
import { expect, onTestFinished, test } from "vitest";
import type { App, RouteDeps } from "./app.ts";
import { zodSchemas } from "./app.ts";
import { roomEventStreamRoute } from "./routes/events.ts";

test("ends a stream of an unreadable log with one warning", async () => {
	const lines: { level: number; msg?: string; event?: string }[] = [];
	const stream = new Writable({
		write: (line, _, done) => {
			lines.push(JSON.parse(String(line)));
			done();
		},
	});
	const app = fastify({ logger: { level: "warn", stream }, schemaController: zodSchemas });
	onTestFinished(() => app.close());
	app.addHook("onRequest", async (request) => {
		Object.assign(request, { scope: { onRevoked: () => () => undefined } });
	});
	const hub = { admit: () => undefined, open: () => Promise.reject(new Error("failing")) };
	const live = { requireReadable: async () => undefined };
	roomEventStreamRoute(app as unknown as App, { live, hub, clock: new ManualClock() } as unknown as RouteDeps);
	const url = await app.listen({ port: 0, host: "127.0.0.1" });
	const answered = once(app.server, "request").then(([, response]) => once(response, "close"));
	await fetch(`${url}/api/v1/rooms/1001/events/stream`).then(
		(answer) => expect(answer.text()).rejects.toThrow(),
		() => undefined,
	);
	await answered;
	expect(lines).toMatchObject([{ level: 40, event: "request_failed", err: { message: "failing" } }]);
});
