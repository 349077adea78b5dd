import { seeded } from "@livekeeper/douyin/testing";
import type { SiteKind } from "@livekeeper/simulator";
import type { ConfigInput } from "livekeeper";
import type { Action, LimitsInput, Step } from "./actions.ts";
import { Dice } from "./dice.ts";
import { drawSteps } from "./disturbances.ts";
import { drawLimits, noLimits, setLimits } from "./option-draws.ts";
import { drawOptions } from "./service-options.ts";

/** Everything that a run does, derived from the seed alone. */
export interface Plan {
	seed: number;
	/** Period in which disturbances begin, ms of the service's time. */
	spanMs: number;
	/** Speed of the clock relative to real time. */
	factor: number;
	/** Concurrent sessions of each room. */
	sessions: number;
	/** `real`: with budgets and bans per address. */
	site: SiteKind;
	/** Messages per second of each room. */
	rates: number[];
	/** Whether each room is a voice room. */
	voices: boolean[];
	/** Number of messages of a broadcast that the upstream keeps for resuming. */
	historySize: number;
	/** Whether a person solves the captcha after the disturbances; otherwise resting ways recover by themselves. */
	isHelped: boolean;
	/** Connection limits at the start; if there are none, they are never changed. */
	limits: LimitsInput;
	/** Other options of the service, with the names of its configuration file. */
	options: ConfigInput;
	steps: Step[];
}

/** Busy, quiet and almost silent rooms. */
const rates = [0.05, 0.5, 2, 5, 5, 10, 20];
/** Mostly long enough for everything; otherwise a long outage exceeds it. */
const historySizes = [20_000, 20_000, 20_000, 1_000, 200];
/** One seed in four has two sessions per room. */
const sessionCounts = [1, 1, 1, 2];
/** One seed in four has fewer connections than rooms. */
const limitedShare = 0.25;
const voiceShare = 0.15;
const helpedShare = 0.7;
/** Lookups per minute that no site bans. */
const fineLookups = 20;

/** Values that override those of the seed. */
export interface PlanLimits {
	spanMs?: number;
	factor?: number;
	sessions?: number;
}

export function planOf(seed: number, limits: PlanLimits = {}): Plan {
	const random = seeded(seed);
	// Neighbouring seeds start alike, so the first numbers are skipped.
	for (let i = 0; i < 8; i++) random();
	const dice = new Dice(random);
	const spanMs = limits.spanMs ?? 180_000 + Math.floor(random() * 120_000);
	const rooms = 2 + Math.floor(random() * 4);
	const drawnSessions = dice.of(sessionCounts);
	const plan = {
		seed,
		spanMs,
		factor: limits.factor ?? 25,
		sessions: limits.sessions ?? drawnSessions,
		site: "real" as const,
		rates: Array.from({ length: rooms }, () => dice.of(rates)),
		voices: Array.from({ length: rooms }, () => dice.chance(voiceShare)),
		historySize: dice.of(historySizes),
		options: drawOptions(random),
		isHelped: dice.chance(helpedShare),
		limits: dice.chance(limitedShare) ? drawLimits(dice, rooms) : noLimits,
	};
	const allows = ({ do: what }: Action) => what !== "limits" || isLimited(plan);
	return { ...plan, steps: drawSteps(random, { ...plan, allows }) };
}

/** Whether there are fewer connections than rooms, at least at first. */
export function isLimited({ limits }: Pick<Plan, "limits">): boolean {
	return limits !== noLimits;
}

/** Whether the user has set a lookup budget for which the site may ban the service. */
export function isRaised({ options }: Pick<Plan, "options">): boolean {
	return (options.lookups_per_minute ?? 0) > fineLookups;
}

/** Describes the plan in readable lines. */
export function describePlan(plan: Plan): string {
	const { seed, spanMs, factor, sessions, rates, voices, historySize, limits, options, steps } = plan;
	const { length } = rates;
	const again = sessions === planOf(seed).sessions ? seed : `${seed} --sessions ${sessions}`;
	const spoken = voices.flatMap((voice, i) => (voice ? [i] : [])).join(", ");
	const head = [
		`chaos seed ${seed}: ${steps.length} disturbances in ${Math.round(spanMs / 1000)} s, ×${factor}, ${length} rooms, ${sessions} session${sessions === 1 ? "" : "s"} each`,
		`  messages a second ${rates.join(", ")}; history ${historySize}${spoken && `; voice rooms ${spoken}`}`,
		`  options ${JSON.stringify({ ...options, ...setLimits(limits) })}`,
	];
	const lines = steps.map(({ at, ...action }) => `  ${(at / 1000).toFixed(1).padStart(6)} s ${JSON.stringify(action)}`);
	return [...head, ...lines, `  again: npm run chaos -- --seed ${again}`].join("\n");
}
