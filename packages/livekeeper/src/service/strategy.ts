import type { Logger } from "@livekeeper/base/log";
import type { Clock } from "@livekeeper/douyin";
import { AdaptiveStrategy, FixedStrategy, type IdentityPauses, type ReconnectStrategy } from "@livekeeper/engine";
import type { Notes } from "@livekeeper/log/storage";
import type { Config } from "../config.ts";
import { keepHosts, recallHosts } from "./host-history.ts";
import type { Releasers } from "./releasers.ts";

export type StrategyFactory = (pauses: IdentityPauses) => ReconnectStrategy;

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
	if (strategy === "fixed") return (pauses) => new FixedStrategy(pauses);
	const { logger, random } = deps;
	const hosts = await recallHosts(deps);
	releasers.add(keepHosts(hosts, deps));
	return (pauses) => new AdaptiveStrategy({ pauses, logger, startsPerSecond, hosts, random });
}
