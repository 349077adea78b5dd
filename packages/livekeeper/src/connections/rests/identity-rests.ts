import { createHash } from "node:crypto";
import { type Clock, elapsedAt } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { SessionEnd } from "../../rooms/index.ts";
import type { IdentityPauses } from "../identity-pauses.ts";
import { type Barren, barrenOf, provesRiskControl, recentOf, roomsOf } from "./evidence.ts";

/** An identity that is left alone for a while, since the site shows it nothing. */
export interface IdentityRest {
	/** ms since the epoch. */
	since: number;
	until: number;
	/** How often in a row it has had to rest: from 1. */
	times: number;
	/** Number of its sessions that received nothing, or were refused. */
	sessions: number;
	/** The rooms of these sessions. */
	rooms: string[];
	/** The upstream refused it and named risk control; else nothing came. */
	refused: boolean;
}

/** Rests by a digest of the identity, which reveals no secret. */
export type KeptRests = Record<string, IdentityRest>;

/** What is known of sessions that go on. */
export interface RestsView {
	/** When a session of the identity last brought a message, ms by `Clock.elapsed`; 0: never. */
	lastHeard(identity: string): number;
	/** When one of another identity last did; `undefined`: no other is in use. */
	lastHeardByOthers(identity: string): number | undefined;
	/** The rest of an identity has begun: its sessions are to be ended. */
	began(identity: string): void;
	/** It is over, or the user has ended it. */
	ended(identity: string): void;
}

export interface IdentityRestsOptions {
	clock: Clock;
	logger: Logger;
	/** What was kept by the run before. */
	known?: KeptRests;
	/** Stores the current rests, so that they survive a restart. */
	keep?: (rests: KeptRests) => void;
}

const hourMs = 3_600_000;
/** How long it rests, each time in a row: hours, then days. */
const restHours = [2, 6, 24, 72] as const;
/** A rest that begins within this time after the last one counts as the next in a row, ms. */
const inARowMs = 24 * hourMs;
/** Time after a message for which other identities count as receiving, ms. */
const hearsMs = 5 * 60_000;

/**
 * Pauses identities under risk control. A cookie that watches too many rooms is shown nothing for days, and further
 * requests make it longer. Only logins rest, and only where it is certain that there was something to show.
 */
export class IdentityRests {
	readonly #options: IdentityRestsOptions;
	readonly #pauses: IdentityPauses;
	readonly #view: RestsView;
	/** Empty sessions by identity, since one of its sessions last received something. */
	readonly #barren = new Map<string, Barren[]>();
	/** Also those that are over, to know how often in a row. */
	readonly #kept: Map<string, IdentityRest>;
	/** Identities that rest. */
	readonly #resting = new Map<string, IdentityRest>();

	constructor(options: IdentityRestsOptions, pauses: IdentityPauses, view: RestsView) {
		this.#options = options;
		this.#pauses = pauses;
		this.#view = view;
		this.#kept = new Map(Object.entries(options.known ?? {}));
	}

	/** The rest that an identity is in. */
	of(identity: string): IdentityRest | undefined {
		return this.#resting.get(identity);
	}

	/** How many sessions in a row brought it nothing, and in which rooms. */
	barren(identity: string): { sessions: number; rooms: string[] } {
		const heardAt = this.#view.lastHeard(identity);
		const all = recentOf(this.#barren.get(identity) ?? [], this.#options.clock.elapsed());
		const barren = all.filter(({ at }) => at > heardAt);
		return { sessions: barren.length, rooms: roomsOf(barren) };
	}

	/** An identity is used: it may have been resting before a restart. */
	meet(identity: string): void {
		const { clock } = this.#options;
		// Nearly always there is none, and a digest costs as much as the rest of what a room begins with.
		const rest = this.#kept.size > 0 ? this.#kept.get(digestOf(identity)) : undefined;
		if (!rest || this.#resting.has(identity)) return;
		const leftMs = rest.until - rest.since - (clock.elapsed() - elapsedAt(clock, rest.since));
		if (leftMs <= 0) return;
		this.#resting.set(identity, rest);
		this.#pauses.rest(identity, leftMs, clock.elapsed());
	}

	/** A session has ended. @param name of the identity, for the log */
	sessionEnded(end: SessionEnd, name: string | undefined): void {
		const { identity } = end;
		if (end.heard) this.#barren.delete(identity);
		if (!end.loggedIn || end.heard || this.#resting.has(identity)) return;
		const now = this.#options.clock.elapsed();
		const one = barrenOf(end, now);
		if (!one) return;
		const barren = [...recentOf(this.#barren.get(identity) ?? [], now), one];
		const first = barren[0]?.at ?? now;
		// One session that is brought something is enough: then it is not the identity.
		if (this.#view.lastHeard(identity) >= first) {
			this.#barren.delete(identity);
			return;
		}
		this.#barren.set(identity, barren);
		const hears = (since: number) => {
			const at = this.#view.lastHeardByOthers(identity);
			return at === undefined ? undefined : at >= Math.max(since, now - hearsMs);
		};
		if (provesRiskControl(barren, hears)) this.#begin(identity, name, barren);
	}

	/** The user has it tried again. @returns whether it was resting */
	lift(identity: string, name: string | undefined): boolean {
		const rest = this.#resting.get(identity);
		if (!rest) return false;
		this.#kept.delete(digestOf(identity));
		this.#end(identity);
		this.#options.logger.info({ event: "identity_rest_lifted", identity: name }, `【√】${whose(name)} 已重新启用`);
		return true;
	}

	/** To be called every few seconds. */
	check(nameOf: (identity: string) => string | undefined): void {
		const now = this.#options.clock.elapsed();
		for (const identity of this.#resting.keys()) {
			if (this.#pauses.leftMs(identity, now) > 0) continue;
			const name = nameOf(identity);
			this.#end(identity);
			this.#options.logger.info(
				{ event: "identity_rest_over", identity: name },
				`【√】${whose(name)} 暂停结束，重新尝试`,
			);
		}
	}

	#begin(identity: string, name: string | undefined, barren: readonly Barren[]): void {
		const { clock, logger } = this.#options;
		const now = clock.now();
		const before = this.#kept.get(digestOf(identity));
		const times = before && now - before.until < inARowMs ? before.times + 1 : 1;
		const hours = restHours[Math.min(times, restHours.length) - 1] ?? 2;
		const rooms = roomsOf(barren);
		const refused = barren.every((one) => one.refused);
		const rest = { since: now, until: now + hours * hourMs, times, sessions: barren.length, rooms, refused };
		this.#barren.delete(identity);
		this.#resting.set(identity, rest);
		this.#kept.set(digestOf(identity), rest);
		this.#pauses.rest(identity, hours * hourMs, clock.elapsed());
		this.#keep();
		const fields = { event: "identity_rests", identity: name, until: rest.until, hours, times, live_ids: rooms };
		logger.warn(fields, `【!】${whose(name)} 疑似被风控：多次连接什么也收不到，暂停使用 ${hours} 小时`);
		this.#view.began(identity);
	}

	#end(identity: string): void {
		this.#resting.delete(identity);
		this.#pauses.lift(identity);
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
	return name === undefined ? "所用 cookie" : `账号 ${name}`;
}

function digestOf(identity: string): string {
	return createHash("sha256").update(identity).digest("hex").slice(0, 32);
}
