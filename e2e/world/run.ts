import { seeded } from "@livekeeper/douyin/testing";
import type { Act, Action, LimitsInput } from "../chaos/actions.ts";
import { checkAttempts } from "../chaos/attempt-rules.ts";
import { judge } from "../chaos/judge.ts";
import { sharedIdentity } from "../chaos/option-draws.ts";
import type { KnownRoom } from "../chaos/world.ts";
import { type LoggedEvent, RoomLog } from "../kit/room-log.ts";
import { judgeCalm } from "./calm.ts";
import { isAboutDamage, judgeDamage } from "./damage.ts";
import { checkDeliveries } from "./delivery-rules.ts";
import { drill } from "./drill.ts";
import { takeReached } from "./guard.ts";
import { checkNotices } from "./notices.ts";
import { WorldOperator } from "./operator.ts";
import { calmMsOf, kindOf, lookUpsMs, type WorldAction, type WorldPlan } from "./plan.ts";
import { askQuestions } from "./questions.ts";
import { type SeenEvent, WorldReader } from "./reader.ts";
import { Referee } from "./referee.ts";
import type { RunningService } from "./running-service.ts";
import { startsAt } from "./scheduler.ts";
import { checkSlowDowns } from "./slow-downs.ts";
import { judgeWay } from "./ways.ts";
import { World } from "./world.ts";

/** Result of a run. */
export interface WorldReport {
	seed: number;
	/** Hash of everything that happened. */
	hash: string;
	/** Broken promises, as sentences; empty if all were kept. */
	broken: string[];
	/** Number of disturbances, by kind. */
	struck: Record<string, number>;
	/** Time that passed in the world, h. */
	hours: number;
	/** Number of events of the scheduler. */
	events: number;
	messages: number;
	gaps: number;
	attempts: number;
	connections: number;
	/** Time until every room was back after the disturbances, s. */
	backAfterS: number;
}

/** Time for recovery after the end of all faults, ms: a device block of 300 s, another look-up, and a connection. */
const backWithinMs = 420_000;
/** Time for recovery after a room's next look-up, if that is later, ms. */
const backAfterLookMs = 120_000;
/** Maximum delay of a look-up, ms: a way that is refused repeatedly rests for an hour plus a tenth. */
const latestLookMs = 66 * 60_000;
/** Time within which a failed write is reported and retried, ms. */
const reportedWithinMs = 20_000;
const minuteMs = 60_000;
/** Time within which a target has everything, ms: no wait for a receiver is longer than an hour. */
const targetWithinMs = 70 * minuteMs;
/** Number of rooms whose answers are compared with their events. */
const askedRooms = 4;
/** Maximum number of times that a room's questions are asked. */
const maxRounds = 5;
/** Time for which the other nodes don't hear a node and leave its rooms to it, ms, and time in which they would not. */
const unheardMs = 6_000;
const movesWithinMs = 10_000;

/**
 * Runs a plan and checks the result against the promises.
 * @param onEntry receives each entry of the trace
 */
export async function runWorld(plan: WorldPlan, onEntry?: (entry: string) => void): Promise<WorldReport> {
	const world = await World.begin(plan);
	world.scheduler.trace.onEntry = onEntry;
	try {
		return await new Run(world).run();
	} finally {
		await world.end();
	}
}

class Run {
	readonly #world: World;
	readonly #operator: WorldOperator;
	readonly #referee: Referee;
	readonly #struck: Record<string, number> = {};
	readonly #broken: string[] = [];
	/** Number of disturbances so far. */
	#steps = 0;
	/** When events were damaged in the store, ms since the world began. */
	#damagedAt = Number.POSITIVE_INFINITY;

	constructor(world: World) {
		this.#world = world;
		this.#operator = new WorldOperator(world);
		this.#referee = new Referee(world);
	}

