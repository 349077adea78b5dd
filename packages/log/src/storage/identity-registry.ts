import type { Clock } from "@livekeeper/douyin";
import type { KeyValues } from "./key-values.ts";
import { encode, inOrder, placed } from "./ordered-values.ts";
import type { SecretBox } from "./secret-box.ts";
import { tokenOf } from "./token.ts";

/** Credentials of an identity for the upstream. All are secret, because a proxy may contain a password. */
export interface IdentitySecrets {
	/** A `Cookie` header. */
	cookie?: string | undefined;
	proxy?: string | undefined;
	/** Expiry of the cookie's login, from the user or the browser's export, ms since the epoch. */
	expiresAt?: number | undefined;
}

/** For the service's own use only. */
export interface LoadedIdentity {
	name: string;
	/** ms since the epoch. */
	addedAt: number;
	updatedAt: number;
	/** `undefined`: they could not be decrypted (another key), and have to be entered again. */
	secrets: IdentitySecrets | undefined;
}

/** Identities that rooms share, by name, across restarts. Only `load` returns their secrets. */
export interface IdentityRegistry {
	/** Returns all identities in the order in which they were added. Not for answers to users. */
	load(): Promise<LoadedIdentity[]>;
	/** Adds an identity or replaces its secrets. @throws LivekeeperError `storage_failing` if it cannot be stored */
	put(name: string, secrets: IdentitySecrets): Promise<void>;
	/** @returns whether it existed. @throws LivekeeperError `storage_failing` if it cannot be stored */
	remove(name: string): Promise<boolean>;
}

/** An identity as stored in its key. */
interface IdentityValue {
	name: string;
	addedAt: number;
	updatedAt: number;
	/** Sealed, as base64. */
	secrets: string;
}

const keyOf = (name: string) => `identity.${tokenOf(name)}`;

/** No live id has a colon, so nothing sealed for a room opens as an identity's. */
const contextOf = (name: string) => `identity:${name}`;

/** @param box seals secrets before they reach the store, which never has them in the clear */
export function identityRegistry(kv: KeyValues, box: SecretBox, clock: Clock): IdentityRegistry {
	return {
		async load() {
			return inOrder<IdentityValue>(await kv.list("identity.>")).map(({ name, addedAt, updatedAt, secrets }) => {
				const text = box.open(Buffer.from(secrets, "base64"), contextOf(name));
				const opened = text === undefined ? undefined : (JSON.parse(text) as IdentitySecrets);
				return { name, addedAt, updatedAt, secrets: opened };
			});
		},
		put: (name, { cookie, proxy, expiresAt }) =>
			kv.change(keyOf(name), (entry) => {
				const now = clock.now();
				const { addedAt } = entry ? placed<IdentityValue>(entry).value : { addedAt: now };
				const secrets = box.seal(JSON.stringify({ cookie, proxy, expiresAt }), contextOf(name)).toString("base64");
				return encode({ name, addedAt, updatedAt: now, secrets } satisfies IdentityValue, entry);
			}),
		remove: (name) => kv.remove(keyOf(name)),
	};
}
