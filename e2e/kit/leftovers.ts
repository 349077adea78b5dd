import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Returns the prefix of a name in a shared folder that identifies this process, for {@link leftovers}. */
export const ownPrefix = (prefix: string) => `${prefix}${process.pid}-`;

/** Returns the files under these names in a folder whose processes no longer exist, because they were killed. */
export function leftovers(under: string, prefix: string): string[] {
	const owner = (name: string) => Number(name.slice(prefix.length).split("-")[0]);
	const names = existsSync(under) ? readdirSync(under) : [];
	return names
		.filter((name) => name.startsWith(prefix) && owner(name) > 0 && !isAlive(owner(name)))
		.map((name) => join(under, name));
}

export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}
