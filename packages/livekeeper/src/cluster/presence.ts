import { randomBytes } from "node:crypto";
import { LivekeeperError } from "@livekeeper/base/errors";
import type { Clock, Timer } from "@livekeeper/douyin";
import { Conflict, type NodeBucket, type NodesSeen } from "@livekeeper/log/jetstream";
import { clusterTexts } from "@livekeeper/log/text";
import type { Logger } from "pino";
import { z } from "zod";

/**
 * Version of the messages between nodes: their entries here, and the messages of `StatusExchange`, `SharedLimits` and
 * `RequestRelay`. Increase it with each change that a node of the version before would misread.
 */
const nodeProtocol = 1;

/** A node's entry about itself. */
const nodeEntry = z.object({
	node: z.string(),
	protocol: z.literal(nodeProtocol),
	/** Id of the node's run: a restarted node has another one. */
	run: z.string(),
	/** Share of the rooms that it takes, in proportion to the others. */
	weight: z.number().positive(),
	/** Whether it hands its rooms over and takes none. */
	draining: z.boolean(),
	/** Address at which it listens. */
	url: z.string(),
	version: z.string(),
	/** ms since the epoch. */
	startedAt: z.number(),
	/** Number of rooms that run there. */
	rooms: z.number(),
	/** Counter of its renewals, so that each is seen as a change. */
	renewal: z.number(),
});
export type NodeEntry = Omit<z.infer<typeof nodeEntry>, "protocol">;

/** The present nodes. */
export interface View {
	/** Number of the view; a later view has a greater one, on all nodes. */
	number: number;
	/** The nodes, sorted by name. */
	nodes: readonly NodeEntry[];
}

export interface PresenceOptions {
	bucket: NodeBucket;
	/** Returns this node's current entry. */
	self: () => Omit<NodeEntry, "run" | "renewal">;
	clock: Clock;
	logger: Logger;
	/** Called when another process runs under this node's name. */
	onReplaced: () => void;
}

const renewEveryMs = 1_000;
const lookEveryMs = 1_000;

/**
 * Keeps this node's entry among the present ones, and knows the others. Of two processes with one name the later one
 * counts: the earlier one finds its entry replaced.
 */
export class Presence {
	readonly #options: PresenceOptions;
	readonly #run = randomBytes(6).toString("hex");
	readonly #listeners = new Set<(view: View) => void>();
	#view: View = { number: 0, nodes: [] };
	#revision: number | undefined;
	#renewedAt = Number.NEGATIVE_INFINITY;
	#timers: Timer[] = [];
	#turn: Promise<void> = Promise.resolve();
	readonly #underWay = new Set<"renew" | "look">();
	#failing = false;
	#replaced = false;
	#renewals = 0;
	/** Last seen renewal of each node by name, and the time it was seen. */
	readonly #heard = new Map<string, { renewal: string; at: number }>();
	readonly #members = new Members();
	/** Names of present nodes whose entries are of another version, or damaged. */
	#foreign: ReadonlySet<string> = new Set();

