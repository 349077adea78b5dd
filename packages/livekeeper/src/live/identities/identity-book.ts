import { ownIdentity, type RoomIdentity } from "../../connections/index.ts";
import { identityOf, type RoomOptions } from "../../room-options.ts";
import type { IdentityRegistry, LoadedIdentity } from "../../storage/index.ts";
import { identityTexts } from "../../text/index.ts";

/** The identities by name, in memory, so that a room's identity is known at once. */
export class IdentityBook {
	readonly #registry: IdentityRegistry;
	#entries = new Map<string, LoadedIdentity>();

	constructor(registry: IdentityRegistry) {
		this.#registry = registry;
	}

	/** Reads again what is stored. @throws LivekeeperError `storage_failing` */
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

	/** The same, also where another node has stored it and this one has not been notified yet. @throws LivekeeperError `storage_failing` */
	async find(name: string): Promise<LoadedIdentity | undefined> {
		if (!this.#entries.has(name)) await this.load();
		return this.#entries.get(name);
	}

	/** The identity of a room towards the upstream. A name with nothing behind it gives an identity that sends nothing. */
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

/** Where it has no cookie the service's own isn't used either: a login stays with its proxy. Without a proxy it is. */
export function named(name: string, secrets: NonNullable<LoadedIdentity["secrets"]>): RoomIdentity {
	const { cookie = "", proxy, expiresAt } = secrets;
	return { name, cookie, proxy, loginExpiresAt: expiresAt };
}
