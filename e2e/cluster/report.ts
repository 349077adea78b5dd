import type { Verdict } from "./judge.ts";

/** What is done to the nodes, and to the servers and streams of NATS. */
export const disturbances = [
	"kill",
	"term",
	"leader",
	"freeze",
	"cut_nats",
	"cut_upstream",
	"add",
	"rolling",
	"hung_server",
	"hung_leader",
	"two_wiped",
	"stream_deleted",
	"state_deleted",
	"nodes_deleted",
	"full_term",
	"full_kill",
] as const;
export type DisturbanceName = (typeof disturbances)[number];

/** Those after which NATS no longer has all that was stored: rooms may say so. */
export const losing: ReadonlySet<string> = new Set(["two_wiped", "stream_deleted", "state_deleted"]);

export interface ClusterRunReport {
	sent: number;
	/** Of those: are no longer in the log, which says so. */
	told: number;
	/** Rooms whose log, read from its beginning, is not what the simulator sent. */
	roomsThatDiffer: { liveId: string; verdict: Verdict }[];
	/** The same for who has read on from page to page all the time. */
	historiesThatDiffer: { liveId: string; verdict: Verdict }[];
	/** Where nothing was deleted the upstream gives everything again, so there is none. */
	gaps: { liveId: string; seq: number; reason: string | undefined }[];
	/** Of the rooms' logs as the other nodes read them: those that are not the same. */
	readDifferently: { node: string; liveId: string; parting: Parting }[];
	/** Readers that did not get exactly the log. */
	readersThatDiffer: { name: string; parting: Parting | string; complaints: readonly string[] }[];
	/** What readers were refused with as if there were no such room: each of them is kept all the time. */
	calledAbsent: string[];
	/** How often readers were moved to another node. */
	hops: number;
	/**
	 * Messages that a node stored although another had claimed their room: servers before 2.11 let some through over an
	 * election, and every reader passes over them.
	 */
	late: number;
	/** After each disturbance, ms until every room was connected and had stored something that was said since. */
	recoveries: { disturbance: DisturbanceName | "first_start"; ms: number }[];
	/** Why not all disturbances were done. */
	stopped?: string | undefined;
	/** Of nodes that were told to end: how they did. */
	exitCodes: (number | null)[];
	/** Streams that nodes had NATS delete: none, ever. */
	deletedStreams: string[];
}

export const emptyReport = (): ClusterRunReport => ({
	...{ sent: 0, told: 0, roomsThatDiffer: [], historiesThatDiffer: [], gaps: [], readDifferently: [] },
	...{ readersThatDiffer: [], calledAbsent: [], hops: 0, late: 0, recoveries: [], exitCodes: [], deletedStreams: [] },
});

/** Every disturbance was done, nothing is missing untold, doubled or out of order, and every node and reader has the same. */
export function isRunKept(report: ClusterRunReport): boolean {
	const {
		roomsThatDiffer,
		historiesThatDiffer,
		readDifferently,
		readersThatDiffer,
		calledAbsent,
		exitCodes,
		deletedStreams,
		stopped,
	} = report;
	return (
		[roomsThatDiffer, historiesThatDiffer, readDifferently, readersThatDiffer, calledAbsent].every(
			(list) => list.length === 0,
		) &&
		exitCodes.every((code) => code === 0) &&
		deletedStreams.length === 0 &&
		stopped === undefined
	);
}

/** Sums over several runs. */
export type Totals = Omit<Verdict, "told" | "repeated"> &
	Record<"sent" | "told" | "readersThatDiffer" | "calledAbsent" | "streamsDeleted" | "stopped", number>;

export function totalsOf(report: ClusterRunReport): Totals {
	const verdicts = [...report.roomsThatDiffer, ...report.historiesThatDiffer].map(({ verdict }) => verdict);
	const of = (fault: keyof Verdict) => verdicts.reduce((all, verdict) => all + verdict[fault], 0);
	return {
		...{ sent: report.sent, told: report.told, lost: of("lost"), doubled: of("doubled"), falseGaps: of("falseGaps") },
		...{ outOfOrder: of("outOfOrder"), foreign: of("foreign"), holes: of("holes") },
		readersThatDiffer: report.readDifferently.length + report.readersThatDiffer.length,
		calledAbsent: report.calledAbsent.length,
		streamsDeleted: report.deletedStreams.length,
		stopped: report.stopped === undefined ? 0 : 1,
	};
}

/** Where two lists part, how long they are, and what each has around there. */
export interface Parting {
	at: number;
	logged: { length: number; around: string[] };
	read: { length: number; around: string[] };
}

/** @returns `undefined` where they are the same */
export function partingOf(logged: readonly string[], read: readonly string[]): Parting | undefined {
	const longest = Math.max(logged.length, read.length);
	let at = 0;
	while (at < longest && logged[at] === read[at]) at++;
	if (at === longest) return undefined;
	const shown = (list: readonly string[]) => ({
		length: list.length,
		around: list.slice(Math.max(0, at - 2), at + 4),
	});
	return { at, logged: shown(logged), read: shown(read) };
}
