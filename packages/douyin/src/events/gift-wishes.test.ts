import * as fc from "fast-check";
import { expect, it } from "vitest";
import { wishesOf } from "./room.ts";

const banner = (lists: unknown) =>
	JSON.stringify({ wishList: JSON.stringify({ wish_banner_data: { banner_wish_list: lists } }) });

it("reads a banner's wishes, with empty values for missing fields", () => {
	const extra = banner([
		{ wish_name: "今日", wish_info_list: [{ target_progress: "9", wish_info_extra: { diamond_count: -1 } }, null] },
		{ wish_info_list: "?" },
	]);
	const empty = { name: "今日", giftName: "", diamondCount: 0, progress: 0 };
	expect(wishesOf(extra)).toEqual([
		{ ...empty, target: 9 },
		{ ...empty, target: 0 },
	]);
});

it.each([
	["another banner", '{"id":7,"text":"小时榜"}'],
	["no JSON", '"wishList"'],
	["broken inner JSON", '{"wishList":"{"}'],
	["an empty wish list", banner([])],
	["an oversized banner", banner([{ wish_name: "x".repeat(200_000), wish_info_list: [{}] }])],
])("finds no wishes in %s", (_, extra) => {
	expect(wishesOf(extra)).toBeUndefined();
});

it("limits the number of wishes to a page's", () => {
	expect(wishesOf(banner([{ wish_info_list: Array.from({ length: 1000 }, () => ({})) }]))).toHaveLength(50);
});

it("returns the promised shape for any banner without throwing", () => {
	const inner = fc.oneof(fc.json(), fc.jsonValue().map(banner));
	fc.assert(
		fc.property(inner, fc.string(), (json, noise) => {
			for (const extra of [json, `{"wishList":${json}}`, JSON.stringify({ wishList: json }), `${json}${noise}`]) {
				for (const wish of wishesOf(extra) ?? []) {
					expect([typeof wish.name, typeof wish.giftName]).toEqual(["string", "string"]);
					for (const number of [wish.diamondCount, wish.progress, wish.target]) {
						expect(Number.isFinite(number) && number >= 0).toBe(true);
					}
				}
			}
		}),
	);
});
