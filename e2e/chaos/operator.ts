import { sleep } from "@livekeeper/douyin";
import type { Exit } from "../kit/service-process.ts";
import type { Act, LimitsInput, RoomOptionsInput } from "./actions.ts";
import type { DiskState } from "./data-disk.ts";
import type { KnownRoom, World } from "./world.ts";

/** Delay before a service that ended by itself is started again, as supervisors do; ms of its time. */
const supervisorMs = 20_000;
/** Delay before the store retries once the disk is fine, ms; it accepts nothing until then. */
const storeRetryMs = 10_000;
/** Interval and duration of a persistent user's retries, ms. */
const retryMs = 2_000;
const insistsMs = 60_000;

/**
 * The users who run the service and start rooms, one operation at a time: everything waits while the service restarts,
 * and the disk may have to be freed for that.
 */
export class Operator {
	readonly #world: World;
	readonly #count: (what: string) => void;
	#last: Promise<void> = Promise.resolve();

	/** @param count called with the kind of each operation */
	constructor(world: World, count: (what: string) => void) {
		this.#world = world;
		this.#count = count;
	}

	/** Queues an operation and returns immediately. */
	do(act: Act): void {
		this.#last = this.#last.then(() => this.#do(act));
		// `done` reports the error.
		this.#last.catch(() => undefined);
	}

	/** @throws Error of the first operation that failed */
	done(): Promise<void> {
		return this.#last;
	}

	/** Requests a room until the service accepts it. */
	start(known: KnownRoom): Promise<void> {
		return this.#start(known, true);
	}

	/** Removes the connection limits, so every room can connect. */
	liftLimits(): Promise<void> {
		return this.#limit({ max_connections: null, max_connections_per_identity: null });
	}

	/** Reports that the slider captcha is solved. */
	async passSlider(): Promise<void> {
		// 429: someone else has just reported it.
		await this.#ask("POST", "/api/v1/upstream/passed", {}, [200, 429]);
	}

