import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { Timer, UpstreamEvent } from "@livekeeper/douyin";
import { chat } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { eventually } from "@livekeeper/log/src/event-log/eventually.helpers.ts";
import { expect, onTestFinished, test, vi } from "vitest";
import {
	ask,
	connectRoom,
	say,
	startTestService,
	startWithRoom,
	type TestService,
} from "../service/service.helpers.ts";

const events = "/api/v1/rooms/1001/events";
const seqsOf = (list: { seq: number }[]) => list.map(({ seq }) => seq);

test("returns stored events with the next position", async () => {
	const service = await startWithRoom();
	await say(service, "一", "二", "三");
	const first = await ask(service, "GET", `${events}?after=0&limit=4`);
	expect(first.headers.get("content-type")).toBe("application/json; charset=utf-8");
	expect(first).toMatchObject({
		status: 200,
		body: { success: true, next_after: 4, caught_up: false, oldest_seq: 1, last_seq: 5 },
	});
	expect(first.body).not.toHaveProperty("truncated");
	expect(seqsOf(first.body.events)).toEqual([1, 2, 3, 4]);
	expect(first.body.events[2]).toMatchObject({ type: "chat", live_id: "1001", content: "一" });
	const second = await ask(service, "GET", `${events}?after=${first.body.next_after}`);
	expect(second.body).toMatchObject({ next_after: 5, caught_up: true });
	expect(seqsOf(second.body.events)).toEqual([5]);
});

test("starts at the beginning, and filters by kind and time", async () => {
	const service = await startWithRoom();
	await say(service, "一");
	const { at } = (await ask(service, "GET", `${events}?types=chat`)).body.events[0];
	await service.clock.advance(10_000);
	await say(service, "二");
	const seqs = async (query: string) => seqsOf((await ask(service, "GET", `${events}?${query}`)).body.events);
	expect(await seqs("")).toEqual([1, 2, 3, 4]);
	expect(await seqs("types=chat")).toEqual([3, 4]);
	expect(await seqs("types=chat,connection&after=2")).toEqual([3, 4]);
	expect(await seqs("types=gift")).toEqual([]);
	expect(await seqs(`from=${at + 1}`)).toEqual([4]);
	expect(await seqs(`to=${at + 1}&types=chat`)).toEqual([3]);
	expect(await seqs("after=&types=&from=&to=")).toEqual([1, 2, 3, 4]);
});

test("reports a reset to a reader ahead of the log", async () => {
	const service = await startWithRoom();
	const { body } = await ask(service, "GET", `${events}?after=500`);
	expect(body.truncated).toMatchObject({ reason: "reset" });
	expect(seqsOf(body.events)).toEqual([1, 2]);
});

test("reads a stopped room, and refuses an unknown one", async () => {
	const service = await startWithRoom();
	await service.live.stopLive("1001");
	expect((await ask(service, "GET", "/api/v1/rooms/1001")).status).toBe(404);
	expect(seqsOf((await ask(service, "GET", events)).body.events)).toEqual([1, 2]);
	expect((await ask(service, "GET", "/api/v1/rooms/1001/broadcasts")).status).toBe(200);
	for (const path of ["events", "events/stream", "broadcasts"]) {
		expect(await ask(service, "GET", `/api/v1/rooms/2002/${path}`)).toMatchObject({
			status: 404,
			body: { success: false, error: { code: "room_not_found" } },
		});
	}
});

test.each([
	["?after=-1", "after"],
	["?after=soon", "after"],
	["?after=1.5", "after"],
	["?limit=0", "limit"],
	["?limit=5001", "limit"],
	["?types=gfit", "types"],
	["?from=yesterdayish", "from"],
	["?raw=maybe", "raw"],
	["/stream?raw=2", "raw"],
	["/stream?after=x", "after"],
	["/stream?types=chat,gfit", "types"],
])("answers %s with a 400 that names the field", async (query, field) => {
	const service = await startTestService();
	await service.live.startLive("1001");
	const answer = await ask(service, "GET", `${events}${query}`);
	expect(answer).toMatchObject({ status: 400, body: { success: false, error: { code: "invalid_request" } } });
	expect(answer.body.error.message).toContain(field);
});

