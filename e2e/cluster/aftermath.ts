import { systemClock } from "@livekeeper/douyin";
import type { SimulatedRoom } from "@livekeeper/simulator";
import { connectNats } from "../../packages/livekeeper/src/event-log/jetstream/connect.ts";
import { quietLogger } from "../../packages/livekeeper/src/event-log/sqlite/stores.helpers.ts";
import { type Follower, lastSeq } from "../kit/followers/follower.ts";
import { compare, noDifference, RoomLog } from "../kit/room-log.ts";
import type { ServiceProcess } from "../kit/service-process.ts";
import { until } from "../kit/until.ts";
import { type ClusterRunReport, partingOf } from "./report.ts";

type Asked = Pick<ServiceProcess, "request">;

/** Once nothing is said any more: each room's log, as each node reads it, and what was said. */
export async function compareLogs(
	rooms: readonly SimulatedRoom[],
	[first, ...others]: readonly { name: string; service: Asked }[],
	report: ClusterRunReport,
): Promise<void> {
	if (!first) throw new Error("there is no node");
	for (const room of rooms) {
		const { liveId } = room;
		const log = await settled(first.service, liveId, room.generatedIds().at(-1));
		const difference = compare(log, room);
		report.sent += room.sentIds().length;
		report.gaps.push(...log.ofType("gap").map(({ seq, reason }) => ({ liveId, seq, reason })));
		if (JSON.stringify(difference) !== JSON.stringify(noDifference)) {
			report.roomsThatDiffer.push({ liveId, difference });
		}
		for (const { name, service } of others) {
			const other = new RoomLog(service, liveId);
			await other.readOn();
			const parting = partingOf(log.ids, other.ids);
			if (parting) report.readDifferently.push({ node: name, liveId, parting });
		}
	}
}

async function settled(service: Asked, liveId: string, newest: string | undefined): Promise<RoomLog> {
	const log = new RoomLog(service, liveId);
	const isThere = async () => {
		await log.readOn();
		return log.ids.at(-1) === newest;
	};
	await until(`the newest message of ${liveId} is stored`, isThere, {
		limitMs: 90_000,
		describe: () => [newest, log.ids.slice(-3)],
	});
	return log;
}

/** What each reader got, and the log. */
export async function compareReaders(
	followers: readonly Follower[],
	service: Asked,
	liveId: string,
	report: ClusterRunReport,
): Promise<void> {
	const log = new RoomLog(service, liveId);
	const hasAll = async () => {
		await log.readOn();
		return followers.every((follower) => lastSeq(follower.seen) >= log.events.length);
	};
	await until("every reader has the whole log", hasAll, {
		describe: () => [
			log.events.length,
			followers.map(({ name, seen, complaints }) => ({ name, lastSeq: lastSeq(seen), complaints })),
		],
	});
	for (const { name, seen, complaints } of followers) {
		// Who came later than the first event has what was said since.
		const logged = log.events.filter(({ seq }) => seq >= (seen[0]?.seq ?? 1));
		const parting = partingOf(logged.map(placed), seen.map(placed));
		if (parting) report.readersThatDiffer.push({ name, parting, complaints });
	}
}

const placed = ({ seq, id }: { seq: number; id: string }): string => `${seq} ${id}`;

/** How many messages of the rooms' logs lie behind a claim with a higher epoch, as NATS itself has them. */
export async function lateMessages(servers: readonly string[], rooms: readonly SimulatedRoom[]): Promise<number> {
	const options = { servers, node: "aftermath", clock: systemClock, logger: quietLogger, secret: "not needed" };
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
