import type { LiveEvent } from "@livekeeper/douyin";
import fc from "fast-check";
import { expect, test } from "vitest";
import { chat, gift, service, startMs, user } from "../events.helpers.ts";
import { sqliteDefaults } from "./options.ts";
import { SqliteReader } from "./reader.ts";
import { commit, temporaryFolder } from "./stores.helpers.ts";
import { foldEveryMs, SqliteWriter } from "./writer.ts";

const { retention } = sqliteDefaults;

const roomId = fc.constantFrom("broadcast-1", "broadcast-2", "");
const eventOf = fc.oneof(
	{
		weight: 3,
		arbitrary: fc.record({ roomId, user: fc.nat(14).map((n) => user(n)) }).map((of) => (n: number) => chat(n, of)),
	},
	{
		weight: 5,
		arbitrary: fc.record({ roomId, user: fc.nat(14).map((n) => user(n)), diamonds: fc.nat(9) }).map(
			({ diamonds, ...of }) =>
				(n: number) =>
					gift(n, diamonds, of),
		),
	},
	{
		weight: 1,
		arbitrary: fc.tuple(roomId, fc.constantFrom("started", "ended")).map(
			([id, what]) =>
				(n: number) =>
					what === "started"
						? service("broadcast_started", n, { title: `第 ${n} 场` }, { roomId: id })
						: service("broadcast_ended", n, { reason: "ended" }, { roomId: id }),
		),
	},
);

/** What is said, and how often upkeep comes by. */
const steps = fc.array(
	fc.oneof({ weight: 4, arbitrary: fc.array(eventOf, { maxLength: 20 }) }, fc.constant("upkeep" as const)),
	{
		maxLength: 12,
	},
);

test("broadcasts read the same whether upkeep has counted their events or not", () => {
	const dataDir = temporaryFolder();
	const writer = new SqliteWriter({ dataDir, fsync: false, suspect: false, now: startMs });
	const reader = new SqliteReader(dataDir);
	let now = startMs;
	let n = 0;
	let run = 0;
	const count = () => {
		now += foldEveryMs;
		while (writer.upkeep(now, retention, 1_000).more);
	};
	fc.assert(
		fc.property(steps, (given) => {
			const liveId = `room-${++run}`;
			for (const step of given) {
				if (step === "upkeep") count();
				else {
					const events: LiveEvent[] = step.map((make) => make(++n));
					commit(writer, now, { liveId, events });
				}
			}
			const before = reader.broadcasts(liveId);
			expect(reader.broadcasts(liveId)).toEqual(before);
			count();
			expect(before).toEqual(reader.broadcasts(liveId));
		}),
		{ numRuns: 200 },
	);
	reader.close();
	writer.close();
});
