import { createHmac } from "node:crypto";
import type { Clock, Timer } from "@livekeeper/douyin";
import { type Admission, allot, type ConnectionLimits, type LimitName, type LimitShares } from "@livekeeper/engine";
import type { NodeMessages } from "@livekeeper/log/jetstream";
import type { Logger } from "pino";
import { z } from "zod";
import type { NodeEntry } from "./presence.ts";

/** This node's part of one limit at one time. */
interface Part {
	/** ms since the epoch. */
	at: number;
	/** Version of the announcements at that time. */
	version: number;
	/** The limit itself. */
	max: number;
	/** Number of connections that may stay here, and the maximum including new ones. */
	stays: number;
	takes: number;
}

/** Time for which a key is remembered after the last request for it, ms. */
const forgetMs = 60_000;

/** This node's part of each limit, now and a short time ago. */
class PartHistory {
	readonly #keptMs: number;
	/** Parts by limit and key, oldest first. */
	readonly #parts = new Map<string, readonly Part[]>();

	/** @param keptMs how far back it reaches, ms */
	constructor(keptMs: number) {
		this.#keptMs = keptMs;
	}

	/**
	 * Returns the parts in force since `keptMs` ago, newest last.
	 * @param compute called if nothing of this version is known
	 */
	of(name: string, now: Pick<Part, "at" | "version" | "max">, compute: () => Part): readonly Part[] {
		// After a change of the limit, former parts mean nothing.
		const known = this.#parts.get(name)?.filter((part) => part.max === now.max) ?? [];
		const since = now.at - this.#keptMs;
		if (known.at(-1)?.version === now.version) return inForce(known, since);
		const parts = inForce([...known, compute()], since);
		this.#parts.set(name, parts);
		return parts;
	}

	forgetOld(now: number): void {
		for (const [name, parts] of this.#parts) {
			if ((parts.at(-1)?.at ?? 0) < now - forgetMs) this.#parts.delete(name);
		}
	}
}

/** Returns the parts since this time, and the one in force at it. */
function inForce(parts: readonly Part[], since: number): readonly Part[] {
	const first = parts.findLastIndex(({ at }) => at <= since);
	return parts.slice(Math.max(0, first));
}

export interface SharedLimitsOptions {
	/** This node's name. */
	node: string;
	/** Returns the present nodes. */
	nodes: () => readonly Pick<NodeEntry, "node" | "weight" | "draining">[];
	messages: Pick<NodeMessages, "publish" | "subscribe">;
	clock: Clock;
	logger: Pick<Logger, "info">;
	admission: Pick<Admission, "share" | "demand" | "connected" | "setLimits">;
	/** Receives this node's part of their shared address's budget. Absent if the node has an address of its own. */
	watching?: { share(part: number): void } | undefined;
	/** Returns whether a room that is connected here belongs to another node and is to be handed over. */
	leaves: (liveId: string) => boolean;
	/** Cookies and proxies are announced as hashes with this key. */
	secret: string;
}

/** A node's demand on one limit: its connections and those it waits for, by turns. */
const counts = z.array(z.number().min(0)).readonly();
const asked = z.tuple([z.string(), counts, counts]).readonly();
type Asked = z.infer<typeof asked>;

const limit = z.number().min(1).optional();
const report = z.object({
	node: z.string(),
	asked: z.array(asked),
	/** Rooms that it has permits for and is to hand over. */
	leaving: z.array(z.string()).default([]),
	/** The limits that the user has set last, and when, ms since the epoch. */
	set: z
		.object({
			at: z.number(),
			limits: z.object({ total: limit, perIdentity: limit, perLogin: limit, perProxy: limit }),
		})
		.optional(),
});
type Report = z.input<typeof report>;

/** A node's demand by limit and hash of the key. */
type Demands = ReadonlyMap<string, Asked>;

/** Another node's last announcement. */
interface Announced {
	node: string;
	text: string;
	demands: Demands;
	leaving: ReadonlySet<string>;
}

const topic = "limits";
/** Time for which changes are gathered before they are announced, ms. */
const gatherMs = 100;
/** Delay before received announcements are applied, ms. */
const heardMs = 25;
/** Interval of full announcements, ms, because a message may be lost. */
const everyMs = 2_000;
/** Maximum time that a node that has just started waits for the others' announcements, ms. */
const firstWordMs = 3_000;
/** Time for which a permit must have been free before it is taken, ms: by then it is known what others have taken. */
const takeMs = 250;
/**
 * Time for which this node may exceed its part before it preempts, ms, because a room that is handed over counts twice.
 */
const staysMs = 2_000;
/** Time for which the permit of a handed-over room stays reserved here, ms: by then its new node counts it. */
const handedOverMs = 500;
/** Maximum number of leaving rooms announced at once; the others follow when the first are gone. */
const maxLeaving = 2_000;

