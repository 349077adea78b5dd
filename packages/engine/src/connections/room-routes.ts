import { createHash } from "node:crypto";
import { type RoomOptions, sessionOptions } from "@livekeeper/base/room-options";
import { type DouyinUpstream, loginSession } from "@livekeeper/douyin";
import type { ConnectionRoute, RoomRoute } from "../rooms/index.ts";
import {
	type Identities,
	type IdentityLease,
	type IdentityResolver,
	identityKey,
	quotaKeys,
	type RoomIdentity,
} from "./identities.ts";

/** Number of current readers of each room, as the outputs report them. */
export class RoomReaders {
	readonly #counts = new Map<string, number>();
	readonly #listeners = new Set<() => void>();

	has(liveId: string): boolean {
		return this.#counts.has(liveId);
	}

	/** Adds a reader of the room until the returned function is called; a second call does nothing. */
	add(liveId: string): () => void {
		this.#change(liveId, 1);
		let there = true;
		return () => {
			if (!there) return;
			there = false;
			this.#change(liveId, -1);
		};
	}

	/**
	 * Registers a callback for a room's first reader and the loss of its last.
	 * @returns a function that removes the callback
	 */
	onChange(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	#change(liveId: string, change: 1 | -1): void {
		const before = this.#counts.get(liveId) ?? 0;
		const count = before + change;
		if (count === 0) this.#counts.delete(liveId);
		else this.#counts.set(liveId, count);
		if (before > 0 && count > 0) return;
		for (const listener of this.#listeners) listener();
	}
}

/** A room's route over the identities that it leases. */
export interface RouteLease extends RoomRoute {
	/** Its {@link routeKey}. */
	readonly key: string;
	/** Name of the identity of the room's own connection. */
	readonly name: string | undefined;
	/** A second call does nothing. */
	release(): void;
}

interface RouteDeps {
	identities: Identities;
	identityOf: IdentityResolver;
	/** Cookie and proxy of rooms without their own. */
	shared?: RoomIdentity | undefined;
	/** Whether the room is polled while its socket is refused. */
	pollingFallback: boolean;
}

/**
 * Leases the identities for a room with these options.
 * @throws LivekeeperError `invalid_request` if no upstream can be created with these options; nothing is leased then
 */
export function leaseRoute(options: RoomOptions, deps: RouteDeps): RouteLease {
	const leases: IdentityLease[] = [];
	try {
		for (const one of sessionOptions(options)) leases.push(deps.identities.lease(deps.identityOf(one)));
		return new LeasedRoute(options, deps, [...leases] as [IdentityLease, ...IdentityLease[]]);
	} catch (error) {
		for (const lease of leases) lease.release();
		throw error;
	}
}

/**
 * Returns a key that is equal for options with the same sessions and requests. It holds secrets: never logged, never
 * shown.
 */
export function routeKey(options: RoomOptions, identityOf: IdentityResolver): string {
	const keys = sessionOptions(options).map((one) => identityKey(identityOf(one)));
	return JSON.stringify([options.raw ?? false, ...keys]);
}

/** Route of one room. */
class LeasedRoute implements RouteLease {
	readonly key: string;
	readonly raw: boolean;
	readonly connections: [ConnectionRoute, ...ConnectionRoute[]];
	readonly #leases: readonly [IdentityLease, ...IdentityLease[]];
	#loginId: string | undefined;
	#released = false;

	constructor(options: RoomOptions, deps: RouteDeps, leases: readonly [IdentityLease, ...IdentityLease[]]) {
		this.key = routeKey(options, deps.identityOf);
		this.raw = options.raw ?? false;
		const sessions = sessionOptions(options);
		this.connections = leases.map((lease, i): ConnectionRoute => {
			const quota = quotaKeys(deps.identityOf(sessions[i] ?? options), deps.shared);
			// Polling replaces the room's own socket.
			const polls = i === 0 && deps.pollingFallback && lease.upstream.poll !== undefined;
			return { upstream: lease.upstream, identity: lease.key, quota, polls };
		}) as [ConnectionRoute, ...ConnectionRoute[]];
		this.#leases = leases;
	}

	get name(): string | undefined {
		return this.#leases[0].name;
	}

	/** The best of all: one logged-in session is enough to receive gifts. */
	get identity(): DouyinUpstream["identity"] {
		const loggedIn = this.#leases.find((lease) => lease.upstream.identity === "logged_in");
		return (loggedIn ?? this.#leases[0]).upstream.identity;
	}

	/** Id of the logins. Two connections of one login receive more gifts than one, so the id includes their number. */
	get loginId(): string {
		this.#loginId ??= this.connections.flatMap(({ quota }) => digestOf(loginSession(quota.identity))).join("+");
		return this.#loginId;
	}

	get login(): DouyinUpstream["login"] {
		return this.#leases[0].upstream.login;
	}

	release(): void {
		if (this.#released) return;
		this.#released = true;
		for (const lease of this.#leases) lease.release();
	}
}

/** Returns none for a connection without a login. */
function digestOf(session: string | undefined): string[] {
	return session === undefined ? [] : [createHash("sha256").update(session).digest("hex").slice(0, 12)];
}
