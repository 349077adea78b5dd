import type { UpstreamEvent } from "@livekeeper/douyin";
import { chat } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { expect, test } from "vitest";
import { ask, connectRoom, startTestService, type TestService } from "../service/service.helpers.ts";

/** Returns an event of an untyped kind, as the room sends it. */
function brandNew(service: TestService, payload: Buffer): UpstreamEvent {
	const more = { type: "raw", method: "WebcastBrandNewMessage", payload, content: undefined };
	return chat(service.clock.now(), more as unknown as Partial<UpstreamEvent>);
}

test("counts a new kind in metrics, and lists its fields", async () => {
	const service = await startTestService();
	await connectRoom(service);
	service.upstream.last.frame([
		chat(service.clock.now()),
		brandNew(service, Buffer.from("0801", "hex")),
		brandNew(service, Buffer.from("080212060a04e4bda0e5ff", "hex")),
		brandNew(service, Buffer.from("08ffffffffffffffffff011203e4bda0", "hex")),
	]);
	const kinds = await service.until(async () => {
		const { body } = await ask(service, "GET", "/api/v1/rooms/1001/kinds");
		expect(body.kinds).toMatchObject([
			{ kind: "WebcastBrandNewMessage", typed: false, count: 3, first_at: expect.any(Number) },
			{ kind: "chat", typed: true, count: 1 },
		]);
		return body.kinds as { last_seq: number }[];
	});
	const fields = await ask(service, "GET", `/api/v1/rooms/1001/events/${kinds[0]?.last_seq}/fields`);
	expect(fields.body).toMatchObject({
		method: "WebcastBrandNewMessage",
		fields: [
			{ field: 1, kind: "number", value: "18446744073709551615" },
			{ field: 2, kind: "text", value: "你" },
		],
		unread: 0,
	});
	const { body: metrics } = await ask(service, "GET", "/metrics");
	expect(metrics).toContain('livekeeper_kind_messages_total{kind="WebcastBrandNewMessage"} 3');
	await service.live.stopLive("1001");
	await service.until(async () => {
		expect((await ask(service, "GET", "/api/v1/rooms/1001/kinds")).body.kinds).toEqual([]);
	});
});

test("shows a typed event's fields only with stored payloads", async () => {
	const service = await startTestService();
	await connectRoom(service);
	const raw = Buffer.from("0a021002", "hex");
	service.upstream.last.frame([chat(service.clock.now()), chat(service.clock.now(), { raw })]);
	const chats = await service.until(async () => {
		const { body } = await ask(service, "GET", "/api/v1/rooms/1001/events?types=chat");
		expect(body.events).toHaveLength(2);
		return body.events as { seq: number }[];
	});
	const [without, withRaw] = chats.map(({ seq }) => `/api/v1/rooms/1001/events/${seq}/fields`);
	expect(await ask(service, "GET", without ?? "")).toMatchObject({
		status: 404,
		body: { error: { code: "not_found" } },
	});
	expect((await ask(service, "GET", withRaw ?? "")).body).toMatchObject({
		fields: [{ field: 1, kind: "message", value: [{ field: 2, kind: "number", value: "2" }] }],
	});
	expect(await ask(service, "GET", "/api/v1/rooms/1001/events/999/fields")).toMatchObject({ status: 404 });
	expect(await ask(service, "GET", "/api/v1/rooms/1001/events/x/fields")).toMatchObject({ status: 400 });
});
