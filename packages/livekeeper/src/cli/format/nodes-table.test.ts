import { expect, test } from "vitest";
import { nodesTable } from "./nodes-table.ts";

const node = (name: string, self: boolean, draining = false) => ({
	...{ node: name, self, url: `http://${name}:7001`, weight: 1, draining, rooms: 3, started_at: 0, version: "0.1.0" },
});

test("each node has its state, and the one that was asked a mark", () => {
	const table = nodesTable([node("a", true), node("b", false, true)], 60_000, "en", 2_000);
	expect(table).toMatch(/a \*.*works/);
	expect(table).toMatch(/b .*draining/);
	expect(table).not.toContain("NATS");
});

test("of a node that NATS does not hear it says that it knows nothing of the others, and what to do", () => {
	const table = nodesTable([node("a", true), node("b", false)], 60_000, "en", 9_400);
	expect(table).toMatch(/a \*.*cut off from NATS/);
	expect(table).toMatch(/b .*not known/);
	expect(table).toContain("NATS has not heard this node for 9 s");
	expect(nodesTable([node("a", true)], 60_000, "zh", 9_400)).toContain("已有 9 秒");
});