test("includes stored payloads with raw=1 in pages and streams", async () => {
	const service = await startWithRoom();
	const sayWithPayload = (content: string, ...bytes: number[]) => {
		service.upstream.last.frame([
			chat(service.clock.now(), { content, raw: Uint8Array.from(bytes) } as Partial<UpstreamEvent>),
		]);
		return service.until(async () =>
			expect((await ask(service, "GET", `${events}?types=chat`)).body.events.at(-1)).toMatchObject({ content }),
		);
	};
	await say(service, "没有");
	await sayWithPayload("有", 1, 2, 250);
	const rawOf = async (query: string) =>
		(await ask(service, "GET", `${events}?types=chat${query}`)).body.events.map((event: object) =>
			"raw" in event ? event.raw : "-",
		);
	expect(await rawOf("&raw=1")).toEqual(["-", "AQL6"]);
	for (const query of ["", "&raw=", "&raw=0"]) expect(await rawOf(query)).toEqual(["-", "-"]);
	const [full, plain] = [
		await stream(service, "?types=chat&raw=1&after=0"),
		await stream(service, "?types=chat&after=0"),
	];
	await vi.waitFor(() => expect(full.text()).toContain('"raw":"AQL6"'));
	await sayWithPayload("现在", 3);
	await vi.waitFor(() => expect(full.text()).toContain('"raw":"Aw=="'));
	await vi.waitFor(() => expect(plain.text()).toContain("现在"));
	expect(plain.text()).not.toContain('"raw"');
});

test("summarises broadcasts, oldest first", async () => {
	const service = await startWithRoom();
	await say(service, "一", "二");
	const { body } = await ask(service, "GET", "/api/v1/rooms/1001/broadcasts");
	expect(body).toMatchObject({ success: true, live_id: "1001" });
	expect(body.broadcasts).toMatchObject([
		{ room_id: "r1", title: "Title of r1", ended_at: null, first_seq: 1, messages: { chat: 2 }, diamonds: 0 },
	]);
	service.upstream.page = (liveId) => ({ status: "offline", liveId, roomId: "r1", title: "Gone" });
	service.upstream.last.fail(new Error("cut"));
	await service.until(() => expect(service.live.getRoom("1001")?.state).not.toBe("connected"));
	await service.clock.advance(10_000);
	service.upstream.last.fail(new Error("cut"));
	await eventually(service.clock, () => expect(service.live.getRoom("1001")?.state).toBe("waiting"), 1_000);
	await service.until(async () => {
		const after = (await ask(service, "GET", "/api/v1/rooms/1001/broadcasts")).body;
		expect(after.broadcasts).toMatchObject([{ room_id: "r1", ended_at: expect.any(Number) }]);
	});
});

interface Stream {
	response: IncomingMessage;
	text(): string;
	/** Ids of the events so far. */
	ids(): number[];
}

