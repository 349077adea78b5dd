import type { Exchange, ExchangeRequest, HttpResponse, Transport, TransportHandlers } from "@livekeeper/douyin";
import type { Simulator } from "@livekeeper/simulator";
import { type Asked, type Attempt, calls } from "../chaos/attempts.ts";
import type { Direction, NetworkFault } from "../chaos/network.ts";
import { Pipe, type Weather } from "./pipe.ts";
import type { WorldProcess } from "./process.ts";
import { type Scheduler, startsAt } from "./scheduler.ts";
import { SiteLine } from "./site-line.ts";
import type { SlowDown } from "./slow-downs.ts";

/** Address from which the service's requests reach the site. */
const from = "127.0.0.1";
const maxRedirects = 5;

/** A connection of the service to the push server, as the network sees it. */
export interface SeenLine {
	line: SiteLine;
	roomId: string;
	/** Login, by its `sessionid`; "" for none. */
	identity: string;
	attempt: SeenAttempt;
}

export type SeenAttempt = Omit<Attempt, "link">;

type Lasting = Extract<NetworkFault, { forMs: number }>;

interface Spell {
	fault: Lasting;
	/** The room that it strikes; `undefined` for all. */
	liveId: string | undefined;
}

const never = new Promise<never>(() => undefined);
const calm: Weather = { black: false, held: false, latencyMs: 0, loss: 0 };

/** The network between the service and the site: bytes with delays, cuts, stalls and losses. Records what it sees. */
export class WorldNetwork {
	readonly attempts: SeenAttempt[] = [];
	readonly asked: Asked[] = [];
	/** Answers with `Retry-After`. */
	readonly slowDowns: SlowDown[] = [];
	readonly lines = new Set<SeenLine>();
	/** Called when the service opens or closes a socket. */
	onChanged: () => void = () => undefined;
	readonly #scheduler: Scheduler;
	readonly #random: () => number;
	readonly #site: Simulator;
	readonly #liveIdOf: (name: string) => string;
	readonly #spells = new Set<Spell>();
	/** Both ways of each request that waits for its answer. */
	readonly #waiting = new Set<readonly Pipe[]>();

	constructor(scheduler: Scheduler, random: () => number, site: Simulator, liveIdOf: (name: string) => string) {
		this.#scheduler = scheduler;
		this.#random = random;
		this.#site = site;
		this.#liveIdOf = liveIdOf;
	}

