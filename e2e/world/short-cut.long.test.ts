import { afterAll, expect, test } from "vitest";
import { calmMsOf, planOf } from "./plan.ts";
import { WorldPool } from "./pool.ts";

const pool = new WorldPool(1);
afterAll(() => pool.close());

test("keeps and stores a node's rooms through 6 s offline", async () => {
	const plan = planOf(7, { hours: 0.1, rooms: 4, nodes: 3 });
	const at = calmMsOf(plan) + 10_000;
	const cut = { at, do: "nats", node: 0, fault: { kind: "cut_off", forMs: 6_000 } } as const;
	const { report } = await pool.run({ ...plan, spanMs: at + 60_000, steps: [cut] });
	expect(report).toMatchObject({ broken: [], gaps: 0, struck: { "NATS cut off": 1 } });
});
