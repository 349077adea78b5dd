import { setTimeout as sleep } from "node:timers/promises";
import { type ErrorCode, LivekeeperError } from "@livekeeper/base/errors";
import { publishedAddress } from "@livekeeper/log/data-folder";
import { type Config, serviceUrl } from "../config.ts";
import { commandFailures } from "../text/index.ts";

/** Maximum time for a starting service to announce where it listens. */
const startsWithinMs = 15_000;
const lookEveryMs = 200;
const answersWithinMs = 2_000;

/**
 * Returns the page of the service that kept this one from starting, if it holds the same data folder and so is the same
 * service.
 * @param failure error of `startService`
 */
export async function pageOfHolder(failure: unknown, { dataDir }: Config): Promise<string | undefined> {
	return codeOf(failure) === "database_locked" ? addressOfHolder(dataDir) : undefined;
}

/** Returns the failure, with more advice if another livekeeper, with a folder of its own, has the port. */
export async function explained(failure: unknown, config: Config): Promise<unknown> {
	const url = serviceUrl({ ...config, url: undefined });
	if (codeOf(failure) !== "port_in_use" || !(await isLivekeeper(url))) return failure;
	const hint = commandFailures.otherLivekeeperHint(url);
	return new LivekeeperError("port_in_use", commandFailures.otherLivekeeper(config.port), { hint, cause: failure });
}

function codeOf(failure: unknown): ErrorCode | undefined {
	return failure instanceof LivekeeperError ? failure.code : undefined;
}

async function addressOfHolder(dataDir: string): Promise<string | undefined> {
	for (let waited = 0; waited < startsWithinMs; waited += lookEveryMs) {
		const url = await publishedAddress(dataDir);
		if (url !== undefined && (await isLivekeeper(url))) return url;
		await sleep(lookEveryMs);
	}
	return undefined;
}

async function isLivekeeper(url: string): Promise<boolean> {
	try {
		const response = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(answersWithinMs) });
		return response.ok && ((await response.json()) as { status?: unknown }).status === "ok";
	} catch {
		return false;
	}
}
