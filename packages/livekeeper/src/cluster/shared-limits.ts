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
	/** Whether a room is this node's. */
	owns: (liveId: string) => boolean;
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

interface Part {
	most: number;
	stays: number;
	takes: number;
}

const topic = "limits";
/** What has changed is told together, ms. */
const gatherMs = 100;
/** All is told so often, ms: a message may be lost. */
const everyMs = 2_000;
/** A node that has just begun waits so long for what the others hold, ms. */
const firstWordMs = 3_000;

/**
 * Has the limits of connections hold for all nodes together. Each tells how many connections it has and asks for; from
 * what all have told last, each computes its part by the same rule. So a limit may be exceeded for the moment that a
 * message takes, and by the connections of rooms that are being handed over: those count at their new node.
 */
export class SharedLimits implements LimitShares {
	readonly #options: SharedLimitsOptions;
	readonly #told = new Map<string, { text: string; demands: Demands }>();
	/** What was asked for here when it was told last. */
	#asked: Demands = new Map();
	#askedText = "";
	/** What is asked for here: connections that are there, and those that others have had the time to hear of. */
	#own: Demands = new Map();
	#waiting: Demands = new Map();
	readonly #parts = new Map<string, Part>();
	readonly #hashes = new Map<string, string>();
	#set: Report["set"];
	#adopting = false;
	#gather: Timer | undefined;
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
		return this.#options.owns(room);
	}

	stays(limit: LimitName, key: string, most: number): number {
		return this.#partOf(limit, key, most).stays;
	}

	takes(limit: LimitName, key: string, most: number): number {
		return this.#partOf(limit, key, most).takes;
	}

	changed(): void {
		this.#gather ??= this.#options.clock.after(gatherMs, () => {
			this.#gather = undefined;
			if (!this.#look()) return;
			this.#tell();
			// Others that have asked for the same meanwhile are heard first.
			this.#gather = this.#options.clock.after(gatherMs, () => {
				this.#gather = undefined;
				this.#waiting = this.#asked;
				this.#apply();
			});
		});
	}

	limited(limits: ConnectionLimits): void {
		if (this.#adopting) return;
		this.#set = { at: this.#options.clock.now(), limits };
		this.#parts.clear();
		this.#tell();
	}

	/** Rooms are others' than before, or nodes have come or gone. */
	moved(): void {
		this.#apply();
		this.changed();
	}

	close(): void {
		this.#timer.cancel();
		this.#gather?.cancel();
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
		this.#parts.clear();
		const waiting = Array.from(this.#waiting.values(), ([name, , asked]): Asked => [name, [], asked]);
		const held = this.#demand().map(([name, count]): Asked => [name, count, this.#waiting.get(name)?.[2] ?? []]);
		this.#own = byName([...waiting, ...held]);
		this.#options.admission.share(this, this.#pace);
	}

	/** Looks at what is asked for here. @returns whether it has changed */
	#look(): boolean {
		const asked = this.#demand();
		const text = JSON.stringify(asked);
		if (text === this.#askedText) return false;
		this.#askedText = text;
		this.#asked = byName(asked);
		return true;
	}

	#demand(): Asked[] {
		const demand = this.#options.admission.demand();
		return demand.map(({ limit, key, held, waiting }) => [this.#nameOf(limit, key), held, waiting]);
	}

	#tell(): void {
		const { node, messages } = this.#options;
		const report: Report = { node, asked: [...this.#asked.values()], ...(this.#set && { set: this.#set }) };
		messages.tell(topic, Buffer.from(JSON.stringify(report)));
	}

	#renew(): void {
		const there = new Set(this.#options.nodes().map(({ node }) => node));
		for (const node of this.#told.keys()) if (!there.has(node)) this.#told.delete(node);
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
		this.#apply();
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

	#partOf(limit: LimitName, key: string, most: number): Part {
		const name = this.#nameOf(limit, key);
		const known = this.#parts.get(name);
		if (known?.most === most) return known;
		const part = this.#compute(name, most);
		this.#parts.set(name, part);
		return part;
	}

	#compute(name: string, most: number): Part {
		const { nodes, node: self, clock } = this.#options;
		const there = nodes().flatMap(({ node, draining }) => (draining && node !== self ? [] : node));
		const names = [...new Set([...there, self])].sort();
		const demands = names.map((node) => (node === self ? this.#own : this.#told.get(node)?.demands));
		const asked = demands.map((demand): Asked => demand?.get(name) ?? [name, [], []]);
		const turns = asked.map(([, held, waiting]) =>
			Array.from(
				{ length: Math.max(held.length, waiting.length) },
				(_, turn) => (held[turn] ?? 0) + (waiting[turn] ?? 0),
			),
		);
		const own = names.indexOf(self);
		const stays = allot(most, turns)[own] ?? 0;
		const elsewhere = asked.filter((_, node) => node !== own).flatMap(([, held]) => held);
		const left = most - elsewhere.reduce((sum, count) => sum + count, 0);
		const isDeaf = demands.includes(undefined) && clock.now() < this.#beganAt + firstWordMs;
		const takes = isDeaf ? 0 : Math.max(0, Math.min(stays, left));
		return { most, stays, takes };
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

function byName(asked: readonly Asked[]): Demands {
	return new Map(asked.map((one) => [one[0], one]));
}
