import {
	DouyinError,
	type DouyinUpstream,
	type FailureReason,
	type HostAdvisor,
	type LiveEvent,
	type Permit,
} from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { verbatim } from "../text/index.ts";
import { FakeUpstream, recordingLogger } from "./fake-upstream.helpers.ts";
import { LiveRoomMonitor } from "./live-room-monitor.ts";
import { CollectingQueue } from "./message-queue.helpers.ts";
import type { PermitSource } from "./permit.ts";
import type {
	ConnectionKey,
	FailedAttempt,
	Hold,
	NextAttempt,
	ReconnectStatus,
	ReconnectStrategy,
} from "./reconnect-strategy.ts";
import type { ConnectionRoute, RoomRoute } from "./room-route.ts";
import type { RoomDeps } from "./room-settings.ts";
import type { RoomStatus } from "./room-status.ts";

/** A permit that nobody preempts. @param onRelease called once */
export function permit(onRelease: () => void = () => undefined): Permit {
	let held = true;
	const release = () => {
		if (held) onRelease();
		held = false;
	};
	return { preempted: new AbortController().signal, handshakeDone: () => undefined, release };
}

/** By default, permits without a limit. */
export function permitsFrom(acquire: PermitSource["acquire"] = () => permit()): PermitSource {
	return { acquire, waitsFor: () => ({ for: "turn", why: verbatim("Waits.") }) };
}

/** A route over these upstreams, one connection for each. */
export function routeOver(
	[first, ...others]: readonly [DouyinUpstream, ...DouyinUpstream[]],
	permits: PermitSource = permitsFrom(),
): RoomRoute {
	const over = (upstream: DouyinUpstream, identity: string): ConnectionRoute => {
		return { kind: "socket", upstream, identity, permits: () => permits };
	};
	return {
		get identity() {
			return first.identity;
		},
		connections: [over(first, "own"), ...others.map((upstream, i) => over(upstream, `other ${i + 1}`))],
	};
}

/** The promised delays, written down a second time on purpose. */
export const promisedDelays = [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60].map((s) => s * 1000);

export function delayOf(attempt: number): number {
	return promisedDelays[Math.min(attempt, promisedDelays.length) - 1] ?? 0;
}

/** The promised delays and nothing else; notes what it was told. */
export class PromisedStrategy implements ReconnectStrategy {
	hosts?: HostAdvisor;
	readonly told: string[] = [];
	/** Called in place of letting an attempt go on. */
	hold: (now: number) => Hold | undefined = () => undefined;
	readonly failures: FailedAttempt[] = [];

	failed(failed: FailedAttempt): NextAttempt {
		this.failures.push(failed);
		return { delayMs: delayOf(failed.attempt), why: verbatim("it is so promised") };
	}

	admit(_connection: ConnectionKey, now: number): Hold | undefined {
		return this.hold(now);
	}

	bars(): boolean {
		return false;
	}

	opened(): void {
		this.told.push("opened");
	}

	works(): void {
		this.told.push("works");
	}

	left(): void {
		this.told.push("left");
	}

	status(): ReconnectStatus {
		return { strategy: "fixed", hosts: [] };
	}
}

/** One room over a fake upstream, in a time that the test moves. */
export class RoomHarness {
	readonly clock = new ManualClock();
	readonly upstream = new FakeUpstream(this.clock);
	readonly queue: CollectingQueue;
	readonly monitor: LiveRoomMonitor;
	readonly log = recordingLogger();
	readonly statuses: RoomStatus[] = [];

	constructor({ permits, ...overrides }: Partial<RoomDeps> & { permits?: PermitSource } = {}, queueCapacity = 10_000) {
		this.queue = new CollectingQueue(queueCapacity);
		this.monitor = new LiveRoomMonitor("1001", {
			route: routeOver([this.upstream], permits),
			queue: this.queue,
			clock: this.clock,
			logger: this.log.logger,
			reconnect: new PromisedStrategy(),
			...overrides,
		});
		this.monitor.onStatus((status) => void this.statuses.push(status));
	}

	get state() {
		return this.monitor.status().state;
	}

	/** Lets what is ready happen, without moving time. */
	settle(): Promise<void> {
		return this.clock.advance(0);
	}

	/** Moves time on, with the manager's health check at every fifth second. */
	async pass(ms: number): Promise<void> {
		const end = this.clock.now() + ms;
		while (this.clock.now() < end) {
			const toCheckMs = 5000 - (this.clock.now() % 5000);
			await this.clock.advance(Math.min(toCheckMs, end - this.clock.now()));
			if (this.clock.now() % 5000 === 0) this.monitor.checkHealth();
			await this.settle();
		}
	}

	/** Starts the room and brings it to `connected`, with one frame. */
	async connect(): Promise<void> {
		this.monitor.start();
		await this.settle();
		this.upstream.last.open();
		this.upstream.last.frame();
		await this.settle();
	}

	/** The session fails. */
	async fail(reason: FailureReason = "network", options: ConstructorParameters<typeof DouyinError>[2] = {}) {
		this.upstream.last.fail(new DouyinError(reason, `Fails: ${reason}`, options));
		await this.settle();
	}

	/** All events so far that nobody took yet. */
	events(): LiveEvent[] {
		return this.queue.drain()?.events ?? [];
	}

	lines(part: string): string[] {
		return this.log.lines.map((line) => line.msg).filter((message) => message.includes(part));
	}
}
