import type { Clock } from "@livekeeper/douyin";
import type { RoomOptions } from "../room-options.ts";
import type { LoadedRoom, RoomRegistry, WantedRoom } from "./room-registry.ts";
import type { SecretBox } from "./secret-box.ts";

/** A wanted room as a store keeps it: its options are sealed. */
export interface WantedRow {
	liveId: string;
	addedAt: number;
	hasCookie: boolean;
	hasProxy: boolean;
	/** The name of the identity it goes by; null: its own options, or the service's. */
	identity: string | null;
	options: Uint8Array;
}

/** What the registry needs of the store. */
export interface WantedStore {
	wanted(): Promise<WantedRow[]>;
	/** Adds the row, or replaces all of it but `addedAt` and its place in the order. */
	want(row: WantedRow): Promise<void>;
	unwant(liveId: string): Promise<boolean>;
}

/** Seals options before they reach the store, so that it never holds them in the clear. */
export class SealedRoomRegistry implements RoomRegistry {
	readonly #store: WantedStore;
	readonly #box: SecretBox;
	readonly #clock: Clock;

	constructor(store: WantedStore, box: SecretBox, clock: Clock) {
		this.#store = store;
		this.#box = box;
		this.#clock = clock;
	}

	async list(): Promise<WantedRoom[]> {
		const rows = await this.#store.wanted();
		return rows.map(({ liveId, addedAt, hasCookie, hasProxy, identity }) => {
			return { liveId, addedAt, hasCookie, hasProxy, identity: identity ?? undefined };
		});
	}

	async load(): Promise<LoadedRoom[]> {
		const rows = await this.#store.wanted();
		return rows.map(({ liveId, options, identity }) => {
			const named = identity === null ? {} : { identity };
			const text = this.#box.open(options, liveId);
			if (text === undefined) return { liveId, options: named, unreadable: identity === null };
			return { liveId, options: { ...(JSON.parse(text) as RoomOptions), ...named }, unreadable: false };
		});
	}

	want(liveId: string, { identity, ...sealed }: RoomOptions): Promise<void> {
		return this.#store.want({
			liveId,
			addedAt: this.#clock.now(),
			hasCookie: sealed.cookie !== undefined,
			hasProxy: sealed.proxy !== undefined,
			identity: identity ?? null,
			options: this.#box.seal(JSON.stringify(sealed), liveId),
		});
	}

	unwant(liveId: string): Promise<boolean> {
		return this.#store.unwant(liveId);
	}
}
