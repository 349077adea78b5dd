import type { ProbeStep } from "@livekeeper/douyin";

/** One thing that was looked at, or tried. */
export interface DoctorStep {
	name: "service" | "upstream" | "identity" | "room" | ProbeStep["name"];
	/** `undefined`: neither good nor bad. */
	ok: boolean | undefined;
	/** What was found, for people. */
	detail: string;
	/** What to do about it. */
	hint?: string | undefined;
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
	const detail = `${url}, ${cookie ? "own cookie" : "visitor's cookie"}, ${proxy ? "through a proxy" : "no proxy"}`;
	return { name: "upstream", ok: true, detail };
}

/** The way to a room's messages, step by step. */
export async function* wayTo(liveId: string, probe: AsyncIterable<ProbeStep>): Examination {
	let ok = true;
	for await (const { name, ok: good, detail, hint, tookMs } of probe) {
		// A login that has ended keeps nobody from what visitors see.
		if (name !== "login") ok &&= good;
		yield { name, ok: good, detail, hint, tookMs };
	}
	return { liveId, ok };
}
