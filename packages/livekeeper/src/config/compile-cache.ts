import { lstatSync, mkdirSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { type Environment, type Machine, thisMachine, userCacheFolder } from "./home.ts";

/**
 * Has Node keep what it compiles of this program and of its threads in the user's own folder for such files, so that the
 * next start reads it there. Node's default is a folder that all users share, where one could leave code for another.
 * Where there is no such folder, or no right to write it, each start compiles all, and nothing is said.
 */
export function keepCompiled(env: Environment = process.env, machine: Machine = thisMachine): void {
	// Already on, as the user wants it.
	if (env["NODE_COMPILE_CACHE"]) return;
	try {
		const folder = userCacheFolder(env, machine);
		mkdirSync(folder, { recursive: true, mode: 0o700 });
		if (!isOurs(folder) || enableCompileCache(folder).directory === undefined) return;
		// Threads find it there.
		process.env["NODE_COMPILE_CACHE"] = folder;
	} catch {
		// A home that does not exist, or is read-only, such as a container's.
	}
}

/** Whether this user alone can put something there. On Windows a folder has the rights of the user's folder that it is in. */
function isOurs(folder: string): boolean {
	const { uid, mode } = lstatSync(folder);
	return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
}
