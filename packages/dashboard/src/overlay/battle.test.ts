import fc from "fast-check";
import { expect, test } from "vitest";
import { type Battle, BattleModel } from "./battle.ts";
import { testEvents } from "./made-up.ts";
import { event, settingsOf } from "./samples.helpers.ts";

const started = (id: string, at: number, fields: object = {}) =>
	event("pk_started", { battle_id: id, at, started_at: at, duration_ms: 300_000, sides: sides("甲", "乙"), ...fields });
const score = (id: string, at: number, a: number, b: number) =>
	event("pk_score", { battle_id: id, at, sides: [side("9", "", a), side("1", "", b)] });
const ended = (id: string, at: number, punish_ms = 0) =>
	event("pk_ended", { battle_id: id, at, reason: 1, punish_ms, sides: [] });
const side = (id: string, name: string, score?: number) => ({
	id,
	name,
	score,
	display: score === undefined ? score : `${score}`,
});
const sides = (a: string, b: string) => [side("9", a), side("1", b)];
const scores = (battle: Battle | undefined) => battle?.sides.map(({ name, score }) => [name, score]);

function modelOf(...events: Parameters<BattleModel["add"]>[0][]): BattleModel {
	const model = new BattleModel();
	for (const one of events) model.add(one);
	return model;
}

test("shows both sides' scores, the own first, and the end", () => {
	const model = modelOf(started("b", 1_000), score("b", 2_000, 5, 7), score("", 3_000, 6, 7));
	model.anchorId = "1";
	expect(scores(model.at(4_000))).toEqual([
		["乙", 7],
		["甲", 6],
	]);
	expect(model.at(4_000)).toMatchObject({ endsAt: 301_000, over: false });
});

test("shows the result for the length of the punishment", () => {
	const model = modelOf(started("b", 0), score("b", 1, 5, 7), ended("b", 300_000), ended("b", 301_000, 60_000));
	expect(model.at(360_999)).toMatchObject({ over: true });
	expect(scores(model.at(302_000))).toEqual([
		["甲", 5],
		["乙", 7],
	]);
	expect(model.at(361_000)).toBeUndefined();
	expect(modelOf(started("b", 0), ended("b", 300_000)).at(310_000)).toBeUndefined();
});

test("drops a battle without an end event after a while", () => {
	expect(modelOf(started("b", 1_000)).at(420_999)).toBeDefined();
	expect(modelOf(started("b", 1_000)).at(421_000)).toBeUndefined();
	expect(modelOf(score("b", 50_000, 1, 2)).at(170_000)).toBeUndefined();
});

test("replaces a battle with the next, ignoring late events", () => {
	const model = modelOf(started("b", 0), score("b", 1, 5, 7), ended("b", 2), started("c", 3), ended("b", 4));
	expect(model.at(5)).toMatchObject({ id: "c", over: false });
	expect(scores(model.at(5))).toEqual([
		["甲", 0],
		["乙", 0],
	]);
});

test("shows a test for 10 s, never over real battles", () => {
	const made = testEvents("pk", settingsOf(""), -1, 1_000);
	const model = modelOf(...made);
	expect(model.at(10_999)).toMatchObject({ test: true });
	expect(model.at(11_000)).toBeUndefined();
	expect(modelOf(started("b", 0), ...made).at(1_001)).toMatchObject({ id: "b", test: false });
	expect(modelOf(...made, started("b", 1_001)).at(1_002)).toMatchObject({ id: "b", test: false });
});

test("is unchanged by a second read of the log", () => {
	const ids = fc.constantFrom("a", "b", "");
	const one = fc.oneof(
		fc.record({ id: ids, kind: fc.constant("started" as const), a: fc.nat(9), b: fc.nat(9) }),
		fc.record({ id: ids, kind: fc.constant("score" as const), a: fc.nat(9), b: fc.nat(9) }),
		fc.record({ id: ids, kind: fc.constant("ended" as const), a: fc.nat(9), b: fc.nat(9) }),
	);
	fc.assert(
		fc.property(fc.array(one, { maxLength: 20 }), (steps) => {
			const events = steps.map(({ id, kind, a, b }, i) =>
				kind === "started" ? started(id || "a", i) : kind === "score" ? score(id, i, a, b) : ended(id, i, a * 1_000),
			);
			const first = events.findIndex(({ type }) => type === "pk_started");
			fc.pre(first >= 0);
			const whole = events.slice(first);
			const live = modelOf(...whole).at(100);
			expect(live?.sides.length).toBeGreaterThan(0);
			expect(modelOf(...whole, ...whole).at(100)).toEqual(live);
		}),
	);
});
