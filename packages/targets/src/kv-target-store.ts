import { mapAll } from "@livekeeper/base/map-all";
import {
	Conflict,
	type Entry,
	encode,
	inOrder,
	type KeyValues,
	nameOf,
	placed,
	tokenOf,
} from "@livekeeper/log/storage";
import { type DeadLetter, freshProgress, type RoomProgress, type Target } from "./target.ts";
import {
	type DeadLetterCounts,
	type DeadLetterPage,
	ProgressConflict,
	type StoredProgress,
	type StoredTarget,
	type TargetChange,
	type TargetStore,
	unwritten,
} from "./target-store.ts";

type Letter = Omit<DeadLetter, "queued">;
type LetterPlace = Pick<DeadLetter, "liveId" | "deliveryId">;

/**
 * Dead letters in a bucket: each under `letter.<target>.<room>.<delivery>`, an empty value under `again.…` for each
 * letter to resend, in sending order, and under `dropped.<target>` the number of dropped letters.
 */
class KvDeadLetters {
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

/** A target as stored in its key, because JSON has no bytes. */
interface TargetValue extends Target {
	/** Base64. */
	sealed: string;
}

/**
 * Targets in a bucket that nodes share: the target under `target.<target>`, its progress under `at.<target>.<room>`,
 * and the arrival times of its latest messages under `arrived.<target>`. No call changes more than one key at once, so
 * each writes in the order that is safest if it dies halfway: a target's initial progress before the target, and a dead
 * letter before the step past its events.
 */
export class KvTargetStore implements TargetStore {
	readonly #kv: KeyValues;
	readonly #letters: KvDeadLetters;

	/** @param options.maxDeadLetters kept for each target; default 10,000 */
	constructor(kv: KeyValues, options: { maxDeadLetters?: number } = {}) {
		this.#kv = kv;
		this.#letters = new KvDeadLetters(kv, options.maxDeadLetters ?? 10_000);
	}

