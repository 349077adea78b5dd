import type { Verdict } from "./judge.ts";

/** Disturbances of the nodes, and of the servers and streams of NATS. */
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

/** Disturbances after which NATS has lost some of its data, so rooms may report losses. */
export const losing: ReadonlySet<string> = new Set(["two_wiped", "stream_deleted", "state_deleted"]);

export interface ClusterRunReport {
	sent: number;
	/** Number of those that are no longer in the log, which reports it. */
	reported: number;
	/** Rooms whose log, read from its beginning, differs from what the simulator sent. */
	roomsThatDiffer: { liveId: string; verdict: Verdict }[];
	/** The same for a reader that has followed them from page to page all the time. */
	historiesThatDiffer: { liveId: string; verdict: Verdict }[];
	/** If nothing was deleted, the upstream replays everything, so there is none. */
	gaps: { liveId: string; seq: number; reason: string | undefined }[];
	/** Differences between the rooms' logs as read by different nodes. */
	readDifferently: { node: string; liveId: string; parting: Parting }[];
	/** Readers that received something other than the log. */
	readersThatDiffer: { name: string; parting: Parting | string; complaints: readonly string[] }[];
	/** Refusals of readers with "no such room", although each room is kept all the time. */
	calledAbsent: string[];
	/** How often readers were moved to another node. */
	hops: number;
	/**
	 * Number of messages that a node stored after another had claimed their room: servers before 2.11 let some through
	 * during an election, and every reader skips them.
	 */
	late: number;
	/** Time after each disturbance until every room was connected and had stored a new message, ms. */
	recoveries: { disturbance: DisturbanceName | "first_start"; ms: number }[];
	/** Why the run ended before all disturbances were done. */
	stopped?: string | undefined;
	/** Exit codes of nodes that were asked to end. */
	exitCodes: (number | null)[];
	/** Streams that nodes deleted from NATS; must always be empty. */
	deletedStreams: string[];
}

export const emptyReport = (): ClusterRunReport => ({
	...{ sent: 0, reported: 0, roomsThatDiffer: [], historiesThatDiffer: [], gaps: [], readDifferently: [] },
	...{ readersThatDiffer: [], calledAbsent: [], hops: 0, late: 0, recoveries: [], exitCodes: [], deletedStreams: [] },
});

/**
 * Whether every disturbance was done, nothing is missing without a report, duplicated or out of order, and all nodes
 * and readers agree.
 */
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

/** Totals over several runs. */
export type Totals = Omit<Verdict, "reported" | "repeated"> &
	Record<"sent" | "reported" | "readersThatDiffer" | "calledAbsent" | "streamsDeleted" | "stopped", number>;

export function totalsOf(report: ClusterRunReport): Totals {
	const verdicts = [...report.roomsThatDiffer, ...report.historiesThatDiffer].map(({ verdict }) => verdict);
	const of = (fault: keyof Verdict) => verdicts.reduce((all, verdict) => all + verdict[fault], 0);
	return {
		...{
			sent: report.sent,
			reported: report.reported,
			lost: of("lost"),
			doubled: of("doubled"),
			falseGaps: of("falseGaps"),
		},
		...{ outOfOrder: of("outOfOrder"), foreign: of("foreign"), holes: of("holes") },
		readersThatDiffer: report.readDifferently.length + report.readersThatDiffer.length,
		calledAbsent: report.calledAbsent.length,
		streamsDeleted: report.deletedStreams.length,
		stopped: report.stopped === undefined ? 0 : 1,
	};
}

/** First difference of two lists: its position, their lengths, and the surrounding entries. */
export interface Parting {
	at: number;
	logged: { length: number; around: string[] };
	read: { length: number; around: string[] };
}

/** @returns `undefined` if they are equal */
export function partingOf(logged: readonly string[], read: readonly string[]): Parting | undefined {
	const length = Math.max(logged.length, read.length);
	let at = 0;
	while (at < length && logged[at] === read[at]) at++;
	if (at === length) return undefined;
	const shown = (list: readonly string[]) => ({
		length: list.length,
		around: list.slice(Math.max(0, at - 2), at + 4),
	});
	return { at, logged: shown(logged), read: shown(read) };
}
