import type { StoredEvent } from "@livekeeper/log";
import fc from "fast-check";
import { expect, test } from "vitest";
import { addedUp, type TotalsTable } from "./added-up.ts";
import { event, someone, startMs, stored } from "./memory-log.helpers.ts";

const never = () => new AbortController().signal;

async function* inPages(events: readonly StoredEvent[], size = 3) {
	for (let start = 0; start < events.length; start += size) yield events.slice(start, start + size);
}

async function rowsOf(events: readonly StoredEvent[], table: TotalsTable): Promise<Record<string, unknown>[]> {
	const rows = [];
	for await (const page of addedUp(inPages(events), table, never())) rows.push(...page);
	return rows.map(({ json }) => JSON.parse(json));
}

const gift = (n: number, who: number, giftId: string, delta: number, price: number, liveId = "1001") =>
	event(n, "gift", {
		liveId,
		user: { ...someone, id: `${who}`, secUid: `sec-${who}`, nickname: `人${who} ${n}` },
		giftId,
		giftName: `礼物${giftId}`,
		diamondCount: price,
		delta,
		diamonds: delta * price,
	});

test("totals each giver's gifts in a row, most generous first", async () => {
	const events = [gift(1, 1, "a", 2, 5), gift(2, 2, "b", 1, 500), gift(3, 1, "a", 3, 5), gift(4, 3, "f", 9, 0)];
	const rows = await rowsOf(
		events.map((one, i) => stored(i + 1, one)),
		"givers",
	);
	expect(rows).toEqual([
		expect.objectContaining({ live_id: "1001", user_id: "2", nickname: "人2 2", delta: 1, diamonds: 500 }),
		{
			...{ live_id: "1001", user_id: "1", sec_uid: "sec-1", nickname: "人1 3", level: 12, delta: 5, diamonds: 25 },
			display_id: "20260131",
			...{ first_at: startMs + 1000, last_at: startMs + 3000 },
		},
		expect.objectContaining({ user_id: "3", delta: 9, diamonds: 0 }),
	]);
});

test("ignores repeated streak steps, and keeps rooms apart", async () => {
	const events = [gift(1, 1, "a", 0, 5), gift(2, 2, "a", 1, 5), gift(3, 2, "a", 1, 5, "2002")];
	const rows = await rowsOf(
		events.map((one, i) => stored(i + 1, one)),
		"givers",
	);
	expect(rows.map(({ live_id, user_id, delta }) => [live_id, user_id, delta])).toEqual([
		["1001", "2", 1],
		["2002", "2", 1],
	]);
});

test("matches independently computed totals for any events", async () => {
	const gifts = fc.array(
		fc.record({ who: fc.nat(6), giftId: fc.constantFrom("a", "b", "7"), delta: fc.nat(5), room: fc.nat(2) }),
		{ maxLength: 40 },
	);
	await fc.assert(
		fc.asyncProperty(gifts, fc.constantFrom("givers" as const, "gifts" as const), async (given, table) => {
			const price = { a: 1, b: 99, "7": 0 };
			const events = given.map(({ who, giftId, delta, room }, i) =>
				stored(i + 1, gift(i, who, giftId, delta, price[giftId as "a"], `100${room}`)),
			);
			const totals = new Map<string, [number, number]>();
			for (const { json } of events) {
				const { live_id, user, gift_id, delta, diamonds } = JSON.parse(json);
				if (delta === 0) continue;
				const key = `${live_id} ${table === "givers" ? user.id : gift_id}`;
				const [before, worth] = totals.get(key) ?? [0, 0];
				totals.set(key, [before + delta, worth + diamonds]);
			}
			const rows = await rowsOf(events, table);
			const got = rows.map((row) => {
				const id = table === "givers" ? row["user_id"] : row["gift_id"];
				return [`${row["live_id"]} ${id}`, [row["delta"], row["diamonds"]]] as const;
			});
			expect(new Map(got)).toEqual(totals);
			expect(got).toHaveLength(totals.size);
		}),
		{ numRuns: 50 },
	);
});

test("stops reading when its client leaves", async () => {
	const gone = new AbortController();
	let read = 0;
	async function* endless() {
		for (;;) {
			if (++read === 3) gone.abort(new Error("gone"));
			yield [stored(read, gift(read, read, "a", 1, 1))];
		}
	}
	await expect(addedUp(endless(), "givers", gone.signal).next()).rejects.toThrow("gone");
	expect(read).toBe(3);
});