	async #do(act: Act): Promise<void> {
		const known = "room" in act ? this.#world.rooms[act.room] : undefined;
		switch (act.do) {
			case "service":
				return this.#restart(act);
			case "limits":
				this.#count("limits changed");
				return this.#limit(act.limits);
			case "stop_room":
				this.#count("stop_room");
				if (known) await this.#stop(known);
				return;
			case "passed":
				this.#count(act.solved ? "slider passed" : "slider said to be passed");
				if (act.solved) this.#world.site.solve();
				return this.passSlider();
			case "start_room":
				this.#count("start_room");
				if (known) await this.#start(known, false);
				return;
			case "options":
				if (known) await this.#change(known, act);
				return;
			default:
				act satisfies never;
		}
	}

	async #restart({ signal, downMs }: Extract<Act, { do: "service" }>): Promise<void> {
		const { service, clock, disk } = this.#world;
		const where = onDisk(disk.state);
		this.#count(`${signal}${where}`);
		const askedAt = clock.now();
		const exit = await service.stop(signal);
		if (signal === "SIGTERM" && exit.code !== 0 && !this.#isForTheDisk(exit, askedAt)) {
			throw new Error(`The service ended with ${JSON.stringify(exit)}`);
		}
		await sleep(clock, downMs);
		await this.#bringUp();
	}

	/** Starts the service until it listens; a disturbed disk may prevent that. */
	async #bringUp(): Promise<void> {
		const { service, clock, disk, plan } = this.#world;
		for (;;) {
			disk.refill();
			const where = onDisk(disk.state);
			const spawnedAt = clock.now();
			service.spawn();
			// Limits changed at runtime last until the service ends.
			this.#world.limits = plan.limits;
			const end = await service.untilListeningOrEnd();
			if (!end) return;
			// While the service was away, another connection may have taken its port.
			const isTaken = end.errors.includes("port_in_use");
			if (!isTaken && !this.#isForTheDisk(end, spawnedAt)) {
				throw new Error(`The service ended before it listened: ${JSON.stringify(end)}`);
			}
			if (!isTaken) this.#count(`start refused${where}`);
			await sleep(clock, supervisorMs);
		}
	}

	/** Whether the service blames the disk, and rightly so. */
	#isForTheDisk({ errors }: Exit, since: number): boolean {
		const { clock, disk } = this.#world;
		const says = errors.includes(disk.dataDir) || errors.includes("could not be stored");
		return says && disk.wasDisturbed(since, clock.now());
	}

	async #stop(known: KnownRoom): Promise<void> {
		// Even if the answer says that it could not be stored, the room stays stopped until the next start of the service.
		await this.#ask("POST", "/api/live/stop", { live_id: known.liveId }, [200, 404]);
		known.restartedAt.push(this.#world.clock.now());
	}

	async #start(known: KnownRoom, insists: boolean): Promise<void> {
		const { clock } = this.#world;
		const { options, liveId } = known;
		const until = clock.now() + (insists ? insistsMs : 0);
		known.restartedAt.push(clock.now());
		while (!(await this.#ask("PUT", `/api/v1/rooms/${liveId}`, options, [200, 201]))) {
			if (clock.now() >= until) break;
			await sleep(clock, retryMs);
		}
		known.restartedAt.push(clock.now());
	}

	async #change(known: KnownRoom, { how, options }: Extract<Act, { do: "options" }>): Promise<void> {
		const { clock } = this.#world;
		const { liveId } = known;
		const former = known.options;
		const next = how === "put" ? options : { ...former, ...options };
		const from = clock.now();
		// During the request either value may apply.
		known.sessions.push({ from, max: Math.max(sessionsOf(former), sessionsOf(next)) });
		const changed =
			how === "put"
				? await this.#ask("PUT", `/api/v1/rooms/${liveId}`, options, [200, 201])
				: await this.#ask("POST", "/api/live/start", { live_id: liveId, ...options }, [200]);
		const now = clock.now();
		const last = changed ? next : former;
		known.options = last;
		known.sessions.push({ from: now, max: sessionsOf(last) });
		this.#count(`options ${Object.keys(options).join(" ")}${changed ? "" : ", refused"}`);
		if (!changed) return;
		if (isVisitor(next)) known.windows.push({ what: "no_gifts", from, to: Number.POSITIVE_INFINITY });
		else if (isVisitor(former)) endVisit(known, now);
		if (!isSameWay(former, next)) known.restartedAt.push(from, now);
	}

	async #limit(limits: LimitsInput): Promise<void> {
		await this.#ask("PATCH", "/api/v1/connections", limits, [200]);
		this.#world.limits = limits;
	}

	/**
	 * Sends one request while the service is running.
	 * @returns whether it succeeded; otherwise it could not be stored
	 * @throws Error with the answer, unless its status is one of `fine`, or it is `storage_failing` while the disk is
	 * disturbed
	 */
	async #ask(method: string, path: string, body: unknown, fine: readonly number[]): Promise<boolean> {
		const { service, clock, disk } = this.#world;
		const askedAt = clock.now();
		const answer = await service.request(method, path, body);
		if (fine.includes(answer.status)) return true;
		const words = JSON.stringify(answer.body);
		const refused = answer.status === 503 && words.includes('"storage_failing"');
		if (refused && disk.wasDisturbed(askedAt - storeRetryMs, clock.now())) return false;
		throw new Error(`${method} ${path} ${JSON.stringify(body)}: ${answer.status} ${words}`);
	}
}

function onDisk(state: DiskState): string {
	return state === "fine" ? "" : ` while the disk is ${state}`;
}

function sessionsOf({ redundancy = 1 }: RoomOptionsInput): number {
	return redundancy;
}

function isVisitor({ cookie }: RoomOptionsInput): boolean {
	return cookie !== undefined && !cookie.includes("sessionid");
}

function endVisit({ windows }: KnownRoom, now: number): void {
	for (const window of windows) if (window.to === Number.POSITIVE_INFINITY) window.to = now;
}

/** Whether the room keeps its connections with the new options. */
function isSameWay({ pinned: _, ...a }: RoomOptionsInput, { pinned: __, ...b }: RoomOptionsInput): boolean {
	return JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
}
