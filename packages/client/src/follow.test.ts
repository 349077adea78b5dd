import { ManualClock } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LivekeeperApiError, LivekeeperClient, type RetryNotice, type RoomItem } from "./index.ts";
import { beginStream, chat, json, refusal, ScriptedService, sse } from "./scripted-service.helpers.ts";

let service: ScriptedService;
let keeper: LivekeeperClient;
let url: string;
const backoff = { minMs: 1, maxMs: 2 };

beforeEach(async () => {
	service = new ScriptedService();
	url = await service.listen();
	keeper = new LivekeeperClient({ url });
});
afterEach(() => service.close());

/** Follows the room until `n` items came. */
async function collect(n: number, options: Parameters<ReturnType<LivekeeperClient["room"]>["events"]>[0] = {}) {
	const items: RoomItem[] = [];
	for await (const item of keeper.room("1").events({ after: 0, backoff, ...options })) {
		items.push(item);
		if (items.length >= n) break;
	}
	return items;
}

const seqs = (items: RoomItem[]) => items.map((item) => ("seq" in item ? item.seq : item.type));
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

/** Resolves once `condition` holds. */
async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

test("yields each event once and in order across cuts", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.integer({ min: 1, max: 25 }),
			fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 12 }),
			async (n, cuts) => {
				service.events = upTo(n).map(chat);
				service.cuts = [...cuts, Number.POSITIVE_INFINITY];
				expect(seqs(await collect(n))).toEqual(upTo(n));
			},
		),
		{ numRuns: 60 },
	);
});

test("keeps characters intact that are split between chunks", async () => {
	const bytes = Buffer.from(sse(chat(1)));
	service.scripts.push(async (_request, response) => {
		beginStream(response);
		for (const byte of bytes) await new Promise((resolve) => response.write(Buffer.of(byte), resolve));
	});
	expect(await collect(1)).toEqual([chat(1)]);
});

test("resumes after its last event with the same filter", async () => {
	service.events = upTo(9).map(chat);
	service.cuts = [3 + Buffer.byteLength(sse(chat(3)) + sse(chat(6))) + 5, Number.POSITIVE_INFINITY];
	expect(seqs(await collect(3, { types: ["gift"] }))).toEqual([3, 6, 9]);
	expect(service.streamRequests.map(({ query }) => query.toString())).toEqual([
		"after=0&types=gift",
		"after=6&types=gift",
	]);
});

test("begins at the call, even after a cut", async () => {
	service.events = upTo(5).map(chat);
	service.scripts.push((_request, response) => {
		service.events = upTo(7).map(chat);
		response.destroy();
	});
	expect(seqs(await collect(2, { after: undefined }))).toEqual([6, 7]);
});

test("drops events that a stream repeats", async () => {
	service.scripts.push((_request, response) => {
		beginStream(response);
		response.write([1, 2, 2, 1, 3].map((seq) => sse(chat(seq))).join(""));
	});
	expect(seqs(await collect(3))).toEqual([1, 2, 3]);
});

test("reports deleted events and continues after them", async () => {
	service.scripts.push((_request, response) => {
		beginStream(response);
		response.end('event: truncated\ndata: {"from":1,"to":4,"reason":"retention"}\n\n');
	});
	service.events = upTo(6).map(chat);
	const items = await collect(3);
	expect(items[0]).toEqual({ type: "truncated", from: 1, to: 4, reason: "retention" });
	expect(seqs(items)).toEqual(["truncated", 5, 6]);
});

test("starts over with another log", async () => {
	service.scripts.push((_request, response) => {
		beginStream(response);
		response.write('event: truncated\ndata: {"from":1,"to":0,"reason":"reset"}\n\n');
		response.end(sse(chat(1)));
	});
	service.events = upTo(2).map(chat);
	expect(seqs(await collect(3, { after: 900 }))).toEqual(["truncated", 1, 2]);
});

test("continues after a jump, and repeats nothing after a cut", async () => {
	service.scripts.push((_request, response) => {
		beginStream(response);
		response.end('event: truncated\ndata: {"from":3,"to":900,"reason":"reset"}\n\n');
	});
	service.events = [1, 2, 901, 902].map(chat);
	expect(seqs(await collect(3, { after: 2 }))).toEqual(["truncated", 901, 902]);
});

test("reports each stream that opens once", async () => {
	service.cuts = [20, 1_000_000];
	service.events = upTo(6).map(chat);
	let opened = 0;
	expect(seqs(await collect(6, { onOpen: () => opened++ }))).toEqual(upTo(6));
	expect(opened).toBe(2);
});

test("continues after the service's goodbye, and reports the reason", async () => {
	service.scripts.push((_request, response) => {
		beginStream(response);
		response.end(`${sse(chat(1))}event: bye\ndata: {"code":"shutting_down","message":"stopping"}\n\n`);
	});
	service.events = upTo(2).map(chat);
	const notices: RetryNotice[] = [];
	expect(seqs(await collect(2, { onRetry: (notice) => notices.push(notice) }))).toEqual([1, 2]);
	expect(notices).toHaveLength(1);
	expect(notices[0]?.error).toMatchObject({ code: "bye", message: expect.stringContaining("shutting_down") });
});

test("ignores unknown kinds of notices", async () => {
	service.scripts.push((_request, response) => {
		beginStream(response);
		response.write(`event: news\ndata: {}\n\n${sse(chat(1))}`);
	});
	expect(seqs(await collect(1))).toEqual([1]);
});

