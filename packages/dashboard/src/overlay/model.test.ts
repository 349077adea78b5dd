import fc from "fast-check";
import { expect, test } from "vitest";
import { safeText } from "../text/safe-text.ts";
import { notesOf } from "./gift-sounds.ts";
import { eventTypes } from "./line.ts";
import { testEvents } from "./made-up.ts";
import { frameNodes, maxNodes, nodesOf, OverlayModel } from "./model.ts";
import { overlayKinds, soundNames } from "./parameters.ts";
import { chat, event, gift, settingsOf } from "./samples.helpers.ts";
import { tallyOf } from "./tally.ts";
import { lineText } from "./words.ts";

const everything = `kinds=${overlayKinds.join()}`;
const shown = (model: OverlayModel) => model.lines.map(({ kind, name, text, count }) => [kind, name, text, count]);
const nodes = (model: OverlayModel) => model.lines.reduce((sum, line) => sum + nodesOf(line), frameNodes);
const user = (nickname: string, level = 5) => ({ user: { nickname, level, avatar: "" } });

function modelOf(search: string, ...events: Parameters<OverlayModel["add"]>[0][]): OverlayModel {
	const model = new OverlayModel(settingsOf(search));
	for (const one of events) model.add(one, 0);
	return model;
}

test("grows a streak's line in place, and never shrinks it", () => {
	const first = gift("s", 1, 1, user("甲"));
	const model = modelOf("", first, chat("哇", user("乙")), gift("s", 5, 1, user("甲")), gift("s", 3, 1, user("甲")));
	expect(shown(model)).toEqual([
		["gift", "甲", "玫瑰", 5],
		["chat", "乙", "哇", 1],
	]);
	expect(model.lines[0]?.key).toBe(first.seq);
	model.add(gift("t", 1, 1, user("甲")), 0);
	expect(model.lines).toHaveLength(3);
});

test("says what happened in the fan club", () => {
	const club = (action: string, content = "") => event("fansclub", { action, content, ...user("甲") });
	const said = (lang: "zh" | "en", ...events: ReturnType<typeof club>[]) =>
		modelOf(`${everything}&lang=${lang}`, ...events).lines.map((line) => lineText(line, lang));
	expect(said("zh", club("join"))).toEqual(["加入了粉丝团"]);
	expect(said("zh", club("upgrade"))).toEqual(["粉丝团等级提升"]);
	expect(said("en", club("other"))).toEqual(["has a new fan club status"]);
	expect(said("en", club("upgrade", "升到 5 级"))).toEqual(["升到 5 级"]);
});

test("shows a gift reported by both sources once", () => {
	const official = { source: "official", gift_name: "", delta: 3 };
	const evidence = { evidence: { delta: 3, diamonds: 27 }, delta: 0 };
	const model = modelOf(
		"card_min=20",
		gift("s", 2, 9, user("甲")),
		gift("official:1", 3, 9, { ...official, ...user("乙") }),
		gift("s", 5, 9, { ...evidence, ...user("乙") }),
		gift("s", 6, 9, user("甲")),
	);
	expect(model.lines.map(({ text, count, diamonds, card }) => [text, count, diamonds, card])).toEqual([
		["玫瑰", 3, 27, true],
		["", 3, 27, true],
	]);
	expect(model.lines.map((line) => lineText(line, "zh"))).toEqual(["送出 玫瑰", "送出 9 抖币的礼物"]);
	expect(model.lines.map((line) => lineText(line, "en"))).toEqual(["sent 玫瑰", "sent 9-diamond gift"]);
});

test("clears the withheld mark once the open platform pushes", () => {
	const model = modelOf("", event("gifts_withheld"));
	expect(model.incomplete).toBe(true);
	model.add(gift("s", 1), 0);
	expect(model.incomplete).toBe(true);
	model.add(gift("official:1", 1, 1, { source: "official" }), 0);
	expect(model.incomplete).toBe(false);
});

test("keeps a continuing streak, and restores an expired one", () => {
	const model = new OverlayModel(settingsOf("fade=10"));
	model.add(gift("s", 1), 0);
	model.add(gift("s", 2), 8_000);
	model.expire(15_000);
	expect(model.lines).toHaveLength(1);
	model.expire(18_000);
	expect(model.lines).toHaveLength(0);
	model.add(gift("s", 3), 20_000);
	expect(model.lines.map(({ count }) => count)).toEqual([3]);
});