async function stream(service: TestService, query = "", headers: Record<string, string> = {}): Promise<Stream> {
	const request = get(`${service.url}${events}/stream${query}`, { headers });
	onTestFinished(() => void request.destroy());
	request.on("error", () => undefined);
	const [response] = (await once(request, "response")) as [IncomingMessage];
	let text = "";
	response.setEncoding("utf8").on("data", (chunk: string) => {
		text += chunk;
	});
	response.on("error", () => undefined);
	const ids = () => [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
	return { response, text: () => text, ids };
}

test("streams the backlog, a live marker, and later events", async () => {
	const service = await startWithRoom({ corsOrigins: "https://a.example" });
	const reader = await stream(service, "?after=0", { origin: "https://a.example" });
	expect(reader.response.statusCode).toBe(200);
	expect(reader.response.headers).toMatchObject({
		"content-type": "text/event-stream; charset=utf-8",
		"cache-control": "no-cache, no-transform",
		"access-control-allow-origin": "https://a.example",
		"x-content-type-options": "nosniff",
	});
	await vi.waitFor(() => expect(reader.text()).toContain(": live\n\n"));
	expect(reader.ids()).toEqual([1, 2]);
	await say(service, "你好");
	await vi.waitFor(() => expect(reader.ids()).toEqual([1, 2, 3]));
	const data = /^id: 3\ndata: (.+)\n\n/m.exec(reader.text())?.[1] ?? "";
	expect(JSON.parse(data)).toMatchObject({ seq: 3, type: "chat", content: "你好" });
});

test("streams only later events without a position, by kind", async () => {
	const service = await startWithRoom();
	const [all, gifts] = [await stream(service), await stream(service, "?types=gift&after=0")];
	for (const reader of [all, gifts]) await vi.waitFor(() => expect(reader.text()).toContain(": live\n\n"));
	await say(service, "一");
	await vi.waitFor(() => expect(all.ids()).toEqual([3]));
	expect(gifts.ids()).toEqual([]);
});

test("resumes after Last-Event-ID, which overrides the query", async () => {
	const service = await startWithRoom();
	await say(service, "一", "二");
	const reader = await stream(service, "?after=0", { "last-event-id": "3" });
	await vi.waitFor(() => expect(reader.text()).toContain(": live\n\n"));
	expect(reader.ids()).toEqual([4]);
	const refused = await ask(service, "GET", `${events}/stream`, undefined, { "last-event-id": "x" });
	expect(refused).toMatchObject({ status: 400, body: { error: { code: "invalid_request" } } });
});

test("reports a reset to a stream ahead of the log", async () => {
	const service = await startWithRoom();
	const reader = await stream(service, "?after=500");
	await vi.waitFor(() => expect(reader.ids()).toEqual([1, 2]));
	expect(reader.text()).toMatch(/event: truncated\ndata: \{"type":"truncated",.*"reason":"reset"\}/);
});

test("keeps a quiet stream alive, and releases clients", async () => {
	const service = await startWithRoom();
	const every = vi.spyOn(service.clock, "every");
	const reader = await stream(service);
	await vi.waitFor(() => expect(reader.text()).toContain(": live\n\n"));
	await service.clock.advance(15_000);
	await vi.waitFor(() => expect(reader.text()).toContain(": keep-alive\n\n"));
	const timers = every.mock.calls.flatMap(([periodMs], i) =>
		periodMs === 15_000 ? [every.mock.results[i]?.value] : [],
	);
	expect(timers).toHaveLength(1);
	const cancel = vi.spyOn(timers[0] as Timer, "cancel");
	reader.response.destroy();
	await vi.waitFor(() => expect(cancel).toHaveBeenCalled());
});

test("ends a stalled stream without delaying ingest or readers", async () => {
	const service = await startWithRoom({ socketBuffer: "100000", readerStallMs: "1000" });
	const [reader, slow] = [await stream(service, "?after=0"), await stream(service, "?after=0")];
	slow.response.pause();
	let gone = false;
	slow.response.socket.once("close", () => {
		gone = true;
	});
	const text = "长".repeat(20_000);
	let sent = 0;
	while (!gone && sent < 500) {
		await say(service, ...Array.from({ length: 10 }, () => text));
		sent += 10;
		await service.clock.advance(5000);
		slow.response.socket.write("\n");
	}
	expect(gone).toBe(true);
	await service.until(() => expect(reader.ids()).toHaveLength(sent + 2));
	expect(service.live.getRoom("1001")).toMatchObject({ state: "connected", gaps: 0 });
});

/** Sends all these requests on one connection, without waiting for responses. */
function pipeline(service: TestService, ...paths: string[]) {
	const socket = connect(service.port, "127.0.0.1");
	onTestFinished(() => void socket.destroy());
	let heard = "";
	socket.on("data", (chunk: Buffer) => {
		heard += chunk.toString();
	});
	socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`).join(""));
	return { socket, text: () => heard };
}

test("counts only the active one of pipelined streams", async () => {
	const service = await startWithRoom();
	const readers = async () => /^livekeeper_readers (\d+)$/m.exec((await ask(service, "GET", "/metrics")).body)?.[1];
	const looks = vi.spyOn(service.live, "requireReadable");
	const before = service.clock.pendingTimers;
	const client = pipeline(service, ...Array.from({ length: 20 }, () => `${events}/stream?after=0`));
	await vi.waitFor(() => expect(client.text()).toContain(": live\n\n"));
	await vi.waitFor(() => expect(looks).toHaveBeenCalledTimes(20));
	expect(await readers()).toBe("1");
	client.socket.destroy();
	await vi.waitFor(async () => expect(await readers()).toBe("0"));
	expect(service.clock.pendingTimers).toBe(before);
});

test("starts a pipelined stream after the previous response", async () => {
	const service = await startWithRoom();
	const client = pipeline(service, `${events}?limit=1`, "/health/live", `${events}/stream?after=0`);
	await vi.waitFor(() => expect(client.text()).toContain(": live\n\n"));
	expect(client.text().match(/HTTP\/1.1 200/g)).toHaveLength(3);
	await say(service, "你好");
	await vi.waitFor(() => expect(client.text()).toContain("id: 3\n"));
});

test("ends streams with a reason when the service stops", async () => {
	const service = await startWithRoom();
	await connectRoom(service, "1002");
	const reader = await stream(service, "?after=0");
	await vi.waitFor(() => expect(reader.ids()).toEqual([1, 2]));
	const ended = once(reader.response, "close");
	await service.stop();
	await ended;
	expect(reader.text()).toMatch(/event: bye\ndata: \{"code":"shutting_down",/);
	expect(service.clock.pendingTimers).toBe(0);
});