/**
 * Applies the connection limits to all nodes together. Each node announces its connections and its demand; from the
 * latest announcements, each computes its part by the same rule.
 *
 * A room that is handed over brings its permit with it. While its former node is connected, that node announces and
 * counts the permit; until then the new node's connections of the room count nowhere, and wait for no limit, even if the
 * room moves on meanwhile. They count as soon as the former node has announced that it has released the room, or is gone.
 */
export class SharedLimits implements LimitShares {
	readonly #options: SharedLimitsOptions;
	readonly #announced = new Map<string, Announced>();
	/** Rooms whose permit another node counts, because it hands them over. */
	#countedElsewhere: ReadonlySet<string> = new Set();
	/** The local demand as announced last. */
	#own: Demands = new Map();
	#leaving: string[] = [];
	#ownText = "";
	readonly #parts = new PartHistory(staysMs);
	/** Counter of changes that affect the parts. */
	#version = 0;
	readonly #hashes = new Map<string, string>();
	#set: Report["set"];
	#adopting = false;
	#gather: Timer | undefined;
	/** Fires when more may be taken. */
	#again: Timer | undefined;
	#soon: Timer | undefined;
	readonly #timer: Timer;
	readonly #beganAt: number;
	#isClosed = false;

	constructor(options: SharedLimitsOptions) {
		this.#options = options;
		const { clock, messages, admission } = options;
		this.#beganAt = clock.now();
		messages.subscribe(topic, (message) => this.#heard(message));
		this.#timer = clock.every(everyMs, () => this.#renew());
		admission.share(this, this.#pace);
		options.watching?.share(this.#pace);
		this.#announce();
	}

	counts(room: string): boolean {
		return !this.#countedElsewhere.has(room);
	}

	lingers(room: string): number {
		return this.#options.leaves(room) ? handedOverMs : 0;
	}

	stays(limit: LimitName, key: string, max: number): number {
		return Math.max(...this.#partsOf(limit, key, max).map(({ stays }) => stays));
	}

	takes(limit: LimitName, key: string, max: number): number {
		const since = this.#options.clock.now() - takeMs;
		const parts = inForce(this.#partsOf(limit, key, max), since);
		const takes = Math.min(...parts.map((part) => part.takes));
		if (takes < (parts.at(-1)?.takes ?? 0) && !this.#isClosed) this.#again ??= this.#after(takeMs);
		return takes;
	}

	elsewhere(limit: LimitName, key: string): number {
		const name = this.#nameOf(limit, key);
		const held = Array.from(this.#announced.values(), ({ demands }) => demands.get(name)?.[1] ?? []).flat();
		return held.reduce((sum, count) => sum + count, 0);
	}

	changed(): void {
		if (this.#isClosed) return;
		this.#gather ??= this.#options.clock.after(gatherMs, () => {
			this.#gather = undefined;
			if (!this.#look()) return;
			this.#announce();
			this.#apply();
		});
	}

	limited(limits: ConnectionLimits): void {
		if (this.#adopting) return;
		// Later than the replaced setting, even if that was set by a clock that is ahead.
		this.#set = { at: Math.max(this.#options.clock.now(), (this.#set?.at ?? 0) + 1), limits };
		this.#announce();
	}

	/** Notes that nodes have joined or left, so rooms may have changed owners. */
	nodesChanged(): void {
		this.#forgetGone();
		this.#takeUp();
	}

	close(): void {
		// Its finished hand-overs must be announced before it is gone.
		if (this.#look()) this.#announce();
		this.#isClosed = true;
		this.#timer.cancel();
		this.#gather?.cancel();
		this.#again?.cancel();
		this.#soon?.cancel();
	}

	/** This node's part of all nodes' weights. */
	get #pace(): number {
		const { nodes, node } = this.#options;
		const there = nodes().filter((one) => one.node === node || !one.draining);
		const own = there.find((one) => one.node === node)?.weight ?? 1;
		const others = there.filter((one) => one.node !== node).reduce((sum, { weight }) => sum + weight, 0);
		return own / (own + others);
	}

	/** Applies received announcements, which may change whose connections count here. */
	#takeUp(): void {
		if (this.#look()) this.#announce();
		this.#apply();
	}

	#apply(): void {
		this.#version++;
		for (const timer of [this.#again, this.#soon]) timer?.cancel();
		this.#again = undefined;
		this.#soon = undefined;
		this.#options.admission.share(this, this.#pace);
		this.#options.watching?.share(this.#pace);
	}

	#after(ms: number): Timer {
		return this.#options.clock.after(ms, () => this.#takeUp());
	}

	/** Reads the local demand. @returns whether it has changed */
	#look(): boolean {
		const { admission, leaves, nodes } = this.#options;
		const there = new Set(nodes().map(({ node }) => node));
		const handedOver = [...this.#announced.values()].flatMap(({ node, leaving }) =>
			there.has(node) ? [...leaving] : [],
		);
		// A room that moves on before its former node has released it is announced by two nodes; the former still counts it.
		this.#countedElsewhere = new Set(handedOver.filter((room) => !leaves(room) || this.#countedElsewhere.has(room)));
		const asked = this.#demand();
		const leaving = admission.connected().filter(leaves).slice(0, maxLeaving);
		const text = JSON.stringify([asked, leaving]);
		if (text === this.#ownText) return false;
		this.#ownText = text;
		this.#own = byName(asked);
		this.#leaving = leaving;
		return true;
	}

	#demand(): Asked[] {
		const demand = this.#options.admission.demand();
		return demand.map(({ limit, key, held, waiting }) => [this.#nameOf(limit, key), held, waiting]);
	}

	#announce(): void {
		const { node, messages } = this.#options;
		const report: Report = {
			...{ node, asked: [...this.#own.values()] },
			...(this.#leaving.length > 0 && { leaving: this.#leaving }),
			...(this.#set && { set: this.#set }),
		};
		messages.publish(topic, Buffer.from(JSON.stringify(report)));
	}

	#renew(): void {
		this.#forgetGone();
		this.#parts.forgetOld(this.#options.clock.now());
		this.#look();
		this.#announce();
		this.#apply();
	}

	#forgetGone(): void {
		const there = new Set(this.#options.nodes().map(({ node }) => node));
		for (const node of this.#announced.keys()) if (!there.has(node)) this.#announced.delete(node);
	}

	/** @throws ZodError, SyntaxError for a malformed report */
	#heard(message: Uint8Array): void {
		const text = Buffer.from(message).toString("utf8");
		const { node, asked, leaving, set } = report.parse(JSON.parse(text));
		if (node === this.#options.node) return;
		const known = this.#announced.get(node);
		if (set && replaces(set, this.#set)) this.#adopt(set, node);
		if (known?.text === text) return;
		this.#announced.set(node, { node, text, demands: byName(asked), leaving: new Set(leaving) });
		// Announcements of many nodes at once are handled together.
		this.#soon ??= this.#after(heardMs);
		// A node that has just joined does not know this node's connections.
		if (!known) this.#announce();
	}

	#adopt(set: NonNullable<Report["set"]>, node: string): void {
		const { admission, logger } = this.#options;
		this.#set = set;
		this.#adopting = true;
		try {
			admission.setLimits(set.limits);
		} finally {
			this.#adopting = false;
		}
		logger.info({ event: "limits_changed", node, limits: set.limits });
	}

	#partsOf(limit: LimitName, key: string, max: number): readonly Part[] {
		const name = this.#nameOf(limit, key);
		const now = { at: this.#options.clock.now(), version: this.#version, max };
		return this.#parts.of(name, now, () => this.#compute(name, max, now.at));
	}

	#compute(name: string, max: number, at: number): Part {
		const { nodes, node: self } = this.#options;
		const there = new Map(nodes().map(({ node, draining }) => [node, !draining]));
		if (!there.has(self)) there.set(self, true);
		const names = [...there.keys()].sort();
		const demands = names.map((node) => (node === self ? this.#own : this.#announced.get(node)?.demands));
		const asked = demands.map((demand): Asked => demand?.get(name) ?? [name, [], []]);
		const turns = asked.map(([, held, waiting]) =>
			Array.from(
				{ length: Math.max(held.length, waiting.length) },
				(_, turn) => (held[turn] ?? 0) + (waiting[turn] ?? 0),
			),
		);
		const own = names.indexOf(self);
		const takeRooms = names.map((node) => there.get(node) ?? true);
		const stays = allot(max, turns, takeRooms)[own] ?? 0;
		const elsewhere = asked.filter((_, node) => node !== own).flatMap(([, held]) => held);
		const left = max - elsewhere.reduce((sum, count) => sum + count, 0);
		const isDeaf = demands.includes(undefined) && at < this.#beganAt + firstWordMs;
		const takes = isDeaf ? 0 : Math.max(0, Math.min(stays, left));
		return { at, version: this.#version, max, stays, takes };
	}

	#nameOf(limit: LimitName, key: string): string {
		const known = this.#hashes.get(key);
		const hash = known ?? createHmac("sha256", this.#options.secret).update(key).digest("base64url").slice(0, 16);
		if (known === undefined) {
			if (this.#hashes.size >= 10_000) this.#hashes.clear();
			this.#hashes.set(key, hash);
		}
		return `${limit} ${hash}`;
	}
}

/** Returns whether a setting replaces another one. Of two set at once, all nodes choose the same. */
function replaces(set: NonNullable<Report["set"]>, known: Report["set"]): boolean {
	if (!known || set.at !== known.at) return set.at > (known?.at ?? 0);
	const texts = [set, known].map(({ limits: { total, perIdentity, perLogin, perProxy } }) =>
		JSON.stringify([total, perIdentity, perLogin, perProxy]),
	);
	return (texts[0] ?? "") > (texts[1] ?? "");
}

function byName(asked: readonly Asked[]): Demands {
	return new Map(asked.map((one) => [one[0], one]));
}
