import { createHmac } from "node:crypto";
import type { Clock, Timer } from "@livekeeper/douyin";
import type { Logger } from "pino";
import {
	type Admission,
	allot,
	type ConnectionLimits,
	type LimitName,
	type LimitShares,
} from "../connections/index.ts";
import type { NodeMessages } from "../event-log/jetstream/index.ts";
import type { NodeEntry } from "./presence.ts";

export interface SharedLimitsOptions {
	/** This node's name. */
	node: string;
	/** Who is there. */
	nodes: () => readonly Pick<NodeEntry, "node" | "weight" | "draining">[];
	messages: Pick<NodeMessages, "tell" | "onTold">;
	clock: Clock;
	logger: Pick<Logger, "info">;
	admission: Pick<Admission, "share" | "demand" | "setLimits">;
	/** Whether a room comes from another node, which has a connection for it until there is one here. */
	moves: (liveId: string) => boolean;
	/** Cookies and proxies are told as hashes with this key. */
	secret: string;
}

/** What a node asks of one limit: the connections that it has, and that it waits for, by turns. */
type Asked = readonly [name: string, held: readonly number[], waiting: readonly number[]];

interface Report {
	node: string;
	asked: readonly Asked[];
	/** The limits that the user has set last, and when, ms since the epoch. */
	set?: { at: number; limits: ConnectionLimits };
}

/** A node's demand by limit and hash of the key. */
type Demands = ReadonlyMap<string, Asked>;

/** What was computed of one limit, and when. */
interface Part {
	at: number;
	/** Of what had been told then. */
	version: number;
	most: number;
	stays: number;
	takes: number;
}

const topic = "limits";
/** What has changed is told together, ms. */
const gatherMs = 100;
/** What was heard is taken up after this, ms. */
const heardMs = 25;
/** All is told so often, ms: a message may be lost. */
const everyMs = 2_000;
/** A node that has just begun waits so long for what the others hold, ms. */
const firstWordMs = 3_000;
/** More is taken once it could be for so long, ms: what others have taken meanwhile is heard by then. */
const takeMs = 250;
/** What is past this node's part is preempted once it has been for so long, ms: a room that is handed over counts twice. */
const staysMs = 2_000;
/** A key that nobody has asked for for so long is forgotten, ms. */
const forgetMs = 60_000;

/**
 * Has the limits of connections hold for all nodes together. Each tells how many connections it has and asks for; from
 * what all have told last, each computes its part by the same rule. While a room is handed over both nodes have a
 * connection for it, of which one counts.
 */
export class SharedLimits implements LimitShares {
	readonly #options: SharedLimitsOptions;
	readonly #told = new Map<string, { text: string; demands: Demands }>();
	/** What is asked for here, as it was told last. */
	#own: Demands = new Map();
	#ownText = "[]";
	/** By limit and key, the oldest first. */
	readonly #parts = new Map<string, Part[]>();
	/** Counts what changes the parts. */
	#version = 0;
	readonly #hashes = new Map<string, string>();
	#set: Report["set"];
	#adopting = false;
	#gather: Timer | undefined;
	/** More may be taken then. */
	#again: Timer | undefined;
	#soon: Timer | undefined;
	readonly #timer: Timer;
	readonly #beganAt: number;

