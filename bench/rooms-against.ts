import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/**
 * `bench/rooms.ts` of two versions at the same time, so that whatever else the machine does slows both: CPU a message and
 * memory a room, of this version against another one that lies, with its dependencies installed, in a folder beside.
 *
 *   node --conditions=livekeeper-source bench/rooms-against.ts --other ../before --rounds 8
 */
const { values } = parseArgs({
	options: {
		other: { type: "string" },
		rounds: { type: "string", default: "8" },
		rooms: { type: "string", default: "300" },
		rate: { type: "string", default: "2" },
		seconds: { type: "string", default: "30" },
		cuts: { type: "string", default: "5" },
	},
});
if (values.other === undefined) throw new Error("No version to compare with: --other FOLDER, a checkout of it.");
const { other, rounds } = values;
const options = (["rooms", "rate", "seconds", "cuts"] as const).flatMap((name) => [`--${name}`, values[name]]);

interface Figures {
	/** CPU a message, µs. */
	cpu: number;
	/** Memory held by a room, KB. */
	memory: number;
}

/** @throws Error where the run fails, or loses a message */
async function run(folder: string): Promise<Figures> {
	const args = ["--expose-gc", "--conditions=livekeeper-source", "--conditions=source", "bench/rooms.ts", ...options];
	const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
	const [said, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
	const cpu = Number(/(\d+) µs a message/.exec(said)?.[1]);
	const memory = Number(/memory held by a room +([\d.]+) KB/.exec(said)?.[1]);
	if (code !== 0 || !(cpu > 0) || !(memory > 0)) throw new Error(`bench/rooms.ts in ${folder} failed:\n${said}`);
	return { cpu, memory };
}

const mean = (of: readonly number[]) => of.reduce((sum, one) => sum + one, 0) / of.length;
const ratio = (from: readonly number[], to: readonly number[]) => mean(to) / mean(from);

/** Of the ratio, by leaving out one pair after the other. */
function standardError(from: readonly number[], to: readonly number[]): number {
	const without = from.map((_, i) => ratio(from.toSpliced(i, 1), to.toSpliced(i, 1)));
	const middle = mean(without);
	return Math.sqrt(((from.length - 1) / from.length) * without.reduce((sum, one) => sum + (one - middle) ** 2, 0));
}

const here = fileURLToPath(new URL("..", import.meta.url));
const pairs: { before: Figures; now: Figures }[] = [];
for (let round = 1; round <= Number(rounds); round++) {
	const [before, now] = await Promise.all([run(other), run(here)]);
	pairs.push({ before, now });
	console.log(
		`${round}: CPU ${before.cpu} → ${now.cpu} µs a message, memory ${before.memory} → ${now.memory} KB a room`,
	);
}
for (const [what, name] of [
	["cpu", "CPU a message"],
	["memory", "memory a room"],
] as const) {
	const [from, to] = [pairs.map(({ before }) => before[what]), pairs.map(({ now }) => now[what])];
	console.log(`${name}: ${ratio(from, to).toFixed(3)} ± ${standardError(from, to).toFixed(3)} of the other version's`);
}
