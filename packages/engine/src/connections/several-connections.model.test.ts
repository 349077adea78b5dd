import { describe, expect, inject, test } from "vitest";
import { type Behaviour, SeveralConnectionsWorld, wellBehaved } from "./several-connections-world.helpers.ts";

const behaviours: [string, Behaviour][] = [
	["breaks", { ...wellBehaved, breaks: 0.9 }],
	["breaks and does not resume", { ...wellBehaved, honours: 0.3, breaks: 0.9 }],
	["falls mute", { ...wellBehaved, honours: 0.5, breaks: 0.5, mutes: 0.5 }],
	["refuses sockets but answers polls", { ...wellBehaved, refuses: 0.7, breaks: 0.9 }],
	["mixes all faults", { refuses: 0.6, honours: 0.3, breaks: 0.8, mutes: 0.3 }],
];

/** With these seeds a mute connection once kept the other's messages waiting for ever, each at another rate. */
const seeds = [11, 19, 24];

/** Returns positions missing between two messages without a reported gap, and repeated or late ones. */
function wrongIn(stored: readonly (number | "gap")[]): { unreported: number[]; doubled: number[]; late: number[] } {
	const all = new Set(stored);
	const seen = new Set<number>();
	const wrong = { unreported: [] as number[], doubled: [] as number[], late: [] as number[] };
	let highest = -1;
	let isGapReported = true;
	for (const one of stored) {
		if (one === "gap") isGapReported = true;
		else {
			if (seen.has(one)) wrong.doubled.push(one);
			seen.add(one);
			if (one < highest) wrong.late.push(one);
			for (let n = highest + 1; n < one && !isGapReported; n++) if (!all.has(n)) wrong.unreported.push(n);
			if (one > highest) isGapReported = false;
			highest = Math.max(highest, one);
		}
	}
	return wrong;
}

describe.each(behaviours)("upstream that %s", (_, behaviour) => {
	test.each([0.2, 1, 5])("reports every gap and stores everything at %d messages/s", async (rate) => {
		for (const seed of seeds.slice(0, inject("rounds"))) {
			const world = new SeveralConnectionsWorld(seed, rate, behaviour);
			await world.begin();
			await world.pass(300_000);
			world.behaviour = wellBehaved;
			await world.pass(180_000);
			const healthyFrom = world.said.length;
			await world.pass(60_000);
			const healthyTo = world.said.length;
			await world.pass(10_000);
			const { stored, state } = world;
			const recent = Array.from({ length: healthyTo - healthyFrom }, (_, i) => healthyFrom + i);
			expect({ seed, state, ...wrongIn(stored) }).toEqual({
				seed,
				state: "connected",
				unreported: [],
				doubled: [],
				late: [],
			});
			expect(stored.filter((one) => one !== "gap" && one >= healthyFrom && one < healthyTo)).toEqual(recent);
			await world.stop();
		}
	});
});
