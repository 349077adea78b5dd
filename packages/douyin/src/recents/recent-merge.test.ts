import { describe, expect, it } from "vitest";
import type { UpstreamEvent } from "../events/live-event.ts";
import type { RecentMessages } from "../upstream.ts";
import { RecentMerge, type RecoveredPiece } from "./recent-merge.ts";

function chat(id: number, at = id * 1_000): UpstreamEvent {
	const common = { liveId: "1001", roomId: "7", method: "WebcastChatMessage", receivedAt: 0 };
	return { ...common, type: "chat", id: String(id), at, content: "" };
}

const chats = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => chat(from + i));

/** A page of recent messages; `taken` is what was taken of it. */
function page(events: UpstreamEvent[], problems: Record<number, string> = {}) {
	const taken: string[] = [];
	const recent: RecentMessages = {
		preview: events,
		take(from = 0, to = events.length) {
			const some = events.slice(from, to);
			taken.push(...some.map(({ id }) => id));
			const told = some.flatMap(({ id }) => problems[Number(id)] ?? []);
			return { events: some, problems: told.map((message) => ({ method: "m", id: "0", message })) };
		},
	};
	return { recent, taken };
}

const upTo = (last: number) => (id: string) => Number(id) <= last;

/** What a merge makes of pages, then a frame; only ids. */
function merged(pages: UpstreamEvent[][], frame: UpstreamEvent[], seen: (id: string) => boolean) {
	const merge = new RecentMerge<{ events: UpstreamEvent[] }>();
	for (const events of pages) merge.hold(page(events).recent);
	const placed = merge.place({ events: frame }, seen);
	expect(merge.holding).toBe(placed === undefined);
	return placed && { pieces: idsOf(placed.pieces), linked: placed.linked };
}

const idsOf = (pieces: readonly RecoveredPiece[]) =>
	pieces.map(({ events, hole }) => [hole, ...events.map(({ id }) => Number(id))]);

