import type { Logger } from "@livekeeper/base/log";
import type { Clock } from "@livekeeper/douyin";
import {
	AdaptiveStrategy,
	FixedStrategy,
	HostStats,
	type IdentityHolds,
	type ReconnectStrategy,
} from "@livekeeper/engine";
import type { Notes } from "@livekeeper/log/storage";
import type { Config } from "../config.ts";
import type { Releasers } from "./releasers.ts";

export type StrategyFactory = (holds: IdentityHolds) => ReconnectStrategy;

interface StrategyDeps {
	clock: Clock;
	logger: Logger;
	/** Storage of the host statistics. */
	notes: Pick<Notes, "get" | "put">;
	/** Returns random numbers in [0, 1). Default: the machine's. */
	random?: (() => number) | undefined;
}

/** Returns the configured strategy that decides when rooms reconnect. */
export async function chooseStrategy(
	{ strategy, startsPerSecond }: Pick<Config, "strategy" | "startsPerSecond">,
	deps: StrategyDeps,
	releasers: Releasers,
): Promise<StrategyFactory> {
	if (strategy === "fixed") return (holds) => new FixedStrategy(holds);
	const { logger, random } = deps;
	const hosts = await recallHosts(deps);
	releasers.add(keepHosts(hosts, deps));
	return (holds) => new AdaptiveStrategy({ holds, logger, startsPerSecond, hosts, random });
}

const noteName = "endpoint_stats";
/** Interval at which the host statistics are stored, ms; also once at the end. */
const everyMs = 300_000;

interface HistoryDeps {
	notes: Pick<Notes, "get" | "put">;
	clock: Clock;
	logger: Logger;
}

/** Returns the former runs' statistics of the push hosts; unreadable ones are logged and discarded. */
export async function recallHosts({ notes, logger }: Omit<HistoryDeps, "clock">): Promise<HostStats> {
	try {
		const known = await notes.get(noteName);
		if (known !== undefined) return HostStats.restore(known);
	} catch (error) {
		logger.warn({ event: "hosts_unreadable", err: error });
	}
	return new HostStats();
}

/** Stores the statistics periodically. @returns a function that stores them a last time and ends that */
export function keepHosts(hosts: HostStats, { notes, clock, logger }: HistoryDeps): () => Promise<void> {
	const store = async () => {
		try {
			await notes.put(noteName, hosts.snapshot());
		} catch (error) {
			logger.warn({ event: "hosts_not_stored", err: error });
		}
	};
	const timer = clock.every(everyMs, () => void store());
	return () => {
		timer.cancel();
		return store();
	};
}
