import { seeded } from "@livekeeper/douyin/testing";
import type { SiteKind } from "@livekeeper/simulator";
import type { ConfigInput } from "livekeeper";
import type { Action, LimitsInput, Step } from "./actions.ts";
import { Dice } from "./dice.ts";
import { drawSteps } from "./disturbances.ts";
import { drawLimits, noLimits, setLimits } from "./option-draws.ts";
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
	/** `real`: with budgets and bans for each address. */
	site: SiteKind;
	/** Messages a second of each room. */
	rates: number[];
	/** Which rooms are voice rooms. */
	voices: boolean[];
	/** Messages that the upstream keeps of a broadcast for those who resume. */
	historySize: number;
	/** Whether a person passes the site's slider once the disturbances are over; else ways that rest come back by themselves. */
	isHelped: boolean;
	/** Limits of connections that the service begins with; where there are none they are not changed either. */
	limits: LimitsInput;
	/** Other options of the service, under the names of its configuration file. */
	options: ConfigInput;
	steps: Step[];
}

/** Rooms that say much, little and next to nothing. */
const rates = [0.05, 0.5, 2, 5, 5, 10, 20];
/** Mostly long enough for everything; else a long outage overruns it. */
const historySizes = [20_000, 20_000, 20_000, 1_000, 200];
/** One seed in four has two sessions for each room. */
const sessionCounts = [1, 1, 1, 2];
/** One seed in four has fewer connections than rooms. */
const limitedShare = 0.25;
const voiceShare = 0.15;
const helpedShare = 0.7;
/** Look-ups a minute that no site has banned. */
const fineLookups = 20;

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

/** Whether the user has set a budget of look-ups for which the site may ban the service. */
export function isRaised({ options }: Pick<Plan, "options">): boolean {
	return (options.lookups_per_minute ?? 0) > fineLookups;
}

/** The plan in lines to read. */
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
