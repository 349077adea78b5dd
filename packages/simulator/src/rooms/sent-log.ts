import { GiftTotals, type GiftValue } from "../traffic/gift-totals.ts";
import type { SourceMessage } from "../traffic/source.ts";

/** Time of a message that was never written to a client. */
const never = 0;

/** Outcome of a message for an identity; 0: none of its clients was connected then. */
const marked = { shown: 1, withheld: 2 } as const;

/** Worth of gifts of some time to an identity, in diamonds; each step of a streak at its own time. */
export interface GiftWorth {
	given: number;
	/** Received, by the step itself or by a later one of its streak. */
	shown: number;
	/** Left out while a client of it was connected, also if a later step of the streak was shown. */
	withheld: number;
	/** The part of `withheld` that no later step contained. */
	unreported: number;
	/** Written, but never arrived. The remainder was sent while no client of it was connected. */
	unarrived: number;
}

export interface GiftWorthOptions {
	/** Only gifts given after the first and until the second, ms since the epoch; default all. */
	between?: readonly [number, number];
	/**
	 * Only gifts after the first of these messages and until the second, inclusive, by their ids (decimal); default all.
	 */
	messages?: readonly [string | undefined, string | undefined];
	/** Whether a written message, by its id (decimal), arrived; default all did. */
	arrived?: (id: string) => boolean;
}

/** Amounts written to clients of one identity. */
export interface SentTo {
	identity: string;
	messages: number;
	/** Number of gift messages, each step of a streak by itself. */
	giftMessages: number;
	/** Worth of their gifts in diamonds, each once. */
	diamonds: number;
}

/**
 * Every message a room has produced, in order, over all its broadcasts: whether it is a gift, when it was last written
 * to a client, and which identities were shown it or had it left out. Kept completely: 17 bytes a message, one more for
 * each identity that reads the room, and the worth and time of gifts.
 */
export class SentLog {
	#ids = new BigUint64Array(256);
	#gifts = new Uint8Array(256);
	#sentAts = new Float64Array(256);
	readonly #values = new Map<number, { value: GiftValue; at: number }>();
	readonly #sentTo = new Map<string, Uint8Array<ArrayBuffer>>();
	#length = 0;
	#sentCount = 0;

	/** Number of messages produced. */
	get length(): number {
		return this.#length;
	}

	/** Number of messages that were written to at least one client. */
	get sentCount(): number {
		return this.#sentCount;
	}

