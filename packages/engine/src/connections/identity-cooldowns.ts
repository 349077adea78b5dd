import { createHash } from "node:crypto";
import { type Clock, elapsedAt } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { Hold, SessionEnd } from "../rooms/index.ts";

/** Maximum wait that an upstream can ask for, ms. */
const maxPauseMs = 3_600_000;

interface IdentityHold {
	until: number;
	/**
	 * Whether the identity is in cooldown because the upstream shows it nothing; otherwise the upstream asked it to wait.
	 */
	isCooldown: boolean;
}

/**
 * Identities whose connections must not be tried before a time, because the upstream asked to wait or they are in
 * cooldown. Times are of `Clock.elapsed`.
 */
export class IdentityHolds {
	readonly #holds = new Map<string, IdentityHold>();

	/**
	 * Applies a wait that the upstream asked for, at most an hour; one that is shorter than the current wait changes
	 * nothing.
	 */
	slowDown(identity: string, forMs: number, now: number): void {
		const ms = Math.min(maxPauseMs, forMs);
		if (ms > this.leftMs(identity, now)) this.#holds.set(identity, { until: now + ms, isCooldown: false });
	}

	/** Starts a cooldown, regardless of earlier waits. */
	cooldown(identity: string, forMs: number, now: number): void {
		this.#holds.set(identity, { until: now + forMs, isCooldown: true });
	}

