import type { Clock } from "@livekeeper/douyin";
import type { KeyValues } from "./key-values.ts";
import { encode, inOrder, placed } from "./ordered-values.ts";
import type { SecretBox } from "./secret-box.ts";
import { tokenOf } from "./token.ts";

/** What an identity goes to the upstream with. All of it is secret: a proxy may carry a password. */
export interface IdentitySecrets {
	/** A `Cookie` header. */
	cookie?: string | undefined;
	proxy?: string | undefined;
	/** When the cookie's login ends, as the user or the browser's export told, ms since the epoch. */
	expiresAt?: number | undefined;
}

/** For the service itself only. */
export interface LoadedIdentity {
	name: string;
	/** ms since the epoch. */
	addedAt: number;
	updatedAt: number;
	/** `undefined`: they could not be decrypted (another key), and have to be given again. */
	secrets: IdentitySecrets | undefined;
}

/** Identities that rooms share, by name, across restarts. Their secrets leave it by `load` alone. */
export interface IdentityRegistry {
	/** All identities, in the order in which they were added. Not for answers to users. */
	load(): Promise<LoadedIdentity[]>;
	/** Adds an identity or replaces its secrets. @throws LivekeeperError `storage_failing` when it can't be stored */
	put(name: string, secrets: IdentitySecrets): Promise<void>;
	/** @returns whether there was one. @throws LivekeeperError `storage_failing` when it can't be stored */
	remove(name: string): Promise<boolean>;
}

/** An identity as its key holds it. */
interface IdentityValue {
	name: string;
	addedAt: number;
	updatedAt: number;
	/** Sealed, as base64. */
	secrets: string;
}

const keyOf = (name: string) => `identity.${tokenOf(name)}`;

/** No live id has a colon, so that nothing sealed for a room opens as an identity's. */
const contextOf = (name: string) => `identity:${name}`;

/** @param box seals secrets before they reach the store, so that it never holds them in the clear */
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
