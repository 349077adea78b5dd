import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Logger } from "@livekeeper/base/log";
import type { StoredCooldowns } from "@livekeeper/engine";
import type { Notes } from "@livekeeper/log/storage";
import type { Cluster } from "../cluster/index.ts";
import type { IdentityService, LookupService } from "../live/index.ts";

const name = "identity_rests";
const liftedTopic = "rest_lifted";
const passedTopic = "slider_passed";

interface CooldownDeps {
	notes: Notes;
	logger: Logger;
}

/** Keeps identities' cooldowns across restarts; unreadable ones are logged, and the identities are tried. */
export async function storedCooldowns({
	notes,
	logger,
}: CooldownDeps): Promise<{ known: StoredCooldowns; keep: (cooldowns: StoredCooldowns) => void }> {
	let known: StoredCooldowns = {};
	let last: Promise<unknown> = Promise.resolve();
	const read = async () => ((await notes.get(name)) ?? {}) as StoredCooldowns;
	const keep = (cooldowns: StoredCooldowns) => {
		last = last
			.then(async () => {
				await notes.put(name, withChanges(await read(), known, cooldowns));
				known = cooldowns;
			})
			.catch((error: unknown) => {
				logger.warn({ event: "rests_not_stored", err: error });
			});
	};
	try {
		known = await read();
	} catch (error) {
		logger.warn({ event: "rests_unreadable", err: error });
	}
	return { known, keep };
}

/** Applies this node's changed cooldowns and keeps those that other nodes have stored. */
function withChanges(stored: StoredCooldowns, before: StoredCooldowns, now: StoredCooldowns): StoredCooldowns {
	const isSame = (digest: string) => isDeepStrictEqual(before[digest], now[digest]);
	const others = Object.entries(stored).filter(([digest]) => isSame(digest));
	const own = Object.entries(now).filter(([digest]) => !isSame(digest));
	return Object.fromEntries([...others, ...own]);
}

/** Shares the end of a cooldown between nodes, because each node knows only the cooldowns that began on it. */
export function shareLifts(
	identities: IdentityService,
	messages: Pick<Cluster["messages"], "publish" | "subscribe">,
): void {
	messages.subscribe(liftedTopic, (message) => identities.liftHere(Buffer.from(message).toString("utf8")));
	identities.onLifted((identity) => messages.publish(liftedTopic, Buffer.from(identity)));
}

/**
 * Shares a passed slider between nodes, because each node asks the site for its own rooms. The sending node receives
 * its own message as well and must not send a second request.
 */
export function sharePassed(
	lookups: LookupService,
	messages: Pick<Cluster["messages"], "publish" | "subscribe">,
): void {
	const self = randomUUID();
	messages.subscribe(passedTopic, (message) => {
		const [from, exit = ""] = Buffer.from(message).toString("utf8").split("\n");
		if (from !== self) lookups.passedHere(exit || undefined);
	});
	lookups.onPassed((exit) => messages.publish(passedTopic, Buffer.from(`${self}\n${exit ?? ""}`)));
}
