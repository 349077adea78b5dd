import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Logger } from "pino";
import { LivekeeperError } from "../../errors.ts";
import type { OverlayTokenRegistry } from "../../event-log/index.ts";
import { requestTexts } from "../../text/index.ts";
import { hashOf, makeSecret, OverlayToken, type OverlayTokenView } from "./overlay-token.ts";
import type { Scope } from "./scope.ts";

export interface OverlayTokensOptions {
	registry: OverlayTokenRegistry;
	now: () => number;
	logger: Pick<Logger, "warn">;
}

const maxTokens = 100;

/** What users ask of overlay tokens, which open rooms to those who may only read. Changes are stored before they count. */
export class OverlayTokens {
	readonly #options: OverlayTokensOptions;
	/** By id, in the order in which they were made. */
	readonly #tokens = new Map<string, OverlayToken>();

	private constructor(options: OverlayTokensOptions) {
		this.#options = options;
	}

	/** With what is stored. @throws LivekeeperError `storage_failing` */
	static async load(options: OverlayTokensOptions): Promise<OverlayTokens> {
		const tokens = new OverlayTokens(options);
		for (const stored of await options.registry.load()) {
			tokens.#tokens.set(stored.id, new OverlayToken(stored, options.now));
		}
		return tokens;
	}

	/** In the order in which they were made. */
	list(): OverlayTokenView[] {
		return Array.from(this.#tokens.values(), ({ view }) => view);
	}

	/**
	 * Makes a token. Its secret is given back here and never again.
	 * @param liveId the one room that it opens; `undefined`: all, also those that come later
	 * @throws LivekeeperError `too_many_tokens`, `storage_failing`
	 */
	async create(name: string, liveId: string | undefined): Promise<{ token: OverlayTokenView; secret: string }> {
		const { registry, now } = this.#options;
		if (this.#tokens.size >= maxTokens) {
			throw new LivekeeperError("too_many_tokens", requestTexts.tokenLimit(maxTokens));
		}
		const secret = makeSecret();
		const id = randomBytes(8).toString("hex");
		const stored = { id, name, liveId, hash: hashOf(secret), createdAt: now(), lastUsedAt: undefined };
		const token = new OverlayToken(stored, now);
		// Counts from now on, so that others who ask meanwhile don't go past the limit.
		this.#tokens.set(id, token);
		try {
			await registry.add(stored);
		} catch (error) {
			this.#tokens.delete(id);
			throw error;
		}
		return { token: token.view, secret };
	}

	/** Revokes a token: what it has opened ends. @throws LivekeeperError `token_not_found`, `storage_failing` */
	async remove(id: string): Promise<void> {
		const token = this.#tokens.get(id);
		if (!token) throw new LivekeeperError("token_not_found", requestTexts.noToken);
		await this.#options.registry.remove(id);
		this.#tokens.delete(id);
		token.revoke();
	}

	/** What the bearer of a secret may do; `undefined` where it is none. Takes the same time for every wrong one. */
	readonly open = (secret: string): Scope | undefined => {
		const hash = hashOf(secret);
		let found: OverlayToken | undefined;
		for (const token of this.#tokens.values()) if (same(token.stored.hash, hash)) found = token;
		if (found) this.#used(found);
		return found;
	};

	#used(token: OverlayToken): void {
		const { registry, now, logger } = this.#options;
		const { id } = token.stored;
		if (!token.used()) return;
		registry.used(id, now()).catch((error: unknown) => {
			logger.warn(
				{ event: "token_use_not_stored", err: error, overlay_token: id },
				"【!】叠加层令牌的使用时间无法记录",
			);
		});
	}
}

function same(a: Uint8Array, b: Uint8Array): boolean {
	return a.length === b.length && timingSafeEqual(a, b);
}
