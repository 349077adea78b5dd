import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The beginning of a name in a common folder that tells whose it is: to be found by {@link leftovers} later. */
export const ownPrefix = (prefix: string) => `${prefix}${process.pid}-`;

/** What processes that are gone have left in a folder under names with this prefix: they were killed. */
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
