import { isDeepStrictEqual } from "node:util";

/** What the user gave for one room. It is stored sealed, since some of it is secret. */
export interface RoomOptions {
	/** The user's own cookie; without it what the service takes for all. `""` is a choice of its own. Secret. */
	cookie?: string | undefined;
	/** `http://`, `https://` or `socks5://` URL; without it what the service takes for all. Secret: it may hold a password. */
	proxy?: string | undefined;
	/** The name of an identity that rooms share; it stands in the place of cookie and proxy. Not secret. */
	identity?: string | undefined;
	/** Whether the room goes before all that are not when connections are scarce. */
	pinned?: boolean | undefined;
	/** Whether events are stored with the upstream's payload beside the typed form. It takes space. Default false. */
	raw?: boolean | undefined;
	/** How many sessions the room keeps at once, 1 or 2. Default 1. */
	redundancy?: number | undefined;
	/** Where the second session differs from the first. */
	second?: SecondSession | undefined;
}

/** As whom and which way a room's second session goes; what it leaves out is as with the first. */
export type SecondSession = Pick<RoomOptions, "cookie" | "proxy" | "identity">;

/** The options of each session that a room with these options keeps, its own first. */
export function sessionOptions({ second, ...options }: RoomOptions): [RoomOptions, ...RoomOptions[]] {
	if ((options.redundancy ?? 1) < 2) return [options];
	const own = definedOnly(second ?? {});
	// A cookie or a proxy of its own stands in the place of the identity that the first has.
	const base = "cookie" in own || "proxy" in own ? { ...options, identity: undefined } : options;
	return [options, { ...base, ...own }];
}

/** The options with a change on top: what the change leaves out stays, but for who the room is to the upstream. */
export function mergeOptions(options: RoomOptions, change: RoomOptions): RoomOptions {
	const { cookie, proxy, identity, ...others } = options;
	const defined = definedOnly(change);
	// An identity stands in the place of cookie and proxy, and they in its.
	if (defined.identity !== undefined) return { ...others, ...defined };
	const kept = defined.cookie === undefined && defined.proxy === undefined ? { identity } : {};
	return { ...others, ...definedOnly({ cookie, proxy, ...kept }), ...defined };
}

export function sameOptions(a: RoomOptions, b: RoomOptions): boolean {
	return isDeepStrictEqual(definedOnly(a), definedOnly(b));
}

function definedOnly(options: RoomOptions): RoomOptions {
	return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
