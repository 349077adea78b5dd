import { expect, test } from "vitest";
import { checkDeliveries, type Delivered } from "./delivery-rules.ts";

const base: Delivered = {
	...{ process: 1, era: 1, liveId: "1001", deliveryId: "a", at: 0, endedAt: 10, ok: true, retryAfterMs: 0 },
};
const request = (of: Partial<Delivered>): Delivered => ({ ...base, ...of });
const failed = (of: Partial<Delivered>): Delivered => request({ ok: false, ...of });
const rooms = ["1001", "1002", "1003", "1004", "1005"];
const atOnce = (count: number) =>
	rooms.slice(0, count).map((liveId, i) => request({ liveId, deliveryId: liveId, at: 20 + i, endedAt: 90 }));
/** Failures of twenty rooms, one after the other. */
const twenty = Array.from({ length: 20 }, (_, i) =>
	failed({ liveId: `${i}`, deliveryId: `${i}`, at: i * 20, endedAt: i * 20 + 10 }),
);
/** Retries after `waitedMs`, of batches that failed at different times. */
const retries = (waitedMs: (i: number) => number) =>
	Array.from({ length: 10 }, (_, i) => {
		const endedAt = i * 10_000 + 10;
		const again = endedAt + waitedMs(i);
		return [
			failed({ deliveryId: `${i}`, at: endedAt - 10, endedAt }),
			request({ deliveryId: `${i}`, at: again, endedAt: again + 10 }),
		];
	}).flat();

test("allows what receivers are promised", () => {
	expect(checkDeliveries([request({}), ...atOnce(4)])).toEqual([]);
	expect(checkDeliveries([...twenty, request({ at: 160_000, endedAt: 160_010 })])).toEqual([]);
	expect(checkDeliveries(retries((i) => 1_000 + 100 * i))).toEqual([]);
	expect(checkDeliveries([failed({}), request({ process: 2, at: 20, endedAt: 30 })])).toEqual([]);
});

test.each<[string, readonly Delivered[], RegExp]>([
	["a fifth request at once", [request({}), ...atOnce(5)], /5 requests at once/],
	["two at once before the first answer", atOnce(2), /2 requests at once.*was none/],
	["two at once after a failure", [failed({}), ...atOnce(2)], /2 requests at once.*failure/],
	[
		"two of a room at once",
		[request({}), request({ deliveryId: "b", at: 20, endedAt: 90 }), request({ deliveryId: "c", at: 30, endedAt: 40 })],
		/two requests of room 1001/,
	],
	["a retry too soon", [failed({}), request({ at: 900, endedAt: 910 })], /retried at 900 after 890 ms, not 1000/],
	[
		"a second retry as soon as the first",
		[failed({}), failed({ at: 1_500, endedAt: 1_510 }), request({ at: 3_000, endedAt: 3_010 })],
		/after 1490 ms, not 2000/,
	],
	[
		"a retry before the time asked for",
		[failed({ retryAfterMs: 60_000 }), request({ at: 5_000, endedAt: 5_010 })],
		/it asked for 60000/,
	],
	["no pause after many failures", [...twenty, request({ at: 20_000, endedAt: 20_010 })], /after 20 failures in a row/],
	["retries that are all late in their range", retries(() => 2_000), /all 10 retries came at the end/],
])("finds %s", (_, requests, words) => {
	expect(checkDeliveries(requests)).toEqual([expect.stringMatching(words)]);
});
