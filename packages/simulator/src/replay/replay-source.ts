import { isGiftMethod } from "../traffic/gift-givers.ts";
import type { Draft } from "../traffic/scene.ts";
import { asMessagesField, type MessageSource, type SourceMessage, wrapMessage } from "../traffic/source.ts";
import { type RecordedMessage, withId } from "./recording.ts";

/**
 * Says again what was recorded. The first time the messages are as they were, id included. When it loops, each later
 * time has ids of its own, or every client would drop the messages as repeats; ids recorded as 0, or twice in one
 * recording, get one of their own as well.
 */
export class ReplaySource implements MessageSource {
	readonly #recorded: readonly RecordedMessage[];
	readonly #loop: boolean;
	readonly #other: MessageSource;
	readonly #seen = new Set<string>();
	#next = 0;

	/** @param other gives ids, and the messages that come from outside */
	constructor(recorded: readonly RecordedMessage[], loop: boolean, other: MessageSource) {
		this.#recorded = recorded;
		this.#loop = loop;
		this.#other = other;
	}

	next(now: number): SourceMessage | undefined {
		if (this.#next === this.#recorded.length && this.#loop) this.#next = 0;
		const recorded = this.#recorded[this.#next];
		if (!recorded) return undefined;
		this.#next++;
		const message = this.#isNew(recorded.id) ? recorded : withId(recorded, this.#freshId(now));
		return {
			id: BigInt(message.id),
			method: message.method,
			gift: isGiftMethod(message.method),
			bytes: asMessagesField(message.bytes),
		};
	}

	insert(draft: Draft, now: number): SourceMessage {
		return wrapMessage(draft, BigInt(this.#freshId(now)), now);
	}

	control(action: number, tips: string, now: number): SourceMessage {
		return this.#other.control(action, tips, now);
	}

	#isNew(id: string): boolean {
		if (id === "0" || this.#seen.has(id)) return false;
		this.#seen.add(id);
		return true;
	}

	/** The id of a generated message that is never said. */
	#freshId(now: number): string {
		const id = this.#other.next(now)?.id;
		if (id === undefined) throw new Error("the generator does not end");
		return id.toString();
	}
}
