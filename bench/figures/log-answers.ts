import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@livekeeper/douyin";
import { type EventLog, openSqliteEventLog, type SearchQuery } from "../../packages/log/src/event-log/index.ts";
import type { Bench, Figure, Measured } from "../kit/bench.ts";
import { quietLogger } from "../kit/bench-events.ts";
import { fillLarge, type LargeLog, liveIdOf, secUidOf } from "../kit/large-log.ts";
import { quantile } from "../kit/spread.ts";

const million: LargeLog = { rooms: 50, perRoom: 20_000, people: 5_000 };
const many: LargeLog = { rooms: 300, perRoom: 20_000, people: 5_000 };
const perLook = 5;
const shared = { better: "lower", unit: "ms" } as const;
const inMillion = `among 1 M events of ${million.rooms} rooms, all pages, median of ${perLook}`;

const figures: Figure[] = [
	{
		...{ ...shared, name: "a person's events", what: `by sec_uid ${inMillion}` },
		...{ of: "million", measure: "person", goal: 200 },
	},
	{
		...{ ...shared, name: "text search", what: `a word that nobody says ${inMillion}` },
		...{ of: "million", measure: "text", goal: 1_200 },
	},
	{
		...{ ...shared, name: "restart until aggregates answer", of: "many rooms", measure: "restart", goal: 1_500 },
		what: `from the start of the log to the broadcasts of ${many.rooms} rooms of ${many.perRoom.toLocaleString("en-US")} events`,
	},
];

/** Questions to a large log: a viewer's card, a search, and the aggregates of all rooms after a restart. */
export const logAnswers: Bench = {
	name: "log-answers",
	figures,
	rounds: 1,
	warmUps: 0,
	async prepare(scale) {
		const folder = mkdtempSync(join(tmpdir(), "livekeeper-answers-"));
		const scaled = (log: LargeLog) => ({ ...log, perRoom: Math.max(500, Math.round(log.perRoom * scale)) });
		const side = (name: string, log: LargeLog, measure: (log: EventLog) => Promise<Measured["took"]>) => async () => {
			const dataDir = join(folder, name);
			fillLarge(dataDir, scaled(log));
			const startedAt = performance.now();
			const opened = await openSqliteEventLog({ dataDir, clock: systemClock, logger: quietLogger });
			try {
				const took = await measure(opened);
				return { did: {}, took: { ...took, restart: took["restart"] === undefined ? 0 : took["restart"] - startedAt } };
			} finally {
				await opened.close();
				rmSync(dataDir, { recursive: true, force: true });
			}
		};
		return {
			sides: {
				million: side("million", million, async (log) => ({
					person: await look(log, { user: secUidOf(17) }),
					text: await look(log, { text: "木船" }),
				})),
				"many rooms": side("many", many, async (log) => {
					await Promise.all(Array.from({ length: many.rooms }, (_, room) => log.broadcasts(liveIdOf(room))));
					return { restart: performance.now() };
				}),
			},
			close: () => rmSync(folder, { recursive: true, force: true }),
		};
	},
};

/** Median time of a search through the whole log, ms. */
async function look(log: EventLog, query: SearchQuery): Promise<number> {
	const times: number[] = [];
	for (let n = 0; n < perLook; n++) {
		const startedAt = performance.now();
		let page = await log.search({ ...query, limit: 500, budgetMs: 60_000 });
		while (page.cursor) page = await log.search({ ...query, limit: 500, budgetMs: 60_000, cursor: page.cursor });
		times.push(performance.now() - startedAt);
	}
	return quantile(times, 0.5);
}
