import type { ClusterNode, Room } from "@livekeeper/client";
import { describe, expect, test } from "vitest";
import { linesOf, troublesOf } from "./summary.ts";

const node = (name: string, fields: Partial<ClusterNode> = {}): ClusterNode => ({
	...{ node: name, self: name === "a", url: "", weight: 1, draining: false, rooms: 0, started_at: 0, version: "1" },
	...fields,
});
const room = (of: string | null, since: number | null) => ({ node: of, unstored_since: since }) as Room;
const heard = { unheard_ms: 1_500, cut_off: false };
const cutOff = { unheard_ms: 9_000, cut_off: true };

describe("lines of the nodes table", () => {
	test("derives share and due rooms from the weights without drainers", () => {
		const nodes = [
			node("a", { rooms: 5 }),
			node("b", { weight: 3, rooms: 4 }),
			node("c", { rooms: 3, draining: true }),
		];
		const lines = linesOf({ nodes, ...heard });
		expect(lines.map(({ node, state, share, due }) => [node, state, share, due])).toEqual([
			["a", "here", 0.25, 3],
			["b", "here", 0.75, 9],
			["c", "draining", 0, 0],
		]);
	});

	test("gives no node a share if all drain", () => {
		const nodes = [node("a", { rooms: 2, draining: true })];
		expect(linesOf({ nodes, ...heard }).map(({ share, due }) => [share, due])).toEqual([[0, 0]]);
	});

	test("shows unheard answering node as cut off, others as unknown", () => {
		const nodes = [node("a"), node("b"), node("c", { draining: true })];
		const states = (of: typeof heard) => linesOf({ nodes, ...of }).map(({ state }) => state);
		expect(states(heard)).toEqual(["here", "here", "draining"]);
		expect(states(cutOff)).toEqual(["cut_off", "unknown", "unknown"]);
	});
});

describe("troubles of a cluster", () => {
	test("finds none if all nodes match and can store", () => {
		expect(troublesOf({ nodes: [node("a"), node("b")], ...heard }, [room("a", null)])).toEqual([]);
	});

	test("reports draining nodes with their rooms, and mixed versions", () => {
		const nodes = [node("a", { version: "2" }), node("b", { draining: true, rooms: 4 }), node("c")];
		expect(troublesOf({ nodes, ...heard }, [])).toEqual([
			{ name: "draining", node: "b", rooms: 4 },
			{
				name: "versions",
				versions: [
					{ version: "1", nodes: ["b", "c"] },
					{ version: "2", nodes: ["a"] },
				],
			},
		]);
	});

	test("reports that no node takes rooms, if absent or draining", () => {
		expect(troublesOf({ nodes: [], ...heard }, [])).toEqual([{ name: "nobody" }]);
		const nodes = [node("a", { draining: true })];
		expect(troublesOf({ nodes, ...heard }, []).map(({ name }) => name)).toEqual(["nobody", "draining"]);
	});

	test("reports rooms that can't be stored, grouped by node", () => {
		const rooms = [room("b", 1), room("a", 2), room("b", 3), room("a", null), room(null, 4)];
		expect(troublesOf({ nodes: [node("a"), node("b")], ...heard }, rooms)).toEqual([
			{ name: "unstored", node: "a", rooms: 1 },
			{ name: "unstored", node: "b", rooms: 2 },
		]);
	});

	test("hides outdated drain and version reports while NATS is away", () => {
		const nodes = [node("a"), node("b", { draining: true, version: "2" })];
		expect(troublesOf({ nodes, ...cutOff }, [room("a", 1)])).toEqual([
			{ name: "unheard", ms: 9_000 },
			{ name: "unstored", node: "a", rooms: 1 },
		]);
	});
});
