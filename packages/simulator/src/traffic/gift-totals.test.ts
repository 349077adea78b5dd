import { decodeResponse, decodeRoomUserSeqMessage } from "@livekeeper/douyin/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Generator } from "./generator.ts";
import { defaultTotalsView, GiftTotals, type TotalsView } from "./gift-totals.ts";
import { fieldsOf } from "./message-walk.ts";
import { People } from "./people.ts";

/** Returns a varint field of a message without a decoder; 0 if it is absent. */
function varintOf(payload: Uint8Array, field: number): number {
	for (const { number, wireType, valueStart, end } of fieldsOf(payload)) {
		if (number !== field || wireType !== 0) continue;
		return payload.subarray(valueStart, end).reduceRight((value, byte) => value * 128 + (byte & 127), 0);
	}
	return 0;
}

/** Reads the room's totals from `count` messages: tickets and scores, beside the true diamonds at that moment. */
function totalsOf(count: number, view: Partial<TotalsView> = {}) {
	const identity = { seed: 4, roomNumber: 0, broadcast: 0, roomId: "7100000000000000001" };
	const generator = new Generator(identity, new People(4), () => ({ ...defaultTotalsView, ...view }));
	// Counted independently, from the messages themselves.
	const truth = new GiftTotals();
	const tickets: { method: string; shown: number; diamonds: number }[] = [];
	const scores: { shown: string[]; diamonds: number[] }[] = [];
	for (let k = 0; k < count; k++) {
		const { value, bytes } = generator.next(1e12 + k * 200);
		const [message] = decodeResponse(bytes).messages;
		const [method, payload] = message ? [message.method, message.payload.whole()] : ["", new Uint8Array(0)];
		if (value) truth.add(value);
		const { diamonds } = truth;
		if (method === "WebcastGiftMessage") tickets.push({ method, shown: varintOf(payload, 13), diamonds });
		if (method === "WebcastUpdateFanTicketMessage") tickets.push({ method, shown: varintOf(payload, 3), diamonds });
		if (method !== "WebcastRoomUserSeqMessage") continue;
		const shown = decodeRoomUserSeqMessage(payload).ranks.map(({ score }) => score);
		scores.push({ shown, diamonds: truth.top(3).map(({ score }) => score) });
	}
	return { tickets, scores };
}

describe("the totals of a broadcast", () => {
	it("are the same for any order and repetition of steps", () => {
		const step = fc.record({ streak: fc.constantFrom("a", "b", "c"), diamonds: fc.nat(50), key: fc.nat() });
		const totalOf = (steps: readonly { streak: string; diamonds: number }[]) => {
			const totals = new GiftTotals();
			// Each streak has one giver.
			for (const { streak, diamonds } of steps) totals.add({ streak, giver: { secUid: streak }, diamonds });
			const scores = totals.top().map(({ user, score }) => [user.secUid, score]);
			return { diamonds: totals.diamonds, scores: Object.fromEntries(scores) };
		};
		fc.assert(
			fc.property(fc.array(step), (steps) => {
				const shuffled = [...steps, ...steps].sort((a, b) => a.key - b.key);
				expect(totalOf(shuffled)).toEqual(totalOf(steps));
			}),
		);
	});

	it("are shown as a running total and as scores", () => {
		const { tickets, scores } = totalsOf(3000);
		for (const { shown, diamonds } of tickets) expect(shown).toBe(diamonds * 10);
		for (const { shown, diamonds } of scores) expect(shown).toEqual(diamonds.map(String));
		expect(new Set(tickets.map(({ method }) => method)).size).toBe(2);
		expect(tickets.at(-1)?.diamonds).toBeGreaterThan(1000);
		expect(scores.at(-1)?.shown).toHaveLength(3);
	});

	it("are shown with any unit and offset, but never negative", () => {
		for (const { shown, diamonds } of totalsOf(500, { unit: 0.5, offset: 7 }).tickets) {
			expect(shown).toBe(Math.round(diamonds / 2) + 7);
		}
		expect(totalsOf(500, { offset: -1e9 }).tickets.every(({ shown }) => shown === 0)).toBe(true);
	});

	it.each([
		["tickets", true, false],
		["scores", false, true],
		["none", false, false],
	] as const)("are shown only as far as the room allows: %s", (shown, showsTickets, showsScores) => {
		const { tickets, scores } = totalsOf(1500, { shown });
		const updates = tickets.filter(({ method }) => method === "WebcastUpdateFanTicketMessage");
		expect(tickets.some((one) => one.shown > 0)).toBe(showsTickets);
		expect(updates.length > 0).toBe(showsTickets);
		expect(scores.some((one) => one.shown.some((score) => score !== "0"))).toBe(showsScores);
	});
});