test("keeps a line until it is pushed out with fade=0", () => {
	const model = new OverlayModel(settingsOf("fade=0&lines=2"));
	for (const text of ["a", "b", "c"]) model.add(chat(text), 0);
	model.expire(1e12);
	expect(model.lines.map(({ text }) => text)).toEqual(["b", "c"]);
});

test("merges consecutive joins and likes, but not across a pause", () => {
	const model = modelOf(
		everything,
		event("member", user("甲")),
		event("member", user("乙")),
		event("like", { count: 3, ...user("甲") }),
	);
	model.add(event("like", { count: 4, ...user("甲") }), 9_000);
	model.add(event("like", { count: 5, ...user("丙") }), 30_000);
	model.add(chat("x"), 30_000);
	model.add(event("like", { count: 1, ...user("丙") }), 30_000);
	expect(model.lines.map(({ kind, count, people }) => [kind, count, people])).toEqual([
		["member", 2, 2],
		["like", 7, 1],
		["like", 5, 1],
		["chat", 1, 1],
		["like", 1, 1],
	]);
});

test("shows a streak from the minimum worth, a card later", () => {
	const model = modelOf("gift_min=10&card_min=30", gift("s", 1, 5));
	expect(model.lines).toHaveLength(0);
	model.add(gift("s", 2, 5), 0);
	expect(model.lines.map(({ card, diamonds }) => [card, diamonds])).toEqual([[false, 10]]);
	model.add(gift("s", 6, 5), 0);
	expect(model.lines.map(({ card, diamonds }) => [card, diamonds])).toEqual([[true, 30]]);
	expect(modelOf("card_min=0", gift("s", 1, 1e6)).lines[0]?.card).toBe(false);
});

test.each([
	["block=广告, ad", ["正经话"], ["买广告位", "AD now", "ＡＤ"]],
	["only=#提问", ["#提问 怎么做"], ["你好"]],
	["level_min=6", [], ["五级"]],
	["kinds=gift", [], ["弹幕"]],
])("shows only the texts that %s allows", (search, kept, hidden) => {
	const model = modelOf(search, ...[...kept, ...hidden].map((text) => chat(text)));
	expect(model.lines.map(({ text }) => text)).toEqual(kept);
});

test("hides the line of a name with a blocked word", () => {
	expect(modelOf("block=广告", chat("hi", user("广告君"))).lines).toEqual([]);
});

test("truncates strangers' text and strips bidi and invisible characters", () => {
	const [line] = modelOf("", chat(`a\u202eb\u200b${"长".repeat(5_000)}`, user(`\u2067${"名".repeat(100_000)}`))).lines;
	expect(line?.text).toMatch(/^ab长+…$/);
	expect(line?.text.length).toBeLessThan(170);
	expect(line?.name.length).toBeLessThan(30);
});

test("accepts events without a name and unknown types", () => {
	const model = modelOf("", event("chat", { content: "x", user: undefined }), event("brand_new"), event("chat", {}));
	expect(shown(model).map(([kind, , text]) => [kind, text])).toEqual([
		["chat", "x"],
		["chat", ""],
	]);
});

test("shows fewer lines if they have pictures", () => {
	const picture = "https://p.example/a";
	const gifts = Array.from({ length: 14 }, (_, i) => gift(`s${i}`, 1, 1, { gift_image: picture }));
	expect(modelOf("lines=14", ...gifts).lines).toHaveLength(8);
	const model = modelOf("lines=14", ...Array.from({ length: 14 }, (_, i) => chat(`${i}`)));
	expect(model.lines).toHaveLength(14);
	for (const one of gifts) model.add(one, 0);
	expect(model.lines.map(({ kind }) => kind)).toEqual(Array(8).fill("gift"));
	expect(nodes(model)).toBeLessThanOrEqual(maxNodes);
});

