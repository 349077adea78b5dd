import { identityTexts, type Text } from "@livekeeper/base/text";
import type { Clock, DouyinUpstream, LoginState } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { UsedIdentity } from "./identities.ts";

export interface LoginSettings {
	/** Time before the end of a login at which warnings begin, ms. */
	warnMs: number;
	/** Interval at which a page is requested to check the login if none was seen meanwhile, ms; 0: never. */
	checkMs: number;
}

const hourMs = 3_600_000;
const defaultLoginSettings = { warnMs: 72 * hourMs, checkMs: 6 * hourMs } as const satisfies LoginSettings;

interface Watched {
	phase: LoginPhase;
	/** Time at which a page was last requested, or the identity was first seen, ms; 0 if no page has named it yet. */
	checkedAt: number;
}

/**
 * Monitors the logins of the identities in use: warns once when one is near its end, and once when it has ended. A room
 * that stays connected requests no page, and only a page shows that a login was ended from elsewhere, so one of its
 * rooms' pages is requested from time to time.
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

	/** Returns the trouble with an identity's login, as a sentence. */
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
	 * Call it every few seconds.
	 * @param ask requests the page of a connected room of an upstream, which updates its login; returns whether there is
	 * such a room
	 */
	check(used: Iterable<UsedIdentity>, ask: (upstream: DouyinUpstream) => boolean): void {
		for (const identity of used) {
			const { upstream } = identity;
			if (!upstream.login || upstream.login.status === "anonymous") continue;
			// Other ways of asking about a room do not show whether a new login is still valid.
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

/** `ending`: within the warning period before the end. */
type LoginPhase = "fine" | "ending" | "ended";

/** Returns how near the end of a login is. An anonymous session has no login that could end. */
function loginPhase({ status, expiresAt }: LoginState, now: number, warnMs: number): LoginPhase {
	if (status === "anonymous") return "fine";
	if (status === "expired") return "ended";
	return expiresAt !== undefined && expiresAt - now <= warnMs ? "ending" : "fine";
}

/** Returns a warning about a login as a sentence; `undefined` while all is well. */
export function loginWarning(
	name: string | undefined,
	login: LoginState,
	now: number,
	warnMs: number,
): Text | undefined {
	switch (loginPhase(login, now, warnMs)) {
		case "fine":
			return undefined;
		case "ended":
			return identityTexts.loginEnded(name);
		case "ending":
			return identityTexts.loginEnds(name, (login.expiresAt ?? now) - now);
	}
}
