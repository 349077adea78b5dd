import { ManualClock } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { OpenSettings } from "./conformance.helpers.ts";
import type { EventLog, StoredEvent } from "./event-log.ts";
import { chat, chats, gift, startMs, user } from "./events.helpers.ts";
import type { SearchCursor, SearchQuery } from "./search.ts";

type Open = (settings?: Partial<OpenSettings>) => Promise<EventLog>;

/** Room and `seq` of each event, as a caller sees them. */
const placesOf = (events: readonly StoredEvent[]) =>
	events.map(({ seq, json }) => `${(JSON.parse(json) as { live_id: string }).live_id} ${seq}`);

/** Returns all pages of a search. */
async function searchAll(log: EventLog, query: SearchQuery): Promise<StoredEvent[]> {
	const events: StoredEvent[] = [];
	let cursor: SearchCursor | undefined;
	for (let pages = 0; pages < 2_000; pages++) {
		const page = await log.search({ ...query, cursor });
		events.push(...page.events);
		expect(page.reachedAt).toBe(page.cursor?.storedAt);
		if (!page.cursor) return events;
		cursor = page.cursor;
	}
	throw new Error("the search has no end");
}

/** Search tests that every store must pass. */
export function describeSearch(open: Open): void {
	test("finds matches newest first over all rooms, page by page", async () => {
		const clock = new ManualClock();
		const log = await open({ clock });
		const say = async (liveId: string, n: number, content: string) => {
			log.append({ liveId, events: [chat(n, { liveId, content })] });
			await Promise.all([log.flush(), clock.advance(1_000)]);
		};
		await say("a", 1, "晚上好");
		await say("b", 2, "主播好，晚上见");
		await say("a", 3, "早上");
		await say("b", 4, "WANShang 晚上");
		expect(placesOf((await log.search({ text: "晚上" })).events)).toEqual(["b 2", "b 1", "a 1"]);
		expect(placesOf((await log.search({ text: "wanSHANG" })).events)).toEqual(["b 2"]);
		expect(placesOf((await log.search({ text: "晚上", liveIds: ["a", "nobody"] })).events)).toEqual(["a 1"]);
		const first = await log.search({ text: "晚上", limit: 1 });
		expect(placesOf(first.events)).toEqual(["b 2"]);
		await say("a", 5, "晚上，后来");
		expect(placesOf((await log.search({ text: "晚上", cursor: first.cursor })).events)).toEqual(["b 1", "a 1"]);
		expect(await log.search({ text: "没人说过" })).toMatchObject({ events: [], looked: 5 });
		expect(await log.search({ liveIds: ["nobody"] })).toEqual({ events: [], looked: 0 });
	});

	test("finds a person by sec_uid, and no one else", async () => {
		const log = await open();
		const secUid = (n: number) => `MS4wLjABAAAA${String(n).padStart(43, "x")}`;
		const by = (n: number) => ({ user: { ...user(n), secUid: secUid(n) } });
		const quoting = chat(4, { ...by(2), content: `"${secUid(1)}"` });
		const events = [chat(1, by(1)), chat(2, by(2)), gift(3, 5, by(1)), quoting, chat(5, by(3))];
		log.append({ liveId: "a", events: events.map((event) => ({ ...event, liveId: "a" })) });
		await log.flush();
		expect(placesOf((await log.search({ user: secUid(1) })).events)).toEqual(["a 3", "a 1"]);
		expect(placesOf((await log.search({ user: secUid(1), types: ["gift"] })).events)).toEqual(["a 3"]);
		expect((await log.search({ user: secUid(9) })).events).toEqual([]);
	});

	test("finds names, gifts, and everything that one person did", async () => {
		const log = await open();
		const quoted = { ...user(2), nickname: '"木船\\"%_' };
		const events = [chat(1), gift(2, 5, { user: quoted }), chat(3, { content: "木船", user: user(3) }), chat(9)];
		log.append({ liveId: "a", events: events.map((event) => ({ ...event, liveId: "a" })) });
		await log.flush();
		expect(placesOf((await log.search({ text: "木船" })).events)).toEqual(["a 3", "a 2"]);
		expect(placesOf((await log.search({ text: '"木船\\"%_' })).events)).toEqual(["a 2"]);
		expect(placesOf((await log.search({ text: "玫瑰" })).events)).toEqual(["a 2"]);
		expect(placesOf((await log.search({ user: "2" })).events)).toEqual(["a 4", "a 2"]);
		expect(placesOf((await log.search({ user: "sec-2", types: ["gift"] })).events)).toEqual(["a 2"]);
		// Other fields of an event are not searched.
		for (const text of ["broadcast-1", "WebcastChatMessage", "nickname"]) {
			expect((await log.search({ text })).events).toEqual([]);
		}
		expect((await log.search({ user: "玫瑰" })).events).toEqual([]);
	});

	test("finds a person by all or part of the 抖音号", async () => {
		const log = await open();
		const anna = { ...user(1), displayId: "Anna.77", webcastUid: "MS4w_w" };
		const said = [chat(1, { user: anna }), chat(2), gift(3, 1, { user: anna }), chat(4, { content: "谁是 anna.77" })];
		log.append({ liveId: "a", events: said.map((event) => ({ ...event, liveId: "a" })) });
		await log.flush();
		expect(placesOf((await log.search({ user: "Anna.77" })).events)).toEqual(["a 3", "a 1"]);
		expect(placesOf((await log.search({ user: "MS4w_w" })).events)).toEqual(["a 3", "a 1"]);
		expect(placesOf((await log.search({ text: "anna.7" })).events)).toEqual(["a 4", "a 3", "a 1"]);
		expect((await log.search({ user: "anna.7" })).events).toEqual([]);
		expect((await log.search({ text: "MS4w_w" })).events).toEqual([]);
	});

	test("stops when aborted, and advances with every empty page", async () => {
		const log = await open();
		for (const liveId of ["a", "b"]) log.append({ liveId, events: chats(1, 12_000, { liveId }) });
		await log.flush();
		const gone = AbortSignal.abort(new Error("gone"));
		await expect(log.search({ text: "x" }, gone)).rejects.toThrow("gone");
		let cursor: SearchCursor | undefined;
		const looked: number[] = [];
		do {
			const page = await log.search({ text: "没人说过", budgetMs: 0, cursor });
			looked.push(page.looked);
			cursor = page.cursor;
		} while (cursor);
		expect(looked.length).toBeGreaterThan(1);
		// Events behind a cursor in another room may be examined twice.
		expect(looked.reduce((sum, one) => sum + one, 0)).toBeGreaterThanOrEqual(24_000);
	});

	test("equals a filter over all events for any query", async () => {
		const clock = new ManualClock();
		const log = await open({ clock });
		const rooms = ["a", "b", "c"];
		const round = new Map<string, number>();
		const words = ["好", "晚上", "A", "b", "好A", 'x"', "😀"];
		const stored: { place: string; liveId: string; event: ReturnType<typeof chat> | ReturnType<typeof gift> }[] = [];
		const seqs: Record<string, number> = {};
		for (let n = 0; n < 60; n++) {
			const liveId = rooms[(n * n) % 3] ?? "a";
			const events = Array.from({ length: 1 + ((n * 7) % 23) }, (_, index) => {
				const id = n * 100 + index;
				const of = user(id % 7);
				const more = {
					liveId,
					user: id % 3 === 0 ? { ...of, displayId: `No_${of.id}` } : of,
					at: startMs + id * 10 - ((id * 37) % 900),
					content: `${words[id % 7]}${words[(id * 3) % 7]}`,
				};
				const { content: _content, ...ofGift } = more;
				return id % 4 === 0 ? gift(id, id, ofGift) : chat(id, more);
			});
			log.append({ liveId, events });
			await Promise.all([log.flush(), clock.advance(1_000)]);
			for (const event of events) {
				seqs[liveId] = (seqs[liveId] ?? 0) + 1;
				const place = `${liveId} ${seqs[liveId]}`;
				round.set(place, n);
				stored.push({ place, liveId, event });
			}
		}
		const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
		const time = fc.integer({ min: startMs - 1_000, max: startMs + 62_000 });
		const queries = fc.record({
			text: optional(fc.constantFrom("好", "晚上", "no_", "a", "B", "好a", '"', "玫", "看客3", "7", "😀", "上好")),
			user: optional(fc.constantFrom("3", "sec-5", "No_4", "nobody")),
			types: optional(fc.subarray(["chat", "gift", "like"] as const, { minLength: 1 })),
			liveIds: optional(fc.subarray(["a", "b", "c", "nobody"])),
			from: optional(time),
			to: optional(time),
			limit: fc.constantFrom(1, 7, 100, 500),
			budgetMs: fc.constantFrom(0, 1_000),
		});
		const low = (text: string) => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
		const matches = (query: Partial<SearchQuery>, { liveId, event }: (typeof stored)[number]): boolean => {
			const { text, types } = query;
			const texts = [
				"content" in event ? event.content : event.giftName,
				event.user?.nickname ?? "",
				event.user?.displayId ?? "",
			];
			return (
				(text === undefined || texts.some((one) => low(one).includes(low(text)))) &&
				(query.user === undefined ||
					[event.user?.id, event.user?.secUid, event.user?.displayId].includes(query.user)) &&
				(types === undefined || types.includes(event.type)) &&
				(query.liveIds === undefined || query.liveIds.includes(liveId)) &&
				event.at >= (query.from ?? 0) &&
				event.at < (query.to ?? Number.POSITIVE_INFINITY)
			);
		};
		const check = async (query: SearchQuery) => {
			const found = placesOf(await searchAll(log, query));
			expect([...found].sort()).toEqual(
				stored
					.filter((one) => matches(query, one))
					.map(({ place }) => place)
					.sort(),
			);
			const rounds = found.map((place) => round.get(place) ?? -1);
			expect(rounds).toEqual([...rounds].sort((a, b) => b - a));
			for (const liveId of rooms) {
				const ofRoom = found.filter((place) => place.startsWith(liveId)).map((place) => Number(place.slice(2)));
				expect(ofRoom).toEqual([...ofRoom].sort((a, b) => b - a));
			}
		};
		await fc.assert(fc.asyncProperty(queries, check), { numRuns: 60 });
	});
}
