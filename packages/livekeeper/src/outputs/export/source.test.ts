import { expect, test } from "vitest";
import { chat, event, liveId, MemoryLog, startMs, stored } from "./memory-log.helpers.ts";
import { type ExportQuery, openSource } from "./source.ts";

async function seqsOf(log: MemoryLog, query: Partial<ExportQuery> = {}): Promise<number[]> {
	const { pages } = await openSource(log, { liveIds: [liveId], ...query });
	const seqs: number[] = [];
	for await (const events of pages()) seqs.push(...events.map(({ seq }) => seq));
	return seqs;
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const chats = (n: number) => upTo(n).map((i) => chat(i, `${i}`));

test("returns every event once and in order, by page", async () => {
	const log = new MemoryLog(chats(2500));
	expect(await seqsOf(log)).toEqual(upTo(2500));
	expect(log.reads).toBe(3);
});

test("ends at the newest event of its start", async () => {
	const log = new MemoryLog(chats(1500));
	const all = new MemoryLog(chats(9000)).events;
	log.onRead = (n) => {
		if (n === 2) log.events = all;
	};
	expect(await seqsOf(log)).toEqual(upTo(1500));
});

test("reads a page only on demand", async () => {
	const log = new MemoryLog(chats(5000));
	const source = await openSource(log, { liveIds: [liveId] });
	const pages = source.pages();
	expect(log.reads).toBe(1);
	await pages.next();
	expect(log.reads).toBe(1);
	await pages.next();
	expect(log.reads).toBe(2);
});

test("filters by kind and by time, `to` excluded", async () => {
	const log = new MemoryLog(upTo(40).map((n) => (n % 10 === 0 ? event(n, "gift") : chat(n, "x"))));
	log.scan = 3;
	expect(await seqsOf(log, { types: ["gift"] })).toEqual([10, 20, 30, 40]);
	expect(await seqsOf(log, { from: startMs + 5000, to: startMs + 8000 })).toEqual([5, 6, 7]);
});

test("reports at once that nothing matches", async () => {
	const log = new MemoryLog(chats(30));
	log.scan = 4;
	const source = await openSource(log, { liveIds: [liveId], types: ["gift"] });
	expect(source).toMatchObject({ empty: true, oldestSeq: 1, lastSeq: 30 });
	expect(log.reads).toBe(8);
	expect(await source.pages().next()).toEqual({ done: true, value: undefined });
	expect(await openSource(new MemoryLog([]), { liveIds: [liveId] })).toMatchObject({ empty: true, lastSeq: 0 });
});

test("accepts earlier retention, and fails if retention overtakes it", async () => {
	const log = new MemoryLog(chats(3000));
	log.oldestSeq = 900;
	expect((await seqsOf(log))[0]).toBe(900);

	const overtaken = new MemoryLog(chats(3000));
	overtaken.onRead = (n) => {
		if (n === 2) overtaken.oldestSeq = 1501;
	};
	await expect(seqsOf(overtaken)).rejects.toMatchObject({
		code: "export_overtaken",
		message: expect.stringContaining("1001 to 1500"),
	});
});

test("reads several rooms in turn, each as of the start", async () => {
	const logs: Record<string, MemoryLog> = {
		a: new MemoryLog([]),
		b: new MemoryLog(chats(2)),
		c: new MemoryLog(chats(3)),
	};
	const log = {
		read: (room: string, query?: object) => (logs[room] ?? expect.fail(room)).read(liveId, query),
		lastSeq: async (room: string) => logs[room]?.lastSeq(liveId) ?? 0,
	};
	const { pages, ...about } = await openSource(log, { liveIds: ["a", "b", "c"] });
	expect(about).toMatchObject({ empty: false });
	logs["c"]?.events.push(
		...chats(4)
			.slice(3)
			.map((late) => stored(4, late)),
	);
	const seqs: number[] = [];
	for await (const events of pages()) seqs.push(...events.map(({ seq }) => seq));
	expect(seqs).toEqual([1, 2, 1, 2, 3]);
	expect((await openSource(log, { liveIds: ["a", "a"] })).empty).toBe(true);
});