	/**
	 * Returns a process's way into it, which ends with the process.
	 */
	way(process: WorldProcess): { exchange: Exchange; transport: Transport; cut: () => void } {
		const own = new Set<SeenLine>();
		return {
			// A process that has died hears no answer.
			exchange: (request) =>
				process.isDead
					? never
					: new Promise((resolve, reject) => {
							this.#exchange(request).then(
								(answer) => process.deliver(() => resolve(answer)),
								(error: unknown) => process.deliver(() => reject(error)),
							);
						}),
			transport: {
				connect: ({ url, headers }, handlers) => {
					const liveId = this.#liveIdOf(new URL(url).searchParams.get("room_id") ?? "");
					const pipes = { up: this.#pipe(liveId, "up", "socket up"), down: this.#pipe(liveId, "down", "socket down") };
					const seen = this.#see(url, headers["Cookie"] ?? "", (watch) => {
						return new SiteLine(arriving(handlers, process), pipes, watch, () => process.clock.now());
					});
					own.add(seen);
					this.#connect(seen.line, url, headers, liveId);
					return seen.line;
				},
			},
			cut: () => {
				for (const { line } of own) line.die();
			},
		};
	}

	/** @param liveId the room that it strikes; default all */
	strike(fault: NetworkFault, liveId?: string): void {
		this.#scheduler.trace.note(this.#scheduler.elapsed, `network ${fault.kind} ${liveId ?? "all"}`);
		if (isBreak(fault)) {
			for (const { line, roomId } of [...this.lines]) {
				if (liveId !== undefined && this.#liveIdOf(roomId) !== liveId) continue;
				if (fault.kind === "truncate") line.cutAfter = Math.floor(this.#random() * 40);
				else line.ended(fault.kind === "cut" ? "fin" : "rst");
			}
			return;
		}
		const spell: Spell = { fault, liveId };
		this.#spells.add(spell);
		this.#refresh();
		this.#scheduler.after(fault.forMs, () => this.#end(spell), "network");
	}

	/** Ends all faults. */
	calm(): void {
		for (const spell of [...this.#spells]) this.#end(spell);
	}

	/** Returns the open lines of a room. */
	linesOf(liveId: string): SeenLine[] {
		return [...this.lines].filter(({ roomId }) => this.#liveIdOf(roomId) === liveId);
	}

	#end(spell: Spell): void {
		if (!this.#spells.delete(spell)) return;
		// Nobody answers what was lost: such a connection stays half open until its user gives it up.
		this.#refresh();
	}

	#refresh(): void {
		for (const { line } of this.lines) {
			line.up.refresh();
			line.down.refresh();
		}
		for (const pipes of this.#waiting) for (const pipe of pipes) pipe.refresh();
	}

	#pipe(liveId: string, direction: "up" | "down", what: string): Pipe {
		return new Pipe(this.#scheduler, this.#random, () => this.#weatherOf(liveId, direction), what);
	}

	#weatherOf(liveId: string, direction: "up" | "down"): Weather {
		if (this.#spells.size === 0) return calm;
		const weather = { ...calm };
		for (const { fault, liveId: only } of this.#spells) {
			if ((only !== undefined && only !== liveId) || fault.kind === "refuse") continue;
			if (!goes(fault.direction, direction)) continue;
			if (fault.kind === "black") weather.black = true;
			else if (fault.kind === "hold") weather.held = true;
			else if (fault.kind === "latency") weather.latencyMs += fault.ms;
			else if (fault.kind === "loss") weather.loss = Math.max(weather.loss, fault.share);
		}
		return weather;
	}

	#isRefused(liveId: string): boolean {
		return [...this.#spells].some(
			({ fault, liveId: only }) => fault.kind === "refuse" && (only === undefined || only === liveId),
		);
	}

	#see(url: string, cookie: string, open: (watch: SiteLineWatch) => SiteLine): SeenLine {
		const roomId = new URL(url).searchParams.get("room_id") ?? "";
		const at = this.#now();
		const attempt: SeenAttempt = {
			...{ at, roomId, outcome: undefined, answeredAt: undefined, provenAt: undefined, heardAt: undefined },
		};
		this.attempts.push(attempt);
		this.asked.push({ at, what: "push", of: roomId });
		const line = open({
			answered: (outcome, retryAfter) => {
				attempt.outcome = outcome;
				this.#noteSlowDown("push", this.#liveIdOf(roomId), retryAfter);
				attempt.answeredAt = this.#now();
				this.#note(`answered ${outcome} ${roomId}`);
			},
			heard: () => {
				attempt.provenAt ??= this.#now();
				attempt.heardAt = this.#now();
			},
			closed: () => {
				this.lines.delete(seen);
				this.#note(`closed ${roomId}`);
				this.onChanged();
			},
		});
		const identity = /\bsessionid=([^;\s]*)/.exec(cookie)?.[1] ?? "";
		const seen: SeenLine = { line, roomId, identity, attempt };
		this.lines.add(seen);
		this.#note(`opens ${roomId} ${identity}`);
		this.onChanged();
		return seen;
	}

	#connect(line: SiteLine, url: string, headers: Readonly<Record<string, string>>, liveId: string): void {
		const { pathname, search, host } = new URL(url);
		const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
		const upgrade = { ...sent, host, upgrade: "websocket", "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==" };
		if (this.#isRefused(liveId)) this.#scheduler.after(10, () => line.ended("rst"), "refused");
		else
			line.up.send(search.length, () =>
				this.#site.upgrade({ url: `${pathname}${search}`, headers: upgrade }, line.site),
			);
	}

	async #exchange(request: ExchangeRequest): Promise<HttpResponse> {
		const { signal, cookies, redirects } = request;
		let { url } = request;
		for (let hops = 0; ; hops++) {
			const cookie = cookies?.jar.getCookieStringSync(url) ?? "";
			const answer = await orAborted(this.#once({ ...request, url }, cookie), signal);
			for (const one of [answer.headers["set-cookie"] ?? []].flat())
				cookies?.jar.setCookieSync(one, url, { ignoreError: true });
			const next = answer.status >= 300 && answer.status < 400 ? answer.headers.location : undefined;
			if (!redirects || next === undefined || hops >= maxRedirects) return answer;
			url = new URL(next, url).href;
		}
	}

	#once({ url, method, headers, body, signal }: ExchangeRequest, cookie: string): Promise<HttpResponse> {
		const { pathname, search, host } = new URL(url);
		const asked = askedBy(pathname, search, this.#now());
		if (asked) this.asked.push(asked);
		this.#note(`asks ${pathname} ${asked?.of ?? ""}`);
		const liveId = this.#liveIdOf(asked?.of ?? "");
		const path = `${pathname}${search}`;
		return new Promise((resolve, reject) => {
			if (this.#isRefused(liveId)) {
				const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
				this.#scheduler.after(10, () => reject(refused), "refused");
				return;
			}
			const pipes = [this.#pipe(liveId, "up", "request"), this.#pipe(liveId, "down", "answer")] as const;
			const [up, down] = pipes;
			// A request that waits is looked at again when the weather changes, like a socket.
			this.#waiting.add(pipes);
			const forget = () => this.#waiting.delete(pipes);
			const sent = { method, url: path, headers: { ...headers, host, ...(cookie && { cookie }) }, body, from };
			const answer = async () => {
				const { status, headers: given, body: content } = await this.#site.inject(sent);
				down.send(content.length, () => {
					forget();
					if (asked?.what === "fetch") this.#noteSlowDown("fetch", liveId, given["retry-after"]);
					resolve({ status, headers: given as HttpResponse["headers"], body: content });
				});
			};
			up.send(path.length, () => void answer().catch(reject));
			// An aborted request is not looked at again, whatever arrives later.
			signal.addEventListener("abort", forget, { once: true });
		});
	}

	/** @param retryAfter seconds, as text */
	#noteSlowDown(what: SlowDown["what"], liveId: string, retryAfter: unknown): void {
		if (typeof retryAfter === "string")
			this.slowDowns.push({ what, liveId, at: this.#now(), ms: 1_000 * Number(retryAfter) });
	}

	#now(): number {
		return startsAt + this.#scheduler.elapsed;
	}

	#note(what: string): void {
		this.#scheduler.trace.note(this.#scheduler.elapsed, what);
	}
}

/** Returns handlers that take what arrives as part of the process. */
function arriving(handlers: TransportHandlers, process: WorldProcess): TransportHandlers {
	return {
		onOpen: () => process.deliver(() => handlers.onOpen()),
		onMessage: (bytes) => process.deliver(() => handlers.onMessage(bytes)),
		onPong: () => process.deliver(() => handlers.onPong()),
		onSign: () => process.deliver(() => handlers.onSign()),
		onEnd: (failure) => process.deliver(() => handlers.onEnd(failure)),
	};
}

type SiteLineWatch = ConstructorParameters<typeof SiteLine>[2];

function isBreak(fault: NetworkFault): fault is Exclude<NetworkFault, Lasting> {
	return fault.kind === "cut" || fault.kind === "reset" || fault.kind === "truncate";
}

function goes(of: Direction, direction: "up" | "down"): boolean {
	return of === "both" || of === direction;
}

function askedBy(path: string, search: string, at: number): Asked | undefined {
	const call = calls.find((one) => path.startsWith(one.path));
	if (call) return { at, what: call.what, of: new URLSearchParams(search).get(call.by) ?? "" };
	return /^\/\d+$/.test(path) ? { at, what: "page", of: path.slice(1) } : undefined;
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
	return new Promise((resolve, reject) => {
		const stop = () => reject(signal.reason);
		if (signal.aborted) return stop();
		signal.addEventListener("abort", stop, { once: true });
		work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
	});
}
