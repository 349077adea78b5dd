import { seeded } from "@livekeeper/douyin/testing";
import type { ConfigInput } from "livekeeper";
import type { Step } from "./actions.ts";
import { drawSteps } from "./disturbances.ts";
import { drawOptions } from "./service-options.ts";

/** All that a run does, and nothing that it does not: made from the seed alone. */
export interface Plan {
	seed: number;
	/** For how long disturbances begin, ms of the service's time. */
	spanMs: number;
	/** How many times as fast as real time. */
	factor: number;
	/** Sessions of each room at once. */
	sessions: number;
	/** Messages a second of each room. */
	rates: number[];
	/** Messages that the upstream keeps of a broadcast for those who resume. */
	historySize: number;
	/** Options of the service, under the names of its configuration file. */
	options: ConfigInput;
	steps: Step[];
}

/** Rooms that say much, little and next to nothing. */
const rates = [0.05, 0.5, 2, 5, 5, 10, 20];
/** Mostly long enough for everything; else a long outage overruns it. */
const historySizes = [20_000, 20_000, 20_000, 1_000, 200];

/** What may be asked to be otherwise than the seed has it. */
export interface PlanLimits {
	spanMs?: number;
	factor?: number;
	sessions?: number;
}

export function planOf(seed: number, limits: PlanLimits = {}): Plan {
	const random = seeded(seed);
	// Neighbouring seeds begin alike: let them part.
	for (let i = 0; i < 8; i++) random();
	const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
	const spanMs = limits.spanMs ?? 180_000 + Math.floor(random() * 120_000);
	const rooms = 2 + Math.floor(random() * 4);
	const plan = {
		seed,
		spanMs,
		factor: limits.factor ?? 25,
		sessions: limits.sessions ?? 1,
		rates: Array.from({ length: rooms }, () => pick(rates)),
		historySize: pick(historySizes),
		options: drawOptions(random),
	};
	return { ...plan, steps: drawSteps(random, plan) };
}

/** The plan in lines to read. */
export function describePlan(plan: Plan): string {
	const { seed, spanMs, factor, sessions, rates, historySize, options, steps } = plan;
	const { length } = rates;
	const again = sessions === 1 ? seed : `${seed} --sessions ${sessions}`;
	const head = [
		`chaos seed ${seed}: ${steps.length} disturbances in ${Math.round(spanMs / 1000)} s, ×${factor}, ${length} rooms, ${sessions} session${sessions === 1 ? "" : "s"} each`,
		`  messages a second ${rates.join(", ")}; history ${historySize}`,
		`  options ${JSON.stringify(options)}`,
	];
	const lines = steps.map(({ at, ...action }) => `  ${(at / 1000).toFixed(1).padStart(6)} s ${JSON.stringify(action)}`);
	return [...head, ...lines, `  again: npm run chaos -- --seed ${again}`].join("\n");
}