	/** @param at ms since the epoch */
	append({ id, gift, value }: Pick<SourceMessage, "id" | "gift" | "value">, at: number): void {
		if (this.#length === this.#ids.length) this.#grow();
		if (gift) this.#gifts[this.#length] = 1;
		if (value) this.#values.set(this.#length, { value, at });
		this.#ids[this.#length++] = id;
	}

	/** @param sent.at ms since the epoch */
	markSent(index: number, { at, identity }: { at: number; identity: string }): void {
		if (this.#sentAts[index] === never) this.#sentCount++;
		this.#sentAts[index] = at;
		this.#marksOf(identity, index)[index] = marked.shown;
	}

	/** Records that a client of the identity was connected, and was not shown the message. */
	markWithheld(index: number, identity: string): void {
		const marks = this.#marksOf(identity, index);
		if (marks[index] !== marked.shown) marks[index] = marked.withheld;
	}

	#marksOf(identity: string, index: number): Uint8Array {
		let marks = this.#sentTo.get(identity);
		if (!marks || marks.length <= index) {
			marks = grown(marks, this.#ids.length);
			this.#sentTo.set(identity, marks);
		}
		return marks;
	}

	/** Returns the worth of the gifts in messages in [from, to). */
	giftWorth(from: number, to: number, identity: string, options: GiftWorthOptions): GiftWorth {
		const {
			between: [after, until] = [-Infinity, Infinity],
			messages: [first, last] = [],
			arrived = () => true,
		} = options;
		const [begin, end] = [this.#indexOf(first) ?? -1, this.#indexOf(last) ?? to];
		const marks = this.#sentTo.get(identity);
		const gifts = [...this.#values].filter(([index]) => index >= from && index < to);
		const isShown = (index: number) => marks?.[index] === marked.shown && arrived(String(this.#ids[index]));
		const [known, shownValues] = [new Map<string, number>(), new Map<string, number>()];
		for (const [index, { value }] of gifts) if (isShown(index)) raise(shownValues, value);
		const worth: GiftWorth = { given: 0, shown: 0, withheld: 0, unreported: 0, unarrived: 0 };
		for (const [index, { value, at }] of gifts) {
			const before = known.get(value.streak) ?? 0;
			const added = raise(known, value);
			if (at <= after || at > until || index <= begin || index > end) continue;
			worth.given += added;
			const shown = Math.min(added, Math.max(0, (shownValues.get(value.streak) ?? 0) - before));
			worth.shown += shown;
			if (marks?.[index] === marked.withheld) {
				worth.withheld += added;
				worth.unreported += added - shown;
			} else if (marks?.[index] === marked.shown && !isShown(index)) worth.unarrived += added;
		}
		return worth;
	}

	#indexOf(id: string | undefined): number | undefined {
		const index = id === undefined ? -1 : this.#ids.indexOf(BigInt(id));
		return index === -1 ? undefined : index;
	}

	/** Returns the amounts of the messages in [from, to) that were written to clients of each identity. */
	sentTo(from: number, to: number): SentTo[] {
		return Array.from(this.#sentTo, ([identity, marks]) => {
			const totals = new GiftTotals();
			const sent: SentTo = { identity, messages: 0, giftMessages: 0, diamonds: 0 };
			for (let i = from; i < to; i++) {
				if (marks[i] !== marked.shown) continue;
				sent.messages++;
				if (this.#gifts[i]) sent.giftMessages++;
				const value = this.#values.get(i)?.value;
				if (value) sent.diamonds += totals.add(value);
			}
			return sent;
		}).filter(({ messages }) => messages > 0);
	}

	/**
	 * Returns the time at which each sent message was last written to a client, ms since the epoch, by its id (decimal).
	 */
	sentAts(): Map<string, number> {
		const sentAts = new Map<string, number>();
		for (let i = 0; i < this.#length; i++) {
			const at = this.#sentAts[i] ?? never;
			if (at !== never) sentAts.set(String(this.#ids[i]), at);
		}
		return sentAts;
	}

	/**
	 * Returns ids (decimal) in the room's order, each once.
	 *
	 * @param since number of them to leave out at the beginning
	 * @param identity only those that were written to clients of this one
	 */
	ids(which: "sent" | "generated" | "gifts", since = 0, identity?: string): string[] {
		const ids: string[] = [];
		const marks = identity === undefined ? undefined : (this.#sentTo.get(identity) ?? new Uint8Array(0));
		let skip = since;
		for (let i = 0; i < this.#length; i++) {
			if (which === "sent" && this.#sentAts[i] === never) continue;
			if (which === "gifts" && this.#gifts[i] === 0) continue;
			if (marks && marks[i] !== marked.shown) continue;
			if (skip > 0) skip--;
			else ids.push(String(this.#ids[i]));
		}
		return ids;
	}

	#grow(): void {
		const ids = new BigUint64Array(this.#ids.length * 2);
		ids.set(this.#ids);
		this.#ids = ids;
		this.#gifts = grown(this.#gifts, this.#gifts.length * 2);
		const sentAts = new Float64Array(this.#sentAts.length * 2);
		sentAts.set(this.#sentAts);
		this.#sentAts = sentAts;
	}
}

function grown(marks: Uint8Array | undefined, length: number): Uint8Array<ArrayBuffer> {
	const longer = new Uint8Array(length);
	if (marks) longer.set(marks);
	return longer;
}

/** @returns the increase over the streak's known diamonds */
function raise(known: Map<string, number>, { streak, diamonds }: GiftValue): number {
	const before = known.get(streak) ?? 0;
	if (diamonds > before) known.set(streak, diamonds);
	return Math.max(0, diamonds - before);
}
