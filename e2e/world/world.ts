import { sleep } from "@livekeeper/douyin";
import { seeded } from "@livekeeper/douyin/testing";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import type { ConfigInput } from "livekeeper";
import type { LimitsInput } from "../chaos/actions.ts";
import { serviceCookie, setLimits, sharedIdentity } from "../chaos/option-draws.ts";
import { SiteHand } from "../chaos/site-hand.ts";
import type { KnownRoom } from "../chaos/world.ts";
import { live } from "./guard.ts";
import { WorldNats } from "./nats.ts";
import { WorldNetwork } from "./network.ts";
import type { Absence } from "./notices.ts";
import { readerCount, type WorldAction, type WorldPlan } from "./plan.ts";
import type { WorldProcess } from "./process.ts";
import { type Habits, socketBuffer, WorldReader } from "./reader.ts";
import { Receiver } from "./receiver.ts";
import { RunningService } from "./running-service.ts";
import { libraryClock, Scheduler, startsAt, WorldClock } from "./scheduler.ts";
import { WorldStore } from "./store.ts";
import { Stranger } from "./stranger.ts";

/** Mean time between two bursts of a room, ms, and the largest one: 0.1 messages a second on average. */
const burstEveryMs = 15_000;
const maxInBurst = 2;
/** As long as that in quiet rooms, one in so many. */
const quietEveryMs = 120_000;
const maxInQuietBurst = 23;
const quietRooms = 10;
/** Largest number of sessions that any plan gives a room. */
const maxSessions = 2;

/** Readers that want some kinds of events only, whose connections break, or that fall behind. */
const habits: Record<string, Habits> = {
	"reader of chats and gifts": { types: ["chat", "gift"] },
	"reader of likes and members": { types: ["like", "member"] },
	"reader whose connection breaks": { throws: 0.05 },
	"reader that falls behind": { takesMs: 30_000, weight: 100 },
};

/** A wall clock that was set, from then on. */
interface Era {
	from: number;
	aheadMs: number;
}

/** A node of the service, on a machine of its own. */
export interface WorldNode {
	readonly number: number;
	/** Its process, while there is one. */
	service: RunningService | undefined;
	/** To be called once it runs again. */
	isBack?: (() => void) | undefined;
}

function nameOf(number: number): string {
	return `node-${number + 1}`;
}

type NodeStep = Extract<WorldAction, { do: "node_ends" | "node_hangs" | "nats" }>;

/** Time in which rooms find their places again, ms. */
const settlesMs = 60_000;

/** Options of each node of a cluster, beside its name. */
const clusterOptions: ConfigInput = {
	...{ cluster: ["nats://127.0.0.1:4222"], cluster_replicas: 1, secret: "a made-up secret of all nodes" },
};

/**
 * A site, a network, a store, readers, a receiver and a service, in one thread and on one time. The service is one
 * process with a store of its own, or several nodes on one NATS.
 */
export class World {
	readonly plan: WorldPlan;
	readonly scheduler: Scheduler;
	readonly simulator: Simulator;
	readonly site: SiteHand;
	readonly network: WorldNetwork;
	readonly store: WorldStore;
	/** NATS of a cluster. */
	readonly nats: WorldNats | undefined;
	readonly nodes: readonly WorldNode[];
	readonly readers: readonly WorldReader[];
	/** Readers of the first two rooms with habits of their own. */
	readonly others: readonly WorldReader[];
	readonly receiver: Receiver;
	readonly stranger: Stranger;
	readonly rooms: KnownRoom[] = [];
	/** Error lines of the service's log, with their time, ms since the world began. */
	readonly errors: { at: number; line: string }[] = [];
	readonly absences: Absence[] = [];
	/** When a process of the service started, ms since the epoch on the site's clock. */
	readonly startedAt: number[] = [];
	/** When the power failed, ms since the epoch on the site's clock. */
	readonly powerCuts: number[] = [];
	readonly eras: Era[] = [{ from: 0, aheadMs: 0 }];
	/** Limits in force. */
	limits: LimitsInput;
	/** Whether no room says anything any more. */
	isSilent = false;
	isAfterNight = false;
	/** The clock of the machine that the service runs on, which libraries read. */
	readonly #machine: WorldClock;
	readonly #random: () => number;
	readonly #liveIds = new Map<string, string>();
	/** The node that each reader is connected to. */
	readonly #disturbed: { from: number; to: number }[] = [];
	#restored: Promise<void> = Promise.resolve();
	readonly #time: WorldClock;
	readonly #nodeOf = new Map<WorldReader, WorldNode>();

