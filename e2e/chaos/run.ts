import { lastSeq, type SeenEvent } from "../kit/followers/follower.ts";
import { type LoggedEvent, RoomLog } from "../kit/room-log.ts";
import { until } from "../kit/until.ts";
import { checkAttempts } from "./attempt-rules.ts";
import { Driver } from "./driver.ts";
import { judge, type RoomTruth, type Verdict } from "./judge.ts";
import type { Plan } from "./plan.ts";
import { closeReaders, openReaders, type Reader } from "./readers.ts";
import { Referee } from "./referee.ts";
import type { Probe } from "./scaled-service.ts";
import { type KnownRoom, World } from "./world.ts";

/** How a run went. */
export interface ChaosReport {
	seed: number;
	/** Broken promises, in words; empty where all were kept. */
	broken: string[];
	/** What struck, by kind. */
	struck: Record<string, number>;
	verdicts: Verdict[];
	/** Handshakes that were tried, and those of them that led to a connection. */
	attempts: number;
	connections: number;
	/** How long after the end of all faults everything was there, ms of the service's time. */
	backAfterMs: number;
	peakRssMb: number;
	/** Times at which somebody looked at sockets, status and memory. */
	looks: number;
	/** Real time. */
	seconds: number;
}

/** After the end of all faults: refused as a device 300 s, one more look-up and a connection; ms of the service's time. */
const backWithinMs = 420_000;
/** Real time in which what is told by the service itself must be done, ms. */
const patienceMs = 30_000;

/** Lets a plan happen, and holds what came of it against what was promised. */
export async function runPlan(plan: Plan): Promise<ChaosReport> {
	const realStart = performance.now();
	const world = await World.begin(plan);
	let readers: Reader[] = [];
	try {
		world.service.spawn();
		await world.service.untilListening();
		const before = await world.service.probe();
		for (const liveId of world.liveIds) await world.service.request("POST", "/api/live/start", { live_id: liveId });
		readers = await openReaders(world.service.port, world.liveIds, world);
		const driver = new Driver(world, readers);
		const referee = new Referee(world);
		referee.start();
		await driver.run();
		await driver.calm();
		const calmAt = world.clock.now();
		const broken: string[] = [];
		const logs = world.liveIds.map((liveId) => new RoomLog(world.service, liveId));
		await saying(broken, () => untilBack(world, logs, calmAt));
		const backAfterMs = world.clock.now() - calmAt;
		await saying(broken, () => untilCaughtUp(readers, logs));
		await referee.stop();
		const { attempts } = world.book;
		const verdicts = world.rooms.map((known, i) => judge(truthOf(known, world), logs[i]?.events ?? []));
		broken.push(...referee.broken, ...verdicts.flatMap((verdict) => verdict.broken));
		broken.push(...readers.flatMap((reader) => complaintsOf(reader, logs)));
		broken.push(...world.service.errors.map((line) => `an error in the log: ${line}`));
		broken.push(...checkAttempts(attempts, world.book.asked, rulesOf(world)));
		await closeReaders(readers);
		readers = [];
		await saying(broken, () => untilNothingIsLeft(world, before));
		return {
			seed: plan.seed,
			broken,
			struck: driver.struck,
			verdicts,
			attempts: attempts.length,
			connections: attempts.filter(({ outcome }) => outcome === "open").length,
			backAfterMs,
			peakRssMb: Math.round(referee.peakRssMb),
			looks: referee.looks,
			seconds: (performance.now() - realStart) / 1000,
		};
	} finally {
		await closeReaders(readers);
		await world.end();
	}
}

/** A wait in vain is a broken promise like another: what else was broken is said as well. */
async function saying(broken: string[], wait: () => Promise<unknown>): Promise<void> {
	try {
		await wait();
	} catch (error) {
		broken.push(error instanceof Error ? error.message : String(error));
	}
}

