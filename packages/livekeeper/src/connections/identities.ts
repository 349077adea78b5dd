import type { DouyinUpstream } from "@livekeeper/douyin";

/** With what a room goes to the upstream. Both are secrets: never logged, never shown. */
export interface RoomOptions {
	/** The user's own cookie; without it a visitor's. */
	cookie?: string;
	/** `http://`, `https://` or `socks5://` URL; without it directly. */
	proxy?: string;
}

/** Makes the way into the upstream for one identity. `close`, where there is one, is called when nobody uses it. */
export type UpstreamFactory = (options: RoomOptions) => DouyinUpstream & { close?(): void };

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
export function sameIdentity(a: RoomOptions, b: RoomOptions): boolean {
	return keyOf(a) === keyOf(b);
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

	lease(options: RoomOptions): IdentityLease {
		const key = keyOf(options);
		const entry = this.#entries.get(key) ?? { upstream: this.#create(options), users: 0 };
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
}

function keyOf(options: RoomOptions): string {
	return JSON.stringify([options.cookie || "", options.proxy || ""]);
}
