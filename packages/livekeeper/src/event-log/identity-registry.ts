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
	/** In the order in which they were added. Not for answers to users. */
	load(): Promise<LoadedIdentity[]>;
	/** Adds an identity or replaces its secrets. @throws LivekeeperError `storage_failing` when it can't be stored */
	put(name: string, secrets: IdentitySecrets): Promise<void>;
	/** @returns whether there was one. @throws LivekeeperError `storage_failing` when it can't be stored */
	remove(name: string): Promise<boolean>;
}
