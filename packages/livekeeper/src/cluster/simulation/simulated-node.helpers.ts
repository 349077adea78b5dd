import { HandshakePace } from "@livekeeper/engine/src/connections/admission/handshake-pace.ts";
import type { Member } from "../placement.ts";
import type { LogServers } from "./log-servers.helpers.ts";
import type { Owners, OwnersByView } from "./owners.helpers.ts";
import type { Presence, View } from "./presence.helpers.ts";
import { SimulatedWriter } from "./simulated-writer.helpers.ts";
import type { VirtualTime } from "./virtual-time.helpers.ts";
import type { Writers } from "./writers.helpers.ts";

/** Behaviour of nodes, and conditions of their calls. */
export interface NodeRules {
	renewMs: number;
	/** Interval at which a node reads the bucket. */
	pollMs: number;
	/** Maximum number of claims started per second, and in progress. */
	claimsPerSecond: number;
	claimsTogether: number;
	/** Handshakes with the upstream that a node starts per second. */
	startsPerSecond: number;
	handshakeMs: number;
	/** One-way latency to NATS, ms. */
	wayMs: number;
	/** Time for which a node waits for an answer, ms. */
	timeoutMs: number;
	/** Number of messages of a live room that are read so that no event is stored twice. */
	windowMessages: number;
	/** Share of the log's answers that are lost, and of appends that arrive late. */
	lostAnswers: number;
	/** Share of claims that the former owner hears of; it learns of the others when it appends. */
	heardClaims: number;
	/** Maximum error of a node's clock, ms. */
	clockSkewMs: number;
}

/** State shared by all nodes of a simulation. */
export interface World {
	time: VirtualTime;
	random: () => number;
	rules: NodeRules;
	servers: LogServers;
	presence: Presence;
	owners: OwnersByView;
	/** Which rooms have a broadcast: 1. */
	live: Uint8Array;
	writers: Writers;
	/** Called when a room was taken over. */
	onReady: (room: number) => void;
	onConnected: (room: number) => void;
	/** Number of runs of nodes so far. */
	runs: number;
}

/** One run of one node, by the design of the cluster: renews its key, reads the present nodes, claims its own rooms. */
export class SimulatedNode {
	readonly world: World;
	/** Distinguishes this run from others of the same node. */
	readonly owner: string;
	readonly skewMs: number;
	member: Member;
	view: View | undefined;
	/** Time until which its reads of the bucket fail; appends succeed. */
	blindUntil = 0;
	state: "up" | "paused" | "gone" = "up";
	readonly #number: number;
	#owners: Owners | undefined;
	#revision = 0;
	/** Rooms that may have to be claimed. */
	#due: number[] = [];
	/** Rooms that turned out to be another node's, checked again with the next view. */
	#contested = new Set<number>();
	#claiming = 0;
	#claimsPlanned = false;
	/** Work that waits until it resumes. */
	#held: (() => void)[] = [];
	readonly #pace: HandshakePace;
	readonly #handshakes: (() => void)[] = [];
	#shaking = false;

	constructor(world: World, member: Member) {
		const { rules, random, owners } = world;
		this.world = world;
		this.member = member;
		this.owner = `${member.node}.${++world.runs}`;
		this.skewMs = Math.round((random() * 2 - 1) * rules.clockSkewMs);
		this.#number = owners.numberOf(member.node);
		this.#pace = new HandshakePace({ startsPerSecond: rules.startsPerSecond });
	}

	get isBusy(): boolean {
		return this.#due.length + this.#claiming + this.#contested.size + this.#handshakes.length > 0;
	}

