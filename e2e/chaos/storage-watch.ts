import type { AttemptBook } from "./attempts.ts";
import type { ChaosService } from "./chaos-service.ts";
import type { DataDisk } from "./data-disk.ts";

/** The parts of the world that it observes. */
interface Scene {
	disk: Pick<DataDisk, "state">;
	service: Pick<ChaosService, "request">;
	book: { standing(roomId: string): Pick<ReturnType<AttemptBook["standing"]>[number], "heardAt">[] };
}

/** Relevant fields of a row of the room list. */
export interface StoredRow {
	live_id: string;
	state: string;
	health: string | null;
	reason: { code: string };
	unstored_since: number | null;
	room_id: string | null;
}

/** Raises or clears a doubt. */
type Doubt = (words: string, doubtful: boolean) => void;

/**
 * Maximum time that a room may receive messages without storing any, ms. Writes are retried every 5 s, and read every
 * 50 ms.
 */
const unstoredAtMostMs = 20_000;

/** Checks, while the disk is disturbed, that the service reports what it can't store. */
export class StorageWatch {
	readonly #world: Scene;
	readonly #doubt: Doubt;
	/** Newest `seq` of each room's log, and the time since when it is unchanged. */
	readonly #newest = new Map<string, { seq: number; since: number }>();

	constructor(world: Scene, doubt: Doubt) {
		this.#world = world;
		this.#doubt = doubt;
	}

	/** @throws Error while the service is down */
	async look(rows: readonly StoredRow[], now: number): Promise<void> {
		const { disk, service } = this.#world;
		const disturbed = disk.state !== "fine";
		if (!disturbed) this.#newest.clear();
		const { body } = await service.request("GET", "/health/ready");
		const failing = (body as { reason?: string }).reason?.startsWith("storage") ?? false;
		for (const row of rows) {
			const { live_id, state, health, reason, unstored_since } = row;
			const says = unstored_since !== null && (state !== "connected" || reason.code === "storage");
			this.#doubt(`${live_id}: does not say that nothing can be stored`, failing && !says);
			const fine = state === "connected" && health === "fine";
			const unsaid = disturbed && !failing && fine && (await this.#hearsInVain(row, now));
			this.#doubt(`${live_id}: hears, and stores nothing, and nobody says so`, unsaid);
		}
	}

	async #hearsInVain({ live_id, room_id }: StoredRow, now: number): Promise<boolean> {
		const { service, book } = this.#world;
		const { status, body } = await service.request("GET", `/api/v1/rooms/${live_id}/events?limit=1`);
		// A failed read is not part of this check.
		if (status !== 200) return false;
		const { last_seq: seq } = body as { last_seq: number };
		const newest = this.#newest.get(live_id);
		if (newest?.seq !== seq) {
			this.#newest.set(live_id, { seq, since: now });
			return false;
		}
		const heardAt = Math.max(0, ...book.standing(room_id ?? "").map((attempt) => attempt.heardAt ?? 0));
		return heardAt - newest.since > unstoredAtMostMs;
	}
}
