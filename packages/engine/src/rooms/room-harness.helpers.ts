import {
	DouyinError,
	type DouyinUpstream,
	type FailureReason,
	type HostAdvisor,
	type LiveEvent,
} from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { FakeUpstream } from "./fake-upstream.helpers.ts";
import type { Advice, FailedAttempt, GateRequest, Hold, Permit, RoomGate } from "./gate.ts";
import { LiveRoomMonitor } from "./live-room-monitor.ts";
import { CollectingQueue } from "./message-queue.helpers.ts";
import { PromptLooks } from "./prompt-looks.helpers.ts";
import type { ConnectionRoute, RoomRoute } from "./room-route.ts";
import type { RoomDeps } from "./room-settings.ts";
import type { RoomStatus } from "./room-status.ts";

/** Returns a permit that is never preempted. @param onRelease called once */
export function permit(onRelease: () => void = () => undefined): Permit {
	let held = true;
	const release = () => {
		if (held) onRelease();
		held = false;
	};
	return { wait: undefined, handshakeDone: () => undefined, release };
}

/** Returns a route with one connection per upstream. */
export function routeOver([first, ...others]: readonly [DouyinUpstream, ...DouyinUpstream[]]): RoomRoute {
	const over = (upstream: DouyinUpstream, identity: string): ConnectionRoute => {
		return { upstream, identity, quota: { identity }, polls: false };
	};
	return {
		get identity() {
			return first.identity;
		},
		connections: [over(first, "own"), ...others.map((upstream, i) => over(upstream, `other ${i + 1}`))],
	};
}

/** The promised delays, repeated here on purpose. */
export const promisedDelays = [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60].map((s) => s * 1000);

/** A gate that grants everything by default and gives no advice; records all calls. */
export class OpenGate implements RoomGate {
	hosts?: HostAdvisor;
	readonly calls: string[] = [];
	readonly failures: FailedAttempt[] = [];
	/** Source of permits. */
	permits: () => Permit | Promise<Permit>;
	/** If set, every request is held back until {@link letGo}. */
	hold: Hold | undefined;
	#waiting: (() => void)[] = [];

	constructor(permits: () => Permit | Promise<Permit> = () => permit()) {
		this.permits = permits;
	}

	acquire({ onPermit, onWait }: GateRequest): Permit {
		let left = false;
		let given: Permit | undefined;
		const release = () => {
			left = true;
			given?.release();
		};
		const own = { wait: this.hold, handshakeDone: () => given?.handshakeDone(), release };
		const take = (permit: Permit) => {
			given = permit;
			if (left) permit.release();
			else onPermit();
		};
		const grant = () => {
			if (left) return;
			own.wait = undefined;
			const permit = this.permits();
			if (!(permit instanceof Promise)) return take(permit);
			onWait({ for: "turn", why: ["awaitingTurn"] });
			void permit.then(take);
		};
		if (!this.hold) grant();
		else {
			this.#waiting.push(grant);
			onWait(this.hold);
		}
		return own;
	}

	/** Lets the held requests continue. */
	letGo(): void {
		this.hold = undefined;
		for (const grant of this.#waiting.splice(0)) grant();
	}

	failed(failed: FailedAttempt): Advice {
		this.failures.push(failed);
		return {};
	}

	opened(): void {
		this.calls.push("opened");
	}

	works(): void {
		this.calls.push("works");
	}

	left(): void {
		this.calls.push("left");
	}
}

/** One room over a fake upstream, on a clock that the test advances. */
export class RoomHarness {
	readonly clock = new ManualClock();
	readonly upstream = new FakeUpstream(this.clock);
	readonly looks = new PromptLooks(this.clock);
	readonly queue: CollectingQueue;
	readonly monitor: LiveRoomMonitor;
	readonly log = recordingLogger();
	readonly statuses: RoomStatus[] = [];

	constructor(overrides: Partial<RoomDeps> = {}, queueCapacity = 10_000) {
		this.queue = new CollectingQueue(queueCapacity);
		this.monitor = new LiveRoomMonitor("1001", {
			route: routeOver([this.upstream]),
			queue: this.queue,
			clock: this.clock,
			logger: this.log.logger,
			gate: new OpenGate(),
			looks: this.looks,
			...overrides,
		});
		this.monitor.onStatus((status) => void this.statuses.push(status));
	}

	get state() {
		return this.monitor.status().state;
	}

	/** Runs everything that is ready without advancing the clock. */
	settle(): Promise<void> {
		return this.clock.advance(0);
	}

	/** Advances the clock, with the manager's health check every five seconds. */
	async pass(ms: number): Promise<void> {
		const end = this.clock.now() + ms;
		while (this.clock.now() < end) {
			const toCheckMs = 5000 - (this.clock.now() % 5000);
			await this.clock.advance(Math.min(toCheckMs, end - this.clock.now()));
			if (this.clock.now() % 5000 === 0) this.monitor.checkHealth();
			await this.settle();
		}
	}

	/** Starts the room and brings it to `connected` with one frame. */
	async connect(): Promise<void> {
		this.monitor.start();
		await this.settle();
		this.upstream.last.open();
		this.upstream.last.frame();
		await this.settle();
	}

	/** Fails the session. */
	async fail(reason: FailureReason = "network", options: ConstructorParameters<typeof DouyinError>[2] = {}) {
		this.upstream.last.fail(new DouyinError(reason, `Fails: ${reason}`, options));
		await this.settle();
	}

	/** Takes and returns all queued events. */
	events(): LiveEvent[] {
		return this.queue.drain()?.events ?? [];
	}

	lines(part: string): string[] {
		return this.log.lines.map((line) => line.msg).filter((message) => message.includes(part));
	}
}
