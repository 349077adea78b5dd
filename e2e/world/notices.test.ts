import { expect, test } from "vitest";
import { type Absence, checkNotices, type Noticed } from "./notices.ts";

const lost = (at: number): Noticed => ({ state: "node_lost", subject: "node-2", condition: "lost", at });
const away = (how: Absence["how"], node = "node-2"): Absence => ({ node, from: 100_000, to: 160_000, how });
const never = () => false;

test("allows notices of nodes that were away", () => {
	for (const how of ["kill", "power_cut", "hang", "nats"] as const)
		for (const at of [114_000, 160_000, 280_000]) expect(checkNotices([lost(at)], [away(how)], never)).toEqual([]);
	expect(checkNotices([{ ...lost(1), condition: "fine" }], [], never)).toEqual([]);
});

test("reports a node that is lost too early or late", () => {
	for (const at of [113_999, 280_001]) expect(checkNotices([lost(at)], [away("kill")], never)).toHaveLength(1);
	expect(checkNotices([lost(130_000)], [away("kill", "node-3")], never)).toHaveLength(1);
});

test("reports a node that left where all could hear", () => {
	expect(checkNotices([lost(130_000)], [away("stop")], never)).toHaveLength(1);
	const deaf = { ...away("nats", "node-1"), from: 105_000, to: 106_000 };
	expect(checkNotices([lost(130_000)], [away("stop"), deaf], never)).toEqual([]);
});

test("reports storage that fails undisturbed", () => {
	const failing = { state: "storage", subject: "", condition: "failing", at: 500_000 };
	expect(checkNotices([failing], [], never)).toHaveLength(1);
	expect(checkNotices([failing], [], (from, to) => from === 380_000 && to === 500_000)).toEqual([]);
});