	/**
	 * Announces this node and looks for others.
	 * @throws LivekeeperError `cluster_other_version` if a present node is incompatible; errors of NATS
	 */
	static async join(options: PresenceOptions): Promise<Presence> {
		const presence = new Presence(options);
		presence.#requireProtocol(await options.bucket.list());
		await presence.#renew();
		await presence.#look();
		const { clock } = options;
		presence.#timers = [
			clock.every(renewEveryMs, () => presence.#try("renew", () => presence.#renew())),
			clock.every(lookEveryMs, () => presence.#try("look", () => presence.#look())),
		];
		return presence;
	}

	private constructor(options: PresenceOptions) {
		this.#options = options;
	}

	get view(): View {
		return this.#view;
	}

	/** Time since this node's entry was last renewed, ms. */
	get unrenewedMs(): number {
		return this.#options.clock.elapsed() - this.#renewedAt;
	}

	/** Whether another process runs under its name. */
	get isReplaced(): boolean {
		return this.#replaced;
	}

	get members(): MemberStates {
		return this.#members.states;
	}

	/** Returns the time since another renewal of the node's entry was seen, ms; 0 for one that was never seen. */
	unheardMs(node: string): number {
		const heard = this.#heard.get(node);
		return heard ? this.#options.clock.elapsed() - heard.at : 0;
	}

	/** Registers a callback for each look, about once a second while NATS answers. */
	onView(listener: (view: View) => void): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	/** Announces a change of this node's entry at once. */
	async changed(): Promise<void> {
		this.#turn = this.#turn.then(() => this.#renew()).catch((error: unknown) => this.#failed(error));
		await this.#turn;
	}

	async leave(): Promise<void> {
		for (const timer of this.#timers) timer.cancel();
		await this.#turn;
		try {
			if (!this.#replaced) await this.#options.bucket.remove(this.#options.self().node);
		} catch (error) {
			this.#failed(error);
		}
		this.#options.bucket.close();
	}

	/**
	 * Runs renewals and looks one after the other. While one of a kind is under way the next of that kind is skipped, but
	 * a slow look delays no renewal.
	 */
	#try(kind: "renew" | "look", work: () => Promise<void>): void {
		if (this.#underWay.has(kind)) return;
		this.#underWay.add(kind);
		this.#turn = this.#turn
			.then(work)
			.then(() => {
				this.#failing = false;
			})
			.catch((error: unknown) => this.#failed(error))
			.finally(() => {
				this.#underWay.delete(kind);
			});
	}

	#failed(error: unknown): void {
		if (this.#failing) return;
		this.#failing = true;
		this.#options.logger.warn({ event: "presence_failed", err: error });
	}

	async #renew(): Promise<void> {
		if (this.#replaced) return;
		const { bucket, self, clock } = this.#options;
		const entry: z.infer<typeof nodeEntry> = {
			...self(),
			protocol: nodeProtocol,
			run: this.#run,
			renewal: ++this.#renewals,
		};
		const value = Buffer.from(JSON.stringify(entry));
		const sentAt = clock.elapsed();
		try {
			this.#revision = await bucket.write(entry.node, value, this.#revision);
		} catch (error) {
			if (!(error instanceof Conflict)) throw error;
			await this.#conflict(entry.node, value);
		}
		this.#renewedAt = sentAt;
	}

	/** Handles a conflict: the entry has expired, or its answer was lost, or another process has the name. */
	async #conflict(node: string, value: Uint8Array): Promise<void> {
		const { bucket, onReplaced, logger } = this.#options;
		const there = await bucket.get(node);
		if (there && entryOf(there.value)?.run !== this.#run) {
			this.#replaced = true;
			logger.error({ event: "node_replaced", node });
			onReplaced();
			return;
		}
		this.#revision = there ? await bucket.write(node, value, there.revision) : await bucket.create(node, value);
	}

	async #look(): Promise<void> {
		const { revision, nodes, left } = await this.#options.bucket.list();
		const entries = [...nodes.values()].flatMap((value) => entryOf(value) ?? []);
		entries.sort((a, b) => (a.node < b.node ? -1 : 1));
		this.#noteForeign(nodes);
		this.#view = { number: revision, nodes: entries };
		const at = this.#options.clock.elapsed();
		for (const { node, run, renewal: count } of entries) {
			const renewal = `${run} ${count}`;
			if (this.#heard.get(node)?.renewal !== renewal) this.#heard.set(node, { renewal, at });
		}
		this.#members.see(nodes.keys(), left);
		for (const listener of this.#listeners) listener(this.#view);
	}

	#requireProtocol({ nodes }: NodesSeen): void {
		const self = this.#options.self();
		for (const [node, value] of nodes) {
			if (node === self.node || entryOf(value)) continue;
			const version = versionIn(value);
			throw new LivekeeperError("cluster_other_version", clusterTexts.otherNode(node, version, self.version));
		}
	}

	/**
	 * Logs foreign nodes. A node of an earlier version does not look for others before it starts, and gets no rooms by
	 * this one's view.
	 */
	#noteForeign(nodes: NodesSeen["nodes"]): void {
		const foreign = new Map([...nodes].filter(([, value]) => !entryOf(value)));
		for (const [node, value] of foreign) {
			if (this.#foreign.has(node)) continue;
			this.#options.logger.error({ event: "node_of_other_version", node, version: versionIn(value) });
		}
		this.#foreign = new Set(foreign.keys());
	}
}

/** @returns `undefined` for an entry of another version */
function entryOf(value: Uint8Array): NodeEntry | undefined {
	return nodeEntry.safeParse(read(value)).data;
}

/** Returns the version that wrote an entry, as far as it can be read. */
function versionIn(value: Uint8Array): string {
	return z.object({ version: z.string() }).safeParse(read(value)).data?.version ?? "?";
}

function read(value: Uint8Array): unknown {
	try {
		return JSON.parse(Buffer.from(value).toString("utf8"));
	} catch {
		return undefined;
	}
}

/** absent: no entry right now · lost: no entry for so long that the node is considered dead */
type MemberState = "present" | "absent" | "lost";

/** By the node's name. */
type MemberStates = ReadonlyMap<string, MemberState>;

/**
 * Number of looks after which a node is lost. After a NATS outage all entries have expired, and each comes back with
 * its node's next renewal.
 */
const lostAfterLooks = 8;

/**
 * Tracks the nodes that were seen and have not left: a node that leaves removes its entry, and the entry of a lost one
 * expires.
 */
export class Members {
	/** Number of consecutive looks that did not find the node's entry. */
	readonly #missed = new Map<string, number>();

	get states(): MemberStates {
		const stateOf = (missed: number) => (missed === 0 ? "present" : missed < lostAfterLooks ? "absent" : "lost");
		return new Map(Array.from(this.#missed, ([node, missed]) => [node, stateOf(missed)]));
	}

	/** Applies a look. @param left nodes that have removed their entries lately */
	see(present: Iterable<string>, left: Iterable<string>): void {
		for (const node of left) this.#missed.delete(node);
		for (const [node, missed] of this.#missed) this.#missed.set(node, missed + 1);
		for (const node of present) this.#missed.set(node, 0);
	}
}
