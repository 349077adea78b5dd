import type { GiftWish } from "./live-event.ts";

/** No banner of the site holds nearly as much. */
const maxChars = 100_000;
const maxWishes = 50;

/**
 * The wishes of a banner: its JSON holds JSON under `wishList`, with `wish_banner_data.banner_wish_list`, as public
 * projects read it. `undefined` where it shows something else, or in another shape.
 */
export function wishesOf(extra: string): GiftWish[] | undefined {
	if (!extra.includes('"wishList"') || extra.length > maxChars) return undefined;
	const lists = at(parse(at(parse(extra), "wishList")), "wish_banner_data", "banner_wish_list");
	const wishes: GiftWish[] = [];
	for (const list of items(lists)) {
		for (const wish of items(at(list, "wish_info_list"))) {
			if (wishes.length === maxWishes) return wishes;
			wishes.push({
				name: text(at(list, "wish_name")),
				giftName: text(at(wish, "wish_info_extra", "gift_alias")),
				diamondCount: count(at(wish, "wish_info_extra", "diamond_count")),
				progress: count(at(wish, "current_progress")),
				target: count(at(wish, "target_progress")),
			});
		}
	}
	return wishes.length > 0 ? wishes : undefined;
}

function parse(json: unknown): unknown {
	if (typeof json !== "string") return json;
	try {
		return JSON.parse(json);
	} catch {
		// It is the upstream's own text, and passes on as it came.
		return undefined;
	}
}

function at(value: unknown, ...path: string[]): unknown {
	let found = value;
	for (const key of path) {
		if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
		found = (found as Record<string, unknown>)[key];
	}
	return found;
}

const items = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

function count(value: unknown): number {
	const number = Number(typeof value === "string" || typeof value === "number" ? value : 0);
	return Number.isFinite(number) ? Math.max(0, number) : 0;
}
