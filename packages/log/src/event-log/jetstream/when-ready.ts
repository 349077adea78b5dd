import { LivekeeperError } from "@livekeeper/base/errors";
import { type Clock, sleep, systemClock } from "@livekeeper/douyin";
import { Conflict } from "../../storage/index.ts";
import { clusterTexts } from "../../text/index.ts";
import { faultOf, isShortOfServers, textOf } from "./faults.ts";
import type { JetStreamEventLogOptions } from "./options.ts";

/**
 * Runs a part of the start, which must be repeatable. It is retried while NATS may still become ready, and as long as
 * NATS has too few servers: then the operator has to start one, and the node continues.
 * @throws LivekeeperError `nats_unsuitable` if it does not succeed in time
 */
export interface WhenReady {
	<T>(work: () => Promise<T>): Promise<T>;
	/** Returns how long the start may still wait, ms; 0 once it is over. */
	leftMs(): number;
	/** Ends the start: later calls have their own patience. */
	end(): void;
}

const retryMs = 250;
/** Interval at which the reason for waiting is logged again, ms. */
const remindMs = 60_000;

/**
 * Returns a runner that logs what the start waits for, whenever that changes.
 * @param startMs total wait of all parts, ms
 */
export function untilReady(
	startMs: number,
	logger: JetStreamEventLogOptions["logger"],
	clock: Clock = systemClock,
): WhenReady {
	let endsAt = clock.elapsed() + startMs;
	let lastLogged = { words: "", at: 0 };
	const leftMs = () => Math.max(0, endsAt - clock.elapsed());
	const whenReady = async <T>(work: () => Promise<T>): Promise<T> => {
		for (;;) {
			try {
				return await work();
			} catch (cause) {
				if (cause instanceof LivekeeperError) throw cause;
				const words = textOf(cause);
				// Another node was faster, and now it is there.
				const passes = cause instanceof Conflict || faultOf(cause) === "unreachable";
				// Time for the steps after the missing server has started.
				if (isShortOfServers(cause)) endsAt = clock.elapsed() + startMs;
				if (leftMs() === 0 || !passes) {
					throw new LivekeeperError("nats_unsuitable", clusterTexts.notMade("JetStream", words.en), { cause });
				}
				const now = clock.elapsed();
				if (lastLogged.words !== words.zh || now - lastLogged.at >= remindMs) {
					logger.warn({ event: "nats_not_ready", detail: words, left_ms: Math.round(leftMs()) });
					lastLogged = { words: words.zh, at: now };
				}
			}
			await sleep(clock, retryMs);
		}
	};
	const end = () => {
		endsAt = Number.NEGATIVE_INFINITY;
	};
	return Object.assign(whenReady, { leftMs, end });
}
