import type { DataDisk } from "./data-disk.ts";

/** A failed write is reported, and tried again within this time, ms. */
const toldWithinMs = 10_000;
const faultsOfDisks = ["disk_full", "read_only", "io"];

/** @returns the lines that no disk which was full or read-only at the time accounts for */
export function errorsWithoutCause(
	errors: readonly { at: number; line: string }[],
	disk: Pick<DataDisk, "wasDisturbed">,
): string[] {
	const accounted = ({ at, line }: { at: number; line: string }) =>
		isAboutStorage(line) && disk.wasDisturbed(at - toldWithinMs, at);
	return errors.filter((error) => !accounted(error)).map(({ line }) => line);
}

function isAboutStorage(line: string): boolean {
	try {
		const { fault, err } = JSON.parse(line) as { fault?: string; err?: { code?: string } };
		return faultsOfDisks.includes(fault ?? "") || err?.code === "storage_failing";
	} catch {
		return false;
	}
}
