import { systemClock } from "@livekeeper/douyin";
import type { Config } from "../config.ts";
import { type Examination, natsStep, upstreamStep, wayTo } from "../live/index.ts";
import { createProbe } from "./connections.ts";

export type { Examination } from "../live/index.ts";

/** Examines the way from this program to a room, with the configured cookie and proxy, without asking a service. */
export async function* examineFromHere(config: Config, liveId: string | undefined, signal: AbortSignal): Examination {
	const { upstreamUrl, cookie, proxy, cluster } = config;
	if (cluster.length > 0) yield natsStep();
	yield upstreamStep({ url: upstreamUrl, cookie: cookie !== undefined, proxy: proxy !== undefined });
	if (liveId === undefined) return { liveId, ok: undefined };
	return yield* wayTo(liveId, createProbe(config, undefined, systemClock)({}, liveId, signal), () => systemClock.now());
}
