import { afterAll, expect, test } from "vitest";
import { planOf } from "./plan.ts";
import { WorldPool } from "./pool.ts";

const pool = new WorldPool(2);
afterAll(() => pool.close());

/** A fixed amount of work: each seed is half an hour of four rooms, with all kinds of disturbances among them. */
const scope = { hours: 0.5, rooms: 4, nodes: 1 };
const seeds = Array.from({ length: 6 }, (_, i) => i + 1);

test("keeps every promise in simulated worlds", async () => {
	const all = await Promise.all(seeds.map((seed) => pool.run(planOf(seed, scope))));
	expect(all.flatMap(({ report }) => report.broken.map((words) => `seed ${report.seed}: ${words}`))).toEqual([]);
	const kinds = new Set(all.flatMap(({ report }) => Object.keys(report.struck)));
	expect(kinds.size).toBeGreaterThanOrEqual(20);
});

test("keeps every promise on three nodes", async () => {
	// Three nodes send 30 requests a second to NATS, whatever happens.
	const { report } = await pool.run(planOf(7, { hours: 0.1, rooms: 2, nodes: 3 }));
	expect(report.broken).toEqual([]);
	expect(Object.keys(report.struck).length).toBeGreaterThanOrEqual(2);
});

test("repeats a seed exactly", async () => {
	const plan = planOf(77, { hours: 0.3, rooms: 3, nodes: 1 });
	const [first, second] = await Promise.all([pool.run(plan), pool.run(plan)]);
	expect(second.report).toEqual(first.report);
});
