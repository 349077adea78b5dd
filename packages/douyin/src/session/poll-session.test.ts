import { afterEach, describe, expect, it } from "vitest";
import { createUpstream } from "../client/index.ts";
import { startHttp } from "../net/servers.test-kit.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import type { SessionItem, SessionRequest } from "../upstream.ts";
import { encodeChatMessage, encodeControlMessage, encodeResponse } from "../wire/index.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const ids = { liveId: "1001", roomId: "7300000000000000002", userUniqueId: "7400000000000000003" };

/** @param second of the day on which these tests take place, when it was said */
const chat = (id: number, second?: number) => ({
	method: "WebcastChatMessage",
	msgId: String(id),
	payload: encodeChatMessage({
		content: `message ${id}`,
		...(second !== undefined && { eventTime: 1_700_000_000 + second }),
	}),
});
const chats = (from: number, to: number, second?: number) =>
	Array.from({ length: to - from + 1 }, (_, i) => chat(from + i, second));
const end = { method: "WebcastControlMessage", msgId: "99", payload: encodeControlMessage({ action: 3 }) };

type Answer = Uint8Array | number;

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
		else response.end(next);
	});
	const clock = new ManualClock();
	const stop = new AbortController();
	const upstream = createUpstream({ baseUrl: server.url, clock });
	cleanups.push(
		() => server.close(),
		() => upstream.close(),
		() => stop.abort(),
	);
	const poll = upstream.poll?.({ ...ids, signal: stop.signal, ...request })[Symbol.asyncIterator]();
	if (!poll) throw new Error("This upstream can be polled.");
	return { poll, clock, stop, asked };
}

async function next(poll: AsyncIterator<SessionItem>): Promise<SessionItem> {
	const { value, done } = await poll.next();
	if (done) throw new Error("the session has ended");
	return value;
}