	async run(): Promise<WorldReport> {
		const world = this.#world;
		const { plan, scheduler, network } = world;
		await this.#within("The service has not started", world.startService());
		await this.#within("The rooms have not started", world.startRooms());
		world.startTalk();
		this.#referee.start();
		world.stranger.start();
		for (const step of plan.steps) {
			scheduler.after(step.at, () => this.#do(step), `does ${JSON.stringify(step)}`);
		}
		await scheduler.advance(calmMsOf(plan) - minuteMs / 10);
		const judged = judgeCalm(world).then((broken) => this.#broken.push(...broken));
		await this.#within("The calm before all disturbances can't be judged", judged);
		if (!world.nats) this.#broken.push(...(await drill(world)));
		await scheduler.advance(Math.max(plan.spanMs, ...plan.steps.map(({ at }) => at)));
		this.#calm();
		const calmAt = scheduler.elapsed;
		await this.#within("The nodes are not back", world.restored());
		await this.#within("The users are not done", this.#operator.done());
		const logs = world.rooms.map(({ liveId }) => new RoomLog({ request: this.#operator.request }, liveId));
		await this.#untilBack(logs);
		const backAfterS = Math.round((scheduler.elapsed - calmAt) / 1000);
		world.isSilent = true;
		await scheduler.advance(2 * minuteMs);
		this.#referee.stop();
		for (const reader of [...world.readers, ...world.others]) reader.calm();
		await scheduler.advance(2 * minuteMs);
		await this.#stopRooms();
		for (const log of logs) await this.#within("The log can't be read", log.readOn());
		const verdicts = world.rooms.map((known, i) => judge(this.#truthOf(known), this.#onSiteTime(logs[i])));
		this.#broken.push(...this.#referee.broken, ...verdicts.flatMap(({ broken }) => broken));
		this.#judgeReaders(logs);
		await this.#judgeTarget(logs);
		this.#broken.push(...world.stranger.complaints);
		this.#judgeRequests();
		await this.#within("The metrics can't be read", this.#judgePending());
		await this.#end(logs);
		this.#judgeErrors();
		for (const words of this.#broken) scheduler.trace.note(scheduler.elapsed, words);
		for (const log of logs) for (const { seq, id } of log.events) scheduler.trace.note(seq, id);
		return {
			...{ seed: plan.seed, hash: scheduler.trace.end(), broken: this.#broken, struck: this.#struck },
			...{ hours: scheduler.elapsed / 3_600_000, events: scheduler.events, backAfterS },
			messages: verdicts.reduce((sum, { messages }) => sum + messages, 0),
			gaps: verdicts.reduce((sum, { gaps }) => sum + gaps, 0),
			attempts: network.attempts.length,
			connections: network.attempts.filter(({ outcome }) => outcome === "open").length,
		};
	}

	/** A target gets everything, however its receiver and the clock were, and asks it no more than is promised. */
	async #judgeTarget(logs: readonly RoomLog[]): Promise<void> {
		const { receiver, scheduler } = this.#world;
		const missing = () =>
			logs.filter(({ liveId, events }) => {
				const newest = events.at(-1)?.seq ?? 0;
				return receiver.target.live_ids.includes(liveId) && (receiver.accepted.get(liveId) ?? 0) < newest;
			});
		await scheduler.until(() => missing().length === 0, targetWithinMs, 10_000);
		for (const { liveId } of missing())
			this.#broken.push(`the target: room ${liveId}: nothing after ${receiver.accepted.get(liveId)} came in an hour`);
		this.#broken.push(...receiver.complaints, ...checkDeliveries(receiver.requests));
		const isDisturbed = (from: number, to: number) => this.#world.wasDisturbed(from, to);
		this.#broken.push(...checkNotices(receiver.notices, this.#world.absences, isDisturbed));
	}

	/** Judges what the service asked the site for, and when. */
	#judgeRequests(): void {
		const { plan, network, site, store } = this.#world;
		const world = this.#world;
		const rules = {
			liveIdOf: (name: string) => world.liveIdOf(name),
			restartedIn: (liveId: string, from: number, to: number) => world.restartedIn(liveId, from, to),
			sessionsOf: (liveId: string, from: number, to: number) => world.sessionsOf(liveId, from, to),
			probesForAll: plan.options.strategy === "adaptive",
		};
		this.#broken.push(...checkAttempts(network.attempts, network.asked, rules));
		this.#broken.push(...checkSlowDowns(network.slowDowns, network.asked, rules), ...store.complaints);
		// The default is within every budget of the site; what a user raises may not be.
		if (plan.options.lookups_per_minute === undefined) this.#broken.push(...site.bansEarned());
	}

	/** Errors in the service's log are defects, unless the store explains them. */
	#judgeErrors(): void {
		const { errors } = this.#world;
		for (const { at, line } of errors) {
			if (isAboutDamage(line) && at >= this.#damagedAt) continue;
			if (!(isAboutStorage(line) || isAboutNodes(line)) || !this.#world.wasDisturbed(at - reportedWithinMs, at))
				this.#broken.push(`an error in the log, at ${at}: ${line.trim()}`);
		}
		this.#broken.push(...takeReached().map((place) => `something reaches past its world: ${place}`));
	}

	/** Lets time pass until work is done. A failure or a delay of an hour breaks a promise. */
	async #within(words: string, work: Promise<unknown>): Promise<void> {
		let isOver = false;
		const done = work.then(
			() => undefined,
			(error: unknown) =>
				void this.#broken.push(`${words}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
		);
		void done.then(() => {
			isOver = true;
		});
		if (!(await this.#world.scheduler.until(() => isOver, 60 * minuteMs, 20)))
			this.#broken.push(`${words} within an hour`);
	}

	#do(step: Action | WorldAction): void {
		const { scheduler, simulator, site, network, rooms, readers, receiver, store } = this.#world;
		const world = this.#world;
		this.#steps++;
		if (step.do === "node_ends" || step.do === "node_hangs" || step.do === "nats") {
			const wasSettled = !world.wasDisturbed(scheduler.elapsed, scheduler.elapsed);
			if (!world.disturb(step)) return;
			if (wasSettled && step.do !== "node_ends") void this.#judgeShortCut(step);
		}
		const kind = kindOf({ at: 0, ...step });
		this.#struck[kind] = (this.#struck[kind] ?? 0) + 1;
		const known = "room" in step && step.room !== undefined ? rooms[step.room] : undefined;
		switch (step.do) {
			case "fault":
				this.#note(step.spec, known);
				simulator.setFault(step.spec, known?.liveId);
				break;
			case "network":
				network.strike(step.fault, known?.liveId);
				break;
			case "ban":
				site.ban(step.group, step.forMs);
				break;
			case "batch":
				site.answer(step.ids);
				break;
			case "end":
				if (known?.room.live) known.room.end({ pageLingersMs: step.pageLingersMs });
				break;
			case "begin":
				if (known) world.beginBroadcast(known);
				break;
			case "page":
				known?.room.change({ page: step.page });
				break;
			case "burst":
				if (known?.room.live) known.room.produce(step.messages);
				break;
			case "voice":
				known?.room.change({ voice: step.voice });
				break;
			case "clock":
				world.setClock(step.ms);
				break;
			case "store":
				store.strike(step.fault);
				break;
			case "crash":
				store.afterCommit(() => this.#operator.do({ do: "service", signal: "SIGKILL", downMs: step.downMs }));
				break;
			case "power_cut":
				void store.sync();
				scheduler.after(step.lostMs, () => this.#operator.powerFails(step.downMs), "power fails");
				break;
			case "target":
				receiver.how = step.how;
				break;
			case "reader_away":
				readers[step.reader]?.leave(step.forMs);
				break;
			case "reader_slow":
				readers[step.reader]?.slow(step.forMs, step.ms);
				break;
			case "new_room": {
				const added = world.addRoom();
				world.talkOf(added);
				this.#operator.start(added);
				break;
			}
			case "cookie":
				this.#operator.setCookie(sharedIdentity.name, step.cookie);
				break;
			case "node_ends":
			case "node_hangs":
			case "nats":
			case "rate":
			case "disk":
			case "reader":
				break;
			default:
				this.#operator.do(step satisfies Act);
				break;
		}
	}

	/** A node that the others don't hear for a few seconds keeps its rooms. Judged if nothing else happens meanwhile. */
	async #judgeShortCut(step: Extract<WorldAction, { do: "node_hangs" | "nats" }>): Promise<void> {
		const { nodes, scheduler } = this.#world;
		const forMs = step.do === "node_hangs" ? step.forMs : step.fault.kind === "reset" ? 0 : step.fault.forMs;
		const others = nodes.filter(({ number }) => number !== step.node).map(({ service }) => service);
		if (forMs > unheardMs) return;
		const steps = this.#steps;
		const taken = () => Promise.all(others.map(takenOverBy));
		const before = await taken();
		await new Promise<void>((resolve) => scheduler.after(forMs + movesWithinMs, resolve, "judge"));
		if (this.#steps > steps) return;
		const after = await taken();
		for (const [i, count] of before.entries())
			if (after[i] !== count)
				this.#broken.push(
					`rooms moved when a node was cut off for ${forMs} ms: ${count} were taken over, now ${after[i]}`,
				);
	}

	/** Remembers faults that no client can detect. */
	#note({ fault, for_ms = 0 }: { fault: string; for_ms?: number }, known: KnownRoom | undefined): void {
		if (fault !== "reorder" && fault !== "no_gifts") return;
		const from = this.#world.now();
		for (const { windows } of known ? [known] : this.#world.rooms)
			windows.push({ what: fault, from, to: from + for_ms });
	}

	/** Ends all faults, resumes every broadcast and starts every room: from here on everything has to recover. */
	#calm(): void {
		this.#steps++;
		const { simulator, site, network, store, readers, others, receiver, rooms, plan } = this.#world;
		simulator.clearFaults();
		site.calm();
		network.calm();
		store.calm();
		store.forgetCommit();
		receiver.how = "fine";
		for (const reader of [...readers, ...others]) reader.calm();
		for (const known of rooms) {
			known.room.change({ page: "auto" });
			this.#world.beginBroadcast(known);
			this.#operator.start(known);
		}
		if (plan.isHelped) this.#operator.do({ do: "passed", solved: true });
	}

	/** Waits until every room is connected, or in line under limits, and stores what it says; then without limits. */
	async #untilBack(logs: readonly RoomLog[]): Promise<void> {
		const isLimited =
			this.#world.limits.max_connections !== null || this.#world.limits.max_connections_per_identity !== null;
		if (isLimited) {
			await this.#back(logs, "Neither back nor in line", true);
			const none: LimitsInput = { max_connections: null, max_connections_per_identity: null };
			this.#operator.do({ do: "limits", limits: none });
			await this.#within("The limits can't be lifted", this.#operator.done());
		}
		await this.#back(logs, "Not back", false);
	}

	async #back(logs: readonly RoomLog[], words: string, mayWait: boolean): Promise<void> {
		const { scheduler, rooms, plan } = this.#world;
		const lookMs = lookUpsMs({ ...plan, rooms: rooms.length });
		const soon = scheduler.elapsed + backWithinMs + lookMs;
		const lateAts = new Map<string, number>();
		const marks = rooms.map(({ room }) => room.info.generated);
		let missing: string[] = [];
		while (scheduler.elapsed <= Math.max(soon, ...lateAts.values())) {
			for (const { room } of rooms) room.produce(1);
			await scheduler.advance(10_000);
			const rows = await this.#rows();
			for (const row of rows) this.#noteLook(row, lateAts, lookMs);
			missing = [];
			for (const [i, { room, liveId }] of rooms.entries()) {
				const row = rows.find(({ live_id }) => live_id === liveId);
				if (mayWait && row?.state === "queued" && row.queue) continue;
				await this.#within("The log can't be read", logs[i]?.readOn() ?? Promise.resolve());
				const ids = new Set(logs[i]?.ids);
				if (row?.state === "connected" && room.generatedIds(marks[i]).some((id) => ids.has(id))) continue;
				missing.push(`${liveId} ${row?.state}: ${row?.reason.message}`);
			}
			if (missing.length === 0) return;
		}
		this.#broken.push(`${words}: ${missing.join("; ")}`);
	}

	/** The site has hidden the room, or a way rests until someone reports a passed slider: it is looked up later. */
	#noteLook({ live_id, state, watch }: Row, lateAts: Map<string, number>, lookMs: number): void {
		if (state === "connected" || lateAts.has(live_id) || !watch?.next_at) return;
		const aheadMs = this.#world.eras.at(-1)?.aheadMs ?? 0;
		const at = watch.next_at - aheadMs - startsAt;
		lateAts.set(live_id, Math.min(at, this.#world.scheduler.elapsed + latestLookMs) + backAfterLookMs + lookMs);
	}

	async #rows(): Promise<Row[]> {
		let rows: Row[] = [];
		const read = async () => {
			const { body } = await this.#operator.request("GET", "/api/v1/rooms");
			({ rooms: rows } = body as { rooms: Row[] });
		};
		await this.#within("The rooms can't be read", read());
		return rows;
	}

	#truthOf({ liveId, room, begins, windows }: KnownRoom) {
		const attempts = this.#world.network.attempts.filter(({ roomId }) => this.#world.liveIdOf(roomId) === liveId);
		const gifts = new Set(room.giftIds());
		return { liveId, generated: room.generatedIds(), sentAt: room.sentAts(), gifts, begins, windows, attempts };
	}

	/** Returns the events with the site's time in place of the service's, whose wall clock is set now and then. */
	#onSiteTime(log: RoomLog | undefined): LoggedEvent[] {
		const { eras } = this.#world;
		let before = startsAt;
		let skipped = 0;
		return (log?.events ?? []).map((event, place) => {
			// Numbers jump where the end of the log was lost with the power. Pages report that, except in a room that is new
			// since: it begins above whatever it may have had.
			const isNew = place === 0 && this.#world.powerCuts.length > 0;
			if (isNew || log?.cuts.includes(place)) skipped = event.seq - (place + 1);
			const fitting = eras.flatMap(({ from, aheadMs }, i) => {
				const at = event.received_at - aheadMs;
				const [begin, end] = [startsAt + from, startsAt + (eras[i + 1]?.from ?? Number.POSITIVE_INFINITY)];
				return at >= begin && at <= end ? [at] : [];
			});
			const at = fitting.find((one) => one >= before - minuteMs) ?? fitting.at(-1) ?? event.received_at;
			before = Math.max(before, at);
			return { ...event, seq: event.seq - skipped, received_at: at };
		});
	}

	#judgeReaders(logs: readonly RoomLog[]): void {
		for (const reader of [...this.#world.readers, ...this.#world.others]) {
			this.#broken.push(...reader.complaints);
			const types: readonly string[] | undefined = reader.habits.types;
			for (const { liveId, seen } of reader.rooms) {
				const all = logs.find((one) => one.liveId === liveId)?.events ?? [];
				const log = types ? all.filter(({ type }) => types.includes(type)) : all;
				const idOf = new Map(log.map(({ seq, id }) => [seq, id]));
				// Events that were lost with the power were read before.
				const kept = seen.filter(({ seq }) => this.#world.powerCuts.length === 0 || idOf.has(seq));
				const other = kept.find(({ seq, id }) => idOf.get(seq) !== id);
				if (other) this.#broken.push(`${reader.name}: room ${liveId}: seq ${other.seq} is not the log's`);
				if (kept.length !== log.length) {
					this.#broken.push(`${reader.name}: room ${liveId}: has ${kept.length} of ${log.length} events`);
				}
			}
		}
	}

	/** Nothing waits to be stored once all is said. */
	async #judgePending(): Promise<void> {
		const { body } = (await this.#world.service?.askText("/metrics")) ?? { body: "" };
		const waiting = [...body.matchAll(/^livekeeper_storage_pending_(?:events|bytes) (\d+)$/gm)].map(([, n]) =>
			Number(n),
		);
		if (waiting.length !== 2 || waiting.some((n) => n > 0))
			this.#broken.push(`events and bytes wait to be stored, and all is stored: ${waiting.join(", ")}`);
	}

	/** Stops the rooms: one without messages would still report that its connection is silent. */
	async #stopRooms(): Promise<void> {
		const { rooms, network, scheduler, service } = this.#world;
		if (!service) return void this.#broken.push("The service is down in the end");
		for (const { liveId } of rooms) {
			await this.#within(
				"A room can't be stopped",
				this.#operator.request("POST", "/api/live/stop", { live_id: liveId }),
			);
		}
		await scheduler.advance(minuteMs);
		if (network.lines.size > 0)
			this.#broken.push(`${network.lines.size} sockets are open after all rooms were stopped`);
	}

	/** Turns the service off for a night, asks what it still knows, and stops it: nothing may be left. */
	async #end(logs: readonly RoomLog[]): Promise<void> {
		const { scheduler, plan } = this.#world;
		this.#world.isAfterNight = true;
		this.#operator.do({ do: "service", signal: "SIGTERM", downMs: plan.nightMs });
		await scheduler.advance(plan.nightMs);
		await this.#within("The service has not started after the night", this.#operator.done());
		// Upkeep deletes old events and joins small blocks, a little at a time.
		await scheduler.advance(minuteMs);
		const { service } = this.#world;
		if (!service) return;
		await this.#judgeMorning(logs, service);
		await this.#judgeNewRooms();
		await this.#within("The service does not stop", this.#world.endService("stop"));
	}

	/** Rooms that the service has never seen are looked up by one way alone; then what one of them says is damaged. */
	async #judgeNewRooms(): Promise<void> {
		const world = this.#world;
		const rooms = [world.addRoom(), world.addRoom(), world.addRoom()] as const;
		this.#broken.push(...(await judgeWay(world, this.#operator, rooms)));
		const [known] = rooms;
		const log = new RoomLog({ request: this.#operator.request }, known.liveId);
		// Bits flip on their way to a store of its own.
		if (world.nats) return;
		this.#damagedAt = world.scheduler.elapsed;
		this.#broken.push(...(await judgeDamage(world, known, log, seeded(world.plan.seed + 50))));
	}

	/** A reader that comes for the first time learns what is gone and gets the rest; sums still count everything. */
	async #judgeMorning(logs: readonly RoomLog[], service: RunningService): Promise<void> {
		const { rooms, scheduler, plan } = this.#world;
		const random = seeded(plan.seed + 40);
		// Rooms that the site got later have no reader to compare with.
		const some = rooms.slice(0, Math.min(askedRooms, plan.rooms)).map(({ liveId }) => liveId);
		const late = new WorldReader("a late reader", some, { scheduler, random });
		late.come(service.readers);
		await scheduler.advance(minuteMs);
		this.#broken.push(...late.complaints);
		for (const { liveId, seen } of late.rooms) {
			const log = logs.find((one) => one.liveId === liveId);
			await this.#within("The log can't be read", log?.readOn() ?? Promise.resolve());
			const oldestSeq = await this.#oldestSeq(liveId);
			const all = log?.events ?? [];
			// While it read, more may have become too old.
			const last = all.slice(all.length - seen.length);
			const hasAll =
				(seen[0]?.seq ?? Number.POSITIVE_INFINITY) <=
				(all.find(({ seq }) => seq >= oldestSeq)?.seq ?? Number.POSITIVE_INFINITY);
			if (!hasAll || seen.some(({ id }, i) => id !== last[i]?.id))
				this.#broken.push(`a late reader: room ${liveId}: has ${seen.length} events, not those from ${oldestSeq} on`);
			await this.#judgeAnswers(liveId, log, random);
		}
		late.lose();
	}

	/** Asks again if events became too old between two questions. */
	async #judgeAnswers(liveId: string, log: RoomLog | undefined, random: () => number): Promise<void> {
		const events = this.#eventsOf(liveId, log);
		let broken: string[] = [];
		for (let round = 0, isOver = false; round < maxRounds && !isOver; round++) {
			const oldestSeq = await this.#oldestSeq(liveId);
			const asked = askQuestions(this.#operator.request, { liveId, events, oldestSeq }, random);
			await this.#within(
				`Questions about ${liveId} are not answered`,
				asked.then((found) => {
					broken = found;
				}),
			);
			isOver = broken.length === 0 || (await this.#oldestSeq(liveId)) === oldestSeq;
		}
		this.#broken.push(...broken);
	}

	async #oldestSeq(liveId: string): Promise<number> {
		let oldest = 0;
		const read = async () => {
			const { body } = await this.#operator.request("GET", `/api/v1/rooms/${liveId}/events?limit=1`);
			({ oldest_seq: oldest } = body as { oldest_seq: number });
		};
		await this.#within("The log can't be read", read());
		return oldest;
	}

	/** Returns a room's events as its reader had them, without those that were lost with the power. */
	#eventsOf(liveId: string, log: RoomLog | undefined): SeenEvent[] {
		const ids = new Map(log?.events.map(({ seq, id }) => [seq, id]));
		const room = this.#world.readers.flatMap(({ rooms }) => rooms).find((one) => one.liveId === liveId);
		return (room?.seen ?? []).filter(({ seq, id }) => ids.get(seq) === id);
	}
}

/** Returns the number of rooms that a node has taken over since it started. */
async function takenOverBy(service: RunningService | undefined): Promise<string | undefined> {
	const { body = "" } = (await service?.askText("/metrics")) ?? {};
	return /^livekeeper_rooms_taken_over_total (.*)$/m.exec(body)?.[1];
}

/** Whether a line of the service's log reports a fault of its store. */
function isAboutStorage(line: string): boolean {
	return /"(?:fault|code)":"(?:disk_full|read_only|io|stalled|storage_failing)"/.test(line);
}

/** Whether a line of a node's log reports that it does not reach NATS, or that its rooms are another's. */
function isAboutNodes(line: string): boolean {
	return /"event":"(?:storage_failing|node_cut_off|events_lost)"/.test(line);
}

interface Row {
	live_id: string;
	state: string;
	reason: { message: string };
	queue: object | null;
	watch: { next_at: number | null } | null;
}
