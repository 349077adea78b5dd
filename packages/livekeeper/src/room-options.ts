import { isDeepStrictEqual } from "node:util";
import type { OfficialType } from "@livekeeper/douyin";

/** What the user gave for one room. It is stored sealed, since some of it is secret. */
export interface RoomOptions {
	/** The user's own cookie; without it what the service takes for all. `""` is a choice of its own. Secret. */
	cookie?: string | undefined;
	/** `http://`, `https://` or `socks5://` URL; without it what the service takes for all. Secret: it may hold a password. */
	proxy?: string | undefined;
	/** The name of an identity that rooms share; it replaces cookie and proxy. Not secret. */
	identity?: string | undefined;
	/** Whether the room goes before all that are not when connections are scarce. */
	pinned?: boolean | undefined;
	/** Whether events are stored with the upstream's payload beside the typed form. It takes space. Default false. */
	raw?: boolean | undefined;
	/** How many sessions the room keeps at once, 1 to 3. Default 1. */
	redundancy?: number | undefined;
	/** The app that has the room's data pushed by the open platform; `null`: none. Secret, but for its id. */
	official?: OfficialOptions | null | undefined;
	/** A program's listening started it; it goes with the last listener. Default: it is kept. */
	visited?: boolean | undefined;
	/** Where each session behind the first differs from that, in their order. */
	sessions?: readonly FurtherSession[] | undefined;
}

/** An app of the open platform that is mounted in the room. */
export interface OfficialOptions {
	appId: string;
	/** The app's own, with which tokens are taken. */
	secret: string;
	/** With what callbacks are signed, for each kind; the app's own secret where there is none. */
	callbackSecrets?: Partial<Record<OfficialType, string>> | undefined;
	/** Kinds that are pushed; default gifts alone. */
	types?: readonly OfficialType[] | undefined;
}

/** Identity and proxy of a session behind a room's first; fields left out are those of the first. */
export type FurtherSession = Pick<RoomOptions, "cookie" | "proxy" | "identity">;

/** A change of a room's options; what is left out stays. `identity: null`: none, nor a cookie or proxy, of its own. */
export type RoomChange = Omit<RoomOptions, "identity"> & { identity?: string | null | undefined };

/** The identity of rooms that have none of their own; without one of this name they use the configuration's. */
export const defaultIdentity = "default";

/** The identity name of a session, which need not have an identity behind it; `undefined` with a cookie or proxy of its own. */
export function identityOf({ identity, cookie, proxy }: RoomOptions): string | undefined {
	return identity ?? (cookie === undefined && proxy === undefined ? defaultIdentity : undefined);
}

/** The options of each session that a room with these options keeps, its own first. */
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

/** The options with a change on top: what the change leaves out stays, but for who the room is to the upstream. */
export function mergeOptions(options: RoomOptions, { identity: chosen, ...change }: RoomChange): RoomOptions {
	const { cookie, proxy, identity, ...others } = options;
	const defined = definedOnly(change);
	// An identity replaces cookie and proxy, and they replace it.
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
