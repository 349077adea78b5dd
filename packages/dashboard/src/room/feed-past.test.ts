import type { HistoryPage, LivekeeperClient, RoomEvent } from "@livekeeper/client";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readPast } from "./feed-past.ts";

const chat = (seq: number) =>
	({ seq, id: String(seq), type: "chat", at: seq, content: `第 ${seq} 句`, live_id: "1", room_id: "b" }) as RoomEvent;

/** A room with a number of events, the oldest of them expired, whose pages end early. */
function roomOf(oldestSeq: number, lastSeq: number, pageEvents: number): Pick<LivekeeperClient, "room"> {
	const history = async ({ after = 0, limit = 500 } = {}): Promise<HistoryPage> => {
		const first = Math.max(after + 1, oldestSeq);
		const last = Math.min(lastSeq, first + Math.min(limit, pageEvents) - 1);
		const events = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => chat(first + index));
		return { events, nextAfter: Math.max(after, last), caughtUp: last >= lastSeq, oldestSeq, lastSeq };
	};
	return { room: () => ({ history }) } as unknown as Pick<LivekeeperClient, "room">;
}

test("reads every earlier event once, page by page", async () => {
	const shape = fc.record({
		lastSeq: fc.integer({ min: 1, max: 4_000 }),
		gone: fc.nat(3_999),
		pageEvents: fc.integer({ min: 50, max: 1_500 }),
		newer: fc.nat(300),
	});
	const check = async ({
		lastSeq,
		gone,
		pageEvents,
		newer,
	}: { [K in "lastSeq" | "gone" | "pageEvents" | "newer"]: number }) => {
		const oldest = Math.min(gone + 1, lastSeq);
		const begin = Math.max(oldest, lastSeq - newer);
		const client = roomOf(oldest, lastSeq, pageEvents);
		const read: number[] = [];
		for (let before = begin, ended = false; !ended; ) {
			const page = await readPast(client, "1", before, undefined, new AbortController().signal);
			read.unshift(...page.rows.map(({ key }) => key));
			before = page.firstSeq;
			ended = page.ended;
		}
		expect(read).toEqual(Array.from({ length: begin - oldest }, (_, index) => oldest + index));
	};
	await fc.assert(fc.asyncProperty(shape, check), { numRuns: 50 });
});
