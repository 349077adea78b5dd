import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "@livekeeper/douyin";
import { seeded } from "@livekeeper/douyin/testing";
import { type SimulatedRoom, type Simulator, startSimulator } from "@livekeeper/simulator";
import { freePort } from "../../packages/base/src/free-port.helpers.ts";
import { ownPrefix } from "../kit/leftovers.ts";
import type { TickClock } from "../kit/tick-clock.ts";
import type { LimitsInput, RoomOptionsInput } from "./actions.ts";
import { AttemptBook } from "./attempts.ts";
import { ChaosService } from "./chaos-service.ts";
import { DataDisk } from "./data-disk.ts";
import type { Window } from "./judge.ts";
import { Network } from "./network.ts";
import { serviceCookie, setLimits, sharedIdentity } from "./option-draws.ts";
import type { Plan } from "./plan.ts";
import { SiteHand } from "./site-hand.ts";

/** One room with its ground truth. */
export interface KnownRoom {
	liveId: string;
	room: SimulatedRoom;
	/** Index in its messages at which each broadcast begins. */
	begins: number[];
	windows: Window[];
	/** Times when the user stopped or started it, or changed its connection options. */
	restartedAt: number[];
	/** Options set by the user. */
	options: RoomOptionsInput;
	/** Allowed number of sessions, each with its start. */
	sessions: { from: number; max: number }[];
}

interface Parts {
	plan: Plan;
	fast: TickClock | undefined;
	clock: Clock;
	random: () => number;
	simulator: Simulator;
	network: Network;
	disk: DataDisk;
	service: ChaosService;
	book: AttemptBook;
	folder: string;
}

/** A simulator, a network and a service on one accelerated clock, with their ground truth. */
export class World {
	readonly plan: Plan;
	readonly clock: Clock;
	readonly random: () => number;
	readonly simulator: Simulator;
	readonly site: SiteHand;
	readonly network: Network;
	/** The disk that holds the service's data. */
	readonly disk: DataDisk;
	readonly service: ChaosService;
	readonly book: AttemptBook;
	readonly rooms: KnownRoom[];
	/** Limits currently in force. */
	limits: LimitsInput;
	readonly #fast: TickClock | undefined;
	readonly #folder: string;
	readonly #liveIds = new Map<string, string>();

	/**
	 * @param fast the shared clock; without it, all use real time
	 * @param folder empty folder for stored data; default: a new one
	 */
	static async begin(
		plan: Plan,
		fast?: TickClock,
		folder = mkdtempSync(join(tmpdir(), ownPrefix("livekeeper-chaos-"))),
	): Promise<World> {
		const clock = fast ?? systemClock;
		const simulator = await startSimulator({
			rooms: plan.rates.length,
			seed: plan.seed,
			historySize: plan.historySize,
			strict: true,
			site: plan.site,
			clock,
			port: 0,
		});
		const book = new AttemptBook(clock);
		const random = seeded(plan.seed + 1);
		const onLink = book.listen.bind(book);
		const network = await Network.open({
			target: simulator.port,
			port: await freePort(),
			clock,
			random,
			onLink,
		});
		const config = {
			upstream_url: network.url,
			cookie: serviceCookie,
			// All rooms share one made-up cookie, and mute sockets are faults here, not risk control.
			max_connections_per_login: 100_000,
			identity_rests: false,
			rate_limit: 0,
			...plan.options,
			...setLimits(plan.limits),
			port: await freePort(),
		};
		const disturbed = plan.steps.some((step) => step.do === "disk");
		const disk = new DataDisk({ folder, disturbed, clock });
		const service = new ChaosService({ ...config, data_dir: disk.dataDir }, fast);
		disk.runningPid = () => service.pid;
		fast?.start();
		return new World({ plan, fast, clock, random, simulator, network, disk, service, book, folder });
	}

	private constructor(parts: Parts) {
		this.plan = parts.plan;
		this.clock = parts.clock;
		this.#fast = parts.fast;
		this.#folder = parts.folder;
		this.random = parts.random;
		this.simulator = parts.simulator;
		this.site = new SiteHand(parts.simulator.site);
		this.network = parts.network;
		this.disk = parts.disk;
		this.service = parts.service;
		this.book = parts.book;
		this.limits = parts.plan.limits;
		const options = { redundancy: parts.plan.sessions };
		this.rooms = this.simulator.rooms.map((room, i) => {
			const rate = parts.plan.rates[i] ?? 1;
			room.change({ rate, voice: parts.plan.voices[i] });
			for (const name of [room.liveId, room.info.anchor.secUid, room.roomId]) this.#liveIds.set(name, room.liveId);
			const sessions = [{ from: 0, max: parts.plan.sessions }];
			return { liveId: room.liveId, room, begins: [0], windows: [], restartedAt: [], options, sessions };
		});
	}

	get liveIds(): string[] {
		return this.rooms.map(({ liveId }) => liveId);
	}

	/**
	 * Returns the live id of a room by the id in a request: the live id itself, the anchor's `sec_uid`, or the id of a
	 * current or earlier broadcast.
	 */
	liveIdOf(name: string): string {
		return this.#liveIds.get(name) ?? "";
	}

	beginBroadcast({ room, begins }: KnownRoom): void {
		if (room.live) return;
		begins.push(room.info.generated);
		room.begin();
		this.#liveIds.set(room.roomId, room.liveId);
	}

	/** Starts the rooms with the planned number of sessions, and adds the shared identity. */
	async startRooms(): Promise<void> {
		const { name, cookie } = sharedIdentity;
		await this.#put(`/api/v1/identities/${name}`, { cookie });
		for (const { liveId, options } of this.rooms) await this.#put(`/api/v1/rooms/${liveId}`, options);
	}

	async #put(path: string, given: unknown): Promise<void> {
		const { status, body } = await this.service.request("PUT", path, given);
		if (status !== 200 && status !== 201) throw new Error(`PUT ${path}: ${status} ${JSON.stringify(body)}`);
	}

	/** Returns the maximum number of sessions that the room was allowed at any time between the two. */
	sessionsOf(liveId: string, from: number, to: number): number {
		const spells = this.rooms.find((room) => room.liveId === liveId)?.sessions ?? [];
		const then = spells.filter((spell, i) => spell.from <= to && (spells[i + 1]?.from ?? to) >= from);
		return Math.max(...then.map(({ max }) => max));
	}

	/** Whether the service or the room was restarted in this period. */
	restartedIn(liveId: string, from: number, to: number): boolean {
		const restartedAt = this.rooms.find((room) => room.liveId === liveId)?.restartedAt ?? [];
		return [...restartedAt, ...this.service.startedAt].some((at) => at >= from && at <= to);
	}

	async end(): Promise<void> {
		await this.service.close();
		await this.#fast?.stop();
		await this.network.close();
		await this.simulator.close();
		this.disk.close();
		rmSync(this.#folder, { recursive: true, force: true });
	}
}
