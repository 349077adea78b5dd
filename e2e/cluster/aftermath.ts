import { systemClock } from "@livekeeper/douyin";
import type { SimulatedRoom } from "@livekeeper/simulator";
import { connectNats } from "../../packages/log/src/event-log/jetstream/connect.ts";
import { quietLogger } from "../../packages/log/src/event-log/sqlite/stores.helpers.ts";
import { type Follower, lastSeq } from "../kit/followers/follower.ts";
import { RoomLog } from "../kit/room-log.ts";
import type { ServiceProcess } from "../kit/service-process.ts";
import { until } from "../kit/until.ts";
import { isKept, judge, type Verdict } from "./judge.ts";
import { sharedSecret } from "./nodes.ts";
import { type ClusterRunReport, partingOf } from "./report.ts";

/** Maximum wait for anything that has to happen, ms; only guards against hanging. */
const limitMs = 600_000;

type Asked = Pick<ServiceProcess, "request">;

/**
 * Compares each room's log, as each node reads it, with what was sent. Call it once the rooms are silent.
 * @param losses how often NATS may have lost its data
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
		report.reported += verdict.reported;
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

/** Compares what a reader has that has followed each room from page to page all the time. */
export async function compareHistories(
	rooms: readonly SimulatedRoom[],
	logOf: (liveId: string) => RoomLog,
	report: ClusterRunReport,
): Promise<void> {
	for (const room of rooms) {
		const { liveId } = room;
		const history = await settled(logOf(liveId), room);
		// Events that were deleted from the log have been read here, so a gap that reports them is not false.
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

/** Compares what each reader received with the log; a reader may have events that were deleted from the log. */
export async function compareReaders(
	followers: readonly Follower[],
	service: Asked,
	liveId: string,
	report: ClusterRunReport,
): Promise<void> {
	const log = new RoomLog(service, liveId);
	await log.readOn();
	const absent = (complaint: string) => /room_not_found|\b404\b|is not started/.test(complaint);
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
	// The log may have grown in the meantime by the service's own events.
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
		// A reader that joined after the first event has everything from there on.
		const logged = log.events.filter(({ seq }) => seq >= (seen[0]?.seq ?? 1) && seq <= lastSeq(seen));
		const got = seen.filter(({ seq }) => seq >= oldest);
		const parting = partingOf(logged.map(placed), got.map(placed));
		if (parting) report.readersThatDiffer.push({ name, parting, complaints });
	}
}

const placed = ({ seq, id }: { seq: number; id: string }): string => `${seq} ${id}`;

/** Counts the messages of the rooms' logs that lie behind a claim with a higher epoch, as stored in NATS. */
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
