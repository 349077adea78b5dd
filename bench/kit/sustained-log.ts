import { systemClock } from "@livekeeper/douyin";
import { openSqliteEventLog } from "../../packages/log/src/event-log/index.ts";
import { type StartThread, startEarly } from "../../packages/log/src/event-log/sqlite/store-thread.ts";
import type { Call, Reply } from "../../packages/log/src/event-log/sqlite/thread-protocol.ts";
import { quietLogger } from "./bench-events.ts";
import { obeyOrders } from "./child-process.ts";
import { RoomEvents } from "./room-events.ts";
import { quantile } from "./spread.ts";
import { perEvent, type StepPlan, watchSteps } from "./thread-steps.ts";

/** The event log as the service uses it, in a process of its own, fed evenly with messages of rooms. */
export interface SustainedOrder extends Pick<StepPlan, "steps" | "stepMs"> {
	do: "run";
	dataDir: string;
	rooms: number;
	/** Events per second in each room. */
	rate: number;
	/** Time of feeding before the measurement, ms. */
	warmUpMs: number;
}
export interface SustainedAnswer {
	done: "run";
	events: number;
	took: Record<string, number>;
}

/** Interval at which the rooms' new messages are appended, ms. */
const feedMs = 5;

/** Times the commits of a log from outside: from the call of its writer's thread to the answer. */
class CommitWatch {
	/** Durations of commits, ms: all, and those during which the writer had other calls to answer. */
	readonly all: number[] = [];
	readonly besideUpkeep: number[] = [];
	readonly #pending = new Map<number, { at: number; isCommit: boolean; isBeside: boolean }>();
	readonly #start = startEarly();

	readonly startThread: StartThread = (role) => {
		const host = this.#start(role);
		if (role.role === "reader") return host;
		const post = host.postMessage.bind(host);
		host.postMessage = (call, transfer) => {
			this.#begin(call);
			post(call, transfer);
		};
		host.on("message", (reply: Reply) => this.#end(reply));
		return host;
	};

	#begin({ id, method }: Call): void {
		const isCommit = method === "commit";
		let isBeside = false;
		for (const other of this.#pending.values()) {
			if (other.isCommit === isCommit) continue;
			isBeside = true;
			other.isBeside = true;
		}
		this.#pending.set(id, { at: performance.now(), isCommit, isBeside });
	}

	#end({ id }: Reply): void {
		const call = this.#pending.get(id);
		this.#pending.delete(id);
		if (!call?.isCommit) return;
		const ms = performance.now() - call.at;
		this.all.push(ms);
		if (call.isBeside) this.besideUpkeep.push(ms);
	}
}

async function obey({ dataDir, rooms, rate, steps, stepMs, warmUpMs }: SustainedOrder): Promise<SustainedAnswer> {
	const commits = new CommitWatch();
	const { startThread } = commits;
	const log = await openSqliteEventLog({ dataDir, clock: systemClock, logger: quietLogger, startThread });
	let stored = 0;
	log.onCommitted(({ events }) => {
		stored += events.length;
	});
	const source = new RoomEvents(rooms);
	const startedAt = performance.now();
	let appended = 0;
	const feeding = setInterval(() => {
		const due = ((performance.now() - startedAt) / 1000) * rooms * rate;
		for (; appended < due; appended++) if (!log.append(source.next())) throw new Error("The log takes no more.");
	}, feedMs);
	await watchSteps({ pid: process.pid, steps: 1, stepMs: warmUpMs, stored: () => stored });
	for (const times of [commits.all, commits.besideUpkeep]) times.length = 0;
	const taken = await watchSteps({ pid: process.pid, steps, stepMs, stored: () => stored });
	clearInterval(feeding);
	await log.flush();
	await log.close();
	if (stored !== appended) throw new Error(`${appended} events were appended, ${stored} were stored.`);
	const [p50, p99] = [quantile(commits.all, 0.5), quantile(commits.all, 0.99)];
	const took = { ...perEvent(taken), p50, p99, "p99 during upkeep": quantile(commits.besideUpkeep, 0.99) };
	return { done: "run", events: taken.reduce((sum, { events }) => sum + events, 0), took };
}

obeyOrders(obey);
