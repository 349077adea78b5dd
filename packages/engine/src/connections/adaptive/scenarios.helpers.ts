import type { FailureReason } from "@livekeeper/douyin";
import type { Outcome, World } from "./outage-simulation.helpers.ts";

const second = 1000;
const minute = 60 * second;
/** Time at which every fault begins, ms. */
export const faultAt = 10 * minute;

export interface Scenario {
	name: string;
	/** Time at which the fault is over, ms. */
	overAt: number;
	world: World;
}

/** Returns the outages on which the strategies are compared; deterministic for the same random numbers. */
export function scenarios(random: () => number): Scenario[] {
	return [
		outage("blip, 2 s", 2 * second),
		outage("network down for 30 s", 30 * second),
		outage("network down for 10 min", 10 * minute),
		outage("one of three hosts down for 10 min", 10 * minute, { host: "a", reason: "timeout", afterMs: 10 * second }),
		outage("blocked for 5 min", 5 * minute, { reason: "blocked" }),
		flapping("flapping for 10 min: each connection breaks after 5 to 35 s", 10 * minute, random),
	];
}

export function outage(
	name: string,
	forMs: number,
	fault: { host?: string; reason?: FailureReason; afterMs?: number } = {},
): Scenario {
	const overAt = faultAt + forMs;
	const { host, reason = "network", afterMs = 50 } = fault;
	const attempt = (to: string, at: number): Outcome => {
		const hit = at >= faultAt && at < overAt && (host === undefined || host === to);
		return hit ? { ok: false, reason, afterMs } : { ok: true, afterMs: 150 };
	};
	return { name, overAt, world: { attempt, cuts: [{ at: faultAt, ...(host && { host }) }] } };
}

export function flapping(name: string, forMs: number, random: () => number): Scenario {
	const overAt = faultAt + forMs;
	const life = () => (5 + 30 * random()) * second;
	return {
		name,
		overAt,
		world: {
			attempt: () => ({ ok: true, afterMs: 150 }),
			cuts: [],
			breaksAt(at) {
				const breaksAt = Math.max(at, faultAt) + life();
				return breaksAt < overAt ? breaksAt : undefined;
			},
		},
	};
}
