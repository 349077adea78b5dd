import { setTimeout as pause } from "node:timers/promises";
import { LivekeeperError } from "../../errors.ts";
import { clusterTexts } from "../../text/index.ts";
import { Conflict } from "../key-values.ts";
import { faultOf, textOf } from "./faults.ts";
import type { JetStreamEventLogOptions } from "./options.ts";

/**
 * A part of the start, which has to be such that it can be done again. It is, for as long as NATS may take to be ready.
 * @throws LivekeeperError `nats_unsuitable` when it does not work in time
 */
export type WhenReady = <T>(work: () => Promise<T>) => Promise<T>;

const retryMs = 250;

/** Says what the start waits for, each time that it is something else. @param startMs for how long all of its parts wait together */
export function untilReady(startMs: number, logger: JetStreamEventLogOptions["logger"]): WhenReady {
	const endsAt = performance.now() + startMs;
	let told = "";
	return async (work) => {
		for (;;) {
			try {
				return await work();
			} catch (cause) {
				if (cause instanceof LivekeeperError) throw cause;
				const words = textOf(cause);
				// Another node was faster, and now it is there.
				const passes = cause instanceof Conflict || faultOf(cause) === "unreachable";
				if (performance.now() >= endsAt || !passes) {
					throw new LivekeeperError("nats_unsuitable", clusterTexts.notMade("JetStream", words.en), { cause });
				}
				const leftMs = Math.round(endsAt - performance.now());
				const fields = { event: "nats_not_ready", detail: words.zh, left_ms: leftMs };
				if (told !== words.zh) logger.warn(fields, "【!】NATS 的 JetStream 尚未就绪，等待后重试");
				told = words.zh;
			}
			await pause(retryMs);
		}
	};
}