test.each([
	[401, "unauthorized"],
	[404, "room_not_found"],
	[400, "invalid_request"],
])("throws the service's error if retrying can't help: %i", async (status, code) => {
	service.scripts.push((_request, response) => json(response, status, refusal(code, "No.", "Do this.")));
	const error = await collect(1).catch((error: unknown) => error);
	expect(error).toBeInstanceOf(LivekeeperApiError);
	expect(error).toMatchObject({ code, status, message: "No.", hint: "Do this.", retryable: false });
	expect(service.streamRequests).toHaveLength(1);
});

test("rejects an answer that is no event stream", async () => {
	service.scripts.push((_request, response) => json(response, 200, { hello: "world" }));
	await expect(collect(1)).rejects.toMatchObject({ code: "bad_answer", status: 200 });
});

test("waits as long as the service asks", async () => {
	service.scripts.push((_request, response) =>
		json(response, 503, refusal("shutting_down", "Later."), { "retry-after": "7" }),
	);
	service.events = [chat(1)];
	const clock = new ManualClock();
	keeper = new LivekeeperClient({ url, clock });
	let retryNotice: RetryNotice | undefined;
	const items = collect(1, { onRetry: (notice) => (retryNotice = notice) });
	await until(() => retryNotice !== undefined);
	expect(retryNotice).toMatchObject({ attempt: 1, delayMs: 7000, error: { code: "shutting_down", status: 503 } });
	await clock.advance(6999);
	expect(service.streamRequests).toHaveLength(1);
	await clock.advance(1);
	expect(seqs(await items)).toEqual([1]);
});

test("reopens a stream after 45 s without data or comments", async () => {
	const clock = new ManualClock();
	keeper = new LivekeeperClient({ url, clock });
	let comment = (): void => undefined;
	let comments = 0;
	service.scripts.push((_request, response) => {
		beginStream(response);
		response.write(sse(chat(1)));
		comment = () => response.write(":\n\n", () => comments++);
	});
	service.events = upTo(2).map(chat);
	const notices: RetryNotice[] = [];
	const seen: RoomItem[] = [];
	const done = (async () => {
		const events = keeper.room("1").events({ after: 0, onRetry: (notice) => notices.push(notice) });
		for await (const item of events) if (seen.push(item) === 2) break;
	})();
	await until(() => seen.length === 1 && clock.pendingTimers === 1);
	await clock.advance(44_000);
	comment();
	await until(() => comments === 1 && (clock.nextDueInMs ?? 0) > 1000);
	await clock.advance(44_999);
	expect(notices).toEqual([]);
	await clock.advance(1);
	await until(() => notices.length === 1);
	expect(notices[0]?.error.code).toBe("silence");
	await clock.advance(500);
	await done;
	expect(seqs(seen)).toEqual([1, 2]);
	expect(clock.pendingTimers).toBe(0);
});

test("backs off with each attempt, and reports each", async () => {
	for (let i = 0; i < 4; i++) service.scripts.push((_request, response) => response.destroy());
	service.events = [chat(1)];
	const notices: RetryNotice[] = [];
	await collect(1, { backoff: { minMs: 2, maxMs: 8 }, onRetry: (notice) => notices.push(notice) });
	expect(notices.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
	for (const [i, full] of [2, 4, 8, 8].entries()) {
		expect(notices[i]?.delayMs).toBeGreaterThan(full / 2 - 1e-9);
		expect(notices[i]?.delayMs).toBeLessThanOrEqual(full);
	}
});

test("ends quietly when aborted before, during and between streams", async () => {
	expect(await collect(1, { signal: AbortSignal.abort() })).toEqual([]);
	expect(service.requests).toEqual([]);

	const reading = new AbortController();
	const read = collect(1, { signal: reading.signal });
	await until(() => service.openStreams === 1);
	reading.abort();
	expect(await read).toEqual([]);
	await until(() => service.openStreams === 0);

	const clock = new ManualClock();
	keeper = new LivekeeperClient({ url, clock });
	const waiting = new AbortController();
	service.scripts.push((_request, response) => response.destroy());
	const wait = collect(1, { signal: waiting.signal, onRetry: () => setImmediate(() => waiting.abort()) });
	expect(await wait).toEqual([]);
	expect(clock.pendingTimers).toBe(0);
});

test("closes its connection when the consumer leaves the loop", async () => {
	service.events = upTo(3).map(chat);
	await collect(1);
	await until(() => service.openStreams === 0);
});

test("survives a service that is down for a while", async () => {
	service.events = upTo(4).map(chat);
	service.cuts = [3 + Buffer.byteLength(sse(chat(1)) + sse(chat(2)))];
	const port = new URL(url).port;
	const seen: RoomItem[] = [];
	let refused = 0;
	const events = keeper.room("1").events({
		after: 0,
		backoff,
		onRetry: ({ error }) => {
			if (error.message.includes("can't be reached")) refused++;
		},
	});
	const done = (async () => {
		for await (const item of events) if (seen.push(item) === 4) break;
	})();
	await until(() => seen.length === 2);
	await service.close();
	await until(() => refused > 2);
	service = new ScriptedService();
	service.events = upTo(4).map(chat);
	await service.listen(Number(port));
	await done;
	expect(seqs(seen)).toEqual([1, 2, 3, 4]);
});
