import { type ConfigInput, parseConfig, type Service, startService } from "livekeeper";
import pino from "pino";
import type { Outgoings } from "../../packages/targets/src/index.ts";
import type { WorldNats } from "./nats.ts";
import type { WorldNetwork } from "./network.ts";
import { WorldProcess } from "./process.ts";
import type { Scheduler } from "./scheduler.ts";
import type { WorldStore } from "./store.ts";

/** Surroundings of a service. */
export interface Surroundings {
	scheduler: Scheduler;
	random: () => number;
	network: WorldNetwork;
	/** Its own store, or the number of the node and the NATS that it shares with others. */
	store: WorldStore | { node: number; nats: WorldNats };
	outgoings: (process: WorldProcess) => Outgoings;
	/** Offset of the machine's wall clock, ms. */
	aheadMs: number;
	/** Receives each line of the service's log from `error` on. */
	onError: (line: string) => void;
}

interface Answer {
	status: number;
	body: unknown;
}

/** The process died before it had answered. */
export class ProcessDied extends Error {
	override readonly name = "ProcessDied";
}

/** One process of the service: its own clock, way into the network and store, which end with it. */
export class RunningService {
	readonly process: WorldProcess;
	readonly #service: Service;
	readonly #apiKey: string | undefined;
	readonly #cut: () => void;
	readonly #store: Surroundings["store"];
	#asked = 0;
	#die: (error: Error) => void = () => undefined;
	/** Rejects once the process has died. */
	readonly #died = new Promise<never>((_, reject) => {
		this.#die = reject;
	});

	static async start(config: ConfigInput, surroundings: Surroundings): Promise<RunningService> {
		const { scheduler, random, network, store, outgoings, aheadMs, onError } = surroundings;
		const process = new WorldProcess(scheduler, aheadMs);
		const { exchange, transport, cut } = network.way(process);
		const logger = pino({ level: "error", base: null, timestamp: false }, { write: onError });
		const shared = "nats" in store ? { nats: store.nats.way(store.node, process) } : { memory: store };
		try {
			const starting = process.run(() => {
				return startService(parseConfig(config), {
					...{ clock: process.clock, logger, outgoings: outgoings(process), listens: false, ...shared },
					access: { exchange, transport, random },
				});
			});
			return new RunningService(await starting, config.api_key, { process, cut, store });
		} catch (error) {
			process.kill();
			cut();
			if ("nats" in store) store.nats.died(process);
			else await store.kill();
			throw error;
		}
	}

	private constructor(
		service: Service,
		apiKey: string | undefined,
		{ process, cut, store }: { process: WorldProcess; cut: () => void; store: Surroundings["store"] },
	) {
		this.#service = service;
		this.#apiKey = apiKey;
		this.process = process;
		this.#cut = cut;
		this.#store = store;
		this.#died.catch(() => undefined);
	}

	get readers(): Service["readers"] {
		const { readers } = this.#service;
		return {
			get counts() {
				return readers.counts;
			},
			open: (...args) => this.process.run(() => readers.open(...args)),
		};
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
		return this.process.run(() =>
			this.#service.inject({ method: "GET", path, headers, from: `127.8.${(++this.#asked >> 8) % 256}.1` }),
		);
	}

	/** Sends a request of whoever its headers and its address say. */
	async ask(request: Parameters<Service["inject"]>[0]): Promise<Answer> {
		const { status, body } = await Promise.race([this.process.run(() => this.#service.inject(request)), this.#died]);
		return { status, body: body === "" ? undefined : (JSON.parse(body) as unknown) };
	}

	/** Ends it as a supervisor does. */
	async stop(): Promise<void> {
		await this.process.run(() => this.#service.stop());
	}

	/** Ends it in the middle of whatever it does. */
	async kill(): Promise<void> {
		this.process.kill();
		this.#die(new ProcessDied());
		this.#cut();
		if ("nats" in this.#store) this.#store.nats.died(this.process);
		else await this.#store.kill();
	}
}
