import type { LivekeeperClient } from "@livekeeper/client";

/** Maximum number of cached pictures; the least recently used is evicted first. */
const maxKept = 400;
/** Time after which a failed picture is requested again when it is next shown, ms. */
const retryMs = 30_000;

/** Pictures from the site, fetched through the service with the page's key, as `blob:` addresses. */
export class Images {
	readonly #client: () => LivekeeperClient;
	/** In order of last use. */
	readonly #kept = new Map<string, Promise<string | undefined>>();

	constructor(client: () => LivekeeperClient) {
		this.#client = client;
	}

	/** Whether a picture is cached or being loaded. */
	has(url: string): boolean {
		return this.#kept.has(url);
	}

	/** @returns `undefined` if there is no picture */
	get(url: string): Promise<string | undefined> {
		const image = this.#kept.get(url) ?? this.#fetch(url);
		this.#kept.delete(url);
		this.#kept.set(url, image);
		for (const [oldest, old] of this.#kept) {
			if (this.#kept.size <= maxKept) break;
			this.#kept.delete(oldest);
			void old.then((address) => address && URL.revokeObjectURL(address));
		}
		return image;
	}

	async #fetch(url: string): Promise<string | undefined> {
		try {
			return URL.createObjectURL(await this.#client().image(url));
		} catch {
			// A missing picture is no error: the letter stays in its place.
			setTimeout(() => this.#kept.delete(url), retryMs);
			return undefined;
		}
	}
}
