import { sleep } from "@livekeeper/douyin";
import type { Action } from "./actions.ts";
import type { Reader } from "./readers.ts";
import type { KnownRoom, World } from "./world.ts";

/** Lets a plan happen, step by step. */
export class Driver {
	readonly #world: World;
	readonly #readers: readonly Reader[];
	/** What has struck, by kind. */
	readonly struck: Record<string, number> = {};
	#restarting: Promise<void> = Promise.resolve();

	constructor(world: World, readers: readonly Reader[]) {
		this.#world = world;
		this.#readers = readers;
	}

	/** Resolves when the last step has happened, and its restart is over. */
	async run(): Promise<void> {
		const { plan, clock } = this.#world;
		const startedAt = clock.now();
		for (const step of plan.steps) {
			await sleep(clock, startedAt + step.at - clock.now());
			await this.#do(step);
		}
		await this.#restarting;
	}

	/** No more faults, every broadcast on, everybody started: from here on all has to come back. */
	async calm(): Promise<void> {
		const { simulator, network, rooms } = this.#world;
		simulator.clearFaults();
		await network.calm();
		for (const reader of this.#readers) {
			await reader.network.calm();
			// A client does not notice by itself that its line went dead.
			reader.network.strike({ kind: "reset" });
		}
		await this.#restarting;
		for (const known of rooms) {
			known.room.change({ page: "auto", rate: Math.max(1, known.room.info.rate) });
			this.#world.beginBroadcast(known);
			await this.#start(known);
		}
	}

	async #do(action: Action): Promise<void> {
		const { simulator, network, rooms } = this.#world;
		const known = "room" in action && action.room !== undefined ? rooms[action.room] : undefined;
		this.#count(action);
		switch (action.do) {
			case "fault":
				this.#note(action.spec, known);
				simulator.setFault(action.spec, known?.liveId);
				return;
			case "network":
				network.strike(action.fault, known && ((link) => this.#world.liveIdOf(link.topic ?? "") === known.liveId));
				return;
			case "reader":
				this.#readers[action.reader]?.network.strike(action.fault);
				return;
			case "service":
				this.#restart(action);
				return;
			default:
				if (known) await this.#doToRoom(known, action);
		}
	}

	async #doToRoom(known: KnownRoom, action: Exclude<Action, { do: "fault" | "network" | "reader" | "service" }>) {
		const { room } = known;
		switch (action.do) {
			case "end":
				if (room.live) room.end({ pageLingersMs: action.pageLingersMs });
				return;
			case "begin":
				this.#world.beginBroadcast(known);
				return;
			case "page":
				room.change({ page: action.page });
				return;
			case "rate":
				known.fastest = Math.max(known.fastest, action.rate);
				room.change({ rate: action.rate });
				return;
			case "burst":
				if (room.live) room.produce(action.messages);
				return;
			case "stop_room":
				await this.#stop(known);
				return;
			case "start_room":
				await this.#start(known);
				return;
			default:
				action satisfies never;
		}
	}

	/** Those faults that leave no client a chance are remembered. */
	#note({ fault, for_ms = 0 }: { fault: string; for_ms?: number }, known: KnownRoom | undefined): void {
		if (fault !== "reorder" && fault !== "no_gifts" && fault !== "ignore_cursor") return;
		const from = this.#world.clock.now();
		const of = known ? [known] : this.#world.rooms;
		for (const { windows } of of) windows.push({ what: fault, from, to: from + for_ms });
	}

	#restart({ signal, downMs }: Extract<Action, { do: "service" }>): void {
		const { service, clock } = this.#world;
		this.#restarting = this.#restarting.then(async () => {
			await service.stop(signal);
			await sleep(clock, downMs);
			service.spawn();
			await service.untilListening();
		});
	}

	async #stop(known: KnownRoom): Promise<void> {
		await this.#restarting;
		const { status, body } = await this.#world.service.request("POST", "/api/live/stop", { live_id: known.liveId });
		if (status !== 200 && status !== 404) throw new Error(`stop ${known.liveId}: ${status} ${JSON.stringify(body)}`);
		known.anewAt.push(this.#world.clock.now());
	}

	async #start(known: KnownRoom): Promise<void> {
		await this.#restarting;
		known.anewAt.push(this.#world.clock.now());
		await this.#world.startRoom(known.liveId);
		known.anewAt.push(this.#world.clock.now());
	}

	#count(action: Action): void {
		const kind =
			action.do === "fault" ? action.spec.fault : "fault" in action ? `${action.do} ${action.fault.kind}` : action.do;
		const name = action.do === "service" ? action.signal : kind;
		this.struck[name] = (this.struck[name] ?? 0) + 1;
	}
}
