import type { KeyValues } from "./key-values.ts";
import { encode, inOrder, placed } from "./ordered-values.ts";
import { tokenOf } from "./token.ts";

/** The last test that an overlay was asked to show. */
export interface OverlayTest {
	/** Different for each test. */
	id: string;
	kind: "gift" | "chat" | "pk";
}

/** An overlay token as stored: only a hash of its secret is kept. */
export interface StoredOverlayToken {
	id: string;
	/** The user's own description of its purpose. */
	name: string;
	/** The room that it opens; `undefined`: all rooms. */
	liveId: string | undefined;
	/** Settings of its overlay: parameters as after the `#` of an overlay's address; "": the defaults. */
	settings: string;
	/** `undefined`: none yet. */
	test: OverlayTest | undefined;
	/** SHA-256 of the secret. */
	hash: Uint8Array;
	/** ms since the epoch. */
	createdAt: number;
	/** ms since the epoch; `undefined`: never. */
	lastUsedAt: number | undefined;
}

/** Changes to a token; omitted fields stay. */
export type OverlayTokenChange = Partial<Pick<StoredOverlayToken, "name" | "liveId" | "settings" | "test">>;

/** Overlay tokens that have been created and not revoked, across restarts. */
export interface OverlayTokenRegistry {
	/** Returns all tokens, in order of creation. */
	load(): Promise<StoredOverlayToken[]>;
	/** @throws LivekeeperError `storage_failing` if it cannot be stored */
	add(token: StoredOverlayToken): Promise<void>;
	/** Changes a token if it exists. @throws LivekeeperError `storage_failing` if it cannot be stored */
	change(id: string, change: OverlayTokenChange): Promise<void>;
	/** Records a use, ms since the epoch. @throws LivekeeperError `storage_failing` if it cannot be stored */
	used(id: string, at: number): Promise<void>;
	/** @returns whether it existed. @throws LivekeeperError `storage_failing` if it cannot be stored */
	remove(id: string): Promise<boolean>;
	/**
	 * Reports that tokens may have been created, changed or revoked at another node.
	 * @returns a function that stops it
	 * @throws LivekeeperError `storage_failing`
	 */
	watch(listener: () => void): Promise<() => void>;
}

/** A token as stored in its key, because JSON has no bytes and omits `undefined`. */
type TokenValue = Omit<StoredOverlayToken, "hash"> & { hash: string };

const keyOf = (id: string) => `token.${tokenOf(id)}`;

export function overlayTokenRegistry(kv: KeyValues): OverlayTokenRegistry {
	const change = (id: string, change: Partial<StoredOverlayToken>) =>
		kv.change(keyOf(id), (entry) => entry && encode({ ...placed<TokenValue>(entry).value, ...change }, entry));
	return {
		async load() {
			return inOrder<TokenValue>(await kv.list("token.>")).map(({ liveId, test, lastUsedAt, hash, ...token }) => {
				return { ...token, liveId, test, lastUsedAt, hash: Uint8Array.from(Buffer.from(hash, "base64")) };
			});
		},
		add: ({ hash, ...token }) =>
			kv.change(keyOf(token.id), (entry) =>
				entry ? undefined : encode({ ...token, hash: Buffer.from(hash).toString("base64") }),
			),
		change,
		used: (id, lastUsedAt) => change(id, { lastUsedAt }),
		remove: (id) => kv.remove(keyOf(id)),
		watch: (listener) => kv.watch("token.*", () => listener()),
	};
}
