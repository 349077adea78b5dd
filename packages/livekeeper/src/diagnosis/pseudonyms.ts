/** Replaces names by numbers that stay the same within one bundle: `room-1`, `login-2`. */
export class Pseudonyms {
	readonly #known = new Map<string, Map<string, string>>();
	readonly #keepRooms: boolean;

	/** @param keepRooms whether live ids are kept, because the user wants that */
	constructor(keepRooms = false) {
		this.#keepRooms = keepRooms;
	}

	of(kind: "room" | "login" | "exit" | "node" | "host" | "name", name: string): string {
		if (kind === "room" && this.#keepRooms && /^\w{1,40}$/.test(name)) return `room ${name}`;
		const names = this.#known.get(kind) ?? new Map<string, string>();
		this.#known.set(kind, names);
		const known = names.get(name) ?? `${kind}-${names.size + 1}`;
		names.set(name, known);
		return known;
	}
}
