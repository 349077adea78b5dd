import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
let built = false;

/** Builds everything, so service processes never run anything older than the sources. */
export function buildOnce(): void {
	if (built) return;
	const packages = ["douyin", "simulator", "client", "base", "log", "engine", "targets", "livekeeper"].map(
		(name) => `packages/${name}`,
	);
	for (const args of [
		["node_modules/typescript/bin/tsc", "-b", ...packages],
		["scripts/bundle.mjs", "douyin", "livekeeper"],
	]) {
		const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
		if (status !== 0) throw new Error(`The build failed:\n${stdout}${stderr}`);
	}
	built = true;
}

/** Entry point that vitest calls before the first test, so no two files build at once. */
export { buildOnce as setup };