	/** Ends the cooldown. */
	lift(identity: string): void {
		if (this.#holds.get(identity)?.isCooldown) this.#holds.delete(identity);
	}

	/** Whether no identity has to wait. */
	get areNone(): boolean {
		return this.#holds.size === 0;
	}

	/** Returns the hold on the identity; `undefined` if there is none. */
	hold(identity: string, now: number): Hold | undefined {
		const { until, isCooldown } = this.#holds.get(identity) ?? { until: 0, isCooldown: false };
		if (until <= now) return undefined;
		if (!isCooldown) return { for: "slow_down", until, why: ["slowDown"], reason: "rate_limited" };
		return { for: "cooldown", until, why: ["identityRests"], reason: "blocked" };
	}

	/** Returns how long the identity still has to wait, ms. */
	leftMs(identity: string, now: number): number {
		const leftMs = (this.#holds.get(identity)?.until ?? 0) - now;
		if (leftMs <= 0) this.#holds.delete(identity);
		return Math.max(0, leftMs);
	}
}

/** Cooldown of an identity that is left alone because the site shows it nothing. */
export interface IdentityCooldown {
	/** ms since the epoch. */
	since: number;
	until: number;
	/** Number of consecutive cooldowns, from 1. */
	times: number;
	/** Number of its sessions that received nothing, or were refused. */
	sessions: number;
	/** The rooms of these sessions. */
	rooms: string[];
	/** Whether the upstream refused it and named risk control; otherwise it received nothing. */
	refused: boolean;
}

/** Cooldowns by a digest of the identity, which reveals no secret. */
export type StoredCooldowns = Record<string, IdentityCooldown>;

/** Access to the running sessions. */
export interface CooldownView {
	/** Returns when a session of the identity last received a message, ms by `Clock.elapsed`; 0 if never. */
	lastHeard(identity: string): number;
	/** Returns when a session of another identity last did; `undefined` if no other is in use. */
	lastHeardByOthers(identity: string): number | undefined;
	/** Called when a cooldown has begun: the identity's sessions must be ended. */
	began(identity: string): void;
	/** Called when it is over or the user has ended it. */
	ended(identity: string): void;
}

export interface IdentityCooldownsOptions {
	clock: Clock;
	logger: Logger;
	/** Cooldowns stored by the run before. */
	known?: StoredCooldowns;
	/** Stores the current cooldowns, so that they survive a restart. */
	keep?: (cooldowns: StoredCooldowns) => void;
}

/** A session that received nothing. */
interface EmptySession {
	liveId: string;
	/** End of the session, ms by `Clock.elapsed`. */
	at: number;
	/** Whether another connection of the room received messages meanwhile. */
	othersHeard: boolean;
	/** Whether the upstream refused it and named risk control. */
	refused: boolean;
}

/** Maximum age of evidence, ms, because older sessions say nothing about now. */
const windowMs = 3 * 3_600_000;
/** Number of empty sessions that are enough, in any rooms, when sessions of other identities received messages. */
const besideOthers = 3;
/** Number of empty sessions that are enough in several rooms while another identity receives messages. */
const inRooms = 4;
/** Time that these must span when no other identity is in use for comparison, ms. */
const aloneMs = 60 * 60_000;
/** Number of refusals naming risk control that are enough. */
const refusals = 2;
const riskControl = /risk|风控|風控|风险/i;

const hourMs = 3_600_000;
/** Length of consecutive cooldowns, in hours. */
const cooldownHours = [2, 6, 24, 72] as const;
/** Maximum gap between cooldowns that count as consecutive, ms. */
const inARowMs = 24 * hourMs;
/** Time after a message for which other identities count as receiving, ms. */
const hearsMs = 5 * 60_000;

/**
 * Pauses identities under risk control. A cookie that watches too many rooms is shown nothing for days, and further
 * requests prolong it. Only logins get a cooldown, and only when there certainly were messages to receive.
 */
export class IdentityCooldowns {
	readonly #options: IdentityCooldownsOptions;
	readonly #holds: IdentityHolds;
	readonly #view: CooldownView;
	/** Empty sessions by identity, since one of its sessions last received something. */
	readonly #emptySessions = new Map<string, EmptySession[]>();
	/** All cooldowns, including finished ones, to count consecutive ones. */
	readonly #kept: Map<string, IdentityCooldown>;
	/** Current cooldowns by identity. */
	readonly #current = new Map<string, IdentityCooldown>();

	constructor(options: IdentityCooldownsOptions, holds: IdentityHolds, view: CooldownView) {
		this.#options = options;
		this.#holds = holds;
		this.#view = view;
		this.#kept = new Map(Object.entries(options.known ?? {}));
	}

	/** Returns an identity's current cooldown. */
	of(identity: string): IdentityCooldown | undefined {
		return this.#current.get(identity);
	}

	/** Returns the number of its consecutive empty sessions, and their rooms. */
	emptySessions(identity: string): { sessions: number; rooms: string[] } {
		const heardAt = this.#view.lastHeard(identity);
		const all = recentOf(this.#emptySessions.get(identity) ?? [], this.#options.clock.elapsed());
		const emptySessions = all.filter(({ at }) => at > heardAt);
		return { sessions: emptySessions.length, rooms: roomsOf(emptySessions) };
	}

	/** Notes that an identity is used: its cooldown may date from before a restart. */
	meet(identity: string): void {
		const { clock } = this.#options;
		// Usually there is none, and a digest costs as much as everything else at the start of a room.
		const cooldown = this.#kept.size > 0 ? this.#kept.get(digestOf(identity)) : undefined;
		if (!cooldown || this.#current.has(identity)) return;
		const leftMs = cooldown.until - cooldown.since - (clock.elapsed() - elapsedAt(clock, cooldown.since));
		if (leftMs <= 0) return;
		this.#current.set(identity, cooldown);
		this.#holds.cooldown(identity, leftMs, clock.elapsed());
	}

	/** Notes that a session has ended. @param name of the identity, for the log */
	sessionEnded(end: SessionEnd, name: string | undefined): void {
		const { identity } = end;
		if (end.heard) this.#emptySessions.delete(identity);
		if (!end.loggedIn || end.heard || this.#current.has(identity)) return;
		const now = this.#options.clock.elapsed();
		const one = emptySessionOf(end, now);
		if (!one) return;
		const emptySessions = [...recentOf(this.#emptySessions.get(identity) ?? [], now), one];
		const first = emptySessions[0]?.at ?? now;
		// One session that received something is enough: then the identity is not the cause.
		if (this.#view.lastHeard(identity) >= first) {
			this.#emptySessions.delete(identity);
			return;
		}
		this.#emptySessions.set(identity, emptySessions);
		const hears = (since: number) => {
			const at = this.#view.lastHeardByOthers(identity);
			return at === undefined ? undefined : at >= Math.max(since, now - hearsMs);
		};
		if (provesRiskControl(emptySessions, hears)) this.#begin(identity, name, emptySessions);
	}

	/** Ends the cooldown for the user. @returns whether there was one */
	lift(identity: string, name: string | undefined): boolean {
		const cooldown = this.#current.get(identity);
		if (!cooldown) return false;
		this.#kept.delete(digestOf(identity));
		this.#end(identity);
		this.#options.logger.info({ event: "identity_rest_lifted", identity: name }, `【√】${whose(name)} 已重新启用`);
		return true;
	}

	/** Call it every few seconds. */
	check(nameOf: (identity: string) => string | undefined): void {
		const now = this.#options.clock.elapsed();
		for (const identity of this.#current.keys()) {
			if (this.#holds.leftMs(identity, now) > 0) continue;
			const name = nameOf(identity);
			this.#end(identity);
			this.#options.logger.info(
				{ event: "identity_rest_over", identity: name },
				`【√】${whose(name)} 暂停结束，重新尝试`,
			);
		}
	}

	#begin(identity: string, name: string | undefined, emptySessions: readonly EmptySession[]): void {
		const { clock, logger } = this.#options;
		const now = clock.now();
		const before = this.#kept.get(digestOf(identity));
		const times = before && now - before.until < inARowMs ? before.times + 1 : 1;
		const hours = cooldownHours[Math.min(times, cooldownHours.length) - 1] ?? 2;
		const rooms = roomsOf(emptySessions);
		const refused = emptySessions.every((one) => one.refused);
		const cooldown = { since: now, until: now + hours * hourMs, times, sessions: emptySessions.length, rooms, refused };
		this.#emptySessions.delete(identity);
		this.#current.set(identity, cooldown);
		this.#kept.set(digestOf(identity), cooldown);
		this.#holds.cooldown(identity, hours * hourMs, clock.elapsed());
		this.#keep();
		const fields = { event: "identity_rests", identity: name, until: cooldown.until, hours, times, live_ids: rooms };
		logger.warn(fields, `【!】${whose(name)} 疑似被风控：多次连接什么也收不到，暂停使用 ${hours} 小时`);
		this.#view.began(identity);
	}

	#end(identity: string): void {
		this.#current.delete(identity);
		this.#holds.lift(identity);
		this.#keep();
		this.#view.ended(identity);
	}

	#keep(): void {
		const now = this.#options.clock.now();
		for (const [digest, { until }] of this.#kept) if (now - until >= inARowMs) this.#kept.delete(digest);
		this.#options.keep?.(Object.fromEntries(this.#kept));
	}
}

function whose(name: string | undefined): string {
	return name === undefined ? "所用的 cookie" : `账号 ${name}`;
}

function digestOf(identity: string): string {
	return createHash("sha256").update(identity).digest("hex").slice(0, 32);
}

/** Returns the evidence of a session's end against its identity; `undefined` if there is none. */
function emptySessionOf({ liveId, opened, othersHeard, failure }: SessionEnd, at: number): EmptySession | undefined {
	const refused = failure.reason === "blocked" && riskControl.test(failure.upstreamMessage ?? "");
	if (!refused && !(opened && failure.reason === "silence")) return undefined;
	return { liveId, at, othersHeard, refused };
}

function recentOf(sessions: readonly EmptySession[], now: number): EmptySession[] {
	return sessions.filter(({ at }) => now - at <= windowMs);
}

/**
 * Returns whether all of an identity's sessions received nothing although there were messages.
 * @param hears returns whether another identity receives messages meanwhile; `undefined` if no other is in use
 */
function provesRiskControl(sessions: readonly EmptySession[], hears: (since: number) => boolean | undefined): boolean {
	if (sessions.filter(({ refused }) => refused).length >= refusals) return true;
	if (sessions.filter(({ othersHeard }) => othersHeard).length >= besideOthers) return true;
	if (roomsOf(sessions).length < 2 || sessions.length < inRooms) return false;
	const [first, last] = [sessions[0]?.at ?? 0, sessions.at(-1)?.at ?? 0];
	// If others receive nothing either, the upstream is the cause.
	return hears(first) ?? last - first >= aloneMs;
}

function roomsOf(sessions: readonly EmptySession[]): string[] {
	return [...new Set(sessions.map(({ liveId }) => liveId))];
}
