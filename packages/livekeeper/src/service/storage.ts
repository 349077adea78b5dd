import type { Logger } from "@livekeeper/base/log";
import type { Text } from "@livekeeper/base/text";
import type { Clock } from "@livekeeper/douyin";
import type { RoomReaders } from "@livekeeper/engine";
import { type EventLog, openSqliteEventLog, type SqliteEventLogOptions } from "@livekeeper/log";
import { keyFileOf, openSecretBox } from "@livekeeper/log/storage";
import { storageTexts } from "@livekeeper/log/text";
import {
	KvTargetStore,
	type Outgoings,
	openOutgoings,
	policyOf,
	ServiceWatch,
	TargetDispatcher,
	Targets,
	targetLogOf,
} from "@livekeeper/targets";
import { readyTexts } from "@livekeeper/targets/text";
import type { Cluster } from "../cluster/index.ts";
import type { Config } from "../config.ts";
import type { LiveRoomStatus } from "../live/index.ts";
import { Backups } from "../outputs/backups.ts";
import { buildReport, reportNotice } from "../reports/index.ts";
import type { Releasers } from "./releasers.ts";

interface StorageDeps extends Pick<SqliteEventLogOptions, "startThread"> {
	/** Transports to receivers. Default: over the network. */
	outgoings?: Outgoings | undefined;
	/** Returns random numbers in [0, 1). Default `Math.random`. */
	random?: (() => number) | undefined;
	clock: Clock;
	logger: Logger;
	/** Registry where targets announce which rooms they read. */
	readers: RoomReaders;
	/** Returns the room's status once there are rooms; targets use the rooms' names. */
	roomOf?: ((liveId: string) => LiveRoomStatus | undefined) | undefined;
	/** Storage of the cluster. Default: in the data folder. */
	cluster?: Pick<Cluster, "log" | "ownership"> | undefined;
}

/** Returns the event log's options, wherever it is stored. */
export function logOptionsOf({ groupCommitMs, queueMb, retentionHours, retentionMb, clockTrustHours }: Config) {
	const retention = { maxAgeMs: retentionHours * 3_600_000, maxBytes: retentionMb * 1024 * 1024 };
	const maxPendingBytes = queueMb * 1024 * 1024;
	return { groupCommitMs, maxPendingBytes, retention, clockTrustMs: clockTrustHours * 3_600_000 };
}

/** Opens the persistent state: the event log, and targets with their positions in it. */
export async function openStorage(config: Config, deps: StorageDeps, releasers: Releasers) {
	const { clock, logger, readers, startThread, cluster, random } = deps;
	const { dataDir, secret } = config;
	const given = { dataDir, clock, logger, secret, startThread };
	const log = cluster?.log ?? (await openSqliteEventLog({ ...logOptionsOf(config), ...given }));
	releasers.add(() => log.close());
	const secrets = openSecretBox(dataDir, secret);
	const store = new KvTargetStore(log.targets);
	const reach = { allowPrivate: config.targetAllowPrivate, allowLoopback: config.targetAllowLoopback };
	const of = { clock, log: targetLogOf(log), store, secrets, logger };
	const options = { concurrency: config.targetConcurrency };
	const reading = (liveId: string) => readers.add(liveId);
	const states = new ServiceWatch(clock);
	const dispatcher = new TargetDispatcher({
		...of,
		outgoings: deps.outgoings ?? openOutgoings(clock, reach),
		random,
		reading,
		states,
		roomOf: (liveId) => nameOf(deps.roomOf?.(liveId)),
		reportOf: reportsOf(log, config.publicUrl),
		options,
		...(cluster && { ownership: cluster.ownership }),
	});
	releasers.add(() => dispatcher.stop());
	const targets = new Targets({ ...of, dispatcher, allows: (preset) => policyOf(reach, preset) });
	await dispatcher.start();
	const backups = new Backups({ log, clock });
	return {
		log,
		states,
		targets,
		backups,
		keyFile: keyFileOf(dataDir, secret),
		targetStats: () => dispatcher.stats(),
		drainTargets: () => dispatcher.drain(),
	};
}

function nameOf({ roomId = "", title = "", cover, anchor }: Partial<LiveRoomStatus> = {}) {
	return { roomId, title, cover, nickname: anchor?.nickname ?? "", avatar: anchor?.avatar ?? "" };
}

/** Returns the reports that targets receive after a broadcast has ended. */
function reportsOf(log: EventLog, publicUrl: string | undefined) {
	return async (liveId: string, roomId: string, zone: string | undefined) => {
		const report = await buildReport(log, liveId, roomId);
		return report && { state: "report" as const, ...reportNotice(report, publicUrl?.replace(/\/+$/, ""), zone) };
	};
}

/** Returns for example `storage: disk full` while rooms' events can't be stored. */
export function storageTrouble(log: Pick<EventLog, "status">): Text | undefined {
	const { state, fault = "internal", message } = log.status();
	return state === "ok" ? undefined : readyTexts.storage(fault, message);
}

/** Time for which a loss is reported, ms. */
const reportLossMs = 24 * 3_600_000;

/** Returns findings for people about storage that works but needs attention. @param now ms since the epoch */
export function storageWarnings(log: EventLog, now: number): Text[] {
	const { clock, damage, losses = [], findings } = log.status();
	const warnings = losses
		.filter(({ loss }) => now - loss.at < reportLossMs)
		.map(({ stream, loss }) =>
			storageTexts.streamLost(stream, isoOf(loss.at), loss.since === undefined ? undefined : isoOf(loss.since)),
		);
	warnings.push(...findings);
	if (clock) warnings.push(storageTexts.clockJumped(clock.jumpedMs, isoOf(clock.until)));
	if (damage) warnings.push(storageTexts.damaged(damage.events, damage.rooms));
	return warnings;
}

function isoOf(at: number): string {
	return new Date(at).toISOString();
}
