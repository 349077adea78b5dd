import { afterEach, describe, expect, it } from "vitest";
import { createUpstream } from "../client/index.ts";
import { startHttp } from "../net/servers.helpers.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import type { SessionItem, SessionRequest } from "../upstream.ts";
import { encodeChatMessage, encodeControlMessage, encodeResponse } from "../wire/index.ts";
import { sessionItems } from "./session-items.helpers.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const ids = { liveId: "1001", roomId: "7300000000000000002", userUniqueId: "7400000000000000003" };

const chat = (id: number) => ({
	method: "WebcastChatMessage",
	msgId: String(id),
	payload: encodeChatMessage({ content: `message ${id}` }),
});
const chats = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => chat(from + i));
const end = { method: "WebcastControlMessage", msgId: "99", payload: encodeControlMessage({ action: 3 }) };

/** A body, or a status with a `Retry-After` in s if there is one. */
type Answer = Uint8Array | number | readonly [number, number];

const answer = (messages: Parameters<typeof encodeResponse>[0]["messages"], cursor = "", fetchInterval = 0): Answer =>
	encodeResponse({ messages, cursor, internalExt: cursor && `ext of ${cursor}`, fetchInterval });

/** A room whose `im/fetch` gives these answers in turn. */
async function bench(answers: Answer[], request: Partial<SessionRequest> = {}) {
	const asked: string[] = [];
	const server = await startHttp((message, response) => {
		const url = new URL(message.url ?? "", "http://x");
		if (url.pathname === "/") return void response.setHeader("set-cookie", "ttwid=visitor; Path=/").end();
		asked.push(`${url.searchParams.get("cursor")}|${url.searchParams.get("internal_ext")}`);
		const next = answers.shift() ?? 500;
		if (typeof next === "number") response.writeHead(next).end();
		else if (next instanceof Uint8Array) response.end(next);
		else response.writeHead(next[0], { "retry-after": `${next[1]}` }).end();
	});
	const clock = new ManualClock();
	const stop = new AbortController();
	const upstream = createUpstream({ baseUrl: server.url, clock });
	cleanups.push(
		() => server.close(),
		() => upstream.close(),
		() => stop.abort(),
	);
	const poll = sessionItems(async (take) => upstream.poll?.({ ...ids, signal: stop.signal, ...request }, take));
	return { poll, clock, stop, asked };
}

async function next(poll: AsyncIterator<SessionItem>): Promise<SessionItem> {
	const { value, done } = await poll.next();
	if (done) throw new Error("the session has ended");
	return value;
}

/** Returns the next item, which comes once the clock has advanced by `ms`. */
async function nextAfter(made: Awaited<ReturnType<typeof bench>>, ms: number): Promise<SessionItem> {
	const { clock, poll } = made;
	const coming = next(poll);
	await clock.advance(0);
	expect(clock.nextDueInMs).toBe(ms);
	await clock.advance(ms);
	return coming;
}

const idsOf = (item: SessionItem) => (item.type === "frame" ? item.events.map(({ id }) => id) : item.type);

