import type { SeenEvent } from "../kit/followers/follower.ts";
import { RoomLog } from "../kit/room-log.ts";
import { TickClock } from "../kit/tick-clock.ts";
import { checkAttempts } from "./attempt-rules.ts";
import { Driver } from "./driver.ts";
import { logOf, truthOf, untilBack, untilCaughtUp, untilNothingIsLeft } from "./ending.ts";
import { judge, type Verdict } from "./judge.ts";
import { errorsWithoutCause } from "./log-rules.ts";
import { isLimited, isRaised, type Plan } from "./plan.ts";
import { closeReaders, openReaders, type Reader } from "./readers.ts";
import { Referee } from "./referee.ts";
import { World } from "./world.ts";

/** Result of a run. */
export interface ChaosReport {
	seed: number;
	/** Broken promises, as sentences; empty if all were kept. */
	broken: string[];
	/** Concurrent sessions of each room at first. */
	sessions: number;
	/** Whether there were fewer connections than rooms. */
	limited: boolean;
	/** Number of rooms seen waiting for a connection. */
	waited: number;
	/** Number of disturbances, by kind. */
	struck: Record<string, number>;
	verdicts: Verdict[];
	/** Number of handshakes, and of those that led to a connection. */
	attempts: number;
	connections: number;
	/** Time from the end of all faults to full recovery, ms of the service's time. */
	backAfterMs: number;
	peakRssMb: number;
	/** Number of checks of sockets, status and memory. */
	looks: number;
	/** Duration in real time. */
	seconds: number;
}

/**
 * Executes a plan and checks the result against the promises.
 * @param deps.folder folder for stored data; default: a new one
 * @param deps.onDoing called with each step
 */
export async function runPlan(
	plan: Plan,
	{ folder, onDoing = () => undefined }: { folder?: string; onDoing?: (what: string) => void } = {},
): Promise<ChaosReport> {
	const realStart = performance.now();
	const world = await World.begin(plan, new TickClock(plan.factor), folder);
	let readers: Reader[] = [];
	try {
		world.service.spawn();
		await world.service.untilListening();
		const before = await world.service.probe();
		await world.startRooms();
		readers = await openReaders(world.service.port, world.liveIds, world);
		const driver = new Driver(world, readers);
		const referee = new Referee(world);
		referee.start();
		await driver.run((step) => onDoing(JSON.stringify(step)));
		onDoing("the calm after it");
		await driver.calm();
		const calmAt = world.clock.now();
		const broken: string[] = [];
		const logs = world.liveIds.map((liveId) => new RoomLog(world.service, liveId));
		await saying(broken, () => untilBack(world, driver.operator, logs));
		onDoing("the end");
		const backAfterMs = world.clock.now() - calmAt;
		await saying(broken, () => untilCaughtUp(readers, logs));
		await referee.stop();
		const seen = readers.map(({ follower }) => [...follower.seen]);
		// Read last, because the service may add its own events at any time.
		for (const log of logs) await log.readOn();
		const { attempts } = world.book;
		const verdicts = world.rooms.map((known, i) => judge(truthOf(known, world), logs[i]?.events ?? []));
		broken.push(...referee.broken, ...verdicts.flatMap((verdict) => verdict.broken));
		broken.push(...readers.flatMap((reader, i) => complaintsOf(reader, seen[i] ?? [], logs, world)));
		const errors = errorsWithoutCause(world.service.errors, world.disk, plan.factor);
		broken.push(...errors.map((line) => `an error in the log: ${line}`));
		broken.push(...checkAttempts(attempts, world.book.asked, rulesOf(world)));
		if (!isRaised(plan)) broken.push(...world.site.bansEarned());
		await closeReaders(readers);
		readers = [];
		await saying(broken, () => untilNothingIsLeft(world, before));
		return {
			seed: plan.seed,
			broken,
			sessions: plan.sessions,
			limited: isLimited(plan),
			waited: referee.waited,
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

/** A timeout is a broken promise like any other, so the others are still reported. */
async function saying(broken: string[], wait: () => Promise<unknown>): Promise<void> {
	try {
		await wait();
	} catch (error) {
		broken.push(error instanceof Error ? error.message : String(error));
	}
}

/** @param seen its events at the time when it had caught up */
function complaintsOf(
	{ follower, liveId }: Reader,
	seen: readonly SeenEvent[],
	logs: readonly RoomLog[],
	world: World,
): string[] {
	const { name, complaints } = follower;
	const log = logOf(logs, liveId);
	const wasStopped = (world.rooms.find((room) => room.liveId === liveId)?.restartedAt ?? []).length > 0;
	const parts = seen.findIndex(({ seq, id }, i) => log[i]?.seq !== seq || log[i]?.id !== id);
	const words = complaints
		.filter((complaint) => !isAboutRestarts(complaint, wasStopped))
		.map((words) => `${name}: ${words}`);
	if (parts >= 0) words.push(`${name}: its ${parts + 1}. event, seq ${seen[parts]?.seq}, is not the log's`);
	return words;
}

/** While the service starts or stops, such complaints are allowed; and while the room is stopped, that it is not found. */
function isAboutRestarts(complaint: string, wasStopped: boolean): boolean {
	const codes = ["503", ...(wasStopped ? ["404"] : [])];
	return codes.some((code) => complaint.startsWith(code) || complaint.startsWith(`refused: ${code}`));
}

function rulesOf(world: World) {
	return {
		liveIdOf: (name: string) => world.liveIdOf(name),
		restartedIn: (liveId: string, from: number, to: number) => world.restartedIn(liveId, from, to),
		sessionsOf: (liveId: string, from: number, to: number) => world.sessionsOf(liveId, from, to),
		probesForAll: world.plan.options.strategy === "adaptive",
	};
}
