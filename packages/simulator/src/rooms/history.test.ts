import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { History } from "./history.ts";

function message(id: number) {
	return { id: BigInt(id), method: "WebcastChatMessage", gift: false, bytes: new Uint8Array(0) };
}

describe("a history", () => {
	it("keeps exactly the newest messages at their positions", () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(2000), fc.nat(2100), fc.nat(2100), (limit, count, a, b) => {
				const history = new History(limit);
				for (let i = 0; i < count; i++) history.append(message(i));
				expect([history.head, history.oldest]).toEqual([count, Math.max(0, count - limit)]);
				const all = Array.from({ length: count }, (_, i) => i);
				const expected = all.filter((i) => i >= history.oldest && i >= a && i < b);
				expect(history.slice(a, b).map(({ id }) => Number(id))).toEqual(expected);
			}),
		);
	});
});
