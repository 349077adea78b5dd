import { RoomNotFoundError } from "@livekeeper/base/errors";
import type { RoomOptions } from "@livekeeper/base/room-options";
import type { Clock } from "@livekeeper/douyin";
import type { Entry, KeyValues } from "./key-values.ts";
import { encode, inOrder, placed } from "./ordered-values.ts";
import type { SecretBox } from "./secret-box.ts";
import { tokenOf } from "./token.ts";

/** A kept room for listings: which secrets are set, never their values. */
export interface KeptRoom {
	liveId: string;
	/** Time when the room was first kept, ms since the epoch. */
	addedAt: number;
	hasCookie: boolean;
	hasProxy: boolean;
	identity: string | undefined;
}

/** For the service's own use only. */
export interface LoadedRoom {
	liveId: string;
	options: RoomOptions;
	/**
	 * Whether the options could not be decrypted (another key), so the user has to enter them again. `options` then only
	 * has the identity's name.
	 */
	unreadable: boolean;
}

/** Kept rooms with their options, across restarts. Only `load` and `get` return values of options. */
export interface RoomRegistry {
	/** Returns all kept rooms, in the order in which they were added. */
	list(): Promise<KeptRoom[]>;
	/** Returns all kept rooms with decrypted options, in the order in which they were added. Not for answers to users. */
	load(): Promise<LoadedRoom[]>;
	/**
	 * Returns one room as `load` does; `"stopped"` if it was stopped, `undefined` if it was never kept, or is forgotten.
	 * @throws LivekeeperError `storage_failing` while that is unknown
	 */
	get(liveId: string): Promise<LoadedRoom | "stopped" | undefined>;
	/**
	 * Adds a room or replaces its options.
	 * @throws LivekeeperError `storage_failing` if it cannot be stored; RoomNotFoundError for a `visited` room that was
	 * stopped
	 */
	keep(liveId: string, options: RoomOptions): Promise<void>;
	/**
	 * Releases a room, and marks it as stopped until it is started by other means than a visit.
	 * @param how.always whether to mark it even if it was not kept; otherwise that changes nothing
	 * @returns whether it was kept.
	 * @throws LivekeeperError `storage_failing` if it cannot be stored
	 */
	stop(liveId: string, how: { always: boolean }): Promise<boolean>;
	/** Forgets a room. @returns whether it was kept. @throws LivekeeperError `storage_failing` if it cannot be stored */
	release(liveId: string): Promise<boolean>;
}

/** A kept room as stored in its key. */
interface KeptValue {
	liveId: string;
	addedAt: number;
	hasCookie: boolean;
	hasProxy: boolean;
	/** Name of its identity, which stays readable if the options are not. */
	identity?: string | undefined;
	/** Sealed, as base64. */
	options: string;
}

/** A stopped room, in the same key, so no node mistakes a visit for a start after the stop. */
interface StoppedValue {
	liveId: string;
	stoppedAt: number;
}

type RoomValue = KeptValue | StoppedValue;

const isKept = (value: RoomValue): value is KeptValue => "options" in value;

/** Filter for the keys of kept and stopped rooms: `wanted.<room>`. */
const all = "wanted.>";
const keyOf = (liveId: string) => `wanted.${tokenOf(liveId)}`;

/** Returns the kept rooms among the stored entries. */
export function keptIn(entries: { list(filter: string): Entry[] }): string[] {
	return keptOf(entries.list(all)).map(({ liveId }) => liveId);
}

function keptOf(entries: readonly Entry[]): KeptValue[] {
	return inOrder<RoomValue>(entries).filter(isKept);
}

/** @param box seals options before they reach the store, which never has them in the clear */
export function roomRegistry(kv: KeyValues, box: SecretBox, clock: Clock): RoomRegistry {
	const opened = ({ liveId, options, identity }: KeptValue): LoadedRoom => {
		const named = identity === undefined ? {} : { identity };
		const text = box.open(Buffer.from(options, "base64"), liveId);
		if (text === undefined) return { liveId, options: named, unreadable: identity === undefined };
		return { liveId, options: { ...(JSON.parse(text) as RoomOptions), ...named }, unreadable: false };
	};
	return {
		async list() {
			return keptOf(await kv.list(all)).map(({ liveId, addedAt, hasCookie, hasProxy, identity }) => {
				return { liveId, addedAt, hasCookie, hasProxy, identity };
			});
		},
		async load() {
			return keptOf(await kv.list(all)).map(opened);
		},
		async get(liveId) {
			const entry = await kv.get(keyOf(liveId));
			if (!entry) return undefined;
			const { value } = placed<RoomValue>(entry);
			return isKept(value) ? opened(value) : "stopped";
		},
		async keep(liveId, { identity, ...sealed }) {
			let isStopped = false;
			await kv.change(keyOf(liveId), (entry) => {
				const before = entry && placed<RoomValue>(entry).value;
				const kept = before && isKept(before) ? before : undefined;
				isStopped = before !== undefined && !kept;
				if (isStopped && sealed.visited) return undefined;
				const { addedAt = clock.now() } = kept ?? {};
				const has = { hasCookie: sealed.cookie !== undefined, hasProxy: sealed.proxy !== undefined };
				const options = box.seal(JSON.stringify(sealed), liveId).toString("base64");
				// A room that is started again after a stop moves behind all others.
				return encode({ liveId, addedAt, ...has, identity, options } satisfies KeptValue, kept && entry);
			});
			if (isStopped && sealed.visited) throw new RoomNotFoundError(liveId);
		},
		async stop(liveId, { always }) {
			let wasKept = false;
			await kv.change(keyOf(liveId), (entry) => {
				wasKept = entry !== undefined && isKept(placed<RoomValue>(entry).value);
				return wasKept || always ? encode({ liveId, stoppedAt: clock.now() } satisfies StoppedValue) : undefined;
			});
			return wasKept;
		},
		release: (liveId) => kv.remove(keyOf(liveId)),
	};
}
