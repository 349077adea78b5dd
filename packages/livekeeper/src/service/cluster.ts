import { hostname } from "node:os";
import type { Clock } from "@livekeeper/douyin";
import type { Cluster } from "../cluster/index.ts";
import type { Config } from "../config.ts";
import type { PersistentConnectionManager, RoomReaders } from "../connections/index.ts";
import { LivekeeperError } from "../errors.ts";
import type { IdentityBook, LiveService } from "../live/index.ts";
import type { Logger } from "../log.ts";
import { clusterTexts } from "../text/index.ts";
import { version } from "../version.ts";
import { logOptionsOf } from "./storage.ts";

interface ClusterDeps {
	clock: Clock;
	logger: Logger;
	readers: RoomReaders;
}

/** How this node and NATS know each other. @throws LivekeeperError `secret_required` */
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
 * Joins the cluster that is configured; `undefined`: none is.
 * @throws LivekeeperError `secret_required`, `nats_unreachable`, `nats_too_old`, `nats_unsuitable`, `cluster_other_version`
 */
export async function joinCluster(config: Config, deps: ClusterDeps): Promise<Cluster | undefined> {
	if (config.cluster.length === 0) return undefined;
	const nats = natsOptionsOf(config);
	// A service by itself loads nothing of NATS.
	const [{ Cluster }, { isShowable }] = await Promise.all([import("../cluster/index.ts"), import("../wire/index.ts")]);
	return Cluster.join({
		...logOptionsOf(config),
		...deps,
		...nats,
		version,
		isStatus: isShowable,
		weight: config.nodeWeight,
		holdMs: config.clusterHoldMs,
		drainMs: config.clusterDrainMs,
	});
}

interface Known {
	live: LiveService;
	book: IdentityBook;
	manager: PersistentConnectionManager;
	clock: Clock;
	logger: Logger;
}

/** However many changes come at once, what is stored is read again once in this time, ms. */
const gatherMs = 100;
/** And at this interval in any case, if the notice of a change was lost, ms. */
const everyMs = 30_000;

/** Has this node take up what others change: which rooms are wanted, and identities. @returns what ends that */
export async function takeUpChanges(cluster: Cluster, known: Known): Promise<() => void> {
	const { live, book, manager, clock, logger } = known;
	const reload = {
		wanted: () => live.reload(),
		identity: async () => {
			await book.load();
			manager.identitiesChanged();
		},
	};
	type Kind = keyof typeof reload;
	const due = new Set<Kind>();
	let gathering: ReturnType<Clock["after"]> | undefined;
	const work = async () => {
		gathering = undefined;
		const kinds = [...due];
		due.clear();
		// What rooms are called by comes before the rooms.
		for (const kind of (["identity", "wanted"] as const).filter((one) => kinds.includes(one))) {
			await reload[kind]().catch((error: unknown) => {
				logger.warn({ event: "change_not_taken_up", kind, err: error });
			});
		}
	};
	const changed = (kind: Kind) => {
		due.add(kind);
		gathering ??= clock.after(gatherMs, () => void work());
	};
	const kinds = Object.keys(reload) as Kind[];
	const ends = await Promise.all(kinds.map((kind) => cluster.log.onShared(kind, () => changed(kind))));
	const timer = clock.every(everyMs, () => kinds.forEach(changed));
	return () => {
		for (const end of ends) end();
		timer.cancel();
		gathering?.cancel();
	};
}