describe("polling a room", () => {
	it("includes payloads only on request", async () => {
		for (const raw of [true, undefined]) {
			const { poll } = await bench([answer([chat(1)])], { raw });
			await next(poll);
			const frame = (await next(poll)) as SessionItem & { type: "frame" };
			expect(frame.events.map((event) => event.raw instanceof Uint8Array)).toEqual([raw === true]);
		}
	});

	it("opens with the first answer, keeping cursor and pace", async () => {
		const made = await bench([
			answer([chat(1)], "c1", 2_500),
			answer([], "c2"),
			answer([chat(2)]),
			answer([chat(2), chat(3)], "c4"),
			answer([], "c5"),
		]);
		expect(await next(made.poll)).toMatchObject({ type: "opened", resumed: false, polling: true });
		expect(idsOf(await next(made.poll))).toEqual(["1"]);
		expect(await nextAfter(made, 2_500)).toMatchObject({ type: "frame", events: [], cursor: { cursor: "c2" } });
		expect(await nextAfter(made, 1_000)).toMatchObject({ events: [{ id: "2" }], cursor: { cursor: "c2" } });
		// Repeats are for the caller to detect.
		expect(idsOf(await nextAfter(made, 1_000))).toEqual(["2", "3"]);
		await nextAfter(made, 1_000);
		expect(made.asked).toEqual(["|", "c1|ext of c1", "c2|ext of c2", "c2|ext of c2", "c4|ext of c4"]);
	});

	it("asks from the given cursor, or for the newest messages", async () => {
		const froms = ["c7", undefined, "c8"].map((cursor) => cursor && { roomId: ids.roomId, cursor, internalExt: "e" });
		const answers = [answer([], "c1"), answer([], "c2"), answer([], "c3"), answer([], "c4")];
		const made = await bench(answers, { nextCursor: () => froms.shift() || undefined });
		await next(made.poll);
		await next(made.poll);
		for (let i = 0; i < 3; i++) await nextAfter(made, 1_000);
		expect(made.asked).toEqual(["|", "c7|e", "|", "c8|e"]);
	});

	it("also requests the newest messages if needed, tolerating failures", async () => {
		let asked = 0;
		const made = await bench(
			[answer([chat(1)], "c1"), answer([chat(5)], "c2"), answer(chats(4, 5), "c9"), answer([chat(6)], "c3"), 403, 500],
			{ needsBackfill: () => ++asked > 1 },
		);
		await next(made.poll);
		expect(idsOf(await next(made.poll))).toEqual(["1"]);
		expect(idsOf(await nextAfter(made, 1_000))).toEqual(["5"]);
		expect(await next(made.poll)).toMatchObject({ type: "backfill", events: [{ id: "4" }, { id: "5" }] });
		expect(idsOf(await nextAfter(made, 1_000))).toEqual(["6"]);
		const ended = expect(made.poll.next()).rejects.toMatchObject({ reason: "upstream_error" });
		await expect.poll(() => made.clock.nextDueInMs).toBe(1_000);
		await made.clock.advance(1_000);
		await ended;
		expect(made.asked.map((one) => one.split("|")[0])).toEqual(["", "c1", "", "c2", "", "c3"]);
	});

	it("asks nothing more once it is asked to wait", async () => {
		const answers: Answer[] = [answer([chat(1)], "c1"), [503, 15], answer([chat(2)], "c2")];
		const made = await bench(answers, { needsBackfill: () => true });
		await next(made.poll);
		await next(made.poll);
		const ended = expect(made.poll.next()).rejects.toMatchObject({ reason: "upstream_error", retryAfterMs: 14_000 });
		await expect.poll(() => made.clock.nextDueInMs).toBe(1_000);
		await made.clock.advance(1_000);
		await ended;
		expect(made.asked.length).toBe(2);
	});

	it("continues from a given cursor and reports it", async () => {
		const cursor = { roomId: ids.roomId, cursor: "c7", internalExt: "e7" };
		const made = await bench([answer([chat(8)], "c8")], { cursor });
		expect(await next(made.poll)).toMatchObject({ type: "opened", resumed: true });
		expect(made.asked).toEqual(["c7|e7"]);
	});

	it("polls at least every 30 s, at most every second", async () => {
		const made = await bench([answer([], "c1", 10), answer([], "c2", 3_600_000), answer([], "c3")]);
		await next(made.poll);
		await next(made.poll);
		await nextAfter(made, 1_000);
		await nextAfter(made, 30_000);
	});

	it("continues after the end of the broadcast", async () => {
		const made = await bench([answer([chat(1), end], "c1"), answer([chat(2)], "c2")]);
		await next(made.poll);
		expect(idsOf(await next(made.poll))).toEqual(["1", "99"]);
		expect(idsOf(await nextAfter(made, 1_000))).toEqual(["2"]);
	});

	it.each([
		[403, "blocked"],
		[429, "rate_limited"],
		[503, "upstream_error"],
	] as const)("ends with an answer of %i, as %s", async (status, reason) => {
		const made = await bench([status]);
		await expect(next(made.poll)).rejects.toMatchObject({ reason });
		expect(made.clock.pendingTimers).toBe(0);
	});

	it("stops at once when aborted, and leaves no timer", async () => {
		const made = await bench([answer([], "c1")]);
		await next(made.poll);
		await next(made.poll);
		const coming = made.poll.next();
		await made.clock.advance(0);
		made.stop.abort();
		expect((await coming).done).toBe(true);
		expect(made.clock.pendingTimers).toBe(0);
	});
});
