import { type Clock, wallTime } from "@livekeeper/douyin";
import { type RefusalSign, SiteBudget } from "./site-budget.ts";
import {
	type CallGroup,
	callGroups,
	deadPushHosts,
	defaultBatchIds,
	prefetchRepeatMs,
	type SiteKind,
	siteWindows,
	type Way,
	ways,
} from "./site-rules.ts";

/** Requests of one address, for calls that the site counts together. */
export interface CallsInfo {
	/** Number of requests since the start, including refused ones. */
	asked: number;
	/** Number of bans since the start. */
	bans: number;
	/** End of the current ban, ms since the epoch. */
	bannedUntil: number | undefined;
	/** How the site answers during that ban. */
	sign: RefusalSign | undefined;
}

export interface AddressInfo {
	/** As the connection shows it, e.g. `127.0.0.2`. */
	address: string;
	calls: Record<CallGroup, CallsInfo>;
}

/** Settings of the site that can be changed while it runs. */
export interface SiteSettings {
	/** Number of people that one batch call answers for; those after them are left out silently. Default 64. */
	batchIds?: number | undefined;
	/** Whether the batch call shows live voice rooms. Unproven upstream; default false. */
	batchVoice?: boolean | undefined;
	/** The only host that answers handshakes, as clients name it (`localhost:7002`). Default: any. */
	pushHost?: string | undefined;
	/** Fields that the queries of the socket and of `im/fetch` must have, with their values. Default: none more. */
	queryFields?: Readonly<Record<string, string>> | undefined;
	/** Name of a page's state. Default `roomStore`. */
	pageStore?: string | undefined;
	/** The 64 digits of the socket's signature. Default: those of the site. */
	signatureDigits?: string | undefined;
}

type Settings = SiteSettings & { batchIds: number; batchVoice: boolean; pageStore: string };

/** The site in front of its rooms: decides which address may send requests, and how others are refused. */
export class Site {
	readonly kind: SiteKind;
	readonly #clock: Clock;
	readonly #addresses = new Map<string, Record<CallGroup, SiteBudget>>();
	/** Times at which a visitor fetched a broadcast's first state, by visitor and room id. */
	readonly #prefetched = new Map<string, number>();
	#settings: Settings;

	constructor(clock: Clock, kind: SiteKind, settings: SiteSettings = {}) {
		this.#clock = clock;
		this.kind = kind;
		this.#settings = {
			batchIds: settings.batchIds ?? defaultBatchIds,
			batchVoice: settings.batchVoice ?? false,
			pageStore: "roomStore",
		};
	}

	get settings(): Readonly<Settings> {
		return this.#settings;
	}

	/** Changes the settings that are given. */
	change(settings: SiteSettings): void {
		const given = Object.entries(settings).filter(([, value]) => value !== undefined);
		this.#settings = { ...this.#settings, ...Object.fromEntries(given) };
	}

	/** Returns what a query lacks that the site has come to demand. */
	queryProblem(fieldOf: (name: string) => string | null | undefined): string | undefined {
		const wanted = Object.entries(this.#settings.queryFields ?? {});
		const [name, value] = wanted.find(([name, value]) => fieldOf(name) !== value) ?? [];
		return name === undefined ? undefined : `the query's ${name} is not ${value}`;
	}

	/** Whether healthy pages name the scripts of the captcha, as the site's do. */
	get namesCaptcha(): boolean {
		return this.kind === "real";
	}

	/** Counts a request. @returns how it is refused, if it is */
	ask(address: string, way: Way): RefusalSign | undefined {
		return this.#budgets(address)[ways[way]].ask(this.#clock.elapsed())?.sign;
	}

	/** Bans an address from a group of calls, whatever it has requested. */
	ban(address: string, group: CallGroup, forMs: number): AddressInfo {
		this.#budgets(address)[group].ban(this.#clock.elapsed(), forMs, "captcha");
		return this.#infoOf(address);
	}

	/**
	 * Unbans an address after a person has solved the slider in a browser behind it: it may look rooms up again. The
	 * socket is a separate control, which a slider does not open.
	 */
	passed(address: string): AddressInfo {
		const budgets = this.#budgets(address);
		for (const group of callGroups) if (group !== "push") budgets[group].lift();
		return this.#infoOf(address);
	}

	/** Returns the addresses that have sent requests, in order of appearance. */
	addresses(): AddressInfo[] {
		return Array.from(this.#addresses.keys(), (address) => this.#infoOf(address));
	}

	/** Returns why a handshake is not answered as one; `undefined` if it is. */
	refusesHandshake(address: string, host: string | undefined): "banned" | "dead_host" | undefined {
		if (this.#budgets(address).push.ask(this.#clock.elapsed())) return "banned";
		const { pushHost } = this.#settings;
		if (pushHost !== undefined && host !== pushHost) return "dead_host";
		return this.kind === "real" && deadPushHosts.test(host ?? "") ? "dead_host" : undefined;
	}

	/** Whether a visitor has already had this broadcast's first state: the site repeats it to a guest only much later. */
	repeatsPrefetch(visitor: string, roomId: string): boolean {
		if (this.kind === "kind") return false;
		const key = `${visitor} ${roomId}`;
		const now = this.#clock.elapsed();
		const before = this.#prefetched.get(key);
		if (before !== undefined && now < before + prefetchRepeatMs) return true;
		this.#prefetched.set(key, now);
		return false;
	}

	#budgets(address: string): Record<CallGroup, SiteBudget> {
		let budgets = this.#addresses.get(address);
		if (!budgets) {
			const { page, json, batch, push } = siteWindows[this.kind];
			budgets = {
				page: new SiteBudget(page),
				json: new SiteBudget(json),
				batch: new SiteBudget(batch),
				push: new SiteBudget(push),
			};
			this.#addresses.set(address, budgets);
		}
		return budgets;
	}

	#infoOf(address: string): AddressInfo {
		const { page, json, batch, push } = this.#budgets(address);
		const info = (budget: SiteBudget): CallsInfo => {
			const ban = budget.banAt(this.#clock.elapsed());
			return {
				asked: budget.asked,
				bans: budget.bans,
				bannedUntil: ban && wallTime(this.#clock, ban.until),
				sign: ban?.sign,
			};
		};
		return { address, calls: { page: info(page), json: info(json), batch: info(batch), push: info(push) } };
	}
}

/** Formats an address as people write it: IPv4 within IPv6 without its prefix. */
export function plainAddress(address: string | undefined): string {
	return (address ?? "").replace(/^::ffff:/, "");
}
