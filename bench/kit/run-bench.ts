import { boundYoungSpace } from "../../packages/livekeeper/src/cli/young-space.ts";
import type { Bench, Measured, Rounds, Side } from "./bench.ts";

export interface RunOptions {
	rounds: number;
	scale: number;
}

/** Runs the sides of a bench's figures in turn, in rounds; each comes first equally often. */
export async function runBench(bench: Bench, { rounds, scale }: RunOptions): Promise<Rounds> {
	// Code measured in this process collects garbage as the service does, and does not delay an upstream in it.
	boundYoungSpace();
	const { sides, close } = await bench.prepare(scale);
	try {
		const named = new Set(bench.figures.flatMap(({ of, dividedBy, above }) => [of, dividedBy, above]));
		const entries = Object.entries(sides).filter(([name]) => named.has(name));
		const taken = Object.fromEntries(entries.map(([name]) => [name, [] as Measured["took"][]]));
		const warmUps = bench.warmUps ?? 1;
		for (let round = -warmUps; round < rounds; round++) {
			const measured = await oneRound(turned(entries, round + warmUps));
			assertEqualWork(bench.name, measured);
			if (round < 0) continue;
			for (const [name, { took }] of measured) taken[name]?.push(took);
		}
		return taken;
	} finally {
		await close?.();
	}
}

async function oneRound(entries: readonly (readonly [string, Side])[]): Promise<Map<string, Measured>> {
	const measured = new Map<string, Measured>();
	for (const [name, side] of entries) measured.set(name, await side());
	return measured;
}

function turned<T>(items: readonly T[], by: number): T[] {
	const at = by % items.length;
	return [...items.slice(at), ...items.slice(0, at)];
}

/** @throws Error if two sides did not do the same amount, or a side did nothing: their ratio would mean nothing */
export function assertEqualWork(bench: string, measured: ReadonlyMap<string, Measured>): void {
	const seen = new Map<string, { side: string; amount: number }>();
	for (const [side, { did }] of measured) {
		for (const [work, amount] of Object.entries(did)) {
			if (!(amount > 0)) throw new Error(`${bench}: ${side} did nothing (${work}: ${amount}).`);
			const other = seen.get(work);
			if (other && other.amount !== amount) {
				throw new Error(`${bench}: ${work} differs: ${amount} by ${side}, ${other.amount} by ${other.side}.`);
			}
			seen.set(work, { side, amount });
		}
	}
}
