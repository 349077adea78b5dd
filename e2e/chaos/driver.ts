import { sleep } from "@livekeeper/douyin";
import type { Act, Action } from "./actions.ts";
import { Operator } from "./operator.ts";
import type { Reader } from "./readers.ts";
import type { KnownRoom, World } from "./world.ts";

/** Executes a plan step by step. */
export class Driver {
	readonly #world: World;
	readonly #readers: readonly Reader[];
	readonly operator: Operator;
	/** Number of disturbances executed, by kind. */
	readonly struck: Record<string, number> = {};

	constructor(world: World, readers: readonly Reader[]) {
		this.#world = world;
		this.#readers = readers;
		this.operator = new Operator(world, (what) => this.#count(what));
	}

	/**
	 * Resolves after the last step and the last user operation.
	 * @param onStep called with each step when it begins
	 */
	async run(onStep: (step: Action) => void = () => undefined): Promise<void> {
		const { plan, clock } = this.#world;
		const startedAt = clock.now();
		for (const step of plan.steps) {
			await sleep(clock, startedAt + step.at - clock.now());
			onStep(step);
			this.#do(step);
		}
		await this.operator.done();
	}

	/** Ends all faults, resumes every broadcast and starts every room: from here on everything has to recover. */
	async calm(): Promise<void> {
		const { simulator, site, network, rooms, disk } = this.#world;
		disk.become("fine");
		simulator.clearFaults();
		site.calm();
		await network.calm();
		for (const reader of this.#readers) {
			await reader.network.calm();
			// A client does not notice a dead connection by itself.
			reader.network.strike({ kind: "reset" });
		}
		await this.operator.done();
		for (const known of rooms) {
			known.room.change({ page: "auto", rate: Math.max(1, known.room.info.rate) });
			this.#world.beginBroadcast(known);
			await this.operator.start(known);
		}
		if (this.#world.plan.isHelped) await this.operator.passSlider();
	}

	#do(action: Action): void {
		const { simulator, site, network, rooms, disk } = this.#world;
		const known = "room" in action && action.room !== undefined ? rooms[action.room] : undefined;
		switch (action.do) {
			case "fault":
				this.#count(action.spec.fault === "way_closed" ? `way closed: ${action.spec.on}` : action.spec.fault);
				this.#note(action.spec, known);
				simulator.setFault(action.spec, known?.liveId);
				return;
			case "network":
				this.#count(`network ${action.fault.kind}`);
				network.strike(action.fault, known && ((link) => this.#world.liveIdOf(link.topic ?? "") === known.liveId));
				return;
			case "ban":
				this.#count(`ban: ${action.group}`);
				site.ban(action.group, action.forMs);
				return;
			case "batch":
				this.#count("batch call cut");
				site.answer(action.ids);
				return;
			case "reader":
				this.#count(`reader ${action.fault.kind}`);
				this.#readers[action.reader]?.network.strike(action.fault);
				return;
			case "disk": {
				const done = disk.become(action.state);
				if (action.state !== "fine") this.#count(`disk ${action.state}${done ? "" : ", left out: no mount here"}`);
				return;
			}
			case "service":
			case "stop_room":
			case "start_room":
			case "options":
			case "limits":
			case "passed":
				this.operator.do(action);
				return;
			default:
				this.#count(action.do);
				if (known) this.#doToRoom(known, action);
		}
	}

	#doToRoom(
		known: KnownRoom,
		action: Exclude<Action, Act | { do: "fault" | "network" | "ban" | "batch" | "reader" | "disk" }>,
	): void {
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
				room.change({ rate: action.rate });
				return;
			case "burst":
				if (room.live) room.produce(action.messages);
				return;
			default:
				action satisfies never;
		}
	}

	/** Remembers faults that no client can detect. */
	#note({ fault, for_ms = 0 }: { fault: string; for_ms?: number }, known: KnownRoom | undefined): void {
		if (fault !== "reorder" && fault !== "no_gifts") return;
		const from = this.#world.clock.now();
		const of = known ? [known] : this.#world.rooms;
		for (const { windows } of of) windows.push({ what: fault, from, to: from + for_ms });
	}

	#count(what: string): void {
		this.struck[what] = (this.struck[what] ?? 0) + 1;
	}
}
