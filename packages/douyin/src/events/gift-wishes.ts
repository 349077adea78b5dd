import { at, countOf, itemsOf, parseJson, textOf } from "./json.ts";
import type { GiftWish } from "./live-event.ts";

const maxWishes = 50;

/**
 * Returns the wishes of a banner: its JSON holds JSON under `wishList`, with `wish_banner_data.banner_wish_list`, as
 * public projects read it. `undefined` if it shows something else, or has another shape.
 */
export function wishesOf(extra: string): GiftWish[] | undefined {
	if (!extra.includes('"wishList"')) return undefined;
	const lists = at(parseJson(at(parseJson(extra), "wishList")), "wish_banner_data", "banner_wish_list");
	const wishes: GiftWish[] = [];
	for (const list of itemsOf(lists)) {
		for (const wish of itemsOf(at(list, "wish_info_list"))) {
			if (wishes.length === maxWishes) return wishes;
			wishes.push({
				name: textOf(at(list, "wish_name")),
				giftName: textOf(at(wish, "wish_info_extra", "gift_alias")),
				diamondCount: countOf(at(wish, "wish_info_extra", "diamond_count")),
				progress: countOf(at(wish, "current_progress")),
				target: countOf(at(wish, "target_progress")),
			});
		}
	}
	return wishes.length > 0 ? wishes : undefined;
}
