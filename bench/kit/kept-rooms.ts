import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type SimulatedRoom, type Simulator, startSimulator } from "@livekeeper/simulator";
import Database from "better-sqlite3";
import { ServiceProcess } from "../../e2e/kit/service-process.ts";
import { until } from "../../e2e/kit/until.ts";
import { databasePath } from "../../packages/log/src/event-log/sqlite/file-names.ts";
import type { Measured } from "./bench.ts";
import { Helper } from "./child-process.ts";
import { cpuOf } from "./cpu.ts";
import type { FloorAnswer, FloorOrder } from "./floor.ts";
import { type Talk, talk } from "./talk.ts";

/** Time for work after the last messages are stored to finish, ms. */
const settleMs = 600;

/** A service that keeps all rooms of a simulator. */
export class KeptRooms {
	readonly simulator: Simulator;
	readonly service: ServiceProcess;
	readonly #db: Database.Database;

	static async open(count: number, config: Record<string, number> = {}): Promise<KeptRooms> {
		// Rooms send messages only on demand, none by themselves.
		const simulator = await startSimulator({ rooms: count, rate: 0, port: 0 });
		const service = await ServiceProcess.start({
			upstreamUrl: simulator.url,
			config: { max_rooms: 20_000, max_rooms_per_socket: 20_000, ...config },
		});
		const rooms = simulator.rooms.map(({ liveId }) => liveId);
		const lane = async () => {
			for (let liveId = rooms.pop(); liveId; liveId = rooms.pop()) await service.startRoom(liveId);
		};
		await Promise.all(Array.from({ length: 8 }, lane));
		await until("all rooms are connected", () => simulator.connections().length >= count, { limitMs: 300_000 });
		for (const room of simulator.rooms) room.produce(1);
		const kept = new KeptRooms(simulator, service);
		await until("every room has said something", () => kept.stored() >= count, { limitMs: 60_000 });
		await pause(settleMs);
		return kept;
	}

	private constructor(simulator: Simulator, service: ServiceProcess) {
		this.simulator = simulator;
		this.service = service;
		this.#db = new Database(databasePath(service.dataDir), { readonly: true });
	}

	/** Returns the number of events in the log, read without loading the service. */
	stored(): number {
		const newest = "SELECT max(last_seq) FROM blocks WHERE blocks.room_no = rooms.room_no";
		return this.#db.prepare<[], number>(`SELECT coalesce(sum((${newest})), 0) FROM rooms`).pluck().get() ?? 0;
	}

	/** Measures the cost of an event, µs of CPU, from the socket to the disk. @throws Error if one is lost or doubled */
	async cpuOfEvent(given: Omit<Talk, "rooms">): Promise<Measured> {
		const { rooms } = this.simulator;
		const { pid = 0 } = this.service;
		const [before, sentBefore, cpuBefore, startedAt] = [this.stored(), sentOf(rooms), cpuOf(pid), performance.now()];
		await talk({ ...given, rooms });
		const isStored = () => this.stored() - before >= sentOf(rooms) - sentBefore;
		await until("all that was sent is stored", isStored, { limitMs: 60_000 });
		const ms = performance.now() - startedAt;
		await pause(settleMs);
		const cpu = cpuOf(pid);
		const events = this.stored() - before;
		const sent = sentOf(rooms) - sentBefore;
		if (events !== sent) throw new Error(`${sent} messages were sent, ${events} events were stored.`);
		const [all, main] = [cpu.all - cpuBefore.all, cpu.main - cpuBefore.main];
		return { did: { events }, took: { cpu: (all * 1000) / events, main: main / ms, all: all / ms } };
	}

	async close(): Promise<void> {
		this.#db.close();
		await this.service.close();
		await this.simulator.close();
	}
}

/** The floor for comparison: {@link FloorOrder}. It has its own simulator with the same messages. */
export class FloorRooms {
	readonly #simulator: Simulator;
	readonly #folder: string;
	readonly #helper: Helper<FloorOrder, FloorAnswer>;

	static async open(count: number): Promise<FloorRooms> {
		const floor = new FloorRooms(await startSimulator({ rooms: count, rate: 0, port: 0 }));
		const { rooms, port } = floor.#simulator;
		const file = join(floor.#folder, "rows.db");
		await floor.#helper.order({ do: "open", port, roomIds: rooms.map(({ roomId }) => roomId), file });
		for (const room of rooms) room.produce(1);
		await pause(settleMs);
		return floor;
	}

	private constructor(simulator: Simulator) {
		this.#simulator = simulator;
		this.#folder = mkdtempSync(join(tmpdir(), "livekeeper-floor-"));
		this.#helper = new Helper(new URL("./floor.ts", import.meta.url));
	}

	/** @see KeptRooms.cpuOfEvent */
	async cpuOfEvent(given: Omit<Talk, "rooms">): Promise<Measured> {
		const { rows } = await this.#helper.order({ do: "count" });
		const before = cpuOf(this.#helper.pid).all;
		await talk({ ...given, rooms: this.#simulator.rooms });
		await pause(settleMs);
		const cpu = cpuOf(this.#helper.pid).all - before;
		const events = (await this.#helper.order({ do: "count" })).rows - rows;
		return { did: { events }, took: { cpu: (cpu * 1000) / events } };
	}

	async close(): Promise<void> {
		await this.#helper.close();
		await this.#simulator.close();
		rmSync(this.#folder, { recursive: true, force: true });
	}
}

function sentOf(rooms: readonly SimulatedRoom[]): number {
	return rooms.reduce((sum, { info }) => sum + info.sent, 0);
}