	static async begin(plan: WorldPlan): Promise<World> {
		const scheduler = new Scheduler(seeded(plan.seed + 1));
		const machine = new WorldClock(scheduler, "library");
		live({ clock: libraryClock(machine), random: seeded(plan.seed + 9) });
		const simulator = await startSimulator({
			...{
				rooms: plan.rooms,
				seed: plan.seed,
				historySize: plan.historySize,
				strict: true,
				site: "real",
				ids: plan.ids,
			},
			...{ clock: new WorldClock(scheduler, "site"), listens: false, rate: 0, tickMs: 1_000 },
		});
		return new World(plan, scheduler, machine, simulator);
	}

	private constructor(plan: WorldPlan, scheduler: Scheduler, machine: WorldClock, simulator: Simulator) {
		this.plan = plan;
		this.#machine = machine;
		this.scheduler = scheduler;
		this.simulator = simulator;
		this.site = new SiteHand(simulator.site);
		this.#random = seeded(plan.seed + 2);
		this.#time = new WorldClock(scheduler, "nodes");
		this.network = new WorldNetwork(scheduler, seeded(plan.seed + 3), simulator, (name) => this.liveIdOf(name));
		this.store = new WorldStore(scheduler);
		this.nats = plan.nodes > 1 ? new WorldNats(scheduler, seeded(plan.seed + 60)) : undefined;
		this.nodes = Array.from({ length: plan.nodes }, (_, number) => ({ number, service: undefined }));
		this.limits = plan.limits;
		for (const room of simulator.rooms) this.#know(room.liveId);
		for (const [i, known] of this.rooms.entries()) known.room.change({ voice: plan.voices[i] });
		this.receiver = new Receiver(scheduler, seeded(plan.seed + 4));
		this.stranger = new Stranger(plan.access, plan.seed + 20, {
			scheduler,
			service: () => this.service,
			eras: () => this.eras.length,
		});
		this.readers = Array.from({ length: readerCount }, (_, i) => {
			const liveIds = this.rooms.flatMap(({ liveId }, k) => (k % readerCount === i ? [liveId] : []));
			return new WorldReader(`reader ${i + 1}`, liveIds, { scheduler, random: seeded(plan.seed + 5 + i) });
		});
		const two = this.rooms.slice(0, 2).map(({ liveId }) => liveId);
		this.others = Object.entries(habits).map(([name, own], i) => {
			return new WorldReader(name, two, { scheduler, random: seeded(plan.seed + 30 + i) }, own);
		});
	}

	/** The process that users ask: of a node that answers, if there is one. */
	get service(): RunningService | undefined {
		const running = this.nodes.filter(({ service }) => service !== undefined);
		return (running.find((node) => this.#answers(node)) ?? running[0])?.service;
	}

	#answers({ service, number }: WorldNode): boolean {
		return service !== undefined && !service.process.hangs && !this.nats?.isStruck(number);
	}

	/** Time of the site's clock, ms since the epoch: that of everything that the world records. */
	now(): number {
		return startsAt + this.scheduler.elapsed;
	}

	liveIdOf(name: string): string {
		return this.#liveIds.get(name) ?? "";
	}

	/** Adds a room to the site. */
	addRoom(): KnownRoom {
		const liveId = String(2_001 + this.rooms.length);
		this.simulator.addRoom(liveId, { rate: 0 });
		return this.#know(liveId);
	}

	beginBroadcast({ room, begins }: KnownRoom): void {
		if (room.live) return;
		begins.push(room.info.generated);
		room.begin();
		this.#liveIds.set(room.roomId, room.liveId);
	}

	/** Rooms say something in bursts, of a tenth of a message a second on average. */
	startTalk(): void {
		for (const known of this.rooms) this.talkOf(known);
	}

	#know(liveId: string): KnownRoom {
		const room = this.simulator.room(liveId);
		if (!room) throw new Error(`The site has no room ${liveId}.`);
		for (const name of [liveId, room.anchor.secUid, room.roomId]) this.#liveIds.set(name, liveId);
		const sessions = [{ from: 0, max: this.plan.sessions }];
		const options = { redundancy: this.plan.sessions };
		const known = { liveId, room, begins: [0], windows: [], restartedAt: [], options, sessions };
		this.rooms.push(known);
		return known;
	}

	/** Whether a room may say nothing for so long that its connection counts as silent. */
	maySilence(liveId: string): boolean {
		return this.plan.options.silence_ms !== undefined || this.#isQuiet(liveId);
	}

