import type { KeyValues } from "./key-values.ts";
import { encode, inOrder, placed } from "./ordered-values.ts";
import { tokenOf } from "./token.ts";

/** The last test that an overlay was asked to show. */
export interface OverlayTest {
	/** Another one each time. */
	id: string;
	kind: "gift" | "chat" | "pk";
}

/** An overlay token as it is kept: of its secret there is only a hash. */
export interface StoredOverlayToken {
	id: string;
	/** The user's own words for what it is for. */
	name: string;
	/** The one room that it opens; `undefined`: all. */
	liveId: string | undefined;
	/** What its overlay shows: parameters as behind the `#` of an overlay's address; "": the defaults. */
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

/** What is changed of a token; what is left out stays. */
export type OverlayTokenChange = Partial<Pick<StoredOverlayToken, "name" | "liveId" | "settings" | "test">>;

/** The overlay tokens that have been made and not revoked, across restarts. */
export interface OverlayTokenRegistry {
	/** All tokens, in order of creation. */
	load(): Promise<StoredOverlayToken[]>;
	/** @throws LivekeeperError `storage_failing` when it can't be stored */
	add(token: StoredOverlayToken): Promise<void>;
	/** Changes one, if it is there. @throws LivekeeperError `storage_failing` when it can't be stored */
	change(id: string, change: OverlayTokenChange): Promise<void>;
	/** Takes note of a use, ms since the epoch. @throws LivekeeperError `storage_failing` when it can't be stored */
	used(id: string, at: number): Promise<void>;
	/** @returns whether there was one. @throws LivekeeperError `storage_failing` when it can't be stored */
	remove(id: string): Promise<boolean>;
	/**
	 * Tells that tokens may have been made, changed or revoked at another node. @returns what ends it
	 * @throws LivekeeperError `storage_failing`
	 */
	watch(listener: () => void): Promise<() => void>;
}

/** A token as its key holds it: JSON has no bytes, and leaves `undefined` out. */
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
