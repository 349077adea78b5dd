import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Room } from "@livekeeper/client";
import { type Simulator, type SimulatorOptions, startSimulator } from "@livekeeper/simulator";
import { type ConfigInput, parseConfig, type Service, type ServiceDeps, startService } from "livekeeper";
import { pino } from "pino";
import { inThisThread } from "../../packages/log/src/event-log/sqlite/same-thread.helpers.ts";
import { TickClock } from "./tick-clock.ts";
import { until } from "./until.ts";

export interface RigOptions {
	simulator?: Omit<SimulatorOptions, "clock" | "port">;
	config?: ConfigInput;
	/** Whether the service has a logged-in cookie; default true. */
	loggedIn?: boolean;
	/** Speed of the service's and simulator's clock relative to real time. */
	speed?: number;
	/**
	 * Whether the event log runs without threads of its own, which take longer to start than many tests run; default
	 * false.
	 */
	oneThread?: boolean;
	/** Rooms to start immediately; default: all rooms of the simulator. */
	start?: readonly string[];
}

/**
 * A simulator and a service that follows it, both on free ports of this machine and on one accelerated clock, which
 * waits while the machine is busy.
 */
export class Rig {
	simulator: Simulator;
	readonly #simulated: RigOptions["simulator"];
	readonly clock: TickClock;
	readonly #config: ConfigInput;
	readonly #deps: ServiceDeps;
	readonly #folder: string;
	service: Service;

	private constructor(
		{ simulator, simulated }: { simulator: Simulator; simulated: RigOptions["simulator"] },
		service: Service,
		{ clock, config, deps, folder }: { clock: TickClock; config: ConfigInput; deps: ServiceDeps; folder: string },
	) {
		this.simulator = simulator;
		this.#simulated = simulated;
		this.service = service;
		this.clock = clock;
		this.#config = config;
		this.#deps = deps;
		this.#folder = folder;
	}

	static async start(options: RigOptions = {}): Promise<Rig> {
		const clock = new TickClock(options.speed ?? 20);
		clock.start();
		const simulated = { rooms: 1, rate: 5, strict: true, ...options.simulator };
		const simulator = await startSimulator({ ...simulated, clock, port: 0 });
		const cookie = options.loggedIn === false ? {} : { cookie: "sessionid=made-up" };
		const folder = mkdtempSync(join(tmpdir(), "livekeeper-e2e-"));
		const platform = { official_url: simulator.url, official_token_url: `${simulator.url}/api/apps/v2/token` };
		const upstream = { upstream_url: simulator.url, ...platform };
		// All rooms share one made-up cookie.
		const many = { max_connections_per_login: 100_000 };
		const config = { port: 0, ...many, ...upstream, data_dir: folder, ...cookie, ...options.config };
		const deps = { clock, logger: pino({ level: "silent" }), ...(options.oneThread && { startThread: inThisThread }) };
		const service = await startService(parseConfig(config), deps);
		const rig = new Rig({ simulator, simulated }, service, { clock, config, deps, folder });
		for (const liveId of options.start ?? rig.liveIds) await rig.startRoom(liveId);
		return rig;
	}

	get liveIds(): string[] {
		return this.simulator.rooms.map((room) => room.liveId);
	}

	get url(): string {
		return this.service.url;
	}

	/** Stops the service and restarts it on another free port. */
	async restartService(): Promise<void> {
		await this.service.stop();
		this.service = await startService(parseConfig(this.#config), this.#deps);
	}

	/** Restarts the simulator in its initial state on the same port, so it sends the same ids again. */
	async restartSimulator(): Promise<void> {
		const port = Number(new URL(this.simulator.url).port);
		await this.simulator.close();
		this.simulator = await startSimulator({ ...this.#simulated, clock: this.clock, port });
	}

	async request(
		method: string,
		path: string,
		body?: unknown,
		headers: Record<string, string> = {},
	): Promise<{ status: number; body: Record<string, unknown> }> {
		const response = await fetch(new URL(path, this.url), {
			method,
			headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
			...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
		});
		const text = await response.text();
		return { status: response.status, body: text ? (JSON.parse(text) as Record<string, unknown>) : {} };
	}

	async startRoom(liveId: string): Promise<void> {
		const { status, body } = await this.request("POST", "/api/live/start", { live_id: liveId });
		if (status !== 200) throw new Error(`start ${liveId}: ${status} ${JSON.stringify(body)}`);
	}

	async status(liveId: string): Promise<Room> {
		const { body } = await this.request("GET", `/api/v1/rooms/${liveId}`);
		return (body["room"] ?? body) as Room;
	}

	/** Waits until a room's status matches, and returns it. */
	async untilStatus(liveId: string, what: string, matches: (status: Room) => boolean): Promise<Room> {
		let last: Room | undefined;
		return until(
			`${liveId} is ${what}`,
			async () => {
				last = await this.status(liveId);
				return matches(last) ? last : undefined;
			},
			{ describe: () => last },
		);
	}

	/** Waits until the room has received a message, because a handshake alone is not enough. */
	untilConnected(liveId: string): Promise<Room> {
		return this.untilStatus(
			liveId,
			"connected and receiving",
			(s) => s.state === "connected" && s.messages > 0 && s.reconnect_count === 0,
		);
	}

	async stop(): Promise<void> {
		await this.service.stop();
		await this.simulator.close();
		await this.clock.stop();
		rmSync(this.#folder, { recursive: true, force: true });
	}
}
