import type { DouyinError } from "../errors.ts";
import { AllowedHosts, isSiteHost } from "../net/index.ts";
import { builtInProfile } from "../site-profile/index.ts";

/** Maximum number of hosts that `im/fetch` may name. */
const maxNamed = 8;

/**
 * Chooses the host for the push socket of one upstream. Hosts named by `im/fetch` come first, then the site profile's,
 * then the base URL's own unless that is the site's; a host that failed is skipped until all have failed.
 */
export class PushHosts {
	readonly #base: URL;
	readonly #profileHosts: () => readonly string[];
	readonly #failed = new Set<string>();
	readonly #allowed: Pick<AllowedHosts, "allows" | "refusal">;
	#named: string[] = [];
	/** Why none of the named hosts is used. */
	#refused: DouyinError | undefined;

	/** @param profileHosts returns the push hosts of the site profile in force, best first */
	constructor(
		baseUrl: string,
		allowed: Pick<AllowedHosts, "allows" | "refusal"> = new AllowedHosts(baseUrl),
		profileHosts: () => readonly string[] = () => builtInProfile.hosts.push,
	) {
		this.#base = new URL(baseUrl);
		this.#allowed = allowed;
		this.#profileHosts = profileHosts;
	}

	/** Whether `im/fetch` has named any yet. */
	get known(): boolean {
		return this.#named.length > 0;
	}

	/** Takes the hosts named by `im/fetch`, in its order of preference; leaves out invalid and foreign ones. */
	learn(servers: readonly string[]): void {
		const named = servers.map((server) => this.#resolve(server)).filter((base) => base !== undefined);
		const refusals = named.map((base) => this.#allowed.refusal(new URL(base), "The push server that im/fetch names"));
		const own = named.filter((_base, i) => refusals[i] === undefined);
		if (own.length > 0) this.#named = [...new Set(own)].slice(0, maxNamed);
		this.#refused = own.length > 0 ? undefined : refusals[0];
	}

	/**
	 * Returns where to connect now: `ws://` or `wss://` with a host.
	 * @param avoid hosts that are used only if no other is left
	 * @param advise chooses one of the hosts, the preferred ones first, regardless of their failures here
	 * @throws DouyinError `foreign_host` if `im/fetch` named none but foreign hosts
	 */
	choose(avoid: readonly string[] = [], advise?: (hosts: string[]) => string | undefined): string {
		if (this.#refused) throw this.#refused;
		const all = [...this.#named, ...this.#fallbacks()].map((base) => ({ base, host: new URL(base).host }));
		if (all.every(({ base }) => this.#failed.has(base))) this.#failed.clear();
		const others = all.filter(({ host }) => !avoid.includes(host));
		const eligible = others.length > 0 ? others : all;
		const advised = advise?.([...new Set(eligible.map(({ host }) => host))]);
		const isGood = ({ base }: { base: string }) => !this.#failed.has(base);
		const next = eligible.find(({ host }) => host === advised) ?? others.find(isGood) ?? all.find(isGood);
		return next?.base as string;
	}

	/**
	 * Returns the hosts that are tried if `im/fetch` names none, or if those fail: those of the profile that may be
	 * contacted. Under another base URL than the site's they usually may not, and its own host is left.
	 */
	#fallbacks(): string[] {
		const scheme = this.#base.protocol === "https:" ? "wss" : "ws";
		const named = this.#profileHosts().map((host) => `${scheme}://${host}`);
		const usable = named.filter((base) => this.#allowed.allows(new URL(base)));
		if (usable.length > 0 && isSiteHost(this.#base.hostname)) return usable;
		return [...usable, `${scheme}://${this.#base.host}`];
	}

	/** Notes that the host could not be reached, or was mute: the next attempt uses another. */
	failed(base: string): void {
		this.#failed.add(base);
	}

	worked(base: string): void {
		this.#failed.delete(base);
	}

	/**
	 * Resolves a named server: a host, a host with a port, or a URL. A page over TLS never leads to a socket without TLS.
	 */
	#resolve(server: string): string | undefined {
		const text = server.trim();
		const address = /^[a-z]+:\/\//i.test(text) ? text : `${this.#base.protocol}//${text}`;
		if (!URL.canParse(address)) return undefined;
		const url = new URL(address);
		if (!/^(https?|wss?):$/.test(url.protocol) || url.hostname === "") return undefined;
		const secure = this.#base.protocol === "https:" || url.protocol === "https:" || url.protocol === "wss:";
		return `${secure ? "wss" : "ws"}://${url.host}`;
	}
}
