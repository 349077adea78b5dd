import { sleep } from "@livekeeper/douyin";
import type { Act, LimitsInput, RoomOptionsInput } from "../chaos/actions.ts";
import type { KnownRoom } from "../chaos/world.ts";
import { ProcessDied } from "./running-service.ts";
import { WorldClock } from "./scheduler.ts";
import type { World } from "./world.ts";

/** Delay before a service that could not start is started again, as supervisors do, ms. */
const supervisorMs = 20_000;
/** Time for which a request may be refused after the store was fine again, ms. */
const storeRetryMs = 10_000;
const retryMs = 2_000;
const insistsMs = 300_000;

/** The users who run the service and start rooms, one operation at a time: all wait while the service restarts. */
export class WorldOperator {
	readonly #world: World;
	readonly #clock: WorldClock;
	#last: Promise<void> = Promise.resolve();

	constructor(world: World) {
		this.#world = world;
		this.#clock = new WorldClock(world.scheduler, "operator");
	}

	/** Sends a request. @throws Error while there is no service */
	readonly request = (method: string, path: string, body?: unknown) => {
		const { service } = this.#world;
		if (!service) throw new Error(`${method} ${path}: the service is down`);
		return service.request(method, path, body);
	};

	/** @throws Error of the first operation that failed */
	done(): Promise<void> {
		return this.#last;
	}

	/** Queues an operation and returns immediately. */
	do(act: Act): void {
		this.#queue(() => this.#do(act));
	}

	/** Requests a room until the service accepts it. */
	start(known: KnownRoom): void {
		this.#queue(() => this.#start(known, true));
	}

	/** Replaces the cookie of a named login. */
	setCookie(name: string, cookie: string): void {
		this.#queue(async () => {
			const using = this.#world.rooms.filter(({ options }) => options.identity === name);
			for (const { restartedAt } of using) restartedAt.push(this.#world.now());
			await this.#ask("PUT", `/api/v1/identities/${name}`, { cookie }, [200, 201]);
			for (const { restartedAt } of using) restartedAt.push(this.#world.now());
		});
	}

	#queue(work: () => Promise<void>): void {
		this.#last = this.#last.then(work);
		// `done` reports the error.
		this.#last.catch(() => undefined);
	}

	async #do(act: Act): Promise<void> {
		const world = this.#world;
		const known = "room" in act ? world.rooms[act.room] : undefined;
		switch (act.do) {
			case "service":
				return this.#restart(act.signal === "SIGKILL" ? "kill" : "stop", act.downMs);
			case "limits":
				return this.#limit(act.limits);
			case "stop_room":
				if (known) await this.#ask("POST", "/api/live/stop", { live_id: known.liveId }, [200, 404]);
				known?.restartedAt.push(world.now());
				return;
			case "start_room":
				if (known) await this.#start(known, false);
				return;
			case "passed":
				if (act.solved) world.site.solve();
				// 429: someone else has just reported it.
				await this.#ask("POST", "/api/v1/upstream/passed", {}, [200, 429]);
				return;
			case "options":
				if (known) await this.#change(known, act);
				return;
			default:
				act satisfies never;
		}
	}

	/** The power fails, and comes back. */
	powerFails(downMs: number): void {
		this.#queue(() => this.#restart("power_cut", downMs));
	}

	async #restart(how: "stop" | "kill" | "power_cut", downMs: number): Promise<void> {
		const world = this.#world;
		if (how === "power_cut") world.powerFails();
		// A node that was ended by itself is started by itself.
		await world.restored();
		try {
			await world.endService(how);
		} catch (error) {
			// A stop reports events that could not be stored; the service has ended.
			if (!this.#isForTheStore(world.scheduler.elapsed)) throw error;
		}
		await sleep(this.#clock, downMs);
		for (;;) {
			const askedAt = world.scheduler.elapsed;
			try {
				return await world.startService();
			} catch (error) {
				if (!this.#isForTheStore(askedAt)) throw error;
				await sleep(this.#clock, supervisorMs);
			}
		}
	}

	/** Whether the store explains a failure since then, ms since the world began. */
	#isForTheStore(since: number): boolean {
		const { scheduler } = this.#world;
		return this.#world.wasDisturbed(since - storeRetryMs, scheduler.elapsed);
	}

	async #start(known: KnownRoom, insists: boolean): Promise<void> {
		const { liveId, options, restartedAt } = known;
		const until = this.#clock.elapsed() + (insists ? insistsMs : 0);
		restartedAt.push(this.#world.now());
		while (!(await this.#ask("PUT", `/api/v1/rooms/${liveId}`, options, [200, 201]))) {
			if (this.#clock.elapsed() >= until) break;
			await sleep(this.#clock, retryMs);
		}
		restartedAt.push(this.#world.now());
	}

	async #change(known: KnownRoom, { how, options }: Extract<Act, { do: "options" }>): Promise<void> {
		const { liveId } = known;
		const former = known.options;
		const next = how === "put" ? options : { ...former, ...options };
		const from = this.#world.now();
		// During the request either value may apply.
		known.sessions.push({ from, max: Math.max(sessionsOf(former), sessionsOf(next)) });
		const changed =
			how === "put"
				? await this.#ask("PUT", `/api/v1/rooms/${liveId}`, options, [200, 201])
				: await this.#ask("POST", "/api/live/start", { live_id: liveId, ...options }, [200]);
		const now = this.#world.now();
		const last = changed ? next : former;
		known.options = last;
		known.sessions.push({ from: now, max: sessionsOf(last) });
		if (!changed) return;
		if (isVisitor(next)) known.windows.push({ what: "no_gifts", from, to: Number.POSITIVE_INFINITY });
		else if (isVisitor(former)) {
			for (const window of known.windows) if (window.to === Number.POSITIVE_INFINITY) window.to = now;
		}
		known.restartedAt.push(from, now);
	}

	async #limit(limits: LimitsInput): Promise<void> {
		await this.#ask("PATCH", "/api/v1/connections", limits, [200]);
		this.#world.limits = limits;
	}

	/**
	 * Sends one request while the service is running.
	 * @returns whether it succeeded; otherwise it could not be stored
	 * @throws Error with the answer, unless its status is one of `fine`, or the store was disturbed
	 */
	async #ask(method: string, path: string, body: unknown, fine: readonly number[]): Promise<boolean> {
		const askedAt = this.#world.scheduler.elapsed;
		const answer = await this.request(method, path, body).catch((error: unknown) => {
			if (error instanceof ProcessDied) return undefined;
			throw error;
		});
		// Another node is asked.
		if (!answer) return this.#ask(method, path, body, fine);
		if (fine.includes(answer.status)) return true;
		const words = JSON.stringify(answer.body);
		if (answer.status === 503 && words.includes('"storage_failing"') && this.#isForTheStore(askedAt)) return false;
		throw new Error(`${method} ${path} ${JSON.stringify(body)}: ${answer.status} ${words}`);
	}
}

function sessionsOf({ redundancy = 1 }: RoomOptionsInput): number {
	return redundancy;
}

function isVisitor({ cookie }: RoomOptionsInput): boolean {
	return cookie !== undefined && !cookie.includes("sessionid");
}
