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
import { KvDeadLetters } from "./kv-dead-letters.ts";
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