	async list(): Promise<StoredTarget[]> {
		return inOrder<TargetValue>(await this.#kv.list("target.*")).map(toStored);
	}

	async get(id: string): Promise<StoredTarget | undefined> {
		const entry = await this.#kv.get(targetKey(id));
		return entry && toStored(placed<TargetValue>(entry).value);
	}

	async add(stored: StoredTarget, beginnings: readonly RoomProgress[]): Promise<void> {
		const { id } = stored.target;
		await this.#begin(id, beginnings);
		await this.#kv.create(targetKey(id), encode(toValue(stored)));
	}

	async replace(
		stored: StoredTarget,
		beginnings: readonly RoomProgress[],
		forget: readonly string[],
	): Promise<boolean> {
		const { id } = stored.target;
		if (!(await this.#kv.get(targetKey(id)))) return false;
		// Before the target itself, so a node that starts the target finds them.
		await this.#begin(id, beginnings);
		await this.#makeDue(id);
		let existed = false;
		await this.#kv.change(targetKey(id), (entry) => {
			existed = entry !== undefined;
			return entry && encode(toValue(stored), entry);
		});
		await mapAll(forget, (liveId) => this.#kv.remove(progressKey(id, liveId)));
		if (forget.length > 0) await this.#letters.removeRooms(id, forget);
		return existed;
	}

	async remove(id: string): Promise<boolean> {
		const existed = await this.#kv.remove(targetKey(id));
		await this.#kv.clear(progressKeys(id));
		await this.#kv.clear(arrivedKey(id));
		await this.#letters.removeAll(id);
		return existed;
	}

	async progress(id: string): Promise<StoredProgress[]> {
		return (await this.#kv.list(progressKeys(id))).map(toProgress);
	}

	async roomProgress(id: string, liveId: string): Promise<StoredProgress | undefined> {
		const entry = await this.#kv.get(progressKey(id, liveId));
		return entry && toProgress(entry);
	}

	async saveProgress(id: string, progress: RoomProgress, revision: number): Promise<number> {
		const key = progressKey(id, progress.liveId);
		try {
			if (revision === unwritten) return await this.#kv.create(key, encode(progress));
			return await this.#kv.update(key, encode(progress), revision);
		} catch (error) {
			throw error instanceof Conflict ? new ProgressConflict(progress.liveId) : error;
		}
	}

	async addDeadLetter(id: string, letter: DeadLetter, progress: RoomProgress, revision: number): Promise<number> {
		await this.#letters.add(id, letter);
		return this.saveProgress(id, progress, revision);
	}

	changeArrived(id: string, change: (arrived: readonly number[]) => readonly number[] | undefined): Promise<void> {
		return this.#kv.change(arrivedKey(id), (entry) => {
			const arrived = change(entry ? placed<{ arrived: number[] }>(entry).value.arrived : []);
			return arrived && encode({ arrived });
		});
	}

	deadLetters(id: string, query: { limit: number; before?: number | undefined }): Promise<DeadLetterPage> {
		return this.#letters.page(id, query);
	}

	deadLetter(id: string, deliveryId: string): Promise<DeadLetter | undefined> {
		return this.#letters.get(id, deliveryId);
	}

	deadLetterCounts(id: string): Promise<DeadLetterCounts> {
		return this.#letters.counts(id);
	}

	queuedRooms(id: string): Promise<string[]> {
		return this.#letters.queuedRooms(id);
	}

	nextQueued(id: string, liveId: string): Promise<DeadLetter | undefined> {
		return this.#letters.nextQueued(id, liveId);
	}

	queueLetter(id: string, deliveryId: string): Promise<void> {
		return this.#letters.queue(id, deliveryId);
	}

	queueAllLetters(id: string): Promise<{ count: number; liveIds: string[] }> {
		return this.#letters.queueAll(id);
	}

	unqueueLetter(id: string, letter: DeadLetter): Promise<void> {
		return this.#letters.unqueue(id, letter);
	}

	removeLetter(id: string, letter: DeadLetter): Promise<void> {
		return this.#letters.remove(id, letter);
	}

	async watch(listener: (change: TargetChange) => void): Promise<() => void> {
		const notify = (key: string | undefined) => listener(changeOf(key));
		const ofTargets = await this.#kv.watch("target.*", notify);
		try {
			const marks = await this.#kv.watch("again.>", notify);
			return () => {
				ofTargets();
				marks();
			};
		} catch (error) {
			ofTargets();
			throw error;
		}
	}

	async #begin(id: string, beginnings: readonly RoomProgress[]): Promise<void> {
		await mapAll(beginnings, (room) => this.#kv.put(progressKey(id, room.liveId), encode(room)));
	}

	/** Makes batches that wait for a retry due at once. */
	async #makeDue(id: string): Promise<void> {
		const waiting = (await this.progress(id)).filter(({ progress }) => progress.attempts > 0);
		await mapAll(waiting, ({ progress: { liveId } }) =>
			this.#kv.change(progressKey(id, liveId), (entry) => {
				const now = entry && toProgress(entry).progress;
				return now && now.attempts > 0 ? encode({ ...now, attempts: 0, nextAttemptAt: 0 }) : undefined;
			}),
		);
	}
}

const targetKey = (id: string) => `target.${tokenOf(id)}`;
const progressKey = (id: string, liveId: string) => `at.${tokenOf(id)}.${tokenOf(liveId)}`;
const arrivedKey = (id: string) => `arrived.${tokenOf(id)}`;
const progressKeys = (id: string) => `at.${tokenOf(id)}.*`;

function changeOf(key: string | undefined): TargetChange {
	const [kind, id = ""] = key?.split(".").map(nameOf) ?? [];
	if (kind === "target") return { what: "target", id };
	return kind === "again" ? { what: "letters", id } : { what: "all" };
}

function toValue({ target, sealed }: StoredTarget): TargetValue {
	return { ...target, sealed: Buffer.from(sealed).toString("base64") };
}

function toStored({ sealed, ...target }: TargetValue): StoredTarget {
	return { target, sealed: Buffer.from(sealed, "base64") };
}

/** Restores the shape in which it was saved: properties that JSON left out are `undefined`. */
function toProgress(entry: Entry): StoredProgress {
	const { pending, ...rest } = placed<RoomProgress>(entry).value;
	const begun = pending && { ...pending, truncated: pending.truncated };
	const progress = { ...freshProgress(rest.liveId), ...rest, pending: begun };
	return { progress, revision: entry.revision };
}