	#isQuiet(liveId: string): boolean {
		return this.rooms.findIndex((room) => room.liveId === liveId) % quietRooms === quietRooms - 1;
	}

	/** The room says something in bursts from now on. */
	talkOf(known: KnownRoom): void {
		const isQuiet = this.#isQuiet(known.liveId);
		// Live rooms say something every few seconds, if only how many watch; a quiet one may fall silent.
		const gapMs = isQuiet ? -Math.log(1 - this.#random()) * quietEveryMs : (0.1 + 1.8 * this.#random()) * burstEveryMs;
		const max = isQuiet ? maxInQuietBurst : maxInBurst;
		this.scheduler.after(
			gapMs,
			() => {
				if (known.room.live && !this.isSilent) known.room.produce(1 + Math.floor(this.#random() * max));
				this.talkOf(known);
			},
			`burst ${known.liveId}`,
		);
	}

	/** Whether the store or a node was disturbed at any time between the two, ms since the world began. */
	wasDisturbed(from: number, to: number): boolean {
		return this.#isNodeDisturbed(from, to) || this.store.wasDisturbed(from, to);
	}

	/** Number of times that rooms, and with them what is known of a receiver, moved or were about to. */
	get #moves(): number {
		const { elapsed } = this.scheduler;
		return this.#disturbed.length + this.#disturbed.filter(({ to }) => to - settlesMs <= elapsed).length;
	}

	#isNodeDisturbed(from: number, to: number): boolean {
		return this.#disturbed.some((spell) => spell.from <= to && spell.to >= from);
	}

	/** Disturbs a node, unless fewer than two would be left. @returns whether it was */
	disturb(step: NodeStep): boolean {
		const node = this.nodes[step.node];
		if (!node || !this.#answers(node) || this.nodes.filter((one) => this.#answers(one)).length < 3) return false;
		const spell = { from: this.scheduler.elapsed, to: Number.POSITIVE_INFINITY };
		this.#disturbed.push(spell);
		const done = this.#strike(node, step).then(() => {
			spell.to = this.scheduler.elapsed + settlesMs;
		});
		this.#restored = Promise.all([this.#restored, done]).then(() => undefined);
		return true;
	}

	async #strike(node: WorldNode, step: NodeStep): Promise<void> {
		const { service } = node;
		if (!service) return;
		if (step.do === "nats") {
			const isBack = this.#miss(node, "nats");
			this.nats?.strike(node.number, step.fault);
			await sleep(this.#time, "forMs" in step.fault ? step.fault.forMs : 0);
			isBack();
		} else if (step.do === "node_hangs") {
			const isBack = this.#miss(node, "hang");
			service.process.freeze();
			await sleep(this.#time, step.forMs);
			service.process.wake();
			isBack();
		} else {
			await this.endNode(node, step.how);
			await sleep(this.#time, step.downMs);
			await this.startNode(node);
		}
	}

	/** Notes that the others don't hear a node. @returns a function to call once they can again */
	#miss({ number }: WorldNode, how: Absence["how"]): () => void {
		const absence = { node: nameOf(number), from: this.scheduler.elapsed, to: Number.POSITIVE_INFINITY, how };
		this.absences.push(absence);
		return () => {
			absence.to = this.scheduler.elapsed;
		};
	}

	/** Resolves once all nodes are as they were. */
	restored(): Promise<void> {
		return this.#restored;
	}

	/** Starts the service, on all nodes. @throws the error of its start */
	async startService(): Promise<void> {
		await Promise.all(this.nodes.map((node) => this.startNode(node)));
	}

	/** Starts a process of the service. @throws the error of its start */
	async startNode(node: WorldNode): Promise<void> {
		const { nats, store } = this;
		const surroundings = {
			...{ scheduler: this.scheduler, random: this.#random, network: this.network },
			...{ store: nats ? { node: node.number, nats } : store },
			outgoings: ({ clock }: WorldProcess) =>
				this.receiver.outgoings({ now: () => clock.now(), eras: () => this.eras.length, moves: () => this.#moves }),
			aheadMs: (this.eras.at(-1)?.aheadMs ?? 0) + (this.plan.aheadMs[node.number] ?? 0),
			onError: (line: string) => void this.errors.push({ at: this.scheduler.elapsed, line }),
		};
		this.startedAt.push(this.now());
		node.service = await RunningService.start(this.#configOf(node), surroundings);
		node.isBack?.();
		// Limits changed at runtime last until the service ends.
		if (this.nodes.every(({ service }) => service === undefined || service === node.service))
			this.limits = this.plan.limits;
		for (const [i, reader] of [...this.readers, ...this.others].entries()) {
			// A reader of a cluster comes to a node of its own, and leaves it only if it has to.
			if (!this.#nodeOf.has(reader) && i % this.nodes.length === node.number) this.#come(reader, node);
		}
		this.startedAt.push(this.now());
	}

	#configOf({ number }: WorldNode): ConfigInput {
		const { options } = this.plan;
		return {
			upstream_url: "http://127.0.0.1:7002",
			cookie: serviceCookie,
			// All rooms share one made-up cookie, and mute sockets are faults here, not risk control.
			...{ max_connections_per_login: 100_000, identity_rests: false, rate_limit: 0, target_allow_private: true },
			...options,
			...{ ...this.plan.access, socket_buffer: socketBuffer },
			...(this.isAfterNight && this.plan.forgets && { retention_hours: 1, clock_trust_hours: 0 }),
			...setLimits(this.plan.limits),
			...(this.nats && { ...clusterOptions, node: nameOf(number) }),
		};
	}

	#come(reader: WorldReader, node: WorldNode): void {
		if (!node.service) return;
		this.#nodeOf.set(reader, node);
		reader.come(node.service.readers);
	}

	/** Ends the service, on all nodes. */
	async endService(how: "stop" | "kill" | "power_cut"): Promise<void> {
		await Promise.all(this.nodes.map((node) => this.endNode(node, how)));
	}

	/** Ends a process of the service: orderly, in the middle of whatever it does, or with the power. */
	async endNode(node: WorldNode, how: "stop" | "kill" | "power_cut"): Promise<void> {
		const { service } = node;
		node.service = undefined;
		for (const [reader, own] of [...this.#nodeOf]) {
			if (own !== node) continue;
			this.#nodeOf.delete(reader);
			reader.lose();
			const other = this.nodes.find((one) => this.#answers(one));
			if (other) this.#come(reader, other);
		}
		if (!service) return;
		node.isBack = this.#miss(node, how);
		if (how !== "stop") await service.kill();
		else await service.stop();
		if (how === "power_cut") await this.store.cutPower();
		if (how === "stop" && service.process.clock.pendingTimers > 0) {
			this.errors.push({
				at: this.scheduler.elapsed,
				line: `${service.process.clock.pendingTimers} timers are left after a stop`,
			});
		}
		await service.kill();
	}

	/** Puts everything that rooms need: the shared login, a target, and the rooms. */
	async startRooms(): Promise<void> {
		await this.put(`/api/v1/identities/${sharedIdentity.name}`, { cookie: sharedIdentity.cookie });
		for (const target of [this.receiver.target, this.receiver.noticeTarget])
			await this.put("/api/v1/targets", target, "POST");
		for (const { liveId, options } of this.rooms) await this.put(`/api/v1/rooms/${liveId}`, options);
	}

	async put(path: string, given: unknown, method = "PUT"): Promise<void> {
		const answer = await this.service?.request(method, path, given);
		if (answer?.status === 200 || answer?.status === 201) return;
		throw new Error(`${method} ${path}: ${answer?.status} ${JSON.stringify(answer?.body)}`);
	}

	/** The power fails: options of rooms go back to what was on the disk, until they are put again. */
	powerFails(): void {
		const from = this.now();
		this.powerCuts.push(from);
		for (const { sessions, windows } of this.rooms) {
			sessions.push({ from, max: maxSessions });
			windows.push({ what: "no_gifts", from, to: Number.POSITIVE_INFINITY });
		}
	}

	/** Sets the wall clock of the service's machine. */
	setClock(ms: number): void {
		const aheadMs = (this.eras.at(-1)?.aheadMs ?? 0) + ms;
		this.eras.push({ from: this.scheduler.elapsed, aheadMs });
		this.#machine.set(ms);
		for (const { service } of this.nodes) service?.process.setClock(ms);
	}

	sessionsOf(liveId: string, from: number, to: number): number {
		const spells = this.rooms.find((room) => room.liveId === liveId)?.sessions ?? [];
		const then = spells.filter((spell, i) => spell.from <= to && (spells[i + 1]?.from ?? to) >= from);
		return Math.max(...then.map(({ max }) => max));
	}

	restartedIn(liveId: string, from: number, to: number): boolean {
		const restartedAt = this.rooms.find((room) => room.liveId === liveId)?.restartedAt ?? [];
		if (this.#isNodeDisturbed(from - startsAt, to - startsAt)) return true;
		return [...restartedAt, ...this.startedAt].some((at) => at >= from && at <= to);
	}

	async end(): Promise<void> {
		for (const { service } of this.nodes) await service?.kill();
		this.nats?.close();
		await this.simulator.close();
		this.#machine.kill();
		live(undefined);
	}
}
