import { lstatSync, mkdirSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { type Environment, type Machine, thisMachine, userCacheFolder } from "./home.ts";

/**
 * Makes Node cache compiled code of this program and its threads in the user's own cache folder, so the next start
 * reads it there. Node's default is a folder that all users share, where one could leave code for another. Without such
 * a folder, or the right to write it, each start compiles everything, silently.
 */
export function keepCompiled(env: Environment = process.env, machine: Machine = thisMachine): void {
	// Already enabled, as the user chose.
	if (env["NODE_COMPILE_CACHE"]) return;
	try {
		const folder = userCacheFolder(env, machine);
		mkdirSync(folder, { recursive: true, mode: 0o700 });
		if (!isOurs(folder) || enableCompileCache(folder).directory === undefined) return;
		// Threads find it there.
		process.env["NODE_COMPILE_CACHE"] = folder;
	} catch {
		// A home that does not exist or is read-only, such as a container's.
	}
}

/**
 * Returns whether only this user can write there. On Windows a folder inherits the rights of the user's folder around
 * it.
 */
function isOurs(folder: string): boolean {
	const { uid, mode } = lstatSync(folder);
	return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
}
