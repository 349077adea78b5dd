import { expect, test } from "vitest";
import { nodesTable } from "./tables.ts";

const node = (name: string, self: boolean, draining = false) => ({
	...{ node: name, self, url: `http://${name}:7001`, weight: 1, draining, rooms: 3, started_at: 0, version: "0.1.0" },
});

const heard = (nodes: ReturnType<typeof node>[], unheard_ms: number, cut_off = false) => ({
	nodes,
	unheard_ms,
	cut_off,
});

test("shows each node's state and marks the asked one", () => {
	const table = nodesTable(heard([node("a", true), node("b", false, true)], 2_000), 60_000, "en");
	expect(table).toMatch(/a \*.*running/);
	expect(table).toMatch(/b .*draining/);
	expect(table).not.toContain("NATS");
});

test("explains a cut-off node and what to do", () => {
	const table = nodesTable(heard([node("a", true), node("b", false)], 9_400, true), 60_000, "en");
	expect(table).toMatch(/a \*.*cut off from NATS/);
	expect(table).toMatch(/b .*unknown/);
	expect(table).toContain("NATS has not heard from this node for 9 s");
	expect(nodesTable(heard([node("a", true)], 9_400, true), 60_000, "zh")).toContain("已有 9 秒");
});
