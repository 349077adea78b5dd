import { parseArgs } from "node:util";
import { type Flip, flipBits } from "../../packages/log/src/event-log/sqlite/flips.helpers.ts";

/**
 * Flips single bits in all tables, indexes and other parts of the event log's files, each in a log of its own: does the
 * service start, report it, and lose no more than a block or a row?
 *
 *   npm run trial -- flips --count 300 --seed 1
 *   npm run trial -- flips --count 1 --seed 1 --from 197
 */
const { values } = parseArgs({
	options: {
		count: { type: "string", default: "300" },
		seed: { type: "string", default: "1" },
		from: { type: "string", default: "1" },
	},
});
let n = Number(values.from);
const flips = await flipBits({
	count: Number(values.count),
	seed: Number(values.seed),
	from: n,
	onFlip: ({ kind, at, outcome, broken }) => {
		const wrong = broken.length > 0 ? ` BROKEN ${broken.slice(0, 2).join("; ")}` : "";
		console.log(`${String(n++).padStart(3)} ${outcome.padEnd(8)} ${kind}: ${at}${wrong}`);
	},
});
const outcomes = ["nothing", "repaired", "row", "rest"] as const;
const kinds = [...new Set(flips.map(({ kind }) => kind))].sort();
const counts = (among: readonly Flip[]) => ({
	...Object.fromEntries(outcomes.map((outcome) => [outcome, among.filter((flip) => flip.outcome === outcome).length])),
	broken: among.filter(({ broken }) => broken.length > 0).length,
});
console.table({
	...Object.fromEntries(kinds.map((kind) => [kind, counts(flips.filter((flip) => flip.kind === kind))])),
	all: counts(flips),
});
process.exitCode = flips.every(({ broken }) => broken.length === 0) ? 0 : 1;
