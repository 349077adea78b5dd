import { recordingLogger } from "@livekeeper/base/src/recording-logger.helpers.ts";
import { ManualClock } from "@livekeeper/douyin/testing";
import { JetStreamApiError } from "@nats-io/jetstream";
import { errors } from "@nats-io/transport-node";
import { expect, test } from "vitest";
import { untilReady } from "./when-ready.ts";

const tooFewServers = () =>
	new JetStreamApiError({ code: 400, err_code: 10_005, description: "no suitable peers for placement" });
const timeout = () => new errors.TimeoutError();

/** Starts with one step that fails with `failure`, and a minute for all steps. */
function start() {
	const clock = new ManualClock();
	const { logger, lines } = recordingLogger();
	const whenReady = untilReady(60_000, logger, clock);
	const step = { failure: timeout as (() => Error) | undefined, tries: 0, state: "waiting" };
	const end = whenReady(async () => {
		step.tries++;
		if (step.failure) throw step.failure();
	}).then(
		() => {
			step.state = "ready";
		},
		({ code }) => {
			step.state = code;
		},
	);
	const logged = () => lines.map(({ event, detail, left_ms }) => [event, String(detail), left_ms]);
	return { clock, whenReady, step, end, logged };
}

test("fails once the start has waited long enough", async () => {
	const { clock, step, end } = start();
	await clock.advance(59_000);
	expect([step.state, step.tries]).toEqual(["waiting", 237]);
	await clock.advance(1_000);
	await end;
	expect(step.state).toBe("nats_unsuitable");
	expect(clock.pendingTimers).toBe(0);
});

test("waits for missing servers, and then as long again", async () => {
	const { clock, whenReady, step, end, logged } = start();
	step.failure = tooFewServers;
	await clock.advance(3_600_000);
	expect(step.state).toBe("waiting");
	// The server has started, but the servers have no leader yet.
	step.failure = timeout;
	await clock.advance(59_000);
	expect(step.state).toBe("waiting");
	step.failure = undefined;
	await clock.advance(250);
	await end;
	expect([step.state, whenReady.leftMs()]).toEqual(["ready", 750]);
	// Once a minute, and whenever the reason changes.
	expect(logged()).toHaveLength(62);
	expect(logged().slice(0, 2)).toEqual([
		["nats_not_ready", "timeout", 60_000],
		["nats_not_ready", expect.stringContaining("cluster_size"), 60_000],
	]);
});
