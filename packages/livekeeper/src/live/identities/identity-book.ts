import { identityOf, type RoomOptions } from "@livekeeper/base/room-options";
import { identityTexts } from "@livekeeper/base/text";
import { ownIdentity, type RoomIdentity } from "@livekeeper/engine";
import type { IdentityRegistry, LoadedIdentity } from "@livekeeper/log/storage";

/** Holds the identities by name in memory, so a room's identity is known at once. */
export class IdentityBook {
	readonly #registry: IdentityRegistry;
	#entries = new Map<string, LoadedIdentity>();

	constructor(registry: IdentityRegistry) {
		this.#registry = registry;
	}

	/** Reads the stored identities again. @throws LivekeeperError `storage_failing` */
	async load(): Promise<void> {
		const loaded = await this.#registry.load();
		this.#entries = new Map(loaded.map((entry) => [entry.name, entry]));
	}

	get size(): number {
		return this.#entries.size;
	}

	/** All identities, in the order in which they were added. */
	list(): LoadedIdentity[] {
		return [...this.#entries.values()];
	}

	get(name: string): LoadedIdentity | undefined {
		return this.#entries.get(name);
	}

	/**
	 * Finds an identity, including one that another node has stored before this node was notified.
	 * @throws LivekeeperError `storage_failing`
	 */
	async find(name: string): Promise<LoadedIdentity | undefined> {
		if (!this.#entries.has(name)) await this.load();
		return this.#entries.get(name);
	}

	/** Returns the identity of a room towards the upstream. For an unknown name, the identity sends nothing. */
	readonly resolve = (options: RoomOptions): RoomIdentity => {
		const name = identityOf(options);
		const entry = name === undefined ? undefined : this.#entries.get(name);
		if (name === undefined || (!entry && options.identity === undefined)) return ownIdentity(options);
		if (!entry) return { name, missing: identityTexts.gone(name) };
		if (entry.secrets) return named(name, entry.secrets);
		return {
			name,
			missing: identityTexts.keyChanged(name),
		};
	};
}

/**
 * Returns the named identity. Without a cookie of its own it does not fall back to the service's cookie, because a
 * login stays with its proxy. Without a proxy of its own it uses the service's proxy.
 */
export function named(name: string, secrets: NonNullable<LoadedIdentity["secrets"]>): RoomIdentity {
	const { cookie = "", proxy, expiresAt } = secrets;
	return { name, cookie, proxy, loginExpiresAt: expiresAt };
}
