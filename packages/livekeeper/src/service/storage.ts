import type { Clock } from "@livekeeper/douyin";
import type { Config } from "../config.ts";
import type { RoomReaders } from "../connections/index.ts";
import { type EventLog, keyFileOf, openSecretBox, openSqliteEventLog } from "../event-log/index.ts";
import type { Logger } from "../log.ts";
import { Backups } from "../outputs/backup/index.ts";
import {
	isAnyAddress,
	isPublicAddress,
	WebhookDispatcher,
	WebhookFile,
	WebhookSender,
	Webhooks,
	webhookLogOf,
} from "../outputs/webhook/index.ts";
import { readyTexts, storageTexts, type Text } from "../text/index.ts";
import type { Releasers } from "./releasers.ts";

interface StorageDeps {
	clock: Clock;
	logger: Logger;
	/** Where webhooks tell which rooms they read. */
	readers: RoomReaders;
}

/** What outlives the process: the event log, and webhooks with their places in it. */
export async function openStorage(config: Config, { clock, logger, readers }: StorageDeps, releasers: Releasers) {
	const { dataDir, secret, groupCommitMs, retentionHours, retentionMb, clockTrustHours } = config;
	const retention = { maxAgeMs: retentionHours * 3_600_000, maxBytes: retentionMb * 1024 * 1024 };
	const clockTrustMs = clockTrustHours * 3_600_000;
	const log = await openSqliteEventLog({ dataDir, clock, logger, secret, groupCommitMs, retention, clockTrustMs });
	releasers.add(() => log.close());
	const secrets = openSecretBox(dataDir, secret);
	const file = new WebhookFile(dataDir, { now: clock.now(), logger });
	releasers.add(() => file.close());
	const { store } = file;
	const watch = clock.every(config.healthCheckMs, () => {
		try {
			file.look(clock.now());
		} catch (error) {
			logger.error({ event: "webhooks_unwritable", err: error }, "【!】webhook 数据库被删除且无法重新写入，将重试");
		}
	});
	releasers.add(() => watch.cancel());
	const allows = config.webhookAllowPrivate ? isAnyAddress : isPublicAddress;
	const of = { clock, log: webhookLogOf(log), store, secrets, logger };
	const options = { concurrency: config.webhookConcurrency };
	const reading = (liveId: string) => readers.add(liveId);
	const sender = new WebhookSender({ clock, allows });
	const dispatcher = new WebhookDispatcher({ ...of, sender, reading, options });
	releasers.add(() => dispatcher.stop());
	const webhooks = new Webhooks({ ...of, dispatcher, allows });
	await dispatcher.start();
	const parts = () => ({ name: "webhooks.db", content: file.serialize() }) as const;
	const backups = new Backups({ log, webhooks: parts, now: () => clock.now() });
	return { log, webhooks, backups, keyFile: keyFileOf(dataDir, secret), webhookStats: () => dispatcher.stats() };
}

/** `storage: disk_full`, while what rooms say can't be stored. */
export function storageTrouble(log: EventLog): Text | undefined {
	const { state, fault = "internal", message } = log.status();
	return state === "ok" ? undefined : readyTexts.storage(fault, message);
}

/** What is not as it should be in storage, though it works; for people. */
export function storageWarnings(log: EventLog): Text[] {
	const { clock } = log.status();
	if (!clock) return [];
	const until = new Date(clock.until).toISOString();
	return [storageTexts.clockJumped(clock.jumpedMs, until)];
}
