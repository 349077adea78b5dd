import type { DataDisk } from "./data-disk.ts";

/** A failed write is reported, and tried again within this time, ms. */
const toldWithinMs = 10_000;
const faultsOfDisks = ["disk_full", "read_only", "io"];

/**
 * @param factor how many times as fast as real time the service lives, and not its disk: 5 s without a stored message are a
 * moment in which a busy machine's disk stood still. That it stores again is asked elsewhere.
 * @returns the lines that no disk which was full or read-only at the time accounts for
 */
export function errorsWithoutCause(
	errors: readonly { at: number; line: string }[],
	disk: Pick<DataDisk, "wasDisturbed">,
	factor = 1,
): string[] {
	const accounted = ({ at, line }: { at: number; line: string }) =>
		(isAboutStorage(line) && disk.wasDisturbed(at - toldWithinMs, at)) || (factor > 1 && faultOf(line) === "stalled");
	return errors.filter((error) => !accounted(error)).map(({ line }) => line);
}

function isAboutStorage(line: string): boolean {
	const fault = faultOf(line);
	return fault !== undefined && (faultsOfDisks.includes(fault) || fault === "storage_failing");
}

/** What is wrong with storage, by a line of the log. */
function faultOf(line: string): string | undefined {
	try {
		const { fault, err } = JSON.parse(line) as { fault?: string; err?: { code?: string } };
		return fault ?? err?.code;
	} catch {
		return undefined;
	}
}
