import { seeded } from "@livekeeper/douyin/testing";
import type { ServiceAccess } from "./plan.ts";
import type { RunningService } from "./running-service.ts";
import type { Scheduler } from "./scheduler.ts";

/** Time between two visits, ms: longer than the window of the limit, so each visit begins with a full one. */
const visitMs = { min: 65_000, max: 240_000 };
const handover = "/api/v1/pairings/cookie";
const extension = "chrome-extension://gghlnllekigbjplekhnhaiikkmmbhiim";
const otherExtension = "chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

type Headers = Record<string, string>;

/** A request, and the answer that it must get: a status, and the code of its error. */
interface Asked {
	what: string;
	path: string;
	headers: Headers;
	from: string;
	/** Whether it is admitted, or why not. */
	expected: "admitted" | "forbidden_host" | "forbidden_origin" | "unauthorized" | "pairing_refused";
}

interface Answer {
	status: number;
	code: string | undefined;
}

/** Clients that have no business here: other sites' pages, foreign names, wrong keys, and too many requests. */
export class Stranger {
	readonly complaints: string[] = [];
	readonly #access: ServiceAccess;
	readonly #random: () => number;
	readonly #scheduler: Scheduler;
	readonly #service: () => RunningService | undefined;
	/** Number of times that the wall clock was set. */
	readonly #eras: () => number;
	#asked = 0;

	constructor(
		access: ServiceAccess,
		seed: number,
		world: { scheduler: Scheduler; service: () => RunningService | undefined; eras: () => number },
	) {
		this.#access = access;
		this.#random = seeded(seed);
		this.#scheduler = world.scheduler;
		this.#service = world.service;
		this.#eras = world.eras;
	}

	start(): void {
		const { min, max } = visitMs;
		const visit = () => {
			void this.#askTooOften().then(() => this.#askFromElsewhere());
			this.#scheduler.after(min + this.#random() * (max - min), visit, "stranger");
		};
		this.#scheduler.after(20_000, visit, "stranger");
	}

	/** One address sends more than its share, each request in the name of another client: no proxy is trusted. */
	async #askTooOften(): Promise<void> {
		const { rate_limit: limit = 0 } = this.#access;
		if (limit === 0) return;
		const [service, eras] = [this.#service(), this.#eras()];
		const statuses: number[] = [];
		for (let n = 1; n <= limit + 3; n++) {
			const headers = { ...this.#keyHeaders(this.#access.api_key), "x-forwarded-for": `198.51.100.${n}` };
			const answer = await this.#ask({ path: "/api/v1/connections", headers, from: "192.0.2.7" });
			if (!answer || this.#service() !== service || this.#eras() !== eras) return;
			statuses.push(answer.status);
		}
		const expected = statuses.map((_, n) => (n < limit ? 200 : 429));
		if (statuses.join() !== expected.join())
			this.complaints.push(`${limit} requests a minute are allowed, and the answers were ${statuses.join(" ")}`);
	}

	/** Requests of web pages, programs and extensions, with the right key and without. */
	async #askFromElsewhere(): Promise<void> {
		for (const asked of this.#requests()) {
			const answer = await this.#ask(asked);
			if (!answer) return;
			const was = answer.status < 300 ? "admitted" : answer.code;
			if (was !== asked.expected)
				this.complaints.push(`${asked.what}: ${answer.status} ${answer.code}, not ${asked.expected}`);
		}
	}

	#requests(): Asked[] {
		const { api_key: key } = this.#access;
		const right = this.#keyHeaders(key);
		const path = "/api/v1/connections";
		const foreign = key === undefined ? "forbidden_host" : "admitted";
		const keyless = key === undefined ? "admitted" : "unauthorized";
		const own = { host: "localhost:7001", "content-type": "application/json" };
		const of = (what: string, headers: Headers, expected: Asked["expected"]): Asked => {
			return { what, path, headers, from: this.#address(), expected };
		};
		const sends = (what: string, headers: Headers, expected: Asked["expected"], sender = this.#address("127.9")) => {
			return { what, path: handover, headers: { ...own, ...headers }, from: sender, expected };
		};
		return [
			of("the owner", right, "admitted"),
			of("a foreign name", { ...right, host: "evil.example" }, foreign),
			of("a page of another site", { ...right, origin: "https://evil.example" }, "forbidden_origin"),
			of("an image on another site", { ...right, "sec-fetch-site": "cross-site" }, "forbidden_origin"),
			of("a page of its own", { ...right, "sec-fetch-site": "same-origin" }, "admitted"),
			of("no key", {}, keyless),
			of("a wrong key", this.#keyHeaders("wrong"), keyless),
			of("half a key", this.#keyHeaders(key?.slice(0, -1) ?? "half"), keyless),
			sends("another extension", { origin: otherExtension }, "forbidden_origin"),
			sends("the extension of another machine", { origin: extension }, "forbidden_origin", this.#address()),
			sends("the extension behind a proxy", { origin: extension, "x-forwarded-for": "1.2.3.4" }, "forbidden_origin"),
			sends("the extension, with a wrong code", { origin: extension }, "pairing_refused"),
		];
	}

	/** Returns an address that no request has come from, so that no limit applies. */
	#address(network = "203.0"): string {
		this.#asked++;
		return `${network}.${(this.#asked >> 8) % 256}.${this.#asked % 256}`;
	}

	#keyHeaders(key: string | undefined): Headers {
		return key === undefined ? {} : { authorization: `Bearer ${key}` };
	}

	/** @returns `undefined` if the service is down, or goes down meanwhile */
	async #ask({ path, headers, from }: Pick<Asked, "path" | "headers" | "from">): Promise<Answer | undefined> {
		const service = this.#service();
		const body = path === handover ? { code: "000000", cookie: "sessionid=made-up" } : undefined;
		const answer = await service
			?.ask({ method: body ? "POST" : "GET", path, headers, from, body })
			.catch(() => undefined);
		if (!answer || this.#service() !== service) return undefined;
		return { status: answer.status, code: (answer.body as { error?: { code: string } } | undefined)?.error?.code };
	}
}
