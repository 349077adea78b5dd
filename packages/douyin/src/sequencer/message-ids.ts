import type { EventBase } from "../events/live-event.ts";

/**
 * Identifies a message in its room. The upstream gives it two ids, which can differ, and no capture shows which of them
 * is the same for all receivers and all repeats. So two messages are the same one if they are of the same kind and
 * share either id.
 */
export type MessageIds = Pick<EventBase, "method" | "id" | "envelopeId">;

/** Whether the text is an id: the upstream sends `""` and `"0"` with messages that have none. */
export function isId(id: string): boolean {
	return id !== "" && id !== "0";
}

/** Whether both are the same message. One without an id equals no other. */
export function isSame(one: MessageIds, other: MessageIds | undefined): boolean {
	if (!other || one.method !== other.method || !isId(one.id)) return false;
	return (
		one.id === other.id ||
		one.id === other.envelopeId ||
		(one.envelopeId !== undefined && (one.envelopeId === other.id || one.envelopeId === other.envelopeId))
	);
}

/** A map from messages to values, in which either id finds a message. It never contains a message without an id. */
export class MessageMap<V> {
	readonly #values = new Map<string, V>();

	/** Number of ids. */
	get size(): number {
		return this.#values.size;
	}

	has(message: MessageIds): boolean {
		return this.get(message) !== undefined;
	}

	get({ method, id, envelopeId }: MessageIds): V | undefined {
		if (this.#values.size === 0) return undefined;
		const value = this.#values.get(keyOf(method, id));
		return value === undefined && envelopeId !== undefined ? this.#values.get(keyOf(method, envelopeId)) : value;
	}

	set({ method, id, envelopeId }: MessageIds, value: V): void {
		if (!isId(id)) return;
		this.#values.set(keyOf(method, id), value);
		if (envelopeId !== undefined) this.#values.set(keyOf(method, envelopeId), value);
	}

	delete({ method, id, envelopeId }: MessageIds): void {
		this.#values.delete(keyOf(method, id));
		if (envelopeId !== undefined) this.#values.delete(keyOf(method, envelopeId));
	}

	/** Whether both contain a common message. */
	overlaps(other: MessageMap<unknown>): boolean {
		for (const key of other.#values.keys()) if (this.#values.has(key)) return true;
		return false;
	}

	/** Returns a map with the entries of all. */
	static union<V>(...maps: readonly MessageMap<V>[]): MessageMap<V> {
		const union = new MessageMap<V>();
		for (const map of maps) for (const [key, value] of map.#values) union.#values.set(key, value);
		return union;
	}
}

const keyOf = (method: string, id: string): string => `${method} ${id}`;
