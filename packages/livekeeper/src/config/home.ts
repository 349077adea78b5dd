import { closeSync, openSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join, posix, win32 } from "node:path";

/** Names the folder that the configuration file and relative paths are looked for in; default: the working folder. */
export const homeEnv = "LIVEKEEPER_HOME";

/** What the choice of a folder depends on. */
export interface Machine {
	platform: NodeJS.Platform;
	/** The user's own folder. @throws where there is none, as in a container under a number that no user has */
	userFolder: () => string;
	canWrite: (folder: string) => boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export const thisMachine: Machine = { platform: process.platform, userFolder: homedir, canWrite };

/**
 * The folder that {@link homeEnv} names, where what was unpacked keeps its data beside it. One that can't be written, such
 * as below `C:\Program Files`, is replaced by the user's own folder for programs' data, where the user has one.
 */
export function homeFolder(env: Environment, cwd: string, machine: Machine = thisMachine): string {
	const named = env[homeEnv];
	if (named === undefined || named === "") return cwd;
	if (machine.canWrite(named)) return named;
	try {
		return userDataFolder(env, machine);
	} catch {
		// Without a home there is nowhere else: what opens a file there says that it can't be written.
		return named;
	}
}

function userDataFolder(env: Environment, { platform, userFolder }: Machine): string {
	if (platform === "win32") {
		return win32.join(env["LOCALAPPDATA"] ?? win32.join(userFolder(), "AppData", "Local"), "livekeeper");
	}
	if (platform === "darwin") return posix.join(userFolder(), "Library", "Application Support", "livekeeper");
	return posix.join(env["XDG_DATA_HOME"] || posix.join(userFolder(), ".local", "share"), "livekeeper");
}

/** Where programs keep what they can make again. */
export function userCacheFolder(env: Environment, machine: Machine): string {
	const { platform, userFolder } = machine;
	if (platform === "win32") return win32.join(userDataFolder(env, machine), "cache");
	if (platform === "darwin") return posix.join(userFolder(), "Library", "Caches", "livekeeper");
	return posix.join(env["XDG_CACHE_HOME"] || posix.join(userFolder(), ".cache"), "livekeeper");
}

/** Tried, and not asked: on Windows rights are lists of rules that no flag sums up. */
function canWrite(folder: string): boolean {
	const trial = join(folder, `.livekeeper-${process.pid}.tmp`);
	try {
		closeSync(openSync(trial, "wx"));
		rmSync(trial, { force: true });
		return true;
	} catch {
		return false;
	}
}