test("never exceeds the node limit, whatever events and settings", () => {
	const some = fc.oneof(
		fc.record({ content: fc.oneof(fc.string(), fc.constantFrom("6", "666")) }).map((fields) => event("chat", fields)),
		fc.tuple(fc.nat(4), fc.nat(50)).map(([s, n]) => gift(`s${s}`, n, 99, { gift_image: "https://p.example/a" })),
		fc
			.constantFrom("member", "follow", "share", "fansclub", "like")
			.map((type) => event(type, { count: 1, action: "join" })),
	);
	const search = fc.record({ lines: fc.nat(20), fade: fc.nat(5), merge: fc.nat(2) });
	fc.assert(
		fc.property(search, fc.array(some, { maxLength: 80 }), ({ lines, fade, merge }, events) => {
			const model = new OverlayModel(settingsOf(`${everything}&avatars=1&lines=${lines}&fade=${fade}&merge=${merge}`));
			events.forEach((one, i) => {
				model.add({ ...one, user: { nickname: "x", level: 1, avatar: "https://p.example/b" } } as never, i * 500);
				expect(model.lines.length).toBeLessThanOrEqual(Math.min(14, Math.max(1, lines)));
				expect(nodes(model)).toBeLessThanOrEqual(maxNodes);
			});
		}),
	);
});

test("keeps no more than the visible lines after 8 hours", () => {
	const model = new OverlayModel(settingsOf(`${everything}&lines=14&fade=60`));
	const hours = 8;
	let most = 0;
	for (let i = 0; i < hours * 3600 * 20; i++) {
		const now = i * 50;
		if (i % 10 === 0) model.add(gift(`streak ${Math.floor(i / 50)}`, (i % 50) + 1), now);
		else if (i % 10 === 5) model.add(event("member"), now);
		else model.add(chat(`message ${i}`), now);
		if (i % 5 === 0) model.expire(now);
		most = Math.max(most, model.lines.length);
	}
	expect(most).toBe(14);
	expect(nodes(model)).toBeLessThanOrEqual(maxNodes);
	// The whole state of the model: its size as text is that of a few lines.
	expect(JSON.stringify(model.lines).length).toBeLessThan(14 * 400);
	model.expire(hours * 3_600_000 + 60_000);
	expect(model.lines).toEqual([]);
});

test("removes deleted messages", () => {
	const model = modelOf("", chat("a", { id: "1" }), chat("b", { id: "2" }));
	expect(model.takeBack(["1", "9"]).map(({ text }) => text)).toEqual(["a"]);
	expect(model.lines.map(({ text }) => text)).toEqual(["b"]);
	expect(model.takeBack([])).toEqual([]);
	model.add(chat("c", { id: "3", envelope_id: "8" }), 0);
	expect(model.takeBack(["8"]).map(({ text }) => text)).toEqual(["c"]);
});

test("marks gifts as incomplete until the next broadcast begins", () => {
	const model = modelOf("", gift("s", 1));
	expect(model.incomplete).toBe(false);
	expect(model.add(event("gifts_withheld", { diamonds_missing: 5 }), 0)).toBeUndefined();
	expect(model.incomplete).toBe(true);
	model.add(event("broadcast_started"), 0);
	expect(model.incomplete).toBe(false);
	expect(shown(model)).toHaveLength(1);
});

test("requests only the types it shows, and gifts_withheld with gifts", () => {
	const types = (search: string) => eventTypes(settingsOf(search));
	expect(types("kinds=chat,gift")).toContain("gifts_withheld");
	expect(types("kinds=chat")).toEqual(["chat", "emoji_chat", "screen_chat", "message_deleted"]);
	expect(types("kinds=chat,gift&widgets=alert")).toEqual([
		"gift",
		"message_deleted",
		"gifts_withheld",
		"broadcast_started",
	]);
	expect(types("kinds=chat&widgets=ranking")).toEqual(["gifts_withheld", "broadcast_started"]);
	expect(types("kinds=chat&widgets=goal&goal_of=likes")).toEqual([]);
	expect(types("kinds=&widgets=pk")).toEqual(["pk_started", "pk_score", "pk_ended"]);
});

test("shows a test past all filters, with card and mark", () => {
	const settings = settingsOf("kinds=chat&only=x&level_min=99&card_min=5000");
	const model = new OverlayModel(settings);
	for (const kind of ["gift", "chat"] as const) {
		for (const made of testEvents(kind, settings, -1 - model.lines.length, 0)) model.add(made, 0);
	}
	expect(model.lines.map(({ kind, card, test, key }) => [kind, card, test, key])).toEqual([
		["gift", true, true, -1],
		["chat", false, true, -2],
	]);
	model.add(chat("y", user("甲")), 0);
	expect(model.lines).toHaveLength(2);
});

