import type { LivekeeperClient } from "@livekeeper/client";

/** Maximum number of cached pictures; the least recently used goes first. */
const most = 400;
/** One that can't be had is asked for again when it is shown again after this time, ms. */
const againMs = 30_000;

/** Pictures from the site, fetched through the service with the page's key, as `blob:` addresses. */
export class Images {
	readonly #client: () => LivekeeperClient;
	/** In the order of their last use. */
	readonly #kept = new Map<string, Promise<string | undefined>>();

	constructor(client: () => LivekeeperClient) {
		this.#client = client;
	}

	/** Whether a picture is there or under way. */
	has(url: string): boolean {
		return this.#kept.has(url);
	}

	/** @returns `undefined` if there is no picture */
	get(url: string): Promise<string | undefined> {
		const image = this.#kept.get(url) ?? this.#fetch(url);
		this.#kept.delete(url);
		this.#kept.set(url, image);
		for (const [oldest, old] of this.#kept) {
			if (this.#kept.size <= most) break;
			this.#kept.delete(oldest);
			void old.then((address) => address && URL.revokeObjectURL(address));
		}
		return image;
	}

	async #fetch(url: string): Promise<string | undefined> {
		try {
			return URL.createObjectURL(await this.#client().image(url));
		} catch {
			// A picture that can't be had is no news: the letter stays in its place.
			setTimeout(() => this.#kept.delete(url), againMs);
			return undefined;
		}
	}
}