/** The next item, which comes once the clock has moved on by `ms`. */
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
	it("holds payloads where they are asked for", async () => {
		for (const raw of [true, undefined]) {
			const { poll } = await bench([answer([chat(1)])], { raw });
			await next(poll);
			const frame = (await next(poll)) as SessionItem & { type: "frame" };
			expect(frame.events.map((event) => event.raw instanceof Uint8Array)).toEqual([raw === true]);
		}
	});

	it("opens with the first answer, and goes on right before what was said last at the pace it asks for", async () => {
		const made = await bench([
			answer([chat(1)], "c1", 2_500),
			answer([], "c2"),
			answer([chat(2)], "c3"),
			answer([chat(2)], "c4"),
			answer([chat(2), chat(3)], "c5"),
			answer([chat(3)], "c6"),
		]);
		expect(await next(made.poll)).toMatchObject({ type: "opened", resumed: false, polling: true });
		expect(idsOf(await next(made.poll))).toEqual(["1"]);
		expect(await nextAfter(made, 2_500)).toMatchObject({ type: "frame", events: [], cursor: { cursor: "c2" } });
		expect(idsOf(await nextAfter(made, 1_000))).toEqual(["2"]);
		expect(await nextAfter(made, 1_000)).toMatchObject({ type: "frame", events: [], cursor: { cursor: "c4" } });
		expect(idsOf(await nextAfter(made, 1_000))).toEqual(["3"]);
		expect(idsOf(await nextAfter(made, 1_000))).toEqual([]);
		expect(made.asked.map((one) => one.split("|")[0])).toEqual(["", "c1", "c1", "c2", "c2", "c4"]);
		expect(made.asked[1]).toBe("c1|ext of c1");
	});

	it("goes on from a cursor that it is given, and says so", async () => {
		const cursor = { roomId: ids.roomId, cursor: "c7", internalExt: "e7" };
		const made = await bench([answer([chat(8)], "c8")], { cursor });
		expect(await next(made.poll)).toMatchObject({ type: "opened", resumed: true });
		expect(made.asked).toEqual(["c7|e7"]);
	});

	it("is never faster than once a second nor slower than every 30 s, whatever it is asked for", async () => {
		const made = await bench([answer([], "c1", 10), answer([], "c2", 3_600_000), answer([], "c3")]);
		await next(made.poll);
		await next(made.poll);
		await nextAfter(made, 1_000);
		await nextAfter(made, 30_000);
	});

	it("says when an answer does not begin with what was said last", async () => {
		const made = await bench([
			answer([chat(1)], "c1"),
			answer([chat(2)], "c2"),
			answer([chat(3)], "c3"),
			answer([chat(4)], "c4"),
		]);
		await next(made.poll);
		await next(made.poll);
		expect(idsOf(await nextAfter(made, 1_000))).toEqual(["2"]);
		expect(await nextAfter(made, 1_000)).toMatchObject({ type: "rejoined" });
		expect(idsOf(await next(made.poll))).toEqual(["3"]);
		await nextAfter(made, 1_000);
		// What is before the hole would come too late.
		expect(made.asked.map((one) => one.split("|")[0])).toEqual(["", "c1", "c1", "c3"]);
	});

	it("says when an upstream that ignores cursors has left something out", async () => {
		const made = await bench([
			answer([chat(1), chat(2)], "c1"),
			answer([chat(2), chat(3)], "c2"),
			answer([chat(9)], "c3"),
		]);
		await next(made.poll);
		await next(made.poll);
		expect(idsOf(await nextAfter(made, 1_000))).toEqual(["3"]);
		expect(await nextAfter(made, 1_000)).toMatchObject({ type: "rejoined" });
		expect(idsOf(await next(made.poll))).toEqual(["9"]);
	});

	it("goes on behind an answer that may have had no room for more", async () => {
		const made = await bench([
			answer([chat(1)], "c1"),
			answer(chats(2, 16), "c2"),
			answer(chats(2, 16), "c2"),
			answer(chats(17, 31), "c3"),
		]);
		await next(made.poll);
		await next(made.poll);
		expect(idsOf(await nextAfter(made, 1_000))).toHaveLength(15);
		expect(idsOf(await nextAfter(made, 1_000))).toEqual([]);
		await nextAfter(made, 1_000);
		expect(made.asked.at(-1)).toBe("c2|ext of c2");
	});

	it.each([
		["as large as the one before, which may be all that an answer has room for", [chats(1, 5), chats(11, 15)], true],
		["of another size", [chats(1, 5), chats(11, 16)], false],
		["as large as one before that was small", [chats(1, 4), chats(11, 14)], false],
		["later by no more than the time that has passed", [[chat(1, 100)], [chat(2, 101)]], false],
		["as late as a room that was silent", [[chat(1, 100)], [], [chat(3, 160)]], false],
	])("asks whether an answer joins that has nothing to begin with and is %s", async (_, parts, rejoins) => {
		const made = await bench(parts.map((messages, i) => answer(messages, `c${i}`)));
		const items = [await next(made.poll), await next(made.poll)];
		for (const _ of parts.slice(1)) items.push(await nextAfter(made, 1_000));
		expect(items.at(-1)?.type).toBe(rejoins ? "rejoined" : "frame");
	});

	it("asks so too where it is later by more than the time that has passed", async () => {
		const noId = { ...chat(2, 101), msgId: "0" };
		const made = await bench([answer([chat(1, 100)], "c1"), answer([noId], "c2"), answer([chat(3, 160)], "c3")]);
		await next(made.poll);
		await next(made.poll);
		await nextAfter(made, 1_000);
		expect(await nextAfter(made, 1_000)).toMatchObject({ type: "rejoined" });
	});

	it("ends with the broadcast, after its last messages", async () => {
		const made = await bench([answer([chat(1), end], "c1")]);
		await next(made.poll);
		expect(idsOf(await next(made.poll))).toEqual(["1", "99"]);
		await expect(next(made.poll)).rejects.toMatchObject({ reason: "broadcast_ended" });
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

	it("stops at once when it is told to, and leaves no timer", async () => {
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
