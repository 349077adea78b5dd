import { MemoryNats } from "../../packages/log/src/event-log/jetstream/memory-nats.helpers.ts";
import { connectorTo, type NatsLink } from "../../packages/log/src/event-log/jetstream/memory-nats-socket.helpers.ts";
import type { NatsAccess } from "../../packages/log/src/event-log/jetstream/options.ts";
import { Pipe } from "./pipe.ts";
import type { WorldProcess } from "./process.ts";
import { type Scheduler, WorldClock } from "./scheduler.ts";

/** A fault of the network between a node and NATS: nothing passes, no answer comes back, or the connection breaks. */
export type NatsFault = { kind: "cut_off" | "lost_answers"; forMs: number } | { kind: "reset" };

/** Delay of the way between a node and its server, ms. */
const wayMs = 2;
/** Time after which the server notices that a client is gone which could not say so, ms. */
const noticedAfterMs = 10_000;

interface Spell {
	node: number;
	kind: "cut_off" | "lost_answers";
}

interface Line {
	node: number;
	process: WorldProcess;
	/** Ends it on the node's side. */
	end: () => void;
	up: Pipe;
	down: Pipe;
}

/** The NATS server of a world, and the network between it and the nodes. */
export class WorldNats {
	readonly #scheduler: Scheduler;
	readonly #random: () => number;
	readonly #clock: WorldClock;
	readonly #server: MemoryNats;
	readonly #spells = new Set<Spell>();
	readonly #lines = new Set<Line>();

	constructor(scheduler: Scheduler, random: () => number) {
		this.#scheduler = scheduler;
		this.#random = random;
		this.#clock = new WorldClock(scheduler, "nats");
		this.#server = new MemoryNats(this.#clock);
	}

	/** Returns a process's way to the server. */
	way(node: number, process: WorldProcess): NatsAccess {
		return { clock: process.clock, connect: connectorTo(this.#server, () => this.#open(node, process)) };
	}

	strike(node: number, fault: NatsFault): void {
		this.#scheduler.trace.note(this.#scheduler.elapsed, `nats ${fault.kind} ${node}`);
		if (fault.kind === "reset") {
			this.#reset(node);
			return;
		}
		const spell: Spell = { node, kind: fault.kind };
		this.#spells.add(spell);
		this.#scheduler.after(fault.forMs, () => void this.#spells.delete(spell), "nats");
	}

	/** The process has died: its machine closes its connections. */
	died(process: WorldProcess): void {
		for (const line of [...this.#lines]) if (line.process === process) line.end();
	}

	/** Whether something is wrong between a node and the server. */
	isStruck(node: number): boolean {
		return [...this.#spells].some((spell) => spell.node === node);
	}

	/** Ends all faults. */
	calm(): void {
		this.#spells.clear();
	}

	/** The server ends. */
	close(): void {
		this.#server.close();
		this.#clock.kill();
	}

	#reset(node: number): void {
		for (const line of [...this.#lines]) {
			if (line.node !== node) continue;
			// Bytes under way are lost with the connection.
			line.up.cut();
			line.process.deliver(line.end);
		}
	}

	#open(node: number, process: WorldProcess): NatsLink {
		const weather = (isDown: boolean) => ({
			...{ held: false, latencyMs: 0, loss: 0 },
			black: [...this.#spells].some((spell) => spell.node === node && (isDown || spell.kind === "cut_off")),
		});
		const up = new Pipe(this.#scheduler, this.#random, () => weather(false), "nats up", wayMs);
		const down = new Pipe(this.#scheduler, this.#random, () => weather(true), "nats down", wayMs);
		const line: Line = { node, process, up, down, end: () => undefined };
		this.#lines.add(line);
		return {
			opened: (end) => {
				line.end = end;
			},
			up: (bytes, deliver) => up.send(bytes, deliver),
			down: (bytes, deliver) => down.send(bytes, () => process.deliver(deliver)),
			closed: (notify) => {
				this.#lines.delete(line);
				down.cut();
				up.send(0, notify);
				this.#scheduler.after(noticedAfterMs, notify, "nats");
			},
		};
	}
}
