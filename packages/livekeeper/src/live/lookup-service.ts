import { LivekeeperError } from "@livekeeper/base/errors";
import { lookupTexts, requestTexts, type Text } from "@livekeeper/base/text";
import { builtInProfile, type Clock } from "@livekeeper/douyin";
import type { ExitStatus, RefusalSign, WatchStatus, WatchWay, WayStatus } from "@livekeeper/engine";
import type { DriftBook, SiteFiles } from "../site/index.ts";
import type { LiveRoomStatus } from "./room-host.ts";

/** Schedules look-ups; see `Watching`. */
export interface Watcher {
	status(): WatchStatus;
	/** Probes ways in cooldown at once, with one request. Default: at every exit. */
	passed(exit?: string): void;
}

/** An exit with its current trouble. */
export interface ExitView extends ExitStatus {
	/** For people, while a way is refused at this exit: which one, how, and the consequence for the rooms. */
	trouble: { message: Text; advice: Text; captcha: boolean } | undefined;
}

/** A push host with its record, as far as the strategy keeps one. */
export interface HostView {
	readonly host: string;
	readonly successRate: number | undefined;
	readonly open: boolean;
}

export interface LookupView extends Omit<WatchStatus, "exits"> {
	/** Site profile and signer in force. */
	site: Pick<SiteFiles, "profile" | "profileState" | "signerState">;
	/** Messages and answers that this version does not know; `undefined` if nothing watches. */
	drift: Pick<DriftBook, "entries" | "episodes" | "isCurrent"> | undefined;
	/** Push hosts: the profile's in its order, then others with a record. */
	hosts: readonly HostView[];
	exits: readonly ExitView[];
	/** Time of this state, ms since the epoch. */
	at: number;
	/** The site's page of a room that is not connected, to pass its slider on. */
	page: string;
}

export interface LookupServiceOptions {
	watching: Watcher;
	rooms: () => readonly LiveRoomStatus[];
	/** Base address of the upstream. */
	upstreamUrl: string;
	clock: Clock;
	/** Default: the built-in profile and signer. */
	site?: LookupView["site"];
	drift?: LookupView["drift"];
	/** Returns the records of push hosts. Default: none. */
	hosts?: () => readonly { host: string; successRate: number; open: boolean }[];
	/** Takes a `Cookie` header that proves a passed slider, for requests from this machine's own address. */
	takeProof: (cookie: string) => Promise<void>;
}

/** Minimum interval between two requested probes at one exit, ms: the site counts them like all others. */
const betweenProbesMs = 10_000;

const builtIn = { source: "built_in", file: undefined, since: 0, problem: undefined } as const;
const builtInSite: LookupView["site"] = { profile: builtInProfile, profileState: builtIn, signerState: builtIn };

/** User view of look-ups, and the actions available when the site refuses them. */
export class LookupService {
	readonly #options: LookupServiceOptions;
	/** Time of the last requested probe by exit, in elapsed time. */
	readonly #triedAt = new Map<string, number>();
	#onPassed: (exit: string | undefined) => void = () => undefined;

	constructor(options: LookupServiceOptions) {
		this.#options = options;
	}

	status(): LookupView {
		const { watching, rooms, upstreamUrl, clock, site = builtInSite, drift } = this.#options;
		const status = watching.status();
		const records = new Map((this.#options.hosts?.() ?? []).map((record) => [record.host, record]));
		const hosts = [...new Set([...site.profile.hosts.push, ...records.keys()])];
		const all = rooms();
		const refused = all.find(({ state }) => state === "blocked") ?? all.find(({ state }) => state !== "connected");
		const page = new URL(refused ? encodeURIComponent(refused.liveId) : "", withSlash(upstreamUrl)).href;
		return {
			...status,
			site,
			drift,
			hosts: hosts.map((host) => records.get(host) ?? { host, successRate: undefined, open: false }),
			exits: status.exits.map((exit) => ({ ...exit, trouble: troubleOf(exit) })),
			page,
			at: clock.now(),
		};
	}

	/**
	 * Notes that a person has passed the site's slider in a browser: ways in cooldown at these exits are probed at once,
	 * with one request, on every node.
	 * @param exit its name. Default: all
	 * @returns the exits that are probed; exits without a cooldown are not
	 * @throws LivekeeperError `exit_not_found`, `too_many_requests` for an exit that was probed less than 10 s ago
	 */
	passed(exit?: string): string[] {
		const { clock } = this.#options;
		const asked = this.#options.watching.status().exits.filter(({ name }) => exit === undefined || name === exit);
		if (exit !== undefined && asked.length === 0) {
			throw new LivekeeperError("exit_not_found", requestTexts.noExit(exit));
		}
		const now = clock.elapsed();
		const refused = asked.filter(({ ways }) => ways.some(({ state }) => state === "rests")).map(({ name }) => name);
		const waitMs = (name: string) => (this.#triedAt.get(name) ?? Number.NEGATIVE_INFINITY) + betweenProbesMs - now;
		const tried = refused.filter((name) => waitMs(name) <= 0);
		if (refused.length > 0 && tried.length === 0) {
			const retryAfterS = Math.ceil(Math.min(...refused.map(waitMs)) / 1000);
			throw new LivekeeperError("too_many_requests", requestTexts.justTried(retryAfterS), { retryAfterS });
		}
		for (const name of tried) {
			this.#triedAt.set(name, now);
			this.passedHere(name);
		}
		// Another node may be refused where this one is not.
		this.#onPassed(exit);
		return tried;
	}

	/** Same in this process alone, also for an exit that is not known here. */
	passedHere(exit: string | undefined): void {
		const { watching } = this.#options;
		if (exit === undefined || watching.status().exits.some(({ name }) => name === exit)) watching.passed(exit);
	}

	/** Takes cookies of a browser on this machine in which a person has passed the slider, and probes them. */
	async passedWith(cookie: string): Promise<string[]> {
		await this.#options.takeProof(cookie);
		// New cookies justify a probe, however recent the last one was.
		this.#triedAt.clear();
		return this.passed();
	}

	/** Called when a person has passed the slider, with the exit it is for; `undefined` for all. */
	onPassed(listener: (exit: string | undefined) => void): void {
		this.#onPassed = listener;
	}
}

function withSlash(url: string): string {
	return url.endsWith("/") ? url : `${url}/`;
}

function troubleOf({ name, ways, closed }: ExitStatus): ExitView["trouble"] {
	const refused = ways.filter((way): way is WayStatus & { sign: RefusalSign } => way.state === "rests" && !!way.sign);
	if (refused.length === 0) return undefined;
	const captcha = refused.some(({ sign }) => sign === "captcha");
	const what = lookupTexts.list(refused.map(({ way, sign }) => lookupTexts.refused(wayText(way), signText(sign))));
	const where = name === "direct" ? lookupTexts.direct : lookupTexts.proxy(name);
	const message = (closed ? lookupTexts.closed : lookupTexts.partly)(where, what);
	const advice = captcha ? (name === "direct" ? lookupTexts.pass : lookupTexts.passByProxy) : lookupTexts.wait;
	return { message, advice, captcha };
}

const wayText = (way: WatchWay) => lookupTexts.ways[way];
const signText = (sign: RefusalSign) => lookupTexts.signs[sign];
