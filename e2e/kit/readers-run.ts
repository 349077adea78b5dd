import { setTimeout as pause } from "node:timers/promises";
import { seeded } from "@livekeeper/douyin/testing";
import { startSimulator } from "@livekeeper/simulator";
import { ClientFollower } from "./followers/client-follower.ts";
import { type Follower, lastSeq, type SeenEvent } from "./followers/follower.ts";
import { anyPython, PythonFollower } from "./followers/python-follower.ts";
import { SocketIoFollower } from "./followers/socket-io-follower.ts";
import { SseFollower } from "./followers/sse-follower.ts";
import { TargetFollower } from "./followers/target-follower.ts";
import { WebsocketFollower } from "./followers/websocket-follower.ts";
import { compare, type Difference, RoomLog } from "./room-log.ts";
import { ServiceProcess } from "./service-process.ts";
import { until } from "./until.ts";

export interface ReadersRunOptions {
	/** Messages per second in the room. */
	rate: number;
	/** Number of restarts of the service, alternating SIGTERM and SIGKILL. */
	restarts: number;
	/** Number of cuts of each follower's own connection. */
	cuts: number;
	seed: number;
	/** A Python with python-socketio; without it, that follower is left out. */
	python: string | undefined;
	say?: (line: string) => void;
}

export interface FollowerReport {
	name: string;
	events: number;
	/** Number of the log's events that it never received. */
	missing: number;
	/** Number of events that it received more than once. */
	doubled: number;
	/** First position at which it differs from the log; `undefined` if they are equal. */
	partsAt: number | undefined;
	connections: number;
	/** Number of cuts that hit a connection. */
	cuts: number;
	complaints: string[];
}

export interface ReadersRunReport {
	/** Number of events in the room's log, including the service's own. */
	logged: number;
	/** Difference between the log and what the simulator sent. */
	difference: Difference;
	followers: FollowerReport[];
	/** Number of deliveries to the target that were repeated under the same key. */
	repeatedDeliveries: number;
	/** Exit codes after each SIGTERM. */
	exitCodes: (number | null)[];
	seconds: number;
}

const liveId = "1001";

/**
 * Follows one room with a follower of each kind from its first event. Restarts the service and cuts each follower's own
 * connection at random moments. In the end, every follower must have received exactly the room's log.
 */
export async function readersRun(options: ReadersRunOptions): Promise<ReadersRunReport> {
	const { rate, seed } = options;
	const simulator = await startSimulator({ rooms: 1, rate, seed, strict: true, port: 0 });
	const service = await ServiceProcess.create({
		upstreamUrl: simulator.url,
		config: { target_allow_private: true },
	});
	const followers: Follower[] = [];
	const startedAt = performance.now();
	try {
		await service.start();
		await service.startRoom(liveId);
		const log = new RoomLog(service, liveId);
		await until("an event of the room is stored", async () => {
			await log.readOn();
			return log.ids.length > 0;
		});
		const target = await TargetFollower.open(service, liveId);
		followers.push(target);
		for (const opening of openings(service.port, options.python)) followers.push(await opening);
		await until("every follower gets events", () => followers.every(({ seen }) => seen.length > 0), {
			describe: () => followers.map(summary),
		});
		const { cuts, exitCodes } = await disturb(options, service, followers);
		simulator.room(liveId)?.change({ rate: 0 });
		await settle(log, followers, simulator.room(liveId)?.generatedIds().at(-1));
		const room = simulator.room(liveId);
		if (!room) throw new Error(`no room ${liveId}`);
		return {
			logged: log.events.length,
			difference: compare(log, room),
			followers: followers.map((follower, n) => ({ ...report(follower, log.events), cuts: cuts[n] ?? 0 })),
			repeatedDeliveries: target.repeats,
			exitCodes,
			seconds: (performance.now() - startedAt) / 1000,
		};
	} finally {
		for (const follower of followers) await follower.close();
		await service.close();
		await simulator.close();
	}
}

function openings(port: number, python: string | undefined): Promise<Follower>[] {
	const plain = anyPython();
	return [
		SocketIoFollower.open(port, liveId, false),
		SocketIoFollower.open(port, liveId, true),
		SseFollower.open(port, liveId),
		WebsocketFollower.open(port, liveId, false),
		WebsocketFollower.open(port, liveId, true),
		ClientFollower.open(port, liveId),
		ClientFollower.open(port, liveId, "websocket"),
		...(python === undefined ? [] : [PythonFollower.socketIo(python, port, liveId)]),
		...(plain === undefined ? [] : [PythonFollower.own(plain, port, liveId)]),
	];
}

/** Shuffles restarts and cuts, and executes them one after the other. */
async function disturb(
	{ restarts, cuts, seed, say = () => undefined }: ReadersRunOptions,
	service: ServiceProcess,
	followers: readonly Follower[],
): Promise<{ cuts: number[]; exitCodes: (number | null)[] }> {
	const random = seeded(seed);
	const struck = followers.map(() => 0);
	const exitCodes: (number | null)[] = [];
	let restarted = 0;
	for (let round = 0; round < cuts; round++) {
		for (const n of shuffled(followers.length, random)) {
			await pause(random() * 120);
			// Waits for a follower between two connections, because each cut must hit one.
			await until("there is a connection to cut", () => followers[n]?.cut());
			struck[n] = (struck[n] ?? 0) + 1;
		}
		await pause(random() * 300);
		if (Math.floor(((round + 1) * restarts) / cuts) > restarted) {
			const signal = restarted % 2 === 0 ? "SIGTERM" : "SIGKILL";
			restarted++;
			const { code } = await service.restart(signal);
			if (signal === "SIGTERM") exitCodes.push(code);
			say(`restart ${restarted} of ${restarts} by ${signal}, ${struck[0]} cuts each so far`);
		}
	}
	return { cuts: struck, exitCodes };
}

function shuffled(count: number, random: () => number): number[] {
	const order = Array.from({ length: count }, (_, n) => ({ n, place: random() }));
	return order.sort((a, b) => a.place - b.place).map(({ n }) => n);
}

/** Waits until the room's newest message is stored, and every follower has received the whole log. */
async function settle(log: RoomLog, followers: readonly Follower[], newest: string | undefined): Promise<void> {
	await until(
		"every follower has the newest event",
		async () => {
			await log.readOn();
			return log.ids.at(-1) === newest && followers.every(({ seen }) => lastSeq(seen) >= log.events.length);
		},
		{ describe: () => [`log ${log.events.length}, ${log.ids.at(-1)} of ${newest}`, ...followers.map(summary)] },
	);
}

function summary({ name, seen, complaints }: Follower): string {
	return `${name}: ${lastSeq(seen)} ${complaints.join("; ")}`;
}

function report(follower: Follower, logged: readonly SeenEvent[]): Omit<FollowerReport, "cuts"> {
	const { name, seen, connections, complaints } = follower;
	const got = new Set(seen.map(({ seq }) => seq));
	const differs = logged.findIndex(({ seq, id }, place) => seen[place]?.seq !== seq || seen[place]?.id !== id);
	return {
		name,
		events: seen.length,
		missing: logged.filter(({ seq }) => !got.has(seq)).length,
		doubled: seen.length - got.size,
		partsAt: differs >= 0 ? differs : seen.length > logged.length ? logged.length : undefined,
		connections,
		complaints,
	};
}
