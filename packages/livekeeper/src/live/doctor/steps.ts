import type { FailureReason, ProbeStep } from "@livekeeper/douyin";
import { commandTexts, doctorTexts, failureText, probeText, type Text } from "../../text/index.ts";

/** Result of one check or probe. */
export interface DoctorStep {
	name: "service" | "storage" | "nats" | "upstream" | "identity" | "room" | ProbeStep["name"];
	/** `undefined` means neither good nor bad. */
	ok: boolean | undefined;
	/** Finding, for people. */
	detail: Text;
	/** Suggested action. */
	hint?: Text | undefined;
	/** Class of the failure; only for probes. */
	code?: FailureReason | undefined;
	/** Duration in ms; only for probes. */
	tookMs?: number;
}

/** Conclusion of an examination. */
export interface DoctorVerdict {
	/** The probed room; `undefined` if there was none to probe. */
	liveId: string | undefined;
	/** Whether it can be kept; `undefined` if none was probed. */
	ok: boolean | undefined;
}

/** An examination: yields its steps as they finish and returns the verdict. */
export type Examination = AsyncGenerator<DoctorStep, DoctorVerdict>;

/** Returns the step about the upstream's address and the identity used for it. */
export function upstreamStep(upstream: { url: string; cookie: boolean; proxy: boolean }): DoctorStep {
	const { url, cookie, proxy } = upstream;
	const detail = doctorTexts.upstream(url, commandTexts.cookieAndProxy(cookie, proxy));
	return { name: "upstream", ok: true, detail };
}

/** Returns the step about NATS settings that clients can't read but on which a cluster's messages depend. */
export function natsStep(): DoctorStep {
	return { name: "nats", ok: undefined, detail: doctorTexts.syncUnknown, hint: doctorTexts.howToSeeSync };
}

/**
 * Probes the way to a room's messages, step by step.
 * @param now for texts about times, ms since the epoch
 */
export async function* wayTo(liveId: string, probe: AsyncIterable<ProbeStep>, now: () => number): Examination {
	let ok = true;
	for await (const step of probe) {
		const { name, ok: good, tookMs } = step;
		// An expired login does not prevent access to what visitors see.
		if (name !== "login") ok &&= good;
		const code = step.failure?.reason;
		yield { name, ok: good, code, tookMs, ...probeText(step, step.failure && failureText(step.failure), now()) };
	}
	return { liveId, ok };
}
