import type { Clock, DouyinUpstream } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { Text } from "../text/index.ts";
import type { UsedIdentity } from "./identities.ts";
import { type LoginPhase, loginPhase, loginWarning } from "./login-warning.ts";

export interface LoginSettings {
	/** How long before the end of a login warnings begin, ms. */
	warnMs: number;
	/** How often the upstream is asked whom it takes us for, where no page has told meanwhile, ms; 0: never. */
	checkMs: number;
}

const hourMs = 3_600_000;
const defaultLoginSettings = { warnMs: 72 * hourMs, checkMs: 6 * hourMs } as const satisfies LoginSettings;

interface Watched {
	phase: LoginPhase;
	/** When a page was last asked for, or the identity first seen, ms; 0: no page has named it yet. */
	checkedAt: number;
}

/**
 * Watches over the logins of the identities in use: says once when one is near its end, and once when it has ended. A
 * room that stays connected asks for no page, and only a page tells that a login was ended from elsewhere: so from time
 * to time one of its rooms' pages is asked for.
 */
export class Logins {
	readonly #clock: Clock;
	readonly #logger: Logger;
	readonly #settings: LoginSettings;
	readonly #watched = new WeakMap<DouyinUpstream, Watched>();

	constructor(clock: Clock, logger: Logger, settings: Partial<LoginSettings> = {}) {
		this.#clock = clock;
		this.#logger = logger;
		this.#settings = { ...defaultLoginSettings, ...settings };
	}

	/** What is wrong with an identity's login, as a sentence. */
	warning({
		name,
		upstream: { login },
	}: {
		name: string | undefined;
		upstream: Pick<DouyinUpstream, "login">;
	}): Text | undefined {
		return login && loginWarning(name, login, this.#clock.now(), this.#settings.warnMs);
	}

	/**
	 * To be called every few seconds.
	 * @param ask asks for the page of a connected room of an upstream, which takes note of the login; whether there is one
	 */
	check(used: Iterable<UsedIdentity>, ask: (upstream: DouyinUpstream) => boolean): void {
		for (const identity of used) {
			const { upstream } = identity;
			if (!upstream.login || upstream.login.status === "anonymous") continue;
			// Other ways of asking about a room do not say whether a login that was just given is still one.
			const isUnseen = upstream.login.seenAt === undefined;
			const checkedAt = isUnseen ? 0 : this.#clock.now();
			const watched = this.#watched.get(upstream) ?? { phase: "fine", checkedAt };
			this.#watched.set(upstream, watched);
			this.#warn(identity, watched);
			this.#ask(identity, watched, ask);
		}
	}

	#warn({ name, upstream: { login } }: UsedIdentity, watched: Watched): void {
		if (!login) return;
		const now = this.#clock.now();
		const phase = loginPhase(login, now, this.#settings.warnMs);
		if (phase === watched.phase) return;
		watched.phase = phase;
		const whose = name === undefined ? "所用的 cookie" : `账号 ${name}`;
		const fields = { event: `login_${phase}`, identity: name, login: login.status, expires_at: login.expiresAt };
		if (phase === "ended") {
			this.#logger.warn(fields, `【!】${whose} 的登录已失效，收不到礼物，请更新 cookie`);
		} else if (phase === "ending") {
			const days = (((login.expiresAt ?? now) - now) / (24 * hourMs)).toFixed(1);
			this.#logger.warn(fields, `【!】${whose} 的登录将在 ${days} 天后到期，请更新 cookie`);
		} else {
			this.#logger.info(fields, `【√】${whose} 的登录有效`);
		}
	}

	#ask({ upstream }: UsedIdentity, watched: Watched, ask: (upstream: DouyinUpstream) => boolean): void {
		const { checkMs } = this.#settings;
		const seenAt = Math.max(upstream.login?.seenAt ?? 0, watched.checkedAt);
		if (checkMs === 0 || this.#clock.now() - seenAt < checkMs) return;
		if (ask(upstream)) watched.checkedAt = this.#clock.now();
	}
}
