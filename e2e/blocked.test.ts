import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { mkdtempSync, rmSync } from "node:fs";
import type { ClientRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "@livekeeper/douyin/testing";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import { parseConfig, type Service, startService } from "livekeeper";
import { pino } from "pino";
import { afterEach, describe, expect, test } from "vitest";
import { until } from "./kit/until.ts";

const minute = 60_000;
const rooms = ["1001", "1002"] as const;

/**
 * A service and a simulator on a clock that the test moves, and all requests that the service makes to the simulator.
 */
class Watched {
	readonly clock: ManualClock;
	readonly asked: { at: number; what: string }[] = [];
	readonly #simulator: Simulator;
	readonly #service: Service;
	readonly #folder: string;
	readonly #note = (message: unknown) => {
		const { request } = message as { request: ClientRequest };
		if (request.getHeader("host") !== `127.0.0.1:${this.#simulator.port}`) return;
		this.asked.push({ at: this.clock.now(), what: request.path.split("?")[0] ?? "" });
	};

	private constructor(clock: ManualClock, simulator: Simulator, service: Service, folder: string) {
		this.clock = clock;
		this.#folder = folder;
		this.#simulator = simulator;
		this.#service = service;
		subscribe("http.client.request.start", this.#note);
	}

	static async start(strategy: "fixed" | "adaptive"): Promise<Watched> {
		const clock = new ManualClock();
		const simulator = await startSimulator({ rooms: rooms.length, rate: 5, strict: true, clock, port: 0 });
		const folder = mkdtempSync(join(tmpdir(), "livekeeper-blocked-"));
		const config = parseConfig({ port: 0, upstream_url: simulator.url, data_dir: folder, strategy });
		const service = await startService(config, { clock, logger: pino({ level: "silent" }) });
		const watched = new Watched(clock, simulator, service, folder);
		for (const room of rooms) await watched.until(`${room} is kept`, service.live.startLive(room));
		await watched.until("both rooms are connected", () => watched.connected);
		return watched;
	}

	get statuses() {
		return this.#service.live.getStatus().rooms;
	}

	get connected(): boolean {
		return this.statuses.every(({ state }) => state === "connected");
	}

	/** Whether both rooms wait for their next attempt, with no attempt under way. */
	get refused(): boolean {
		return this.statuses.every(({ state, nextAttemptAt }) => state === "blocked" && nextAttemptAt !== undefined);
	}

	/** Advances the clock in small steps, because requests over real sockets take real time. */
	async until(what: string, condition: Promise<unknown> | (() => boolean)): Promise<void> {
		let done = false;
		if (condition instanceof Promise) void condition.finally(() => (done = true));
		await until(what, async () => {
			await this.clock.advance(50);
			return condition instanceof Promise ? done : condition();
		});
		if (condition instanceof Promise) await condition;
	}

	/** Advances the clock to the next attempt, at most to `latest`, and waits for its outcome. */
	async nextAttempt(latest: number): Promise<void> {
		const due = Math.min(...this.statuses.map(({ nextAttemptAt }) => nextAttemptAt ?? Number.POSITIVE_INFINITY));
		await this.clock.advance(Math.max(0, Math.min(due, latest) - this.clock.now()));
		await this.until("the attempt is over", () =>
			this.statuses.every(({ state, nextAttemptAt }) => state === "connected" || nextAttemptAt !== undefined),
		);
	}

	/** Makes the upstream refuse the sockets of both rooms, and all calls about the second. */
	refuse(): void {
		this.#simulator.setFault({ fault: "captcha" }, rooms[1]);
		for (const room of rooms) {
			this.#simulator.setFault({ fault: "device_blocked" }, room);
			this.#simulator.setFault({ fault: "close", count: 1 }, room);
		}
	}

	forgive(): void {
		for (const room of rooms) this.#simulator.clearFaults(room);
	}

	async stop(): Promise<void> {
		unsubscribe("http.client.request.start", this.#note);
		await this.#service.stop();
		await this.#simulator.close();
		rmSync(this.#folder, { recursive: true, force: true });
	}
}

describe.each(["fixed", "adaptive"] as const)("a refused room (%s)", (strategy) => {
	let watched: Watched | undefined;

	afterEach(() => watched?.stop());

	test("sends no request for 5 min, then recovers", async () => {
		const upstream = await Watched.start(strategy);
		watched = upstream;
		const { clock, asked } = upstream;
		// All requests of a room count.
		const paths = asked.map(({ what }) => what);
		expect(paths).toEqual(
			expect.arrayContaining(["/webcast/room/web/enter/", "/webcast/im/fetch/", "/webcast/im/push/v2/"]),
		);
		upstream.refuse();
		await upstream.until("both rooms are refused", () => upstream.refused);
		const refusedAt = clock.now();
		asked.length = 0;
		const end = refusedAt + 30 * minute;
		while (clock.now() < end) await upstream.nextAttempt(end);
		// The requests of one attempt follow each other immediately.
		const pushes = asked.filter(({ what }) => what.startsWith("/webcast/im/"));
		const attempts = pushes.filter(({ at }, i) => at - (pushes[i - 1]?.at ?? 0) > minute);
		expect(attempts.length).toBeGreaterThanOrEqual(2);
		for (const [i, { at }] of attempts.entries()) {
			// The two rooms are not refused at exactly the same moment.
			expect(at - (attempts[i - 1]?.at ?? refusedAt)).toBeGreaterThan(4.9 * minute);
		}
		// Each room may fetch messages and open a socket; in addition, lookups up to their budget.
		expect(pushes.length).toBeLessThanOrEqual(4 * attempts.length);
		expect(asked.length - pushes.length).toBeLessThanOrEqual(10 + 5 * 30);
		upstream.forgive();
		while (!upstream.connected) await upstream.nextAttempt(clock.now() + 60 * minute);
		expect(clock.now() - end).toBeLessThanOrEqual(61 * minute);
	});
});
