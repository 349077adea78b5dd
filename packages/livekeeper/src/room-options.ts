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
