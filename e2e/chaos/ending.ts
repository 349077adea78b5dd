import { lastSeq } from "../kit/followers/follower.ts";
import type { LoggedEvent, RoomLog } from "../kit/room-log.ts";
import { until } from "../kit/until.ts";
import type { RoomTruth } from "./judge.ts";
import type { Operator } from "./operator.ts";
import { isLimited } from "./plan.ts";
import type { Reader } from "./readers.ts";
import type { Probe } from "./scaled-service.ts";
import type { KnownRoom, World } from "./world.ts";

/**
 * Time for recovery after the end of all faults, ms of the service's time: a device block of 300 s, another lookup, and
 * a connection.
 */
const backWithinMs = 420_000;
/** Time for recovery after a room's next lookup, if that is later, ms. */
const backAfterLookMs = 120_000;
/** Maximum delay of a lookup, ms: a way that is refused repeatedly rests for an hour plus a tenth. */
const latestLookMs = 66 * 60_000;
/** Only guards against hanging, ms of real time. */
const patienceMs = 300_000;

/**
 * Waits until every room is connected (or queued, under connection limits) and new messages of the connected ones are
 * stored. Then lifts the limits and waits until all are connected. Then silences the rooms and waits until everything
 * is stored.
 */
export async function untilBack(world: World, operator: Operator, logs: readonly RoomLog[]): Promise<void> {
	const { rooms, service, clock, plan } = world;
	let rows: Row[] = [];
	/** Latest recovery time of each room, derived from the first lookup time in its status. */
	const lateAts = new Map<string, number>();
	const states = () => rows.map(stateOf).join("; ");
	/** The limit counts the service's time, not this machine's. */
	const untilLate = async (what: string, words: string, holds: () => boolean, describe = states) => {
		const soonMs = clock.now() + backWithinMs;
		const lateAt = () => Math.max(soonMs, ...lateAts.values());
		const look = async () => {
			for (const log of logs) await log.readOn();
			const { body } = await service.request("GET", "/api/v1/rooms");
			({ rooms: rows } = body as { rooms: Row[] });
			noteLooks(rows, lateAts, clock.now() + latestLookMs);
			return holds() || clock.now() > lateAt();
		};
		await until(what, look, { limitMs: patienceMs });
		if (!holds()) throw new Error(`${words}: ${describe()}`);
	};
	const saysAndStores = (marks: readonly number[], mayWait: boolean) => () =>
		rows.length === rooms.length &&
		rooms.every(({ room, liveId }, i) => {
			const row = rows.find(({ live_id }) => live_id === liveId);
			if (mayWait && row?.state === "queued" && row.queue) return true;
			return row?.state === "connected" && isAfter(logs[i], room.generatedIds(marks[i]));
		});
	const said = () => rooms.map(({ room }) => room.info.generated);
	if (isLimited(plan)) {
		await untilLate("every room is back, or in line", "Neither back nor in line", saysAndStores(said(), true));
		await operator.liftLimits();
	}
	await untilLate("every room is back", "Not back", saysAndStores(said(), false));
	for (const { room } of rooms) room.change({ rate: 0 });
	const lacking = () =>
		rooms.flatMap(({ liveId, room }, i) => {
			const row = rows.find(({ live_id }) => live_id === liveId);
			const lack = lackOf(logs[i], room, row?.identity);
			return lack === undefined ? [] : [`${liveId} ${lack}: ${JSON.stringify(row?.connections ?? row)}`];
		});
	const isWhole = () => lacking().length === 0;
	await untilLate("the rest is stored", "Not all is stored", isWhole, () => lacking().join("; "));
}

/** Notes late lookups: the site has hidden the room, or the way rests until someone reports a solved captcha. */
function noteLooks(rows: readonly Row[], lateAts: Map<string, number>, latestAt: number): void {
	for (const { live_id, state, watch } of rows) {
		if (state === "connected" || lateAts.has(live_id) || !watch?.next_at) continue;
		lateAts.set(live_id, Math.min(watch.next_at, latestAt) + backAfterLookMs);
	}
}

interface Row {
	live_id: string;
	state: string;
	reason: { message: string };
	queue: object | null;
	connections: object | null;
	identity: string;
	watch: { next_at: number | null; next_way: string | null } | null;
}

function stateOf({ live_id, state, reason, watch }: Row): string {
	const next = watch?.next_at ? ` (next look-up ${watch.next_at} by ${watch.next_way})` : "";
	return `${live_id} ${state}: ${reason.message}${next}`;
}

/**
 * Describes how far a room's log is behind the messages sent; `undefined` if it is complete. Without a login there are
 * no gifts.
 */
function lackOf(log: RoomLog | undefined, room: KnownRoom["room"], identity: string | undefined): string | undefined {
	const said = room.generatedIds();
	const gifts = new Set(identity === "logged_in" ? [] : room.giftIds());
	const last = said.findLastIndex((id) => !gifts.has(id));
	const newest = said.findLastIndex(among(log?.ids));
	return newest >= last ? undefined : `ends at message ${newest + 1} of ${last + 1}`;
}

/** The last message alone is not enough, because a gift omitted at first may come after all others. */
function isAfter(log: RoomLog | undefined, fresh: readonly string[]): boolean {
	return fresh.some(among(log?.ids));
}

function among(ids: readonly string[] = []): (id: string) => boolean {
	const all = new Set(ids);
	return (id) => all.has(id);
}

export async function untilCaughtUp(readers: readonly Reader[], logs: readonly RoomLog[]): Promise<void> {
	await until(
		"every reader has the log's newest event",
		async () => {
			// The service may add its own events at any time.
			for (const log of logs) await log.readOn();
			return readers.every(({ follower, liveId }) => lastSeq(follower.seen) === logOf(logs, liveId).at(-1)?.seq);
		},
		{
			limitMs: patienceMs,
			describe: () =>
				readers.map(({ follower, liveId }) => [follower.name, lastSeq(follower.seen), logOf(logs, liveId).length]),
		},
	);
}

export function logOf(logs: readonly RoomLog[], liveId: string): readonly LoggedEvent[] {
	return logs.find((log) => log.liveId === liveId)?.events ?? [];
}

/** Stops the rooms and waits until no upstream socket and no timer is left; then the process must exit by itself. */
export async function untilNothingIsLeft(world: World, before: Probe, also = () => true): Promise<void> {
	const { service, network, liveIds } = world;
	for (const liveId of liveIds) await service.request("POST", "/api/live/stop", { live_id: liveId });
	let now: Probe | undefined;
	await until(
		"no data of the stopped rooms is left",
		async () => {
			now = await service.probe();
			const timers = now.resources["Timeout"] ?? 0;
			const sockets = network.links.filter(({ topic }) => topic !== undefined).length;
			return sockets === 0 && timers <= (before.resources["Timeout"] ?? 0) && also();
		},
		{ limitMs: patienceMs, describe: () => ({ before, now, sockets: network.links.length }) },
	);
	const exit = await service.stop("SIGTERM");
	if (exit.code !== 0) throw new Error(`The service ended with ${JSON.stringify(exit)}`);
}

/** Returns everything known about a room so far. */
export function truthOf({ liveId, room, begins, windows }: KnownRoom, world: World): RoomTruth {
	const own = world.book.attempts.filter(({ roomId }) => world.liveIdOf(roomId) === liveId);
	return {
		liveId,
		generated: room.generatedIds(),
		sentAt: room.sentAts(),
		gifts: new Set(room.giftIds()),
		begins,
		windows,
		attempts: own,
	};
}
