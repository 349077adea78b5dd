import type { Verdict } from "./judge.ts";
import type { ChaosReport } from "./run.ts";

/** Prints the results of many runs: the table of docs/reliability.md, and the number of disturbances by kind. */
export function printSummary(reports: readonly ChaosReport[], seconds: number): void {
	const struck = new Map<string, number>();
	for (const report of reports) {
		for (const [kind, times] of Object.entries(report.struck)) struck.set(kind, (struck.get(kind) ?? 0) + times);
	}
	console.log(`\n${table(rowsOf(reports, struck))}\n`);
	const failed = reports.filter(({ broken }) => broken.length > 0).map(({ seed }) => seed);
	if (failed.length > 0) console.log(`broken in the seeds ${failed.join(", ")}`);
	console.log(`${count(seconds)} seconds; what struck:`);
	const kinds = [...struck].sort(([a], [b]) => a.localeCompare(b));
	console.log(kinds.map(([kind, times]) => `  ${kind} ${count(times)}`).join("\n"));
}

function rowsOf(reports: readonly ChaosReport[], struck: ReadonlyMap<string, number>): [string, string][] {
	const sum = (of: (report: ChaosReport) => number) => reports.reduce((total, report) => total + of(report), 0);
	const max = (of: (report: ChaosReport) => number) => Math.max(0, ...reports.map(of));
	const seeds = (are: (report: ChaosReport) => boolean) => sum((report) => Number(are(report)));
	const verdicts = reports.flatMap((report) => report.verdicts);
	const all = (field: keyof Omit<Verdict, "liveId" | "broken" | "remarks">) =>
		verdicts.reduce((total, verdict) => total + verdict[field], 0);
	/** Returns the number of disturbances whose name matches. */
	const times = (name: RegExp) => [...struck].reduce((total, [kind, n]) => (name.test(kind) ? total + n : total), 0);
	const leftOut = times(/left out/);
	return [
		[
			"seeds, broken promises",
			counts(
				reports.length,
				sum(({ broken }) => broken.length),
			),
		],
		["of them with two sessions for each room", counts(seeds(({ sessions }) => sessions === 2))],
		["of them with fewer connections than rooms", counts(seeds(({ limited }) => limited))],
		["disturbances", counts(times(/./))],
		["disks that filled, that turned read-only", counts(times(/^disk full$/), times(/^disk read_only$/))],
		["SIGKILL, SIGTERM on a full disk", counts(times(/^SIGKILL .*full/), times(/^SIGTERM .*full/))],
		["SIGKILL, SIGTERM on a read-only disk", counts(times(/^SIGKILL .*read_only/), times(/^SIGTERM .*read_only/))],
		["starts that such a disk refused", counts(times(/^start refused/))],
		["bans by the site, ways of looking up that were closed", counts(times(/^ban:/), times(/^way closed/))],
		["changes of a room's options, of limits", counts(times(/^options /), times(/^limits/))],
		...(leftOut > 0 ? [["left out, as no file system was to be had", counts(leftOut)] as [string, string]] : []),
		["rooms, messages in their logs", counts(verdicts.length, all("messages"))],
		["rooms that waited for a connection", counts(sum(({ waited }) => waited))],
		[
			"missing and reported by a `gap` event",
			`${count(all("reported"))} messages in ${count(all("reportedHoles"))} places`,
		],
		["missing while nobody was there", counts(all("unattended"))],
		["not to be noticed", counts(all("unnoticeable"))],
		["`gap` events where nothing was missing", counts(all("idleGaps"))],
		[
			"handshakes tried, opened",
			counts(
				sum(({ attempts }) => attempts),
				sum(({ connections }) => connections),
			),
		],
		["longest way back, once the disturbances ended", `${count(max(({ backAfterMs }) => backAfterMs) / 1000)} s`],
		["most memory of a service", `${count(max(({ peakRssMb }) => peakRssMb))} MB`],
	];
}

const count = (n: number) => Math.round(n).toLocaleString("en-US");
const counts = (...numbers: number[]) => numbers.map(count).join(", ");

function table(rows: readonly (readonly [string, string])[]): string {
	const [first, second] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
	const line = (a: string, b: string) => `| ${a.padEnd(first ?? 0)} | ${b.padEnd(second ?? 0)} |`;
	const rule = `| ${"-".repeat(first ?? 0)} | ${"-".repeat(second ?? 0)} |`;
	return [line("", ""), rule, ...rows.map(([name, value]) => line(name, value))].join("\n");
}
