import type { Clock } from "@livekeeper/douyin";
import { RoomNotFoundError } from "../errors.ts";
import type { RoomOptions } from "../room-options.ts";
import type { Entry, KeyValues } from "./key-values.ts";
import { encode, inOrder, placed } from "./ordered-values.ts";
import type { SecretBox } from "./secret-box.ts";
import { tokenOf } from "./token.ts";

/** What a listing may show: which secrets are set, never their values. */
export interface WantedRoom {
	liveId: string;
	/** When the room was first wanted, ms since the epoch. */
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
	 * The options could not be decrypted (another key): ask the user to give them again. Of `options` only the identity's
	 * name is there.
	 */
	unreadable: boolean;
}

/** The rooms that are wanted, with their options, across restarts. Values of options never leave it but by `load`. */
export interface RoomRegistry {
	/** All wanted rooms, in the order in which they were added. */
	list(): Promise<WantedRoom[]>;
	/** With decrypted options, in the order in which they were added. Not for answers to users. */
	load(): Promise<LoadedRoom[]>;
	/**
	 * One room, as `load` has it; `"stopped"` where it was stopped, `undefined` where it was never wanted, or is forgotten.
	 * @throws LivekeeperError `storage_failing` while that is not known
	 */
	get(liveId: string): Promise<LoadedRoom | "stopped" | undefined>;
	/**
	 * Adds a room or replaces its options.
	 * @throws LivekeeperError `storage_failing` when it can't be stored; RoomNotFoundError for a `visited` room that was
	 * stopped
	 */
	want(liveId: string, options: RoomOptions): Promise<void>;
	/**
	 * The room is not wanted any more, and stays so until it is wanted by other means than a visit.
	 * @param how.always also where it wasn't wanted; else that changes nothing
	 * @returns whether it was wanted. @throws LivekeeperError `storage_failing` when it can't be stored
	 */
	stop(liveId: string, how: { always: boolean }): Promise<boolean>;
	/** Forgets a room. @returns whether it was wanted. @throws LivekeeperError `storage_failing` when it can't be stored */
	unwant(liveId: string): Promise<boolean>;
}

/** A wanted room as its key holds it. */
interface WantedValue {
	liveId: string;
	addedAt: number;
	hasCookie: boolean;
	hasProxy: boolean;
	/** The name of its identity: it stays readable where the options can't be. */
	identity?: string | undefined;
	/** Sealed, as base64. */
	options: string;
}

/** A room that was stopped, in the same key: so no node takes a visit for a start that came after the stop. */
interface StoppedValue {
	liveId: string;
	stoppedAt: number;
}

type RoomValue = WantedValue | StoppedValue;

const isWanted = (value: RoomValue): value is WantedValue => "options" in value;

/** Under which wanted and stopped rooms are kept: `wanted.<room>`. */
const all = "wanted.>";
const keyOf = (liveId: string) => `wanted.${tokenOf(liveId)}`;

/** The rooms that are wanted, of all that is kept there. */
export function wantedIn(entries: { list(filter: string): Entry[] }): string[] {
	return wantedOf(entries.list(all)).map(({ liveId }) => liveId);
}

function wantedOf(entries: readonly Entry[]): WantedValue[] {
	return inOrder<RoomValue>(entries).filter(isWanted);
}

/** @param box seals options before they reach the store, so that it never holds them in the clear */
export function roomRegistry(kv: KeyValues, box: SecretBox, clock: Clock): RoomRegistry {
	const opened = ({ liveId, options, identity }: WantedValue): LoadedRoom => {
		const named = identity === undefined ? {} : { identity };
		const text = box.open(Buffer.from(options, "base64"), liveId);
		if (text === undefined) return { liveId, options: named, unreadable: identity === undefined };
		return { liveId, options: { ...(JSON.parse(text) as RoomOptions), ...named }, unreadable: false };
	};
	return {
		async list() {
			return wantedOf(await kv.list(all)).map(({ liveId, addedAt, hasCookie, hasProxy, identity }) => {
				return { liveId, addedAt, hasCookie, hasProxy, identity };
			});
		},
		async load() {
			return wantedOf(await kv.list(all)).map(opened);
		},
		async get(liveId) {
			const entry = await kv.get(keyOf(liveId));
			if (!entry) return undefined;
			const { value } = placed<RoomValue>(entry);
			return isWanted(value) ? opened(value) : "stopped";
		},
		async want(liveId, { identity, ...sealed }) {
			let isStopped = false;
			await kv.change(keyOf(liveId), (entry) => {
				const before = entry && placed<RoomValue>(entry).value;
				const wanted = before && isWanted(before) ? before : undefined;
				isStopped = before !== undefined && !wanted;
				if (isStopped && sealed.visited) return undefined;
				const { addedAt = clock.now() } = wanted ?? {};
				const has = { hasCookie: sealed.cookie !== undefined, hasProxy: sealed.proxy !== undefined };
				const options = box.seal(JSON.stringify(sealed), liveId).toString("base64");
				// Started again after a stop, it comes behind all others.
				return encode({ liveId, addedAt, ...has, identity, options } satisfies WantedValue, wanted && entry);
			});
			if (isStopped && sealed.visited) throw new RoomNotFoundError(liveId);
		},
		async stop(liveId, { always }) {
			let wasWanted = false;
			await kv.change(keyOf(liveId), (entry) => {
				wasWanted = entry !== undefined && isWanted(placed<RoomValue>(entry).value);
				return wasWanted || always ? encode({ liveId, stoppedAt: clock.now() } satisfies StoppedValue) : undefined;
			});
			return wasWanted;
		},
		unwant: (liveId) => kv.remove(keyOf(liveId)),
	};
}
