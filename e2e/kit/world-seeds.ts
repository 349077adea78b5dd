import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** Options of Node that run the simulated world from its sources. */
export const worldOptions =
	"--experimental-strip-types --conditions=livekeeper-source --disable-warning=ExperimentalWarning";

/** Arguments for a few short seeds. */
export const worldArgs = ["--seeds", "75..77", "--hours", "0.3", "--rooms", "3"];

/** Returns the result and hash of each seed in the output of a run, in order of the seeds. */
export function seedHashes(output: string): string[] {
	return (output.match(/seed \d+: \w+ [\da-f]{16}/g) ?? []).toSorted();
}

/** Runs the seeds in a process of its own. @returns their hashes */
export async function runSeeds(
	clone: string,
	{ workers, env, cwd = clone }: { workers: number; env: NodeJS.ProcessEnv; cwd?: string },
): Promise<string[]> {
	const args = [join(clone, "e2e/world/main.ts"), ...worldArgs, "--workers", String(workers)];
	const environment = { ...process.env, NODE_OPTIONS: worldOptions, ...env };
	const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, env: environment });
	return seedHashes(stdout);
}