	/** @param spread time within which its rounds begin, ms */
	start(spread = 0): void {
		const { presence, servers, rules, random } = this.world;
		servers.note("renewal");
		this.#revision = presence.take(this.member);
		this.#every(rules.renewMs, () => this.#renew());
		// Nodes that start together know each other with their first view.
		this.later(spread, () => {
			this.#look();
			this.later(random() * rules.pollMs, () => this.#every(rules.pollMs, () => this.#look()));
		});
	}

	/** Takes no more rooms and gives its own away. */
	drain(): void {
		this.member = { ...this.member, weight: 0 };
		this.#renew();
	}

	leave(): void {
		this.world.presence.remove(this.member.node);
		this.world.servers.note("renewal");
		this.die();
	}

	die(): void {
		this.state = "gone";
		this.#held = [];
		for (const { room } of this.#writers()) this.world.writers.delete(room, this.owner);
	}

	pause(): void {
		if (this.state === "up") this.state = "paused";
	}

	/** Resumes as if nothing had happened: with its old view and its pending appends. */
	resume(): void {
		if (this.state !== "paused") return;
		this.state = "up";
		for (const writer of this.#writers()) if (this.world.live[writer.room] === 1) writer.append();
		for (const work of this.#held.splice(0)) this.do(work);
	}

	isOwner(room: number): boolean {
		return this.#owners?.of[room] === this.#number;
	}

	/** Notes that it may no longer own the room. */
	contested(room: number): void {
		this.world.writers.delete(room, this.owner);
		this.#contested.add(room);
	}

	/** Runs work later, unless the node is paused or gone then. */
	later(delayMs: number, work: () => void): void {
		this.world.time.after(delayMs, () => this.do(work));
	}

	/** Runs work at once, or when it resumes. */
	do(work: () => void): void {
		if (this.state === "up") work();
		else if (this.state === "paused") this.#held.push(work);
	}

	#every(periodMs: number, work: () => void): void {
		this.later(periodMs, () => {
			work();
			this.#every(periodMs, work);
		});
	}

	#writers(): SimulatedWriter[] {
		return [...this.world.writers.allOf(this.owner)];
	}

	#renew(): void {
		const { presence, servers } = this.world;
		servers.note("renewal");
		const revision = presence.renew(this.member, this.#revision);
		this.#revision = revision ?? presence.take(this.member);
		// Its key was gone, so others may have claimed its rooms and returned them in their own views.
		if (revision === undefined) for (const { room } of this.#writers()) this.contested(room);
	}

	#look(): void {
		const { time, rules, presence, servers } = this.world;
		if (time.now < this.blindUntil) return;
		servers.note("view read");
		time.after(rules.wayMs, () => {
			const view = presence.view();
			this.later(rules.wayMs, () => this.#learn(view));
		});
	}

	#learn(view: View): void {
		if (view.number < (this.view?.number ?? 0)) return;
		const owners = view.key === this.#owners?.key ? this.#owners : this.world.owners.of(view);
		for (const room of this.world.owners.gained(this.member.node, this.#owners, owners)) this.#gain(room);
		this.#owners = owners;
		this.view = view;
		for (const room of this.#contested) this.#due.push(room);
		this.#contested.clear();
		if (!this.#claimsPlanned) this.#claimDue();
	}

	/** Takes a room. Its earlier state is outdated, because the room was another node's meanwhile. */
	#gain(room: number): void {
		this.world.writers.delete(room, this.owner);
		this.#due.push(room);
	}

	#claimDue(): void {
		const { claimsPerSecond, claimsTogether } = this.world.rules;
		this.#claimsPlanned = this.#due.length > 0;
		if (!this.#claimsPlanned) return;
		for (let begun = 0; begun < (claimsPerSecond * claimRoundMs) / 1000 && this.#claiming < claimsTogether; begun++) {
			const room = this.#due.pop();
			if (room === undefined) break;
			if (this.isOwner(room) && !this.world.writers.get(room, this.owner)) this.#takeOver(room);
		}
		this.later(claimRoundMs, () => this.#claimDue());
	}

	/**
	 * Takes over a room. One whose owner is present is connected first, so there is no gap; it waits for its turn at the
	 * upstream.
	 */
	#takeOver(room: number): void {
		const { live, servers } = this.world;
		if (live[room] !== 1) this.#claim(room, () => undefined);
		else if (this.#isThere(servers.newest(room)?.head.owner)) {
			this.#shake(() => this.#claim(room, () => this.world.onConnected(room)));
		} else this.#claim(room, () => this.#shake(() => this.world.onConnected(room)));
	}

	#claim(room: number, claimed: () => void): void {
		const { live, writers } = this.world;
		const writer = new SimulatedWriter(this, room);
		this.#claiming++;
		writer.claim((isOwner) => {
			if (isOwner) writers.add(room, writer);
			else this.contested(room);
			if (isOwner && live[room] === 1) this.#readWindow(room, this.world.rules.windowMessages);
			else this.#claiming--;
			if (isOwner) claimed();
		});
	}

	/**
	 * Reads the newest messages, as an owner does one by one before it appends; here in groups, so that other requests
	 * come between.
	 */
	#readWindow(room: number, messages: number): void {
		const { servers, rules, onReady } = this.world;
		const some = Math.min(messages, 50);
		if (some === 0) {
			this.#claiming--;
			onReady(room);
			return;
		}
		servers.note("direct read", some);
		servers.inTurn("read", room, some, rules.wayMs, () =>
			this.later((2 * some - 1) * rules.wayMs, () => this.#readWindow(room, messages - some)),
		);
	}

	#isThere(owner: string | undefined): boolean {
		const node = owner?.slice(0, owner.lastIndexOf("."));
		return node !== this.member.node && (this.view?.members.some((member) => member.node === node) ?? false);
	}

	/** Connects a room to the upstream, at the pace of handshakes. */
	#shake(connected: () => void): void {
		this.#handshakes.push(connected);
		if (!this.#shaking) this.#shakeNext();
	}

	#shakeNext(): void {
		const { time, rules } = this.world;
		this.#shaking = this.#handshakes.length > 0;
		if (!this.#shaking) return;
		const waitMs = this.#pace.waitMs(time.now) ?? rules.handshakeMs;
		if (waitMs > 0) {
			this.later(waitMs, () => this.#shakeNext());
			return;
		}
		const connected = this.#handshakes.shift();
		const done = this.#pace.begin(time.now);
		this.later(rules.handshakeMs, () => {
			done();
			connected?.();
		});
		this.#shakeNext();
	}
}

const claimRoundMs = 20;