/** Every room is connected, and what it says now is stored; then it falls silent, and the rest is stored as well. */
async function untilBack(world: World, logs: readonly RoomLog[], calmAt: number): Promise<void> {
	const { rooms, service, clock, plan } = world;
	const left = () => Math.max(patienceMs, (calmAt + backWithinMs - clock.now()) / plan.factor);
	const marks = rooms.map(({ room }) => room.info.generated);
	let rows: unknown;
	await until(
		"every room is back and stores what it says",
		async () => {
			for (const log of logs) await log.readOn();
			({ body: rows } = await service.request("GET", "/api/v1/rooms"));
			const connected = (rows as { rooms: { state: string }[] }).rooms.every(({ state }) => state === "connected");
			return connected && rooms.every(({ room }, i) => isAfter(logs[i], room.generatedIds(marks[i])));
		},
		{ limitMs: left(), describe: () => rows },
	);
	for (const { room } of rooms) room.change({ rate: 0 });
	await until(
		"every room's newest message is stored",
		async () => {
			for (const log of logs) await log.readOn();
			return rooms.every(({ room }, i) => logs[i]?.ids.at(-1) === room.generatedIds().at(-1));
		},
		{ limitMs: left(), describe: () => logs.map(({ liveId, ids }) => [liveId, ids.length]) },
	);
}

function isAfter(log: RoomLog | undefined, fresh: readonly string[]): boolean {
	const newest = log?.ids.at(-1);
	return newest !== undefined && fresh.includes(newest);
}

async function untilCaughtUp(readers: readonly Reader[], logs: readonly RoomLog[]): Promise<void> {
	await until(
		"every reader has the log's newest event",
		async () => {
			// The service's own events may come at any time.
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

function logOf(logs: readonly RoomLog[], liveId: string): readonly LoggedEvent[] {
	return logs.find((log) => log.liveId === liveId)?.events ?? [];
}

function truthOf({ liveId, room, begins, windows, fastest }: KnownRoom, world: World): RoomTruth {
	const own = world.book.attempts.filter(({ roomId }) => world.liveIdOf(roomId) === liveId);
	return {
		liveId,
		generated: room.generatedIds(),
		sent: new Set(room.sentIds()),
		gifts: new Set(room.giftIds()),
		begins,
		windows,
		attemptsAt: own.map(({ at }) => at),
		untoldAtMost: Math.ceil(3 + fastest),
	};
}

function complaintsOf({ follower, liveId }: Reader, logs: readonly RoomLog[]): string[] {
	const { name, seen, complaints } = follower;
	const log = logOf(logs, liveId);
	const parts = seen.findIndex(({ seq, id }: SeenEvent, i) => log[i]?.seq !== seq || log[i]?.id !== id);
	const words = complaints.filter((complaint) => !isAboutRestarts(complaint)).map((words) => `${name}: ${words}`);
	if (parts >= 0) words.push(`${name}: its ${parts + 1}. event, seq ${seen[parts]?.seq}, is not the log's`);
	else if (seen.length < log.length) words.push(`${name}: got ${seen.length} of ${log.length} events`);
	return words;
}

/** While the service starts or stops it may say so. */
function isAboutRestarts(complaint: string): boolean {
	return complaint.startsWith("503") || complaint.startsWith("refused: 503");
}

function rulesOf(world: World) {
	return {
		liveIdOf: (roomId: string) => world.liveIdOf(roomId),
		beganAnew: (liveId: string, from: number, to: number) => world.beganAnew(liveId, from, to),
		sessions: 1,
	};
}

/** Rooms are stopped: no socket to the upstream, no timer; then the process ends by itself. */
async function untilNothingIsLeft(world: World, before: Probe): Promise<void> {
	const { service, network, liveIds } = world;
	for (const liveId of liveIds) await service.request("POST", "/api/live/stop", { live_id: liveId });
	let now: Probe | undefined;
	await until(
		"nothing of the stopped rooms is left",
		async () => {
			now = await service.probe();
			const timers = now.resources["Timeout"] ?? 0;
			return network.links.every(({ topic }) => topic === undefined) && timers <= (before.resources["Timeout"] ?? 0);
		},
		{ limitMs: patienceMs, describe: () => ({ before, now, sockets: network.links.length }) },
	);
	const exit = await service.stop("SIGTERM");
	if (exit.code !== 0) throw new Error(`The service ended with ${JSON.stringify(exit)}`);
}
