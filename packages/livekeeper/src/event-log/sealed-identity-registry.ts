import type { Clock } from "@livekeeper/douyin";
import type { IdentityRegistry, IdentitySecrets, LoadedIdentity } from "./identity-registry.ts";
import type { SecretBox } from "./secret-box.ts";

/** A named identity as a store keeps it: its secrets are sealed. */
export interface IdentityRow {
	name: string;
	addedAt: number;
	updatedAt: number;
	secrets: Uint8Array;
}

/** What the registry needs of the store. */
export interface IdentityStore {
	identities(): Promise<IdentityRow[]>;
	/** Adds the row, or replaces all of it but `addedAt` and its place in the order. */
	putIdentity(row: IdentityRow): Promise<void>;
	removeIdentity(name: string): Promise<boolean>;
}

/** Seals secrets before they reach the store, so that it never holds them in the clear. */
export class SealedIdentityRegistry implements IdentityRegistry {
	readonly #store: IdentityStore;
	readonly #box: SecretBox;
	readonly #clock: Clock;

	constructor(store: IdentityStore, box: SecretBox, clock: Clock) {
		this.#store = store;
		this.#box = box;
		this.#clock = clock;
	}

	async load(): Promise<LoadedIdentity[]> {
		const rows = await this.#store.identities();
		return rows.map(({ name, addedAt, updatedAt, secrets }) => {
			const text = this.#box.open(secrets, contextOf(name));
			return {
				name,
				addedAt,
				updatedAt,
				secrets: text === undefined ? undefined : (JSON.parse(text) as IdentitySecrets),
			};
		});
	}

	put(name: string, { cookie, proxy, expiresAt }: IdentitySecrets): Promise<void> {
		const now = this.#clock.now();
		const secrets = this.#box.seal(JSON.stringify({ cookie, proxy, expiresAt }), contextOf(name));
		return this.#store.putIdentity({ name, addedAt: now, updatedAt: now, secrets });
	}

	remove(name: string): Promise<boolean> {
		return this.#store.removeIdentity(name);
	}
}

/** No live id has a colon, so that nothing sealed for a room opens as an identity's. */
function contextOf(name: string): string {
	return `identity:${name}`;
}
