import { type Clock, systemClock } from "@livekeeper/douyin";
import { seeded } from "@livekeeper/douyin/testing";
import { type SimulatedRoom, type Simulator, startSimulator } from "@livekeeper/simulator";
import { freePort } from "../kit/free-port.ts";
import { AttemptBook } from "./attempts.ts";
import { ChaosService } from "./chaos-service.ts";
import type { Window } from "./judge.ts";
import { Network } from "./network.ts";
import type { Plan } from "./plan.ts";
import type { TickClock } from "./tick-clock.ts";

/** One room, and what is known of it for certain. */
export interface KnownRoom {
	liveId: string;
	room: SimulatedRoom;
	/** Where in what it said each broadcast begins. */
	begins: number[];
	windows: Window[];
	/** The most messages a second that it was ever told to say. */
	fastest: number;
	/** When the user stopped or started it. */
	anewAt: number[];
}

/** A simulator, a network and a service, all on one fast clock, and what is known of them. */
export class World {
	readonly plan: Plan;
	readonly clock: Clock;
	readonly random: () => number;
	readonly simulator: Simulator;
	readonly network: Network;
	readonly service: ChaosService;
	readonly book: AttemptBook;
	readonly rooms: KnownRoom[];
	readonly #fast: TickClock | undefined;
	readonly #liveIds = new Map<string, string>();

	/** @param fast the time that all share; without one they live in real time */
	static async begin(plan: Plan, fast?: TickClock): Promise<World> {
		const clock = fast ?? systemClock;
		const simulator = await startSimulator({
			rooms: plan.rates.length,
			seed: plan.seed,
			historySize: plan.historySize,
			strict: true,
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
			cookie: "sessionid=made-up",
			rate_limit: 0,
			...plan.options,
			port: await freePort(),
		};
		const service = new ChaosService(config, fast);
		fast?.start();
		return new World({ plan, fast, clock, random, simulator, network, service, book });
	}

	private constructor(
		parts: { fast: TickClock | undefined } & Pick<
			World,
			"plan" | "clock" | "random" | "simulator" | "network" | "service" | "book"
		>,
	) {
		this.plan = parts.plan;
		this.clock = parts.clock;
		this.#fast = parts.fast;
		this.random = parts.random;
		this.simulator = parts.simulator;
		this.network = parts.network;
		this.service = parts.service;
		this.book = parts.book;
		this.rooms = this.simulator.rooms.map((room, i) => {
			const rate = parts.plan.rates[i] ?? 1;
			room.change({ rate });
			this.#liveIds.set(room.roomId, room.liveId);
			return { liveId: room.liveId, room, begins: [0], windows: [], fastest: rate, anewAt: [] };
		});
	}

	get liveIds(): string[] {
		return this.rooms.map(({ liveId }) => liveId);
	}

	/** Live id of a broadcast that is, or was, on. */
	liveIdOf(roomId: string): string {
		return this.#liveIds.get(roomId) ?? "";
	}

	beginBroadcast({ room, begins }: KnownRoom): void {
		if (room.live) return;
		begins.push(room.info.generated);
		room.begin();
		this.#liveIds.set(room.roomId, room.liveId);
	}

	/** The user asks for the room, with as many sessions as planned. */
	async startRoom(liveId: string): Promise<void> {
		const options = { redundancy: this.plan.sessions };
		const { status, body } = await this.service.request("PUT", `/api/v1/rooms/${liveId}`, options);
		if (status !== 200 && status !== 201) throw new Error(`start ${liveId}: ${status} ${JSON.stringify(body)}`);
	}

	/** Whether service or room were begun anew in this time. */
	beganAnew(liveId: string, from: number, to: number): boolean {
		const anewAt = this.rooms.find((room) => room.liveId === liveId)?.anewAt ?? [];
		return [...anewAt, ...this.service.startedAt].some((at) => at >= from && at <= to);
	}

	async end(): Promise<void> {
		await this.service.close();
		await this.#fast?.stop();
		await this.network.close();
		await this.simulator.close();
	}
}
