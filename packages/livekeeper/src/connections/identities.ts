import type { DouyinUpstream } from "@livekeeper/douyin";
import { LivekeeperError } from "../errors.ts";
import type { RoomOptions } from "../room-options.ts";

/** With what a room goes to the upstream. Both are secrets: never logged, never shown. */
export type RoomIdentity = Pick<RoomOptions, "cookie" | "proxy">;

/** Makes the way into the upstream for one identity. `close`, where there is one, is called when nobody uses it. */
export type UpstreamFactory = (identity: RoomIdentity) => DouyinUpstream & { close?(): void };

interface Entry {
	upstream: ReturnType<UpstreamFactory>;
	users: number;
}

export interface IdentityLease {
	readonly upstream: DouyinUpstream;
	/** A second time does nothing. */
	release(): void;
}

/** Whether two rooms with these options have the same identity. */
export function sameIdentity(a: RoomIdentity, b: RoomIdentity): boolean {
	return identityKey(a) === identityKey(b);
}

/** Rooms with the same cookie and proxy share one upstream, and with it the visitor cookie and its connections. */
export class Identities {
	readonly #create: UpstreamFactory;
	readonly #entries = new Map<string, Entry>();

	constructor(create: UpstreamFactory) {
		this.#create = create;
	}

	get size(): number {
		return this.#entries.size;
	}

	/** @throws LivekeeperError `invalid_request` when no upstream can be made with these options */
	lease({ cookie, proxy }: RoomIdentity): IdentityLease {
		const options = { ...(cookie !== undefined && { cookie }), ...(proxy !== undefined && { proxy }) };
		const key = identityKey(options);
		const entry = this.#entries.get(key) ?? { upstream: this.#make(options), users: 0 };
		this.#entries.set(key, entry);
		entry.users++;
		let held = true;
		return {
			upstream: entry.upstream,
			release: () => {
				if (!held) return;
				held = false;
				entry.users--;
				if (entry.users > 0) return;
				this.#entries.delete(key);
				entry.upstream.close?.();
			},
		};
	}

	#make(options: RoomIdentity): ReturnType<UpstreamFactory> {
		try {
			return this.#create(options);
		} catch (cause) {
			const why = cause instanceof Error ? cause.message : String(cause);
			const hint = "Correct the room's cookie and proxy, or leave them out.";
			throw new LivekeeperError("invalid_request", `The room's options can't be used: ${why}`, { cause, hint });
		}
	}
}

/** The same for rooms with the same identity. It holds their secrets: never logged, never shown. */
export function identityKey(options: RoomIdentity): string {
	return JSON.stringify([options.cookie ?? null, options.proxy ?? null]);
}
