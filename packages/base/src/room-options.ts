import { isDeepStrictEqual } from "node:util";
import type { OfficialType } from "@livekeeper/douyin";

/** The user's options for one room. They are stored sealed, because some are secret. */
export interface RoomOptions {
	/** The user's own cookie; default: the service's. `""` is a separate choice. Secret. */
	cookie?: string | undefined;
	/** `http://`, `https://` or `socks5://` URL; default: the service's. Secret, because it may hold a password. */
	proxy?: string | undefined;
	/** Name of an identity that rooms share; it replaces cookie and proxy. Not secret. */
	identity?: string | undefined;
	/** Whether the room comes before all rooms that are not pinned when connections are scarce. */
	pinned?: boolean | undefined;
	/**
	 * Whether events are stored with the upstream's payload in addition to the typed form. It takes space. Default false.
	 */
	raw?: boolean | undefined;
	/** Number of sessions that the room keeps at once, 1 to 3. Default 1. */
	redundancy?: number | undefined;
	/** App through which the open platform pushes the room's data; `null` for none. Secret except for its id. */
	official?: OfficialOptions | null | undefined;
	/** Whether a program's visit started it, so it stops with the last reader. Default: it is kept. */
	visited?: boolean | undefined;
	/** Differences of each session after the first, in order. */
	sessions?: readonly FurtherSession[] | undefined;
}

/** An app of the open platform that is mounted in the room. */
export interface OfficialOptions {
	appId: string;
	/** The app's own secret, used to obtain tokens. */
	secret: string;
	/** Secrets that sign callbacks, by kind; default: the app's own secret. */
	callbackSecrets?: Partial<Record<OfficialType, string>> | undefined;
	/** Kinds that are pushed; default: gifts only. */
	types?: readonly OfficialType[] | undefined;
}

/** Identity and proxy of a session after a room's first; omitted fields are those of the first. */
export type FurtherSession = Pick<RoomOptions, "cookie" | "proxy" | "identity">;

/**
 * A change of a room's options; omitted options stay. `identity: null` removes the identity, and also a cookie or
 * proxy.
 */
export type RoomChange = Omit<RoomOptions, "identity"> & { identity?: string | null | undefined };

/** Identity of rooms without their own; if it does not exist, they use the configuration's. */
export const defaultIdentity = "default";

/** Returns the identity name of a session, which need not exist; `undefined` with a cookie or proxy of its own. */
export function identityOf({ identity, cookie, proxy }: RoomOptions): string | undefined {
	return identity ?? (cookie === undefined && proxy === undefined ? defaultIdentity : undefined);
}

/** Returns the options of each session that a room with these options keeps, its own first. */
export function sessionOptions(given: RoomOptions): [RoomOptions, ...RoomOptions[]] {
	const { sessions = [], ...options } = given;
	const further = Array.from({ length: (options.redundancy ?? 1) - 1 }, (_, i): RoomOptions => {
		const own = definedOnly(sessions[i] ?? {});
		// A cookie or proxy of its own replaces the identity that the first has.
		const base = "cookie" in own || "proxy" in own ? { ...options, identity: undefined } : options;
		return { ...base, ...own };
	});
	return [options, ...further];
}

/** Applies a change: omitted options stay, except those that identify the room at the upstream. */
export function mergeOptions(options: RoomOptions, { identity: chosen, ...change }: RoomChange): RoomOptions {
	const { cookie, proxy, identity, ...others } = options;
	const defined = definedOnly(change);
	// An identity replaces cookie and proxy, and vice versa.
	if (chosen !== undefined) return { ...others, ...defined, ...(chosen !== null && { identity: chosen }) };
	const kept = defined.cookie === undefined && defined.proxy === undefined ? { identity } : {};
	return { ...others, ...definedOnly({ cookie, proxy, ...kept }), ...defined };
}

export function sameOptions(a: RoomOptions, b: RoomOptions): boolean {
	return isDeepStrictEqual(definedOnly(a), definedOnly(b));
}

function definedOnly(options: RoomOptions): RoomOptions {
	return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
