import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { LivekeeperError } from "@livekeeper/base/errors";
import type { OfficialOptions } from "@livekeeper/base/room-options";
import type { Clock } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { type EventLog, openSqliteEventLog, type StoredEvent } from "@livekeeper/log";
import { inThisThread } from "@livekeeper/log/src/event-log/sqlite/same-thread.helpers.ts";
import { quietLogger } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { type AppChange, type Simulator, startSimulator } from "@livekeeper/simulator";
import { type Broadcasting, OfficialSource } from "./index.ts";

export const appId = "tt1";
export const secret = "s3cret";
export const official: OfficialOptions = { appId, secret };

/** A simulated open platform, and a source that follows one room of it over a real log, on a manual clock. */
export class PushRig {
	readonly clock: ManualClock;
	/** Offset of the source's wall clock, ms. */
	aheadMs = 0;
	readonly simulator: Simulator;
	readonly lines: string[] = [];
	readonly #log = (fields: object) => void this.lines.push(JSON.stringify(fields));
	readonly logger = { info: this.#log, warn: this.#log, error: this.#log };
	readonly #dataDir: string;
	readonly #server = createServer((request, response) => void this.#answer(request, response));
	log!: EventLog;
	source!: OfficialSource;
	/** Options of the room; `undefined`: it has no app. */
	options: OfficialOptions | undefined = official;
	broadcasting: Broadcasting;
	/** Whether every callback is refused with 500. */
	down = false;
	/** Status of each answer to a callback. */
	readonly answers: number[] = [];

	private constructor(clock: ManualClock, simulator: Simulator, dataDir: string) {
		this.clock = clock;
		this.simulator = simulator;
		this.#dataDir = dataDir;
		this.broadcasting = { state: "on", roomId: this.room.roomId };
	}

	static async start(dataDir: string, app: AppChange = {}): Promise<PushRig> {
		const clock = new ManualClock();
		const simulator = await startSimulator({ clock, rooms: 1, startTraffic: "manual" });
		const rig = new PushRig(clock, simulator, dataDir);
		await new Promise<void>((resolve) => rig.#server.listen(0, "127.0.0.1", resolve));
		simulator.platform.setApp(appId, { secret, callbackUrl: rig.callbackUrl, ...app });
		await rig.open();
		return rig;
	}

	get callbackUrl(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api/v1/official/1001`;
	}

	get room() {
		const [room] = this.simulator.rooms;
		if (!room) throw new Error("the simulator has no room");
		return room;
	}

	/** Opens log and source, like a start of the service. */
	async open(): Promise<void> {
		const { clock } = this;
		this.log = await openSqliteEventLog({
			startThread: inThisThread,
			dataDir: this.#dataDir,
			clock,
			logger: quietLogger,
			groupCommitMs: 1,
		});
		this.source = await this.openSource(() => true);
		await this.source.takeUp("1001");
	}

	/** Opens a source over the log, like a node of a cluster. @param url address of the platform */
	async openSource(
		runsHere: () => boolean,
		url = this.simulator.url,
		storesHere: () => boolean = runsHere,
	): Promise<OfficialSource> {
		const { log, logger } = this;
		const clock: Clock = {
			now: () => this.clock.now() + this.aheadMs,
			elapsed: () => this.clock.elapsed(),
			after: (delayMs, fn) => this.clock.after(delayMs, fn),
			every: (periodMs, fn) => this.clock.every(periodMs, fn),
		};
		const source = new OfficialSource({ log, urls: { base: url, token: `${url}/api/apps/v2/token` }, clock, logger });
		source.start({
			list: () => (this.options ? [{ liveId: "1001", official: this.options }] : []),
			find: (liveId) => (liveId === "1001" ? this.options : undefined),
			look: async (liveId) => (liveId === "1001" ? this.options : undefined),
			broadcasting: () => this.broadcasting,
			runsHere,
			storesHere,
		});
		return source;
	}

	/** Closes log and source; callbacks that arrive meanwhile are answered with 500. */
	async closeSource(): Promise<void> {
		this.down = true;
		await this.#while(this.source.close().then(() => this.log.close()));
	}

	async reopen(): Promise<void> {
		await this.open();
		this.down = false;
	}

	/** Advances the time by `ms` in steps, each once every pending call has been answered. */
	async pass(ms: number, stepMs = 100): Promise<void> {
		for (let passed = 0; passed < ms; passed += stepMs) {
			await this.clock.advance(stepMs);
			await this.#answered();
		}
	}

	/** Storing takes real time, and a little of the clock's, by which commits are grouped. */
	async #answered(): Promise<void> {
		const { courier } = this.simulator.platform.app(appId);
		do {
			await this.clock.advance(1);
			await new Promise((resolve) => setTimeout(resolve, 1));
		} while (courier.unanswered > 0);
	}

	/** Advances the time until `holds`, for at most two hours. */
	async until(what: string, holds: () => boolean | Promise<boolean>, stepMs = 500): Promise<void> {
		const end = this.clock.now() + 7_200_000;
		while (!(await holds())) {
			if (this.clock.now() > end) throw new Error(`never happened: ${what}`);
			await this.pass(stepMs, stepMs);
		}
	}

	running = (): boolean => this.task()?.running === true && this.status()?.counts === true;

	task() {
		return this.simulator.platform.truth(appId).at(-1);
	}

	status() {
		return this.source.status("1001")?.broadcasts[0];
	}

	/** Sends a number of gifts. @returns their ids */
	give(count: number): string[] {
		const gifts = Array.from({ length: count }, (_, i) => {
			return { giver: `g${i % 97}`, giftId: `f${i % 5}`, count: 1 + (i % 3), diamonds: 1 + (i % 5) };
		});
		return this.simulator.platform.give(appId, this.room.roomId, gifts);
	}

	/** Returns all events in the log. */
	async stored(): Promise<StoredEvent[]> {
		await this.#flushed();
		const events: StoredEvent[] = [];
		for (let after = 0; ; ) {
			const page = await this.log.read("1001", { after, limit: 5000 });
			events.push(...page.events);
			if (page.caughtUp) return events;
			after = page.nextAfter;
		}
	}

	/** Returns the platform's ids of the stored gifts. */
	async storedIds(): Promise<string[]> {
		return (await this.stored()).flatMap(({ json }) => {
			const { id } = JSON.parse(json) as { id: string };
			return id.startsWith("official:live_gift:") ? [id.slice("official:live_gift:".length)] : [];
		});
	}

	/** Awaits a promise that needs the clock to advance a little. */
	async #while(pending: Promise<unknown>): Promise<void> {
		let done = false;
		const end = pending.finally(() => {
			done = true;
		});
		while (!done) {
			await this.clock.advance(1);
			await new Promise((resolve) => setTimeout(resolve, 1));
		}
		await end;
	}

	#flushed(): Promise<void> {
		return this.#while(this.log.flush());
	}

	async stop(): Promise<void> {
		await this.#while(this.source.close().then(() => this.log.close()));
		this.#server.closeAllConnections();
		this.#server.close();
		await this.simulator.close();
	}

	async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const status = this.down ? 500 : await this.#take(request, Buffer.concat(chunks));
		this.answers.push(status);
		response.writeHead(status).end();
	}

	async #take({ headers }: IncomingMessage, body: Buffer): Promise<number> {
		try {
			await this.source.receive("1001", { headers, body });
			return 200;
		} catch (error) {
			if (error instanceof LivekeeperError) return error.status;
			throw error;
		}
	}
}

export interface PushRunResult {
	/** Ids of gifts that were sent; `stored`: those that were stored, in order. */
	happened: string[];
	stored: string[];
	status: NonNullable<ReturnType<PushRig["status"]>>;
	failures: number;
}

/**
 * Sends a number of gifts through loss, duplicates, disorder, lost answers, ten failures in a row, a restart and token
 * expiry; then the broadcast ends, and failed deliveries are looked up.
 */
export async function pushRun(dataDir: string, gifts: number): Promise<PushRunResult> {
	const faults = { loss: 0.05, duplicates: 0.1, disorder: 0.2, lostAnswers: 0.05 };
	const rig = await PushRig.start(dataDir, { faults, tokenMs: 60_000 });
	try {
		await rig.until("the task runs", rig.running);
		const happened: string[] = [];
		const part = Math.ceil(gifts / 10);
		for (let i = 0; i < 10; i++) {
			if (i === 3) rig.simulator.platform.app(appId).expireTokens();
			// Some 20 callbacks fail one after the other, then those that arrive within the platform's pause.
			if (i === 5) rig.down = true;
			if (i === 6) rig.down = false;
			if (i === 7) await rig.closeSource();
			if (i === 8) await rig.reopen();
			happened.push(...rig.give(Math.min(part, gifts - happened.length)));
			const { courier } = rig.simulator.platform.app(appId);
			await rig.until("all were sent", () => courier.idle);
			await rig.pass(6000, 500);
		}
		rig.room.end();
		rig.broadcasting = { state: "off", roomId: rig.room.roomId };
		const looked = () => {
			const { endedAt, lookedUpAt } = rig.status() ?? {};
			return endedAt !== undefined && lookedUpAt !== undefined && lookedUpAt > endedAt;
		};
		await rig.until("what failed was looked up after the end", looked);
		const status = rig.status();
		if (!status) throw new Error("the broadcast was not followed");
		const failures = rig.answers.filter((answer) => answer !== 200).length;
		return { happened, stored: await rig.storedIds(), status, failures };
	} finally {
		await rig.stop();
	}
}
