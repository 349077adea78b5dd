import type { ProbeStep } from "@livekeeper/douyin";
import { commandTexts, doctorTexts, failureText, probeText, type Text } from "../../text/index.ts";

/** One thing that was looked at, or tried. */
export interface DoctorStep {
	name: "service" | "storage" | "nats" | "upstream" | "identity" | "room" | ProbeStep["name"];
	/** `undefined`: neither good nor bad. */
	ok: boolean | undefined;
	/** What was found, for people. */
	detail: Text;
	/** What to do about it. */
	hint?: Text | undefined;
	/** ms; only of what was tried. */
	tookMs?: number;
}

/** What comes of it. */
export interface DoctorVerdict {
	/** The room that was tried; `undefined` where there was none to try. */
	liveId: string | undefined;
	/** Whether it can be kept; `undefined` where none was tried. */
	ok: boolean | undefined;
}

/** An examination: its steps as they are done, and in the end what comes of them. */
export type Examination = AsyncGenerator<DoctorStep, DoctorVerdict>;

/** Where rooms are looked for, and as whom. */
export function upstreamStep(upstream: { url: string; cookie: boolean; proxy: boolean }): DoctorStep {
	const { url, cookie, proxy } = upstream;
	const detail = doctorTexts.upstream(url, commandTexts.cookieAndProxy(cookie, proxy));
	return { name: "upstream", ok: true, detail };
}

/** What NATS does not tell those who use it, though the messages of a cluster depend on it. */
export function natsStep(): DoctorStep {
	return { name: "nats", ok: undefined, detail: doctorTexts.syncNotTold, hint: doctorTexts.howToSeeSync };
}

/**
 * The way to a room's messages, step by step.
 * @param now for texts about times, ms since the epoch
 */
export async function* wayTo(liveId: string, probe: AsyncIterable<ProbeStep>, now: () => number): Examination {
	let ok = true;
	for await (const step of probe) {
		const { name, ok: good, tookMs } = step;
		// A login that has ended keeps nobody from what visitors see.
		if (name !== "login") ok &&= good;
		yield { name, ok: good, tookMs, ...probeText(step, step.failure && failureText(step.failure), now()) };
	}
	return { liveId, ok };
}
