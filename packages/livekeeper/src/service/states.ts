import type { Text } from "@livekeeper/base/text";
import { driftKinds } from "@livekeeper/douyin";
import type { EventLog } from "@livekeeper/log";
import type { Reading, StateSource } from "@livekeeper/targets";
import { messageTexts, siteTexts } from "@livekeeper/targets/text";
import { changedText } from "@livekeeper/targets/text/drift";
import type { Cluster } from "../cluster/index.ts";
import type { LiveService } from "../live/index.ts";
import type { DriftBook } from "../site/index.ts";
import { storageTrouble } from "./storage.ts";

type Room = ReturnType<LiveService["getStatus"]>["rooms"][number];
type Known = Pick<Room, "identity" | "identityName" | "loginWarning" | "connectedAt">;

export interface StatesOf {
	live: { getStatus(): { rooms: readonly Known[] } };
	log: Pick<EventLog, "status">;
	drift?: Pick<DriftBook, "episodes"> | undefined;
	cluster?: Pick<Cluster, "nodes" | "members"> | undefined;
}

const { notices } = messageTexts;

/**
 * Logins are checked with every twelfth reading, because they last for days and building the status of a thousand rooms
 * is slow.
 */
const loginsEvery = 12;

/** Returns the states that targets can be notified of besides rooms' events; of a cluster, as this node sees it. */
export function statesOf({ live, log, drift, cluster }: StatesOf): StateSource {
	let count = 0;
	let logins: Reading[] = [];
	const site = drift && siteReader(drift);
	return {
		readings: () => {
			if (count++ % loginsEvery === 0) logins = loginReadings(live.getStatus().rooms);
			const nodes = nodeReadings(cluster?.members ?? new Map());
			return [storageReading(storageTrouble(log)), ...logins, ...nodes, ...(site?.() ?? [])];
		},
		notifies: () => !cluster || isFirst(cluster.nodes),
		isStorable: () => log.status().state === "ok",
	};
}

/** Returns whether this node is the first by name of those that stay: a view is the same on all of them. */
function isFirst(nodes: Cluster["nodes"]): boolean {
	const [first] = nodes.filter(({ draining }) => !draining).toSorted((a, b) => (a.node < b.node ? -1 : 1));
	return first?.isSelf ?? false;
}

/** Returns readings of nodes; the state of one whose entry has only just gone is unknown. */
function nodeReadings(members: Cluster["members"]): Reading[] {
	return Array.from(members).flatMap(([subject, is]): Reading[] => {
		const of = { state: "node_lost", subject } as const;
		if (is === "present") return [{ ...of, condition: "fine", text: notices.nodeBack(subject) }];
		return is === "lost" ? [{ ...of, condition: "lost", text: notices.nodeLost(subject) }] : [];
	});
}

/**
 * Returns a function that returns a reading for each kind of drift: one that began with others is theirs. A drift lasts
 * for days, so its text is written again only when its entries change.
 */
function siteReader(drift: Pick<DriftBook, "episodes">): () => Reading[] {
	const written = new Map<string, { key: string; text: Text }>();
	const textOf = (episode: DriftBook["episodes"][number]) => {
		const key = JSON.stringify([episode.since, episode.entries.map(({ kind, name }) => [kind, name])]);
		const known = written.get(episode.subject);
		if (known?.key === key) return known.text;
		const text = notices.siteChanged(changedText(episode));
		written.set(episode.subject, { key, text });
		return text;
	};
	return () => {
		const { episodes } = drift;
		return driftKinds.map((subject): Reading => {
			const of = { state: "site_changed", subject } as const;
			const episode = episodes.find((one) => one.subject === subject);
			if (!episode) return { ...of, condition: "fine", text: siteTexts.unchanged };
			return { ...of, condition: "changed", text: textOf(episode) };
		});
	};
}

function storageReading(trouble: Text | undefined): Reading {
	const of = { state: "storage", subject: "" } as const;
	if (!trouble) return { ...of, condition: "fine", text: notices.storageFine };
	return { ...of, condition: "failing", text: notices.storageFailing(trouble) };
}

/** Returns a reading for each identity that rooms use; if several rooms know an identity, the worst counts. */
function loginReadings(rooms: readonly Known[]): Reading[] {
	const worst = new Map<string, Reading>();
	for (const room of rooms) {
		const reading = loginReading(room);
		const known = reading && worst.get(reading.subject);
		if (reading && (!known || rank[reading.condition] > rank[known.condition])) worst.set(reading.subject, reading);
	}
	return [...worst.values()];
}

const rank = { fine: 0, failing: 0, lost: 0, changed: 0, ending: 1, ended: 2 } as const satisfies Record<
	Reading["condition"],
	number
>;

function loginReading({ identity, identityName: subject = "", loginWarning, connectedAt }: Known): Reading | undefined {
	const of = { state: "login_ending", subject } as const;
	if (loginWarning) return { ...of, condition: identity === "expired" ? "ended" : "ending", text: loginWarning };
	// Only the site knows whether a login is still valid, and a room that was never connected has no answer from it.
	if (identity !== "logged_in" || connectedAt === undefined) return undefined;
	return { ...of, condition: "fine", text: notices.loginFine(subject) };
}
