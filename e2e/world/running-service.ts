import { type ConfigInput, parseConfig, type Service, startService } from "livekeeper";
import pino from "pino";
import type { Outgoings } from "../../packages/livekeeper/src/outputs/targets/index.ts";
import type { WorldNetwork } from "./network.ts";
import { type Scheduler, WorldClock } from "./scheduler.ts";
import type { WorldStore } from "./store.ts";

/** Surroundings of a service. */
export interface Surroundings {
	scheduler: Scheduler;
	random: () => number;
	network: WorldNetwork;
	store: WorldStore;
	outgoings: Outgoings;
	/** Offset of the machine's wall clock, ms. */
	aheadMs: number;
	/** Receives each line of the service's log from `error` on. */
	onError: (line: string) => void;
}

/** One process of the service: its own clock, way into the network and store, which end with it. */
export class RunningService {
	readonly clock: WorldClock;
	readonly #service: Service;
	readonly #cut: () => void;
	readonly #store: WorldStore;

	static async start(config: ConfigInput, surroundings: Surroundings): Promise<RunningService> {
		const { scheduler, random, network, store, outgoings, aheadMs, onError } = surroundings;
		const clock = new WorldClock(scheduler, "service", aheadMs);
		const { exchange, transport, cut } = network.way(clock);
		const logger = pino({ level: "error", base: null, timestamp: false }, { write: onError });
		try {
			const service = await startService(parseConfig(config), {
				...{ clock, logger, outgoings, memory: store, listens: false },
				access: { exchange, transport, random },
			});
			return new RunningService(service, clock, cut, store);
		} catch (error) {
			clock.kill();
			cut();
			await store.kill();
			throw error;
		}
	}

	private constructor(service: Service, clock: WorldClock, cut: () => void, store: WorldStore) {
		this.#service = service;
		this.clock = clock;
		this.#cut = cut;
		this.#store = store;
	}

	get readers(): Service["readers"] {
		return this.#service.readers;
	}

	get live(): Service["live"] {
		return this.#service.live;
	}

	/** Sends a request of the API. */
	async request(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
		const given = { method: method as "GET", path, body: body as object | undefined };
		const answer = await this.#service.inject(given);
		return { status: answer.status, body: answer.body === "" ? undefined : (JSON.parse(answer.body) as unknown) };
	}

	/** Ends it as a supervisor does. */
	async stop(): Promise<void> {
		await this.#service.stop();
	}

	/** Ends it in the middle of whatever it does. */
	async kill(): Promise<void> {
		this.clock.kill();
		this.#cut();
		await this.#store.kill();
	}
}
