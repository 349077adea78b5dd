import type { Clock } from "@livekeeper/douyin";
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

/** For the service's own start only. */
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
	/** Adds a room or replaces its options. @throws LivekeeperError `storage_failing` when it can't be stored */
	want(liveId: string, options: RoomOptions): Promise<void>;
	/** @returns whether the room was wanted. @throws LivekeeperError `storage_failing` when it can't be stored */
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

/** Under which wanted rooms are kept: `wanted.<room>`. */
const all = "wanted.>";
const keyOf = (liveId: string) => `wanted.${tokenOf(liveId)}`;

/** The rooms that are wanted, of all that is kept there. */
export function wantedIn(entries: { list(filter: string): Entry[] }): string[] {
	return inOrder<WantedValue>(entries.list(all)).map(({ liveId }) => liveId);
}

/** @param box seals options before they reach the store, so that it never holds them in the clear */
export function roomRegistry(kv: KeyValues, box: SecretBox, clock: Clock): RoomRegistry {
	return {
		async list() {
			return inOrder<WantedValue>(await kv.list(all)).map(({ liveId, addedAt, hasCookie, hasProxy, identity }) => {
				return { liveId, addedAt, hasCookie, hasProxy, identity };
			});
		},
		async load() {
			return inOrder<WantedValue>(await kv.list(all)).map(({ liveId, options, identity }) => {
				const named = identity === undefined ? {} : { identity };
				const text = box.open(Buffer.from(options, "base64"), liveId);
				if (text === undefined) return { liveId, options: named, unreadable: identity === undefined };
				return { liveId, options: { ...(JSON.parse(text) as RoomOptions), ...named }, unreadable: false };
			});
		},
		want: (liveId, { identity, ...sealed }) =>
			kv.change(keyOf(liveId), (entry) => {
				const { addedAt } = entry ? placed<WantedValue>(entry).value : { addedAt: clock.now() };
				const has = { hasCookie: sealed.cookie !== undefined, hasProxy: sealed.proxy !== undefined };
				const options = box.seal(JSON.stringify(sealed), liveId).toString("base64");
				return encode({ liveId, addedAt, ...has, identity, options } satisfies WantedValue, entry);
			}),
		unwant: (liveId) => kv.remove(keyOf(liveId)),
	};
}