test("truncates a name only between graphemes", () => {
	const family = "👨‍👩‍👧‍👦";
	const [line] = modelOf("", chat("x", user(`${"名".repeat(20)}${family}${"字".repeat(9)}`))).lines;
	expect(line?.name).toBe(`${"名".repeat(20)}…`);
	expect(safeText("e\u0301".repeat(30), 25)).toBe(`${"e\u0301".repeat(12)}…`);
	expect(safeText("🇨🇳".repeat(9), 11)).toBe(`${"🇨🇳".repeat(2)}…`);
	expect(safeText("🇨🇳🇨🇳", 11)).toBe("🇨🇳🇨🇳");
});

test("takes the totals from the broadcast's summary", () => {
	const none = { diamonds: 0, likes: 0, follows: 0, members: 0 };
	expect(tallyOf(undefined)).toEqual({ sums: none, givers: [] });
	const summary = { diamonds: 7, likes: 8, messages: { follow: 2, member: 3, chat: 9 } };
	const top_gifters = [{ id: "1", sec_uid: "s", nickname: "甲\u202e", diamonds: 5 }];
	expect(tallyOf({ ...summary, top_gifters } as never)).toEqual({
		sums: { diamonds: 7, likes: 8, follows: 2, members: 3 },
		givers: [{ id: "1", name: "甲", diamonds: 5 }],
	});
});

test("plays more notes for dearer gifts, within 3 s", () => {
	const notes = [0, 100, 1_000, 1e9, Number.MAX_VALUE].map((diamonds) => notesOf("chime", diamonds).length / 2);
	expect(notes).toEqual([3, 3, 5, 7, 7]);
	for (const name of soundNames) {
		const all = notesOf(name, Number.MAX_VALUE);
		// No sound exceeds the set volume, and none blocks the queue for long.
		expect(Math.max(...all.map(({ share }) => share))).toBeLessThanOrEqual(0.5);
		expect(Math.max(...all.map(({ at, length }) => at + length))).toBeLessThan(3);
	}
});

test("merges equal texts within the merge window into one line", () => {
	const model = new OverlayModel(settingsOf("merge=10"));
	const first = chat("666", { id: "1", ...user("甲") });
	model.add(first, 0);
	model.add(chat("别的", { id: "2" }), 1_000);
	model.add(chat("６６６６６！", { id: "3", envelope_id: "e", ...user("乙") }), 9_000);
	model.add(chat("666", { id: "4", ...user("丙") }), 18_000);
	expect(shown(model)).toEqual([
		["chat", "甲", "666", 3],
		["chat", model.lines[1]?.name, "别的", 1],
	]);
	expect(model.lines[0]?.key).toBe(first.seq);
	model.add(chat("666", user("丁")), 28_000);
	expect(model.lines).toHaveLength(3);
	// A deletion of any merged message removes the line.
	expect(model.takeBack(["e"]).map(({ name }) => name)).toEqual(["甲"]);
	expect(modelOf("", chat("a"), chat("a")).lines).toHaveLength(2);
});

test.each([
	["哈哈哈", "哈哈哈哈哈哈！", true],
	["OK", "ok ~", true],
	["1000", "10000", false],
	["好", "不好", false],
	["？？？", "！！！", false],
	["", "", false],
])("merges %j and %j: %s", (one, other, merged) => {
	expect(modelOf("merge=60", chat(one), chat(other)).lines).toHaveLength(merged ? 1 : 2);
});

test("never merges a test message", () => {
	const settings = settingsOf("merge=60");
	const model = new OverlayModel(settings);
	for (const seq of [-1, -2]) for (const made of testEvents("chat", settings, seq, 0)) model.add(made, 0);
	expect(model.lines).toHaveLength(2);
});

test("keeps bounded state in a flood of equal texts", () => {
	const model = new OverlayModel(settingsOf("merge=60"));
	for (let i = 0; i < 100_000; i++) model.add(chat("666", { id: `${i}` }), i);
	expect(shown(model).map(([, , text, count]) => [text, count])).toEqual([["666", 100_000]]);
	expect(JSON.stringify(model.lines).length).toBeLessThan(2_000);
});
