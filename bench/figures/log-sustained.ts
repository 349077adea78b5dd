import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bench, Figure } from "../kit/bench.ts";
import { Helper } from "../kit/child-process.ts";
import { KeptRooms } from "../kit/kept-rooms.ts";
import type { SustainedAnswer, SustainedOrder } from "../kit/sustained-log.ts";
import { perEvent, watchSteps } from "../kit/thread-steps.ts";

const [rooms, rate] = [100, 10];
/** Number of steps: five minutes, which include upkeep, joining of blocks and counting of events. */
const steps = 30;
const stepMs = 10_000;
const stepText = `${stepMs / 1000} s`;
const minutesText = `${rooms} rooms × ${rate} events a second over ${(steps * stepMs) / 60_000} minutes, no readers`;

function figuresOf(name: string, of: string, goals: { all?: number; writer?: number }): Figure[] {
	const unit = "µs of CPU an event";
	const shared = { of, unit, better: "lower", what: minutesText } as const;
	const withGoal = (goal: number | undefined) => (goal === undefined ? {} : { goal });
	const writer = `${name}, the log's writer`;
	return [
		{ ...shared, name: `${name}, all threads`, measure: "all", ...withGoal(goals.all) },
		{ ...shared, name: `${name}, main thread`, measure: "main" },
		{ ...shared, name: writer, measure: "writer", ...withGoal(goals.writer) },
		{ ...shared, name: `${writer}, least`, measure: "writer, least", what: `its calmest ${stepText}` },
		{ ...shared, name: `${writer}, most`, measure: "writer, most", what: `its busiest ${stepText}` },
	];
}

function commitFigures(): Figure[] {
	const shared = { of: "log", unit: "ms", better: "lower" } as const;
	const what = "from the call of the writer's thread to its answer";
	const during = { ...shared, name: "commit p99 during upkeep", measure: "p99 during upkeep", goal: 10 };
	return [
		{ ...shared, name: "commit p50, sustained", measure: "p50", what },
		{ ...shared, name: "commit p99, sustained", measure: "p99", what },
		{ ...during, what: "of those commits during which the writer's thread had something else to do as well" },
	];
}

function stepsOf(scale: number): number {
	return Math.max(2, Math.round(steps * scale));
}

/** The event log alone, fed with the events of many rooms as the service decodes them. */
const logSustained: Bench = {
	name: "log-sustained",
	figures: [...figuresOf("log, sustained", "log", { writer: 60 }), ...commitFigures()],
	rounds: 1,
	warmUps: 0,
	async prepare(scale) {
		const folder = mkdtempSync(join(tmpdir(), "livekeeper-bench-"));
		const helper = new Helper<SustainedOrder, SustainedAnswer>(new URL("../kit/sustained-log.ts", import.meta.url));
		let round = 0;
		return {
			sides: {
				log: async () => {
					const dataDir = join(folder, `${round++}`);
					const order = { do: "run", dataDir, rooms, rate, steps: stepsOf(scale), stepMs, warmUpMs: stepMs } as const;
					const { events, took } = await helper.order(order);
					return { did: { events }, took };
				},
			},
			close: async () => {
				await helper.close();
				rmSync(folder, { recursive: true, force: true });
			},
		};
	},
};

/** The whole service, from the sockets of a simulator in another process to the disk. */
const serviceSustained: Bench = {
	name: "service-sustained",
	figures: figuresOf("service, sustained", "service", { all: 190, writer: 60 }),
	rounds: 1,
	warmUps: 0,
	async prepare(scale) {
		const kept = await KeptRooms.open(rooms);
		const { pid = 0 } = kept.service;
		const talkFor = (count: number) => {
			const seconds = (count * stepMs) / 1000;
			return kept.cpuOfEvent({ messages: rate * seconds, perFrame: 1, seconds });
		};
		return {
			sides: {
				service: async () => {
					await talkFor(1);
					const plan = { pid, steps: stepsOf(scale), stepMs, stored: () => kept.stored() };
					const [taken, { did }] = await Promise.all([watchSteps(plan), talkFor(plan.steps)]);
					return { did, took: perEvent(taken) };
				},
			},
			close: () => kept.close(),
		};
	},
};

export const sustainedBenches = [logSustained, serviceSustained];
