import { seeded } from "@livekeeper/douyin/testing";
import type { FaultSpec, IdentityRules, TotalsView } from "@livekeeper/simulator";
import { Dice } from "../chaos/dice.ts";

/** How the site treats the identity that follows a broadcast. */
export type Mode =
	| "all gifts"
	| "first gifts"
	| "no gifts"
	| "no login"
	| "a sample"
	| "no messages"
	| "risk control"
	| "risk control and first gifts";

/** Number of broadcasts of each mode out of 25; of 200, nothing is withheld in more than 50. */
const weights: Record<Mode, number> = {
	"all gifts": 7,
	"first gifts": 4,
	"no gifts": 2,
	"no login": 2,
	"a sample": 5,
	"no messages": 1,
	"risk control": 3,
	"risk control and first gifts": 1,
};
export const modes = Object.keys(weights) as Mode[];

/** One broadcast, and how it is followed. Times are ms of the service's time since the start. */
export interface BroadcastPlan {
	mode: Mode;
	/** How the site treats its login; absent without one. */
	rules?: IdentityRules;
	totals: TotalsView;
	/** Messages per second. */
	rate: number;
	cuts: { at: number; faults: FaultSpec[] }[];
}

export interface CoveragePlan {
	seed: number;
	/** Length of the broadcasts. */
	spanMs: number;
	broadcasts: BroadcastPlan[];
	/** Restarts of the service: time, signal and downtime. */
	restarts: { at: number; signal: "SIGTERM" | "SIGKILL"; downMs: number }[];
}

export interface PlanSize {
	broadcasts: number;
	spanMs: number;
	/** Number of orderly stops, and of kills. */
	stops: number;
	kills: number;
	/** Maximum number of cuts per connection. */
	cuts: number;
}

/** Time without disturbances at the start, ms, so that the first reports can be checked. */
export const calmAtFirstMs = 60_000;

export function planOf(seed: number, size: PlanSize): CoveragePlan {
	const random = seeded(seed);
	// Neighbouring seeds start alike, so the first numbers are skipped.
	for (let i = 0; i < 8; i++) random();
	const dice = new Dice(random);
	const { spanMs } = size;
	const whens = (count: number) => Array.from({ length: count }, () => dice.whole(calmAtFirstMs, spanMs * 0.9));
	const restarts = (signal: "SIGTERM" | "SIGKILL", count: number) =>
		whens(count).map((at) => ({ at, signal, downMs: dice.time(500, 20_000) }));
	return {
		seed,
		spanMs,
		broadcasts: drawModes(size.broadcasts).map((mode) => drawBroadcast(dice, mode, whens(dice.whole(0, size.cuts)))),
		restarts: [...restarts("SIGTERM", size.stops), ...restarts("SIGKILL", size.kills)].sort((a, b) => a.at - b.at),
	};
}

/** Draws modes as close to the weights as a small number allows; every mode appears once before any repeats. */
function drawModes(count: number): Mode[] {
	const drawn: Mode[] = [];
	const counts = new Map<Mode, number>();
	const share = (mode: Mode) => (counts.get(mode) ?? 0) / weights[mode];
	const isNew = (mode: Mode) => !counts.has(mode);
	while (drawn.length < count) {
		const next = modes.find(isNew) ?? modes.reduce((a, b) => (share(b) < share(a) ? b : a));
		counts.set(next, (counts.get(next) ?? 0) + 1);
		drawn.push(next);
	}
	return drawn;
}

function drawBroadcast(dice: Dice, mode: Mode, whens: number[]): BroadcastPlan {
	const rules = drawRules(dice, mode);
	return {
		mode,
		...(rules && { rules }),
		totals: {
			shown: dice.of(["all", "all", "tickets", "tickets", "tickets", "scores", "scores", "none", "none"]),
			unit: dice.of([10, 10, 10, 1]),
			offset: dice.of([0, 0, 4_000, 250_000]),
		},
		rate: dice.of([2, 3, 5, 5]),
		cuts: whens.sort((a, b) => a - b).map((at) => ({ at, faults: drawCut(dice) })),
	};
}

function drawRules(dice: Dice, mode: Mode): IdentityRules | undefined {
	const first = () => ({ gifts: `first:${dice.of([1, 1, 2, 5])}` as const });
	const risk = () => ({
		riskControl: { everyMs: dice.time(90_000, 240_000), forMs: dice.time(20_000, 120_000) },
	});
	const rules: Record<Mode, () => IdentityRules | undefined> = {
		"all gifts": () => ({}),
		"first gifts": first,
		"no gifts": () => ({ gifts: "none" }),
		"no login": () => undefined,
		"a sample": () => ({ messages: `sampled:${dice.whole(15, 95) / 100}` }),
		"no messages": () => ({ messages: "none" }),
		"risk control": risk,
		"risk control and first gifts": () => ({ ...risk(), ...first() }),
	};
	return rules[mode]();
}

/**
 * Draws a lost connection; in half of the cases the messages meanwhile are lost as well, because the cursor is ignored.
 */
function drawCut(dice: Dice): FaultSpec[] {
	const lost = { fault: dice.of(["cut", "reset", "close"] as const) };
	if (dice.chance(0.5)) return [lost];
	const refused = { fault: "http_status", status: 503, for_ms: dice.time(1_000, 30_000) } as const;
	return [refused, { fault: "ignore_cursor", for_ms: refused.for_ms + 60_000 }, lost];
}
