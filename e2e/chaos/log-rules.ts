import type { DataDisk } from "./data-disk.ts";

/** Time within which a failed write is reported and retried, ms. */
const reportedWithinMs = 10_000;
const faultsOfDisks = ["disk_full", "read_only", "io"];

/**
 * @param factor how many times faster than real time the service's clock runs, unlike its disk: 5 s without a stored
 * message are a moment of a busy machine's disk. Another check covers that it stores again.
 * @returns the lines that no full or read-only disk at that time explains
 */
export function errorsWithoutCause(
	errors: readonly { at: number; line: string }[],
	disk: Pick<DataDisk, "wasDisturbed">,
	factor = 1,
): string[] {
	const accounted = ({ at, line }: { at: number; line: string }) =>
		(isAboutStorage(line) && disk.wasDisturbed(at - reportedWithinMs, at)) ||
		(factor > 1 && faultOf(line) === "stalled");
	return errors.filter((error) => !accounted(error)).map(({ line }) => line);
}

function isAboutStorage(line: string): boolean {
	const fault = faultOf(line);
	return fault !== undefined && (faultsOfDisks.includes(fault) || fault === "storage_failing");
}

/** Returns the storage fault that a log line reports. */
function faultOf(line: string): string | undefined {
	try {
		const { fault, err } = JSON.parse(line) as { fault?: string; err?: { code?: string } };
		return fault ?? err?.code;
	} catch {
		return undefined;
	}
}
