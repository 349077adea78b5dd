import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ChatEvent, systemClock } from "@livekeeper/douyin";
import { type EventLog, openSqliteEventLog } from "../../packages/log/src/event-log/index.ts";
import type { Bench, Figure, Measured } from "../kit/bench.ts";
import { benchChat, jsonOf, quietLogger } from "../kit/bench-events.ts";
import { ownCpu } from "../kit/cpu.ts";
import { RawRows } from "../kit/raw-rows.ts";

/** Content of a commit, and number of commits in a round. */
interface Shape {
	rooms: number;
	perRoom: number;
	commits: number;
	goal: number;
}

const shapes: Shape[] = [
	{ rooms: 50, perRoom: 20, commits: 20, goal: 1 },
	{ rooms: 500, perRoom: 1, commits: 30, goal: 0.5 },
];

function figuresOf({ rooms, perRoom, goal }: Shape): Figure[] {
	const name = `log, ${rooms} rooms × ${perRoom}`;
	const shared = { better: "higher", of: "rows", dividedBy: "log" } as const;
	const what = `raw rows of the same events, as JSON, in SQLite ÷ the event log; commits of ${rooms * perRoom} events`;
	return [
		{ ...shared, name, what: `pace: ${what}`, measure: "wall", unit: "µs an event", goal },
		{
			...{ ...shared, name: `${name}, CPU`, what: `CPU of all threads: ${what}` },
			...{ measure: "cpu", unit: "µs of CPU an event" },
		},
		{
			...{ ...shared, name: `${name}, JSON ready`, of: "rows of ready JSON", measure: "wall", unit: "µs an event" },
			what: `pace: rows whose JSON was made before ÷ the event log, which makes it`,
		},
	];
}

type Commit = readonly { liveId: string; events: readonly ChatEvent[] }[];

export const logBenches = shapes.map((shape): Bench => {
	const { rooms, perRoom } = shape;
	return {
		name: `log-${rooms}x${perRoom}`,
		figures: figuresOf(shape),
		rounds: 3,
		warmUps: 3,
		async prepare(scale) {
			const commits = Math.max(2, Math.round(shape.commits * scale));
			const folder = mkdtempSync(join(tmpdir(), "livekeeper-bench-"));
			// Commits begin as soon as the previous one is durable.
			const options = { dataDir: join(folder, "log"), clock: systemClock, logger: quietLogger, groupCommitMs: 0 };
			const log = await openSqliteEventLog(options);
			const rows = new RawRows(folder);
			return {
				sides: {
					log: () => byLog(log, drawn(shape, commits)),
					rows: () => byRows(rows, drawn(shape, commits), jsonOf),
					"rows of ready JSON": () => {
						const drafts = drawn(shape, commits);
						const ready = new Map(drafts.flat().flatMap(({ events }) => events.map((event) => [event, jsonOf(event)])));
						return byRows(rows, drafts, (event) => ready.get(event) ?? "");
					},
				},
				close: async () => {
					rows.close();
					await log.close();
					rmSync(folder, { recursive: true, force: true });
				},
			};
		},
	};
});

function drawn({ rooms, perRoom }: Shape, commits: number): Commit[] {
	const at = Date.now();
	return Array.from({ length: commits }, () =>
		Array.from({ length: rooms }, (_, room) => {
			const liveId = `room-${room}`;
			return { liveId, events: Array.from({ length: perRoom }, () => benchChat(liveId, at)) };
		}),
	);
}

/** Encodes the next commit while one is on its way to the disk, as the service does. */
async function byLog(log: EventLog, commits: readonly Commit[]): Promise<Measured> {
	let [events, characters] = [0, 0];
	const off = log.onCommitted((batch) => {
		events += batch.events.length;
		for (const { seq, json } of batch.events) characters += json.length - `"seq":${seq},`.length;
	});
	const taken = await timed(async () => {
		let before: Promise<void> | undefined;
		for (const commit of commits) {
			for (const batch of commit) log.append(batch);
			await before;
			before = log.flush();
		}
		await before;
	});
	off();
	return measured(taken, events, characters);
}

async function byRows(
	rows: RawRows,
	commits: readonly Commit[],
	json: (event: ChatEvent) => string,
): Promise<Measured> {
	const before = rows.count();
	let characters = 0;
	const taken = await timed(() => {
		for (const commit of commits) {
			rows.insertAll(
				commit.flatMap(({ liveId, events }) =>
					events.map((event) => {
						const text = json(event);
						characters += text.length;
						return [liveId, text] as const;
					}),
				),
			);
		}
	});
	return measured(taken, rows.count() - before, characters);
}

async function timed(run: () => Promise<void> | void): Promise<{ cpu: number; wall: number }> {
	const startedAt = performance.now();
	const cpu = await ownCpu(run);
	return { cpu, wall: performance.now() - startedAt };
}

function measured({ cpu, wall }: { cpu: number; wall: number }, events: number, characters: number): Measured {
	return { did: { events, characters }, took: { cpu: (cpu * 1000) / events, wall: (wall * 1000) / events } };
}
