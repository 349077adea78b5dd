import fc from "fast-check";
import type { UpstreamEvent } from "../events/live-event.ts";
import { MessageMap } from "./message-ids.ts";

/** How an upstream numbers its messages. */
export interface Numbering {
	/** The id that is the same for all receivers and all repeats. */
	readonly stable: "common" | "envelope";
	/** The other one: the same for all as well, a new one for each connection and page, or absent in some of them. */
	readonly other: "equal" | "differs" | "new" | "sometimes";
	/** Whether each two consecutive messages have the same ids, and different kinds. */
	readonly shared: boolean;
}

export const usualNumbering: Numbering = { stable: "common", other: "equal", shared: false };

export const numberings: fc.Arbitrary<Numbering> = fc.record({
	stable: fc.constantFrom("common", "envelope"),
	other: fc.constantFrom("equal", "differs", "new", "sometimes"),
	shared: fc.boolean(),
});

/** The messages of a broadcast, by the ids that all of their copies have. */
export class Numbered {
	readonly #numbering: Numbering;
	readonly #indexes = new MessageMap<number>();
	/** Number of connections, pages and answers to polls so far. */
	#receivers = 0;

	constructor(numbering: Numbering) {
		this.#numbering = numbering;
	}

	/**
	 * Returns the message at this position, with its kind and its stable id.
	 * @param idOf returns an id for a number from 0
	 */
	name<E extends UpstreamEvent>(event: E, index: number, idOf: (n: number) => string): E {
		const { shared } = this.#numbering;
		const method = shared && index % 2 === 1 ? "WebcastGiftMessage" : "WebcastChatMessage";
		const named = { ...event, method, id: idOf(shared ? index >> 1 : index) };
		this.#indexes.set(named, index);
		return named;
	}

	/** Returns the position of a message, by either of its ids; -1 if it was never sent. */
	indexOf(event: UpstreamEvent): number {
		return this.#indexes.get(event) ?? -1;
	}

	/** Returns a number for one connection, page or answer, which may give other ids to the same messages. */
	receiver(): number {
		return ++this.#receivers;
	}

	/** Returns the message as one of them delivers it. */
	copy(event: UpstreamEvent, receiver: number): UpstreamEvent {
		const { stable, other } = this.#numbering;
		if (other === "equal" || (other === "sometimes" && receiver % 2 === 0)) return { ...event };
		const copy = other === "new" ? receiver : 0;
		// Above all stable ids, and not used by any other message.
		const otherId = String(
			9_000_000_000_000_000_000n + (BigInt(event.id) % 10n ** 14n) * 1_000n + BigInt(copy % 1_000),
		);
		return stable === "common" ? { ...event, envelopeId: otherId } : { ...event, id: otherId, envelopeId: event.id };
	}
}
