import { hostname } from "node:os";
import { LivekeeperError } from "@livekeeper/base/errors";
import type { Logger } from "@livekeeper/base/log";
import type { Clock } from "@livekeeper/douyin";
import type { PersistentConnectionManager, RoomReaders } from "@livekeeper/engine";
import type { NatsAccess } from "@livekeeper/log/jetstream";
import { ChangeFollower } from "@livekeeper/log/storage";
import { clusterTexts } from "@livekeeper/log/text";
import type { Cluster } from "../cluster/index.ts";
import type { Config } from "../config.ts";
import type { IdentityBook, LiveService } from "../live/index.ts";
import { version } from "../version.ts";
import { logOptionsOf } from "./storage.ts";

interface ClusterDeps {
	clock: Clock;
	logger: Logger;
	readers: RoomReaders;
	/** Default: over the network, by the system's clock. */
	nats?: Partial<NatsAccess> | undefined;
}

/**
 * Returns the credentials by which this node and NATS authenticate each other.
 * @throws LivekeeperError `secret_required`
 */
export function natsOptionsOf(config: Config) {
	const { cluster: servers, secret, node = hostname() } = config;
	if (secret === undefined) throw new LivekeeperError("secret_required", clusterTexts.secretNeeded);
	const { natsUser: user, natsPassword: password, natsToken: token, natsCreds: creds } = config;
	const { natsCa: ca, natsCert: cert, natsKey: key } = config;
	return {
		servers,
		secret,
		node: node.replaceAll(/[^A-Za-z0-9_.-]/g, "-").slice(0, 64),
		auth: { user, password, token, creds, ca, cert, key },
		replicas: config.clusterReplicas === 1 ? (1 as const) : (3 as const),
	};
}

/**
 * Joins the configured cluster; returns `undefined` without one.
 * @throws LivekeeperError `secret_required`, `nats_unreachable`, `nats_too_old`, `nats_unsuitable`,
 * `cluster_other_version`
 */
export async function joinCluster(config: Config, deps: ClusterDeps): Promise<Cluster | undefined> {
	if (config.cluster.length === 0) return undefined;
	const options = natsOptionsOf(config);
	// A single service loads no NATS modules.
	const [{ Cluster }, { isShowable }] = await Promise.all([import("../cluster/index.ts"), import("../wire/index.ts")]);
	return Cluster.join({
		...logOptionsOf(config),
		...deps,
		...options,
		version,
		isStatus: isShowable,
		weight: config.nodeWeight,
		holdMs: config.clusterHoldMs,
		drainMs: config.clusterDrainMs,
	});
}

interface Known {
	live: Pick<LiveService, "reload">;
	book: Pick<IdentityBook, "load">;
	manager: Pick<PersistentConnectionManager, "identitiesChanged">;
	clock: Clock;
	logger: Pick<Logger, "warn">;
}

/** Time for which changes are gathered before the stored state is read again, ms. */
const gatherMs = 100;
/** Delay before a failed read is repeated, ms. */
const retryMs = 10_000;
/** Interval of reads without a notification, ms, in case one was lost. */
const everyMs = 30_000;

/** Applies other nodes' changes of kept rooms and identities. @returns a function that ends that */
export async function takeUpChanges(
	cluster: { log: Pick<Cluster["log"], "onShared"> },
	known: Known,
): Promise<() => void> {
	const { live, book, manager, clock, logger } = known;
	const reload = {
		wanted: () => live.reload(),
		identity: async () => {
			await book.load();
			manager.identitiesChanged();
		},
	};
	type Kind = keyof typeof reload;
	const kinds = ["identity", "wanted"] as const satisfies Kind[];
	const due = new Set<Kind>();
	const onError = (err: unknown) => logger.warn({ event: "change_not_taken_up", kind: [...due].join(", "), err });
	const follower = new ChangeFollower({ clock, gatherMs, retryMs, onError });
	/** Identities come before the rooms that use them. */
	const reloadAll = async () => {
		for (const kind of kinds) {
			if (!due.delete(kind)) continue;
			await reload[kind]().catch((error: unknown) => {
				due.add(kind);
				throw error;
			});
		}
	};
	const changed = (kind: Kind) => {
		due.add(kind);
		follower.due("shared", reloadAll);
	};
	for (const kind of kinds) follower.until(await cluster.log.onShared(kind, () => changed(kind)));
	const timer = clock.every(everyMs, () => kinds.forEach(changed));
	follower.until(() => timer.cancel());
	return () => void follower.stop();
}
