import type { DouyinError } from "../errors.ts";
import { AllowedHosts } from "../net/index.ts";

/** Maximum number of hosts that `im/fetch` may name. */
const maxNamed = 8;

/**
 * Chooses the host for the push socket of one upstream. Hosts named by `im/fetch` come first, then the ones that follow
 * from the base URL; a host that failed is skipped until all have failed.
 */
export class PushHosts {
	readonly #base: URL;
	readonly #fallbacks: string[];
	readonly #failed = new Set<string>();
	readonly #allowed: Pick<AllowedHosts, "refusal">;
	#named: string[] = [];
	/** Why none of the named hosts is used. */
	#refused: DouyinError | undefined;

	constructor(baseUrl: string, allowed: Pick<AllowedHosts, "refusal"> = new AllowedHosts(baseUrl)) {
		this.#base = new URL(baseUrl);
		this.#allowed = allowed;
		this.#fallbacks = fallbacksFor(this.#base);
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
		const all = [...this.#named, ...this.#fallbacks].map((base) => ({ base, host: new URL(base).host }));
		if (all.every(({ base }) => this.#failed.has(base))) this.#failed.clear();
		const others = all.filter(({ host }) => !avoid.includes(host));
		const eligible = others.length > 0 ? others : all;
		const advised = advise?.([...new Set(eligible.map(({ host }) => host))]);
		const isGood = ({ base }: { base: string }) => !this.#failed.has(base);
		const next = eligible.find(({ host }) => host === advised) ?? others.find(isGood) ?? all.find(isGood);
		return next?.base as string;
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

/**
 * Returns the site's push hosts, in the order in which they are tried if `im/fetch` names none, or if those fail:
 * browsers and most clients are given webcast100; webcast5 and 3 are those of older pages and answer most handshakes
 * with HTTP 200 (reports of 2025-12 and 2026-04). Under another base URL, its own host.
 */
function fallbacksFor(base: URL): string[] {
	if (base.hostname !== "live.douyin.com") return [`${base.protocol === "https:" ? "wss" : "ws"}://${base.host}`];
	return ["100", "5", "3"].flatMap((number) =>
		["lq", "hl", "lf"].map((line) => `wss://webcast${number}-ws-web-${line}.douyin.com`),
	);
}
