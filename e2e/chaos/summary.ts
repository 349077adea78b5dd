import type { Verdict } from "./judge.ts";
import type { ChaosReport } from "./run.ts";

/** Prints what many runs came to. */
export function printSummary(reports: readonly ChaosReport[], seconds: number): void {
	const sum = (of: (report: ChaosReport) => number) => reports.reduce((total, report) => total + of(report), 0);
	const verdicts = reports.flatMap((report) => report.verdicts);
	const all = (field: keyof Omit<Verdict, "liveId" | "broken" | "remarks">) =>
		verdicts.reduce((total, verdict) => total + verdict[field], 0);
	const failed = reports.filter(({ broken }) => broken.length > 0).map(({ seed }) => seed);
	const struck = new Map<string, number>();
	for (const report of reports) {
		for (const [kind, times] of Object.entries(report.struck)) struck.set(kind, (struck.get(kind) ?? 0) + times);
	}
	/** How often something struck whose name matches. */
	const times = (name: RegExp) => [...struck].reduce((total, [kind, n]) => (name.test(kind) ? total + n : total), 0);
	const seeds = (are: (report: ChaosReport) => boolean) => reports.filter(are).length;
	const onDisk = (state: string) =>
		`${times(new RegExp(`^SIGKILL .*${state}`))}, ${times(new RegExp(`^SIGTERM .*${state}`))}`;
	const rows: [string, string | number][] = [
		["seeds", reports.length],
		["  with two sessions for each room", seeds(({ sessions }) => sessions === 2)],
		["  with fewer connections than rooms", seeds(({ limited }) => limited)],
		["seeds with a broken promise", failed.length === 0 ? 0 : `${failed.length}: ${failed.join(", ")}`],
		["disturbances", [...struck.values()].reduce((a, b) => a + b, 0)],
		["  disks that filled", times(/^disk full$/)],
		["  disks that turned read-only", times(/^disk read_only$/)],
		["  SIGKILL, SIGTERM on a full disk", onDisk("full")],
		["  SIGKILL, SIGTERM on a read-only disk", onDisk("read_only")],
		["  starts that such a disk refused", times(/^start refused/)],
		["  changes of a room's options", times(/^options /)],
		["  changes of limits", times(/^limits/)],
		["  left out: no file system to be had", times(/left out/)],
		["rooms", verdicts.length],
		["  that waited for a connection", sum((r) => r.waited)],
		["messages in the logs", all("messages")],
		["gap events", all("gaps")],
		["missing and told by a gap event", `${all("told")} in ${all("toldHoles")} places`],
		["missing while nobody was there", all("unattended")],
		["missing and not to be noticed", all("unnoticeable")],
		["missing in holes too small to tell", all("untold")],
		["gap events where nothing is missing", all("idleGaps")],
		["handshakes tried, opened", `${sum((r) => r.attempts)}, ${sum((r) => r.connections)}`],
		["longest way back, s", Math.round(Math.max(0, ...reports.map((r) => r.backAfterMs)) / 1000)],
		["most memory of a service, MB", Math.max(0, ...reports.map((r) => r.peakRssMb))],
		["seconds", Math.round(seconds)],
	];
	for (const [name, value] of rows) console.log(`${name.padEnd(40)} ${value}`);
	console.log("what struck:");
	const kinds = [...struck].sort(([a], [b]) => a.localeCompare(b));
	console.log(kinds.map(([kind, times]) => `  ${kind} ${times}`).join("\n"));
}
