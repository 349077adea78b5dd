import { expect, test } from "vitest";
import { defaultRules, filterOf, followedRooms, maxRooms, readRules, typesToRead } from "./rules.ts";

test("restores stored rules, and the defaults for invalid ones", () => {
	const rules = { ...defaultRules, enabled: true, words: "抽奖", types: ["chat" as const], states: [] };
	expect(readRules(JSON.stringify(rules))).toEqual(rules);
	for (const stored of [null, "", "{", "null", "7", '{"types":7,"enabled":"yes","hold":30}', '{"types":[1]}']) {
		expect(readRules(stored)).toEqual(defaultRules);
	}
	expect(readRules('{"states":["live","on fire"],"other":1}')).toEqual({ ...defaultRules, states: ["live"] });
});

test("builds the filter from the form, with types for states", () => {
	const filter = filterOf({ ...defaultRules, states: ["live"], words: "抽奖，福袋 ", people: "", minDiamonds: "x" });
	expect(filter).toEqual({ types: ["gift"], states: ["live"], words: ["抽奖", "福袋"] });
	expect(typesToRead(filter)).toEqual(["gift", "broadcast_started", "broadcast_ended"]);
	expect(typesToRead(filterOf({ ...defaultRules, states: [], types: [] }))).toEqual([]);
	expect(filterOf(defaultRules).gift).toEqual({ minDiamonds: 1000, of: "streak" });
});

test("follows all rooms or the named ones, limited", () => {
	const kept = Array.from({ length: maxRooms + 5 }, (_, i) => `${i}`);
	expect(followedRooms(kept, { rooms: " " })).toEqual(kept.slice(0, maxRooms));
	expect(followedRooms(kept, { rooms: "https://live.douyin.com/104?a=b 3,nobody" })).toEqual(["3", "104"]);
});
