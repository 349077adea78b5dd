import { setTimeout as pause } from "node:timers/promises";
import { seeded } from "@livekeeper/douyin/testing";
import { type Fault, type Simulator, startSimulator } from "@livekeeper/simulator";
import { compare, type Difference, RoomLog } from "./room-log.ts";
import { ServiceProcess } from "./service-process.ts";
import { until } from "./until.ts";

export interface KillRunOptions {
	rooms: number;
	/** Messages per second in each room. */
	rate: number;
	/** Number of times that the service is killed with SIGKILL and restarted. */
	kills: number;
	/** Number of cut upstream sockets. */
	cuts: number;
	seed: number;
	/** Maximum lifetime of the service between two kills, ms; without kills, the duration of the cuts. */
	lifeMs?: number;
	say?: (line: string) => void;
}

export interface KillRunReport {
	/** Number of messages that the simulator wrote to at least one socket, over all rooms. */
	sent: number;
	/** Number of upstream messages in the logs. */
	stored: number;
	lost: number;
	doubled: number;
	foreign: number;
	/** Rooms whose log differs from the sent ids. */
	roomsThatDiffer: { liveId: string; difference: Difference }[];
	holes: number;
	gaps: number;
	/** Number of kills while the service was listening; the others hit it during the start. */
	killsWhileListening: number;
	cuts: number;
	seconds: number;
}

/**
 * Kills the service, or cuts its sockets, at random moments while rooms send messages. Then silences the rooms and
 * compares each room's log with what the simulator sent.
 */
export async function killRun(options: KillRunOptions): Promise<KillRunReport> {
	const { rooms, rate, seed, say = () => undefined } = options;
	const simulator = await startSimulator({ rooms, rate, seed, strict: true, port: 0, startTraffic: "first_viewer" });
	const service = await ServiceProcess.create({ upstreamUrl: simulator.url });
	const startedAt = performance.now();
	try {
		await service.start();
		const logs = simulator.rooms.map(({ liveId }) => new RoomLog(service, liveId));
		for (const { liveId } of logs) await service.startRoom(liveId);
		// A room without stored messages has no cursor to resume from.
		await until("an event of every room is stored", () => everyLog(logs, ({ ids }) => ids.length > 0));
		say(`${rooms} rooms are connected, each at ${rate} messages a second`);
		const { killsWhileListening, cuts } = await disturb(options, simulator, service);
		for (const room of simulator.rooms) room.change({ rate: 0 });
		await settle(simulator, logs);
		const seconds = (performance.now() - startedAt) / 1000;
		return { ...count(simulator, logs), killsWhileListening, cuts, seconds };
	} finally {
		await service.close();
		await simulator.close();
	}
}

async function disturb(
	{ kills, cuts, seed, lifeMs = 4_000, say = () => undefined }: KillRunOptions,
	simulator: Simulator,
	service: ServiceProcess,
): Promise<{ killsWhileListening: number; cuts: number }> {
	const random = seeded(seed);
	const faults: Fault[] = [];
	const lives = Array.from({ length: kills }, () => random() * lifeMs);
	const spanMs = kills > 0 ? (kills * lifeMs) / 2 : cuts * 300;
	const cutting = (async () => {
		for (let n = 0; n < cuts; n++) {
			await pause((random() * 2 * spanMs) / cuts);
			const room = simulator.rooms[Math.floor(random() * simulator.rooms.length)];
			if (room) faults.push(room.setFault({ fault: random() < 0.5 ? "cut" : "reset", count: 1 }));
		}
	})();
	let killsWhileListening = 0;
	for (const [n, life] of lives.entries()) {
		await pause(life);
		if (await isListening(service)) killsWhileListening++;
		await service.stop("SIGKILL");
		service.spawn();
		say(`kill ${n + 1} of ${kills}`);
	}
	await service.untilListening();
	await cutting;
	// A cut without an open socket applies to the next one.
	await until("every cut has struck", () => faults.every(({ struck }) => struck > 0));
	return { killsWhileListening, cuts: faults.length };
}

async function isListening(service: ServiceProcess): Promise<boolean> {
	try {
		return (await service.request("GET", "/health/live")).status === 200;
	} catch {
		return false;
	}
}

/** Waits until every log has its room's newest message. */
async function settle(simulator: Simulator, logs: readonly RoomLog[]): Promise<void> {
	const newest = (liveId: string) => simulator.room(liveId)?.generatedIds().at(-1);
	await until("every room's newest message is stored", () => everyLog(logs, (log) => isNewest(log, newest)), {
		describe: () => logs.filter((log) => !isNewest(log, newest)).map(({ liveId, ids }) => [liveId, ids.length]),
	});
}

function isNewest({ ids, liveId }: RoomLog, newest: (liveId: string) => string | undefined): boolean {
	return ids.at(-1) === newest(liveId);
}

async function everyLog(logs: readonly RoomLog[], holds: (log: RoomLog) => boolean): Promise<boolean> {
	for (const log of logs) await log.readOn();
	return logs.every(holds);
}

type Counts = Omit<KillRunReport, "killsWhileListening" | "cuts" | "seconds">;

function count(simulator: Simulator, logs: readonly RoomLog[]): Counts {
	const counts: Counts = {
		sent: 0,
		stored: 0,
		lost: 0,
		doubled: 0,
		foreign: 0,
		roomsThatDiffer: [],
		holes: 0,
		gaps: 0,
	};
	for (const room of simulator.rooms) {
		const log = logs.find(({ liveId }) => liveId === room.liveId);
		if (!log) throw new Error(`nothing was read of ${room.liveId}`);
		const difference = compare(log, room);
		counts.sent += room.sentIds().length;
		counts.stored += log.ids.length;
		counts.lost += difference.lost;
		counts.doubled += difference.doubled;
		counts.foreign += difference.foreign;
		counts.holes += difference.holes;
		counts.gaps += log.ofType("gap").length;
		if (difference.parts) counts.roomsThatDiffer.push({ liveId: room.liveId, difference });
	}
	return counts;
}
