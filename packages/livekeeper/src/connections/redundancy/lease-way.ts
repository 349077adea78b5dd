import { type RoomOptions, sessionOptions } from "../../room-options.ts";
import type { ReconnectStrategy } from "../../rooms/index.ts";
import type { Admission, AdmissionRequest } from "../admission/index.ts";
import {
	type Identities,
	type IdentityLease,
	type IdentityResolver,
	identityKey,
	quotaKeys,
	type RoomIdentity,
} from "../identities.ts";
import { RoomWay, type RoomWayOptions } from "./room-way.ts";

/** A room's way into the upstream over the identities that it leases. `key` and `name` are those of its first session. */
export interface WayLease extends Omit<IdentityLease, "upstream"> {
	readonly upstream: RoomWay;
	/** What {@link wayKey} gives for it. */
	readonly way: string;
}

export interface WayDeps extends Omit<RoomWayOptions, "upstreams" | "raw" | "permits" | "admit"> {
	reconnect: Pick<ReconnectStrategy, "admitExtra">;
	admission: Pick<Admission, "permitsFor">;
	priority: AdmissionRequest["priority"];
	/** Cookie and proxy of rooms that bring none of their own. */
	shared?: RoomIdentity | undefined;
	identities: Identities;
	identityOf: IdentityResolver;
}

/**
 * Leases what a room with these options goes over.
 * @throws LivekeeperError `invalid_request` when no upstream can be made with these options: then nothing is leased
 */
export function leaseWay(
	options: RoomOptions,
	{ identities, identityOf, admission, priority, shared, reconnect, ...deps }: WayDeps,
): WayLease {
	const leases: IdentityLease[] = [];
	const release = () => {
		for (const lease of leases.splice(0)) lease.release();
	};
	const lease = (one: RoomOptions) => {
		const leased = identities.lease(identityOf(one));
		leases.push(leased);
		return leased;
	};
	try {
		const sessions = sessionOptions(options);
		const [first, ...others] = sessions;
		const own = lease(first);
		const upstream = new RoomWay({
			...deps,
			raw: options.raw ?? false,
			upstreams: [own.upstream, ...others.map((one) => lease(one).upstream)],
			permits: (session, preemptible) => {
				const keys = quotaKeys(identityOf(sessions[session] ?? first), shared);
				// The first session's connection goes on the permit that the room itself holds.
				const kind = session === 0 ? { handshakeOnly: true } : { preemptible };
				return admission.permitsFor(() => ({ room: deps.liveId, ...keys, priority, ...kind }));
			},
			admit: (session, now) => reconnect.admitExtra(leases[session]?.key ?? own.key, now),
		});
		return { key: own.key, name: own.name, way: wayKey(options, identityOf), upstream, release };
	} catch (error) {
		release();
		throw error;
	}
}

/** The same for options that lead over the same sessions, and ask the same of them. It holds secrets: never logged, never shown. */
export function wayKey(options: RoomOptions, identityOf: IdentityResolver): string {
	const keys = sessionOptions(options).map((one) => identityKey(identityOf(one)));
	return JSON.stringify([options.raw ?? false, ...keys]);
}
