import { expect, test } from "vitest";
import { aggregatesRun } from "../bench/kit/aggregates-run.ts";

/** The small form of `npm run trial -- aggregates`. */
test("shows the same aggregates everywhere as a plain loop", async () => {
	const compared = await aggregatesRun({ events: 4_000, rooms: 2, restarts: 2, seed: 7 });
	expect(compared.map(({ source }) => source)).toHaveLength(6);
	for (const one of compared) expect(one).toEqual({ source: one.source, broadcasts: 6, differ: [] });
});
