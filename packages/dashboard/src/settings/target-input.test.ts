import type { Target } from "@livekeeper/client";
import { expect, test } from "vitest";
import { choosePreset, draftOf, fieldsOf, inputOf, inputWith, missingOf } from "./target-input.ts";

const target = {
	id: "tgt_1",
	name: "",
	preset: "json",
	settings: { url: "https://example.com/a" },
	states: ["live"],
	words: ["抽奖"],
	pattern: null,
	gift: { min_diamonds: 100, of: "streak" },
	people: [],
	roles: [],
	min_level: null,
	pace: { digest_minutes: 5, max_per_minute: null, quiet: null, hold_seconds: 30 },
	live_ids: ["1", "2"],
	types: ["gift", "viewers"],
	batch: { max_events: 5, max_wait_ms: 7 },
	enabled: false,
	after: "oldest",
} as unknown as Target;

test("defaults a new target to everything from now on", () => {
	const draft = { ...draftOf(undefined), settings: { url: " https://example.com/ ", secret: "" } };
	const fresh = {
		name: "",
		preset: "json",
		settings: { url: "https://example.com/" },
		words: [],
		people: [],
		roles: [],
		pace: {},
	};
	expect(inputOf(draft, undefined)).toEqual({ ...fresh, live_ids: "*", states: [], after: "now" });
	const chosen = { ...draft, allRooms: false, rooms: "1001\nhttps://live.douyin.com/1002", allTypes: false };
	const settings = { ...draft.settings, secret: "0123456789abcdef" };
	const often = { digest: "10", hold: "30", quietFrom: "23:00", quietTo: "08:00" };
	expect(inputOf({ ...chosen, ...often, settings, minDiamonds: "100" }, undefined)).toMatchObject({
		settings: { url: "https://example.com/", secret: "0123456789abcdef" },
		live_ids: ["1001", "1002"],
		types: ["chat", "gift"],
		gift: { min_diamonds: 100, of: "streak" },
		pace: { digest_minutes: 10, hold_seconds: 30, quiet: { from: "23:00", to: "08:00", zone: expect.any(String) } },
		after: "now",
	});
});

test("names the missing or invalid field", () => {
	const draft = { ...draftOf(undefined), allRooms: false };
	expect(inputOf(draft, undefined)).toBe("noRooms");
	expect(inputOf({ ...draft, rooms: "1 https://example.com/" }, undefined)).toBe("noRooms");
	for (const wrong of [{ minLevel: "x" }, { minDiamonds: "1.5" }, { hold: "-1" }]) {
		expect(inputOf({ ...draft, rooms: "1", ...wrong }, undefined)).toBe("noNumber");
	}
	expect(inputOf({ ...draft, rooms: "1", allTypes: false, types: [] }, undefined)).toBe("noTypes");
});

test("keeps the fields of a target outside the form", () => {
	const { settings, live_ids, types, batch, after, states, words, gift } = target;
	const same = { settings, live_ids, batch, after, states, words, gift, pace: { digest_minutes: 5 } };
	expect(inputOf(draftOf(target), target)).toMatchObject({ ...same, types, enabled: false });
	expect(inputWith(target, true)).toMatchObject({ ...same, types, enabled: true });
	const all = { ...target, live_ids: "*", types: null } as Target;
	expect(inputWith(all, false)).toMatchObject({ ...same, live_ids: "*", enabled: false });
	expect(JSON.stringify(inputWith(all, false))).not.toMatch(/null|types/);
});

test("reads rare conditions, and keeps untouched names whole", () => {
	const few = { pattern: "上?号", people: " 甲 乙，123\nsec-1 ", roles: ["moderator" as const], minLevel: "7" };
	const asked = { pattern: "上?号", people: ["甲 乙", "123", "sec-1"], roles: ["moderator"], min_level: 7 };
	expect(inputOf({ ...draftOf(undefined), ...few }, undefined)).toMatchObject(asked);
	const kept = { ...target, ...asked, people: ["甲, 乙"], words: ["good luck"] } as Target;
	expect(inputOf(draftOf(kept), kept)).toMatchObject({ ...asked, people: ["甲, 乙"], words: ["good luck"] });
	const none = inputOf({ ...draftOf(kept), pattern: "", people: "", roles: [], minLevel: "" }, kept);
	expect(none).toMatchObject({ people: [], roles: [] });
	expect(Object.keys(none)).not.toEqual(expect.arrayContaining(["pattern"]));
	expect(Object.keys(none)).not.toEqual(expect.arrayContaining(["min_level"]));
});

test("defaults a preset for people to lasting states", () => {
	const draft = draftOf(undefined);
	choosePreset(draft, "dingtalk");
	expect(inputOf(draft, undefined)).toMatchObject({
		...{ preset: "dingtalk", types: [], states: ["live", "ended", "blocked", "silent"] },
		pace: { hold_seconds: 30 },
	});
});

test("derives a preset's fields from its settings schema", () => {
	const properties = {
		key: { type: "string" },
		template: { type: "string" },
		language: { type: "string", enum: ["zh", "en"] },
		discovery: { type: "boolean" },
		headers: { type: "object" },
	};
	const fields = fieldsOf({ settings: { properties, required: ["key"] }, secrets: ["key"] });
	expect(fields).toEqual([
		{ name: "key", kind: "secret", choices: [], required: true },
		{ name: "template", kind: "lines", choices: [], required: false },
		{ name: "language", kind: "choice", choices: ["zh", "en"], required: false },
		{ name: "discovery", kind: "flag", choices: [], required: false },
	]);
});

test("names the first setting that has to be filled in", () => {
	const settings = {
		type: "object",
		properties: { token: { type: "string" }, chat_id: { type: "string" }, server: { type: "string" } },
		required: ["token", "chat_id"],
	};
	const fields = fieldsOf({ settings, secrets: ["token"] });
	expect(missingOf(fields, {}, undefined)).toBe("token");
	expect(missingOf(fields, { token: "1:a" }, undefined)).toBe("chat_id");
	expect(missingOf(fields, { token: "1:a", chat_id: "1" }, undefined)).toBeUndefined();
	expect(missingOf(fields, { chat_id: "1" }, target)).toBeUndefined();
});
