import { type ConfigInput, parseConfig, type Service, startService } from "livekeeper";
import pino from "pino";
import type { Outgoings } from "../../packages/targets/src/index.ts";
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

interface Answer {
	status: number;
	body: unknown;
}

/** One process of the service: its own clock, way into the network and store, which end with it. */
export class RunningService {
	readonly clock: WorldClock;
	readonly #service: Service;
	readonly #apiKey: string | undefined;
	readonly #cut: () => void;
	readonly #store: WorldStore;
	#asked = 0;

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
			return new RunningService(service, config.api_key, { clock, cut, store });
		} catch (error) {
			clock.kill();
			cut();
			await store.kill();
			throw error;
		}
	}

	private constructor(
		service: Service,
		apiKey: string | undefined,
		{ clock, cut, store }: { clock: WorldClock; cut: () => void; store: WorldStore },
	) {
		this.#service = service;
		this.#apiKey = apiKey;
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

	/** Sends a request of the owner, each from another address of this machine: no limit stops what the world asks. */
	request(method: string, path: string, body?: unknown): Promise<Answer> {
		const from = `127.0.${(++this.#asked >> 8) % 256}.${this.#asked % 256}`;
		const headers = this.#apiKey === undefined ? {} : { authorization: `Bearer ${this.#apiKey}` };
		return this.ask({ method: method as "GET", path, body: body as object | undefined, headers, from });
	}

	/** Reads something that is no JSON, as its owner. */
	askText(path: string): ReturnType<Service["inject"]> {
		const headers = this.#apiKey === undefined ? {} : { authorization: `Bearer ${this.#apiKey}` };
		return this.#service.inject({ method: "GET", path, headers, from: `127.8.${(++this.#asked >> 8) % 256}.1` });
	}

	/** Sends a request of whoever its headers and its address say. */
	async ask(request: Parameters<Service["inject"]>[0]): Promise<Answer> {
		const { status, body } = await this.#service.inject(request);
		return { status, body: body === "" ? undefined : (JSON.parse(body) as unknown) };
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
