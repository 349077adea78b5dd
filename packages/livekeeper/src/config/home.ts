import { closeSync, openSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join, posix, win32 } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Path of the command-line program. It is the same from sources and from the bundle: both are equally deep in the
 * package.
 */
export const programFile = fileURLToPath(new URL("../../bin/livekeeper.js", import.meta.url));

/** Environment variable for the folder of the configuration file and relative paths; default: the working folder. */
export const homeEnv = "LIVEKEEPER_HOME";
/** Environment variable in which the starter of an unpacked archive passes its own path. */
export const starterEnv = "LIVEKEEPER_STARTER";
/** Environment variable that is set once the starter has started another version in place of one that ran. */
export const restartedEnv = "LIVEKEEPER_RESTARTED";

/** Inputs to the choice of the data folder. */
export interface Machine {
	platform: NodeJS.Platform;
	/** Returns the user's home folder. @throws if there is none, as in a container under a number without a user */
	userFolder: () => string;
	canWrite: (folder: string) => boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export const thisMachine: Machine = { platform: process.platform, userFolder: homedir, canWrite };

/**
 * Returns the folder that {@link homeEnv} names, where an unpacked archive keeps its data beside it. If it can't be
 * written, such as below `C:\Program Files`, it is replaced by the user's own folder for application data, if the user
 * has one.
 */
export function homeFolder(env: Environment, cwd: string, machine: Machine = thisMachine): string {
	const named = env[homeEnv];
	if (named === undefined || named === "") return cwd;
	if (machine.canWrite(named)) return named;
	try {
		return userDataFolder(env, machine);
	} catch {
		// Without a home there is no alternative: opening a file there reports that it can't be written.
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

/** Returns the user's folder for caches. */
export function userCacheFolder(env: Environment, machine: Machine): string {
	const { platform, userFolder } = machine;
	if (platform === "win32") return win32.join(userDataFolder(env, machine), "cache");
	if (platform === "darwin") return posix.join(userFolder(), "Library", "Caches", "livekeeper");
	return posix.join(env["XDG_CACHE_HOME"] || posix.join(userFolder(), ".cache"), "livekeeper");
}

/** Tests by writing, because on Windows rights are lists of rules without a flag that sums them up. */
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
