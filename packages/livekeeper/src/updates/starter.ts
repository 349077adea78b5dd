import { access, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Clock } from "@livekeeper/douyin";

/** Exit code at which `livekeeper.cmd` starts again. */
const restartCode = 75;

/** File beside the starter that names the folder of the version to start; without it the starter takes `app`. */
export const pointerFile = "current.txt";

/** Name of Node's program in the folder of a version. */
export const nodeIn = (platform: NodeJS.Platform) => (platform === "win32" ? "node.exe" : "node");

/** Interval at which the file is read, ms. */
const lookEveryMs = 2_000;

export interface StarterWatch {
	/** Path of the starter. */
	starter: string;
	clock: Clock;
	platform: NodeJS.Platform;
	/** Called once, when the file names another folder than at the beginning, and a version is there. */
	onChange: (folder: string) => void;
}

/** Watches which version the starter would start. Resolves once it watches. @returns a function that ends it */
export async function watchStarter({ starter, clock, platform, onChange }: StarterWatch): Promise<() => void> {
	const root = dirname(starter);
	const named = () =>
		readFile(join(root, pointerFile), "utf8").then(
			(text) => text.trim(),
			() => "",
		);
	const isThere = (path: string) =>
		access(path).then(
			() => true,
			() => false,
		);
	const before = await named();
	let isOver = false;
	const timer = clock.every(lookEveryMs, async () => {
		const folder = await named();
		if (folder === before || !/^app[\w.-]*$/.test(folder)) return;
		const isWhole = (await isThere(join(root, folder, nodeIn(platform)))) && (await isThere(starter));
		if (!isWhole || isOver) return;
		end();
		onChange(folder);
	});
	const end = () => {
		isOver = true;
		timer.cancel();
	};
	return end;
}

/**
 * Replaces this process by the starter, with the same arguments, so that the installed version starts. It has the
 * same process id and terminal; Windows has no equivalent, so `livekeeper.cmd` waits and starts it there.
 * @param environment variables that the new one has in addition
 */
export function startAgain(starter: string, environment: NodeJS.ProcessEnv): never {
	if (process.platform === "win32" || !process.execve) process.exit(restartCode);
	return process.execve(starter, [starter, ...process.argv.slice(2)], { ...process.env, ...environment });
}
