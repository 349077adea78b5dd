import type { SimulatedWriter } from "./simulated-writer.helpers.ts";

/** Nodes that believe they own a room: usually one, more of them while a room moves or a node is late. */
export class Writers {
	readonly #of: SimulatedWriter[][];

	constructor(rooms: number) {
		this.#of = Array.from({ length: rooms }, () => none);
	}

	of(room: number): readonly SimulatedWriter[] {
		return this.#of[room] ?? none;
	}

	get(room: number, owner: string): SimulatedWriter | undefined {
		return this.of(room).find((writer) => writer.owner === owner);
	}

	add(room: number, writer: SimulatedWriter): void {
		this.#of[room] = [...this.of(room), writer];
	}

	delete(room: number, owner: string): void {
		if (this.get(room, owner)) this.#of[room] = this.of(room).filter((writer) => writer.owner !== owner);
	}

	/** Yields the writers of one run of a node. */
	*allOf(owner: string): Generator<SimulatedWriter> {
		for (const writers of this.#of) for (const writer of writers) if (writer.owner === owner) yield writer;
	}
}

const none: SimulatedWriter[] = [];