	constructor(options: SharedLimitsOptions) {
		this.#options = options;
		const { clock, messages, admission } = options;
		this.#beganAt = clock.now();
		messages.onTold(topic, (message) => this.#heard(message));
		this.#timer = clock.every(everyMs, () => this.#renew());
		admission.share(this, this.#pace);
		this.#tell();
	}

	counts(room: string): boolean {
		return !this.#options.moves(room);
	}

	stays(limit: LimitName, key: string, most: number): number {
		return Math.max(...this.#partsOf(limit, key, most).map(({ stays }) => stays));
	}

	takes(limit: LimitName, key: string, most: number): number {
		const since = this.#options.clock.now() - takeMs;
		const parts = inForce(this.#partsOf(limit, key, most), since);
		const takes = Math.min(...parts.map((part) => part.takes));
		if (takes < (parts.at(-1)?.takes ?? 0)) this.#again ??= this.#after(takeMs);
		return takes;
	}

	elsewhere(limit: LimitName, key: string): number {
		const name = this.#nameOf(limit, key);
		const held = Array.from(this.#told.values(), ({ demands }) => demands.get(name)?.[1] ?? []).flat();
		return held.reduce((sum, count) => sum + count, 0);
	}

	changed(): void {
		this.#gather ??= this.#options.clock.after(gatherMs, () => {
			this.#gather = undefined;
			if (!this.#look()) return;
			this.#tell();
			this.#apply();
		});
	}

	limited(limits: ConnectionLimits): void {
		if (this.#adopting) return;
		// Later than what it replaces, also where that was set by a clock that is ahead.
		this.#set = { at: Math.max(this.#options.clock.now(), (this.#set?.at ?? 0) + 1), limits };
		this.#tell();
	}

	/** Nodes have come or gone. */
	nodesChanged(): void {
		this.#apply();
	}

	close(): void {
		this.#timer.cancel();
		this.#gather?.cancel();
		this.#again?.cancel();
		this.#soon?.cancel();
	}

	/** The part of all nodes' weights that is this one's. */
	get #pace(): number {
		const { nodes, node } = this.#options;
		const there = nodes().filter((one) => one.node === node || !one.draining);
		const own = there.find((one) => one.node === node)?.weight ?? 1;
		const others = there.filter((one) => one.node !== node).reduce((sum, { weight }) => sum + weight, 0);
		return own / (own + others);
	}

	#apply(): void {
		this.#version++;
		for (const timer of [this.#again, this.#soon]) timer?.cancel();
		this.#again = undefined;
		this.#soon = undefined;
		this.#options.admission.share(this, this.#pace);
	}

	#after(ms: number): Timer {
		return this.#options.clock.after(ms, () => this.#apply());
	}

	/** Looks at what is asked for here. @returns whether it has changed */
	#look(): boolean {
		const asked = this.#demand();
		const text = JSON.stringify(asked);
		if (text === this.#ownText) return false;
		this.#ownText = text;
		this.#own = byName(asked);
		return true;
	}

	#demand(): Asked[] {
		const demand = this.#options.admission.demand();
		return demand.map(({ limit, key, held, waiting }) => [this.#nameOf(limit, key), held, waiting]);
	}

	#tell(): void {
		const { node, messages } = this.#options;
		const report: Report = { node, asked: [...this.#own.values()], ...(this.#set && { set: this.#set }) };
		messages.tell(topic, Buffer.from(JSON.stringify(report)));
	}

	#renew(): void {
		const there = new Set(this.#options.nodes().map(({ node }) => node));
		for (const node of this.#told.keys()) if (!there.has(node)) this.#told.delete(node);
		const forgotten = this.#options.clock.now() - forgetMs;
		for (const [name, parts] of this.#parts) if ((parts.at(-1)?.at ?? 0) < forgotten) this.#parts.delete(name);
		this.#look();
		this.#tell();
		this.#apply();
	}

	#heard(message: Uint8Array): void {
		const text = Buffer.from(message).toString("utf8");
		// Its own text: it is what this program has written.
		const { node, asked, set } = JSON.parse(text) as Report;
		if (node === this.#options.node) return;
		const known = this.#told.get(node);
		if (set && set.at > (this.#set?.at ?? 0)) this.#adopt(set, node);
		if (known?.text === text) return;
		this.#told.set(node, { text, demands: byName(asked) });
		// What many nodes tell at once is taken up together.
		this.#soon ??= this.#after(heardMs);
		// Who has just come does not know what is held here.
		if (!known) this.#tell();
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
		logger.info({ event: "limits_changed", node, limits: set.limits }, `节点 ${node} 上更改了连接上限，本节点已采用`);
	}

	/** The newest last, with what was in force since `staysMs` ago. */
	#partsOf(limit: LimitName, key: string, most: number): readonly Part[] {
		const name = this.#nameOf(limit, key);
		// Where the limit is another, what was before means nothing.
		const known = this.#parts.get(name)?.filter((part) => part.most === most) ?? [];
		if (known.at(-1)?.version === this.#version) return known;
		const at = this.#options.clock.now();
		const parts = [...inForce(known, at - staysMs), this.#compute(name, most, at)];
		this.#parts.set(name, parts);
		return inForce(parts, at - staysMs);
	}

	#compute(name: string, most: number, at: number): Part {
		const { nodes, node: self } = this.#options;
		const there = new Map(nodes().map(({ node, draining }) => [node, !draining]));
		if (!there.has(self)) there.set(self, true);
		const names = [...there.keys()].sort();
		const demands = names.map((node) => (node === self ? this.#own : this.#told.get(node)?.demands));
		const asked = demands.map((demand): Asked => demand?.get(name) ?? [name, [], []]);
		const turns = asked.map(([, held, waiting]) =>
			Array.from(
				{ length: Math.max(held.length, waiting.length) },
				(_, turn) => (held[turn] ?? 0) + (waiting[turn] ?? 0),
			),
		);
		const own = names.indexOf(self);
		const takeRooms = names.map((node) => there.get(node) ?? true);
		const stays = allot(most, turns, takeRooms)[own] ?? 0;
		const elsewhere = asked.filter((_, node) => node !== own).flatMap(([, held]) => held);
		const left = most - elsewhere.reduce((sum, count) => sum + count, 0);
		const isDeaf = demands.includes(undefined) && at < this.#beganAt + firstWordMs;
		const takes = isDeaf ? 0 : Math.max(0, Math.min(stays, left));
		return { at, version: this.#version, most, stays, takes };
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

/** Those of this time and since, and the one that was in force then. */
function inForce(parts: readonly Part[], since: number): readonly Part[] {
	const first = parts.findLastIndex(({ at }) => at <= since);
	return parts.slice(Math.max(0, first));
}

function byName(asked: readonly Asked[]): Demands {
	return new Map(asked.map((one) => [one[0], one]));
}
