import { systemClock } from "@livekeeper/douyin";
import type { SimulatedRoom } from "@livekeeper/simulator";
import { connectNats } from "../../packages/livekeeper/src/event-log/jetstream/connect.ts";
import { quietLogger } from "../../packages/livekeeper/src/event-log/sqlite/stores.helpers.ts";
import { type Follower, lastSeq } from "../kit/followers/follower.ts";
import { RoomLog } from "../kit/room-log.ts";
import type { ServiceProcess } from "../kit/service-process.ts";
import { until } from "../kit/until.ts";
import { isKept, judge, type Verdict } from "./judge.ts";
import { sharedSecret } from "./nodes.ts";
import { type ClusterRunReport, partingOf } from "./report.ts";

/** Longest wait for what has to come, ms: it only guards against hanging. */
const limitMs = 600_000;

type Asked = Pick<ServiceProcess, "request">;

/**
 * Once nothing is said any more: each room's log, as each node reads it, and what was said.
 * @param losses how often NATS can have lost what it had
 */
export async function compareLogs(
	rooms: readonly SimulatedRoom[],
	[first, ...others]: readonly { name: string; service: Asked }[],
	report: ClusterRunReport,
	losses: number,
): Promise<void> {
	if (!first) throw new Error("there is no node");
	for (const room of rooms) {
		const { liveId } = room;
		const log = await settled(new RoomLog(first.service, liveId), room);
		const verdict = judge(room.sentIds(), log, losses);
		report.sent += room.sentIds().length;
		report.told += verdict.told;
		report.gaps.push(...log.ofType("gap").map(({ seq, reason }) => ({ liveId, seq, reason })));
		if (!isKept(verdict)) report.roomsThatDiffer.push({ liveId, verdict });
		for (const { name, service } of others) {
			const other = new RoomLog(service, liveId);
			await other.readOn();
			const parting = partingOf(log.ids, other.ids);
			if (parting) report.readDifferently.push({ node: name, liveId, parting });
		}
	}
}

/** What somebody has who has read each room on all the time. */
export async function compareHistories(
	rooms: readonly SimulatedRoom[],
	logOf: (liveId: string) => RoomLog,
	report: ClusterRunReport,
): Promise<void> {
	for (const room of rooms) {
		const { liveId } = room;
		const history = await settled(logOf(liveId), room);
		// What was deleted from the log had been read here: a gap that says so is not false.
		const verdict: Verdict = { ...judge(room.sentIds(), history), falseGaps: 0 };
		if (!isKept(verdict)) report.historiesThatDiffer.push({ liveId, verdict });
	}
}

async function settled(log: RoomLog, room: SimulatedRoom): Promise<RoomLog> {
	const newest = room.generatedIds().at(-1);
	const isThere = async () => {
		await log.readOn();
		return log.ids.at(-1) === newest;
	};
	await until(`the newest message of ${room.liveId} is stored`, isThere, {
		limitMs,
		describe: () => [newest, log.ids.slice(-3)],
	});
	return log;
}

/** What each reader got, and the log: of what was deleted from it the reader may have more. */
export async function compareReaders(
	followers: readonly Follower[],
	service: Asked,
	liveId: string,
	report: ClusterRunReport,
): Promise<void> {
	const log = new RoomLog(service, liveId);
	await log.readOn();
	const absent = (complaint: string) => /room_not_found|\b404\b|is not active/.test(complaint);
	report.calledAbsent = followers.flatMap(({ name, complaints }) =>
		complaints.filter(absent).map((complaint) => `${name}: ${complaint}`),
	);
	const hasAll = () => followers.every(({ seen }) => lastSeq(seen) >= lastSeq(log.events));
	await until("every reader has the whole log", hasAll, {
		limitMs,
		describe: () => [
			lastSeq(log.events),
			followers.map(({ name, seen, complaints }) => ({ name, lastSeq: lastSeq(seen), complaints })),
		],
	});
	// The log may have grown since, by what the service itself says of a room.
	const readers = followers.map(({ name, seen, complaints }) => ({ name, seen: [...seen], complaints }));
	await log.readOn();
	const oldest = log.events[0]?.seq ?? 1;
	for (const { name, seen, complaints } of readers) {
		const back = seen.findIndex(({ seq }, at) => seq <= (seen[at - 1]?.seq ?? 0));
		if (back !== -1) {
			const around = seen.slice(Math.max(0, back - 2), back + 2);
			report.readersThatDiffer.push({ name, parting: `seq goes back: ${around.map(placed).join(", ")}`, complaints });
			continue;
		}
		// Who came later than the first event has what was said since.
		const logged = log.events.filter(({ seq }) => seq >= (seen[0]?.seq ?? 1) && seq <= lastSeq(seen));
		const got = seen.filter(({ seq }) => seq >= oldest);
		const parting = partingOf(logged.map(placed), got.map(placed));
		if (parting) report.readersThatDiffer.push({ name, parting, complaints });
	}
}

const placed = ({ seq, id }: { seq: number; id: string }): string => `${seq} ${id}`;

/** How many messages of the rooms' logs lie behind a claim with a higher epoch, as NATS itself has them. */
export async function lateMessages(servers: readonly string[], rooms: readonly SimulatedRoom[]): Promise<number> {
	const options = { servers, node: "aftermath", clock: systemClock, logger: quietLogger, secret: sharedSecret };
	const { nc, streams } = await connectNats(options);
	let late = 0;
	for (const { liveId } of rooms) {
		let newest = 0;
		for await (const { head } of streams.messages(liveId).range(1, Number.POSITIVE_INFINITY)) {
			if (head.epoch < newest) late++;
			newest = Math.max(newest, head.epoch);
		}
	}
	await nc.close();
	return late;
}
