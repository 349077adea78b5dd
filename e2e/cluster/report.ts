import type { Difference } from "../kit/room-log.ts";

/** What is done to the cluster. */
export const disturbances = ["kill", "term", "leader", "freeze", "cut_nats", "cut_upstream", "add", "rolling"] as const;
export type DisturbanceName = (typeof disturbances)[number];

export interface ClusterRunReport {
	sent: number;
	/** Rooms whose log is not what the simulator sent, id for id. */
	roomsThatDiffer: { liveId: string; difference: Difference }[];
	/** The upstream gives everything again, so there is none. */
	gaps: { liveId: string; seq: number; reason: string | undefined }[];
	/** Of the rooms' logs as the other nodes read them: those that are not the same. */
	readDifferently: { node: string; liveId: string; parting: Parting }[];
	/** Readers that did not get exactly the log. */
	readersThatDiffer: { name: string; parting: Parting; complaints: readonly string[] }[];
	/** How often readers were moved to another node. */
	hops: number;
	/**
	 * Messages that a node stored although another had claimed their room: servers before 2.11 let some through over an
	 * election, and every reader passes over them.
	 */
	late: number;
	/** After each disturbance, ms until every room was connected and had stored something that was said since. */
	recoveries: { disturbance: DisturbanceName; ms: number }[];
	/** Why not all disturbances were done. */
	stopped?: string | undefined;
	/** Of nodes that were told to end: how they did. */
	exitCodes: (number | null)[];
}

export const emptyReport = (): ClusterRunReport => ({
	...{ sent: 0, roomsThatDiffer: [], gaps: [], readDifferently: [], readersThatDiffer: [], hops: 0, late: 0 },
	...{ recoveries: [], exitCodes: [] },
});

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
