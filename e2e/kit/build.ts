import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
let built = false;

/** Services of their own run what was built: never something older than the sources. */
export function buildOnce(): void {
	if (built) return;
	const packages = ["douyin", "simulator", "client", "livekeeper"].map((name) => `packages/${name}`);
	const { status, stdout } = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-b", ...packages], {
		cwd: root,
		encoding: "utf8",
	});
	if (status !== 0) throw new Error(`The build failed:\n${stdout}`);
	built = true;
}

/** What vitest calls before the first test: no two files build at once. */
export { buildOnce as setup };