describe("RecentMerge", () => {
	it("puts what is not known before a frame that is later than all of it", () => {
		expect(merged([chats(1, 15)], [chat(18)], upTo(12))).toEqual({ pieces: [[false, 13, 14, 15]], linked: false });
	});

	it("says that there is a hole where nothing of a page is known", () => {
		const pieces = [[true, ...chats(21, 35).map(({ id }) => Number(id))]];
		expect(merged([chats(21, 35)], [chat(38)], upTo(12))).toEqual({ pieces, linked: false });
	});

	it("puts only what is before a message that the frame holds itself, and links the frame to it", () => {
		expect(merged([chats(1, 15)], [chat(14), chat(15), chat(16)], upTo(11))).toEqual({
			pieces: [[false, 12, 13]],
			linked: true,
		});
	});

	it("has nothing to put before a frame that goes on from what is known", () => {
		expect(merged([chats(1, 15)], [chat(13), chat(14)], upTo(12))).toEqual({ pieces: [], linked: true });
	});

	it("lets recent messages go when the frame is earlier, since the upstream brings them itself", () => {
		expect(merged([chats(101, 115)], chats(12, 30), upTo(12))).toEqual({ pieces: [], linked: true });
		// Only that it begins with what is known proves that nothing is missing.
		expect(merged([chats(101, 115)], chats(13, 30), upTo(12))).toEqual({ pieces: [], linked: false });
	});

	it("lets them go when the frame repeats what is known", () => {
		expect(merged([chats(101, 115)], [chat(12), chat(120)], upTo(12))).toEqual({ pieces: [], linked: true });
	});

	it("does not let one message with an old time pass for an earlier frame", () => {
		const frame = [chat(900, 5), chat(130), chat(131)];
		expect(merged([chats(101, 103)], frame, upTo(12))).toEqual({ pieces: [[true, 101, 102, 103]], linked: false });
	});

	it("does not know whether a frame that begins where the page does is whole", () => {
		expect(merged([chats(21, 35)], chats(21, 24), upTo(12))).toEqual({ pieces: [], linked: false });
		expect(merged([chats(13, 27)], [chat(12), ...chats(13, 16)], upTo(12))).toEqual({ pieces: [], linked: true });
	});

	const at = (ids: number[], time: number) => ids.map((id) => chat(id, time));

	it("takes a whole second for any moment of it, and holds a frame that may be on either side", () => {
		const recents = [...at([1, 2, 3], 2_000), ...at([4, 5], 2_300)];
		const placed = (time: number) => merged([recents], at([9], time), upTo(0))?.pieces;
		expect(placed(1_999)).toEqual([]);
		expect(placed(1_000)).toEqual([]);
		for (const time of [2_000, 2_100, 2_999]) expect(placed(time)).toBeUndefined();
		expect(placed(3_000)).toEqual([[true, 1, 2, 3, 4, 5]]);
		expect(merged([at([1, 2], 2_300)], at([9], 2_300), upTo(0))).toBeUndefined();
		expect(merged([at([1, 2], 2_300)], at([9], 2_301), upTo(0))?.pieces).toEqual([[true, 1, 2]]);
	});

	describe("that holds frames", () => {
		type TestFrame = { events: UpstreamEvent[] };

		function holding() {
			const merge = new RecentMerge<TestFrame>();
			merge.hold(page(at([11, 12, 13], 2_000)).recent);
			const held: TestFrame[] = [{ events: at([7, 8], 2_400) }, { events: at([9, 10], 2_600) }];
			for (const frame of held) expect(merge.place(frame, upTo(6))).toBeUndefined();
			return { merge, held };
		}

		it.each([
			["holds the first of the recent messages: they come with it", at([11, 12], 2_000), [], false],
			["is earlier: they come later", at([10], 1_000), [], false],
			["repeats what is known: they come later", at([6], 2_000), [], true],
			["is later: they were missed", at([30], 3_400), [[true, 11, 12, 13]], false],
			["holds another one: those before it were missed", at([12, 13], 2_000), [[true, 11]], true],
		])("lets them go when the next one %s", (_title, events, pieces, linked) => {
			const { merge, held } = holding();
			const placed = merge.place({ events }, upTo(6));
			expect(placed && { ...placed, pieces: idsOf(placed.pieces) }).toEqual({
				pieces,
				linked,
				problems: [],
				frames: [...held, { events }],
			});
			expect(merge.holding).toBe(false);
		});

		it("takes them for the newest when no other comes: had the upstream gone on, the rest would be there", () => {
			const { merge, held } = holding();
			const placed = merge.release(upTo(6));
			expect(placed && idsOf(placed.pieces)).toEqual([[true, 11, 12, 13]]);
			expect([placed?.frames, placed?.linked, merge.holding]).toEqual([held, false, false]);
		});

		it("forgets them at the end of a session: the cursor is before them", () => {
			const { merge } = holding();
			expect(merge.end(upTo(6))).toBeUndefined();
			expect(merge.holding).toBe(false);
		});

		it("takes more than a room can say within the time in question for what comes from the cursor", () => {
			const merge = new RecentMerge<TestFrame>();
			merge.hold(page(at([50_001, 50_002], 2_000)).recent);
			const frame = (from: number) => ({
				events: at(
					Array.from({ length: 1_000 }, (_, i) => from + i),
					2_500,
				),
			});
			const frames = [0, 1, 2, 3, 4, 5].map((i) => frame(100 + i * 1_000));
			const placed = frames.map((one) => merge.place(one, upTo(6)));
			expect(placed.slice(0, 5)).toEqual(Array(5).fill(undefined));
			expect(placed[5]).toEqual({ pieces: [], problems: [], linked: false, frames });
		});
	});

	it("concludes nothing from a frame before recent messages that were asked for after it", () => {
		const late = (recents: UpstreamEvent[], frame: UpstreamEvent[]) => {
			const merge = new RecentMerge<{ events: UpstreamEvent[] }>();
			merge.hold(page(recents).recent, true);
			const placed = merge.place({ events: frame }, upTo(12));
			return placed && [idsOf(placed.pieces), placed.linked];
		};
		expect(late(chats(106, 120), chats(100, 110))).toEqual([[], false]);
		expect(late(chats(106, 120), chats(80, 90))).toEqual([[], false]);
		expect(late(at([106, 107], 5_000), at([80], 5_500))).toEqual([[], false]);
		expect(late(chats(10, 24), chats(20, 24))).toEqual([[[false, 13, 14, 15, 16, 17, 18, 19]], true]);
		expect(late(chats(20, 34), chats(30, 34))).toEqual([[[true, ...chats(20, 29).map(({ id }) => Number(id))]], true]);
	});

	it("leaves out of a later page what may be said after the frame: the socket brings it", () => {
		const pages = [at([1, 2, 3], 1_100), [...at([4], 2_000), ...at([6, 7], 2_000), ...at([8], 2_900)]];
		expect(merged(pages, at([5], 2_400), upTo(0))?.pieces).toEqual([[true, 1, 2, 3]]);
		expect(merged(pages, at([5], 3_000), upTo(0))?.pieces).toEqual([
			[true, 1, 2, 3],
			[true, 4, 6, 7, 8],
		]);
	});

	it("puts a later page behind an earlier one, without what both hold", () => {
		expect(merged([chats(1, 15), chats(5, 19)], [chat(19), chat(20)], upTo(12))).toEqual({
			pieces: [[false, 13, 14, 15, 16, 17, 18]],
			linked: true,
		});
	});

	it("puts what a later page alone has where that page has it, not behind what is newer", () => {
		const later = [chat(2), ...chats(5, 15), chat(16)];
		expect(merged([chats(4, 15), later], [chat(18)], upTo(12))?.pieces).toEqual([[false, 13, 14, 15, 16]]);
	});

	it("joins pages that each lack what the other has", () => {
		const pages = [
			[chat(11), chat(13), chat(14), chat(17)],
			[chat(11), chat(12), chat(14), chat(15), chat(17), chat(18)],
		];
		expect(merged(pages, [chat(20)], upTo(11))?.pieces).toEqual([[false, 12, 13, 14, 15, 17, 18]]);
	});

	it("begins the hole before what a later page alone has of the time before", () => {
		expect(merged([chats(20, 21), chats(19, 22)], [chat(25)], upTo(12))?.pieces).toEqual([[true, 19, 20, 21, 22]]);
	});

	it("says that there is a hole between pages that share nothing, and before a frame that begins with the second", () => {
		const pages = [chats(11, 15), chats(21, 25)];
		expect(merged(pages, [chat(24)], upTo(12))).toEqual({
			pieces: [
				[false, 13, 14, 15],
				[true, 21, 22, 23],
			],
			linked: true,
		});
		expect(merged(pages, [chat(21)], upTo(12))).toEqual({ pieces: [[false, 13, 14, 15]], linked: false });
	});

	it("gives without a frame only what is linked, and holds on what may still have a hole before it", () => {
		const merge = new RecentMerge<{ events: UpstreamEvent[] }>();
		for (const events of [chats(11, 15), chats(21, 25)]) merge.hold(page(events).recent);
		expect(idsOf(merge.release(upTo(12))?.pieces ?? [])).toEqual([[false, 13, 14, 15]]);
		expect([merge.release(upTo(15)), merge.holding]).toEqual([undefined, true]);
		expect(idsOf(merge.place({ events: chats(24, 26) }, upTo(15))?.pieces ?? [])).toEqual([[true, 21, 22, 23]]);
		for (const events of [chats(11, 15), chats(21, 25)]) merge.hold(page(events).recent);
		expect(idsOf(merge.release(upTo(12), true)?.pieces ?? [])).toEqual([
			[false, 13, 14, 15],
			[true, 21, 22, 23, 24, 25],
		]);
	});

	it("leaves out what is not known but older than what is: it would be out of order", () => {
		const odd = (id: string) => [2, 9].includes(Number(id));
		expect(merged([chats(1, 12)], [chat(14)], odd)).toEqual({ pieces: [[false, 10, 11, 12]], linked: false });
		expect(merged([chats(1, 5), chats(8, 12)], [chat(12)], odd)?.pieces).toEqual([[false, 10, 11]]);
	});

	it("takes from the pages only what comes out", () => {
		const merge = new RecentMerge<{ events: UpstreamEvent[] }>();
		const { recent, taken } = page(chats(1, 15), { 12: "seen", 13: "bad", 15: "after" });
		merge.hold(recent);
		expect(merge.place({ events: [chat(15)] }, upTo(12))?.problems).toMatchObject([{ message: "bad" }]);
		expect(taken).toEqual(["13", "14"]);
	});

	it("releases without a frame what overlaps with what is known, and holds on to the rest", () => {
		const merge = new RecentMerge<{ events: UpstreamEvent[] }>();
		const { recent, taken } = page(chats(21, 35));
		merge.hold(recent);
		expect(merge.release(upTo(12))).toBeUndefined();
		expect([taken, merge.holding]).toEqual([[], true]);
		expect(merge.release(upTo(33))?.pieces).toEqual([{ events: chats(34, 35), hole: false }]);
		expect([taken, merge.holding]).toEqual([["34", "35"], false]);
		expect(merge.release(upTo(33))).toBeUndefined();
	});

	it("holds nothing after a page without messages, and after it was cleared", () => {
		const merge = new RecentMerge<{ events: UpstreamEvent[] }>();
		merge.hold(page([]).recent);
		expect(merge.holding).toBe(false);
		const frame = { events: [chat(1)] };
		expect(merge.place(frame, upTo(0))).toEqual({ pieces: [], problems: [], linked: false, frames: [frame] });
		merge.hold(page(chats(1, 2)).recent);
		merge.clear();
		expect(merge.holding).toBe(false);
	});
});
