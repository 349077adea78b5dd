import { mapAll } from "@livekeeper/base/map-all";
import { type Entry, encode, type KeyValues, nameOf, placed, tokenOf } from "@livekeeper/log/storage";
import type { DeadLetter } from "./target.ts";
import type { DeadLetterCounts, DeadLetterPage } from "./target-store.ts";

type Letter = Omit<DeadLetter, "queued">;
type LetterPlace = Pick<DeadLetter, "liveId" | "deliveryId">;

/**
 * Dead letters in a bucket: each under `letter.<target>.<room>.<delivery>`, an empty value under `again.…` for each
 * letter to resend, in sending order, and under `dropped.<target>` the number of dropped letters.
 */
export class KvDeadLetters {
	readonly #kv: KeyValues;
	readonly #max: number;

	/** @param max maximum number of letters kept for each target; the oldest are dropped first */
	constructor(kv: KeyValues, max: number) {
		this.#kv = kv;
		this.#max = max;
	}

	/** Stores a letter. An earlier one with the same id is replaced. */
	async add(id: string, letter: DeadLetter): Promise<void> {
		await this.#kv.put(keyOf("letter", id, letter), encode(withoutQueue(letter)));
		const dropped = await this.#kv.clear(`letter.${tokenOf(id)}.>`, this.#max);
		if (dropped === 0) return;
		await this.#kv.change(`dropped.${tokenOf(id)}`, (entry) => encode({ count: countIn(entry) + dropped }));
	}

	async page(id: string, { limit, before = Number.POSITIVE_INFINITY }: PageQuery): Promise<DeadLetterPage> {
		const queued = new Set((await this.#marks(id)).map((key) => key.slice("again.".length)));
		const letters = (await this.#kv.list(`letter.${tokenOf(id)}.>`))
			.map((entry) => ({ ...placed<Letter>(entry), queued: queued.has(entry.key.slice("letter.".length)) }))
			.filter(({ place }) => place < before)
			.sort((a, b) => b.place - a.place);
		return {
			letters: letters.slice(0, limit).map(({ value, queued }) => toLetter(value, queued)),
			nextBefore: letters.length > limit ? letters[limit - 1]?.place : undefined,
		};
	}

	async get(id: string, deliveryId: string): Promise<DeadLetter | undefined> {
		const found = await this.#find(id, deliveryId);
		if (!found) return undefined;
		const { value } = placed<Letter>(found);
		return toLetter(value, (await this.#kv.get(keyOf("again", id, value))) !== undefined);
	}

	async counts(id: string): Promise<DeadLetterCounts> {
		const [kept, dropped] = await Promise.all([
			this.#kv.keys(`letter.${tokenOf(id)}.>`),
			this.#kv.get(`dropped.${tokenOf(id)}`),
		]);
		return { kept: kept.length, dropped: countIn(dropped) };
	}

	async queuedRooms(id: string): Promise<string[]> {
		return [...new Set((await this.#marks(id)).map(roomIn))];
	}

	async nextQueued(id: string, liveId: string): Promise<DeadLetter | undefined> {
		for (;;) {
			const mark = await this.#kv.first(`again.${tokenOf(id)}.${tokenOf(liveId)}.*`);
			if (!mark) return undefined;
			const letter = await this.#kv.get(`letter.${mark.key.slice("again.".length)}`);
			if (letter) return toLetter(placed<Letter>(letter).value, true);
			// The letter was dropped for newer ones.
			await this.#kv.clear(mark.key);
		}
	}

	async queue(id: string, deliveryId: string): Promise<void> {
		const found = await this.#find(id, deliveryId);
		if (found) await this.#mark(id, placed<Letter>(found).value);
	}

	async queueAll(id: string): Promise<{ count: number; liveIds: string[] }> {
		const letters = (await this.#kv.list(`letter.${tokenOf(id)}.>`)).map((entry) => placed<Letter>(entry));
		letters.sort((a, b) => a.place - b.place);
		await mapAll(letters, ({ value }) => this.#mark(id, value));
		return { count: letters.length, liveIds: [...new Set(letters.map(({ value }) => value.liveId))] };
	}

	async unqueue(id: string, letter: DeadLetter): Promise<void> {
		const changed = withoutQueue(letter);
		await this.#kv.change(keyOf("letter", id, letter), (entry) => entry && encode(changed, entry));
		await this.#kv.clear(keyOf("again", id, letter));
	}

	async remove(id: string, letter: LetterPlace): Promise<void> {
		await this.#kv.clear(keyOf("letter", id, letter));
		await this.#kv.clear(keyOf("again", id, letter));
	}

	async removeRooms(id: string, liveIds: readonly string[]): Promise<void> {
		const keys = [...(await this.#kv.keys(`letter.${tokenOf(id)}.>`)), ...(await this.#marks(id))];
		const rooms = new Set(keys.map(roomIn));
		for (const liveId of liveIds.filter((room) => rooms.has(room))) {
			for (const kind of ["again", "letter"]) await this.#kv.clear(`${kind}.${tokenOf(id)}.${tokenOf(liveId)}.*`);
		}
	}

	async removeAll(id: string): Promise<void> {
		for (const kind of ["again", "letter"]) await this.#kv.clear(`${kind}.${tokenOf(id)}.>`);
		await this.#kv.clear(`dropped.${tokenOf(id)}`);
	}

	#marks(id: string): Promise<string[]> {
		return this.#kv.keys(`again.${tokenOf(id)}.>`);
	}

	/** Marks a letter. One that is marked already moves to the end. */
	async #mark(id: string, letter: LetterPlace): Promise<void> {
		await this.#kv.put(keyOf("again", id, letter), new Uint8Array());
	}

	async #find(id: string, deliveryId: string): Promise<Entry | undefined> {
		const [found] = await this.#kv.list(`letter.${tokenOf(id)}.*.${tokenOf(deliveryId)}`);
		return found;
	}
}

interface PageQuery {
	limit: number;
	before?: number | undefined;
}

function keyOf(kind: "letter" | "again", id: string, { liveId, deliveryId }: LetterPlace): string {
	return `${kind}.${tokenOf(id)}.${tokenOf(liveId)}.${tokenOf(deliveryId)}`;
}

/** Returns the room from the key of a letter or a mark. */
function roomIn(key: string): string {
	return nameOf(key.split(".")[2] ?? "");
}

function countIn(entry: Entry | undefined): number {
	return entry ? placed<{ count: number }>(entry).value.count : 0;
}

function withoutQueue({ queued: _, ...letter }: DeadLetter): Letter {
	return letter;
}

function toLetter(letter: Letter, queued: boolean): DeadLetter {
	return { ...letter, truncated: letter.truncated, queued };
}
