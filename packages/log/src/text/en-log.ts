import type { LogLines } from "@livekeeper/base/text";
import { faultNames } from "@livekeeper/base/text/en";
import { jumpText } from "./en.ts";

/** Lines of the English log, by `event`. The other fields of an entry follow a warning. */
export const englishLines: LogLines["en"] = {
	storage_failing: ({ fault }) =>
		`The event log can't be written (${faultNames[fault as keyof typeof faultNames] ?? String(fault)})`,
	storage_recovered: "The event log can be written again",
	clock_believed: "The clock has been steady long enough: deleting by age again",
	clock_jumped: ({ jumped_ms }) =>
		`The clock jumped ${jumpText(Number(jumped_ms))}: nothing is deleted by age for a while`,
	nats_refused: "NATS no longer accepts this node; retrying",
	nats_not_ready: "JetStream is not ready yet; waiting",
	room_fenced: "Another node has taken over this room",
	stream_lost: "Data stored in NATS is lost",
	replica_corrupt:
		"A NATS server returned damaged messages, but another had intact copies: find the server with disk errors and replace it with an empty one",
	event_corrupt: "Messages are damaged on disk and marked as missing; all others are unaffected",
	index_repaired: "A damaged index of the database was rebuilt; all messages are there. Check the disk",
	permissions_tightened: "Other users could access this file; now only this user can",
	permissions_loose: "Other users can access this file, and its permissions can't be changed: restrict them",
	sync_not_known:
		"NATS does not report whether writes reach the disk: check that every server has sync_interval: always (livekeeper doctor shows how)",
	log_listener_failed: "A message from the event log could not be handled",
	clock_note_unreadable:
		"The record of the clock can't be read: nothing is deleted by age until the clock has been steady",
	replicas_kept: ({ replicas, asked }) =>
		`The cluster's data is stored on ${String(replicas)} NATS servers, although this node's cluster_replicas is ${String(asked)}: it stays on ${String(replicas)}`,
	database_not_closed: "The event database could not be closed properly",
	upkeep_failed: "Maintenance of the event database failed; retrying",
	event_not_counted: ({ seq }) => `Message ${String(seq)} could not be added to the statistics and was skipped`,
	sums_corrupt: "Some statistics of a room were damaged and are calculated again from its messages",
	database_corrupt: "The event database was damaged: the old file is kept under another name, and a new log begins",
	database_salvaged:
		"The event database was damaged: the old file is kept under another name, readable data was moved to a new one, and gaps replace the rest",
	database_corrected:
		"Some data of the event database was damaged and was restored as far as possible: check this machine's disk and memory",
	database_repaired: "Records of rooms were damaged and were rebuilt from their messages: check the disk",
	database_incomplete:
		"livekeeper.db-wal was deleted, and the newest messages are lost: the old file is kept under another name, and a new log begins",
	database_lost: "livekeeper.db was missing: a new log begins, with a gap in each room",
	database_cut:
		"The newest messages of livekeeper.db were lost in a power cut or a crash: rooms continue from the last stored position, with a gap, and numbering skips ahead",
	database_older:
		"livekeeper.db is older than in the last run (a restored backup?): later messages are gone, and numbering skips ahead",
	database_replaced:
		"livekeeper.db was replaced by another one (a restored backup?): the log continues from it, and numbering skips ahead",
	database_wal_removed: "livekeeper.db-wal was deleted while the service was running; no stored messages were lost",
	database_restored: "Restored from a backup: rooms, logins, targets and messages are as they were then",
	database_restored_partly:
		"Restored messages from a backup, but registry.db, targets.db or secret.key were in the data folder already and stayed: use an empty folder to restore everything",
	database_registry_corrupt:
		"registry.db was damaged and is kept under another name; readable rooms, logins and overlay tokens were restored: check them",
	database_registry_restored:
		"registry.db was damaged and is kept under another name; its last good copy has taken its place: check the disk",
	database_registry_missing: "registry.db was missing; its last good copy has taken its place",
	database_registry_lost: "registry.db was missing: add rooms, logins and overlay tokens again",
	database_registry_removed: "registry.db was deleted or replaced while the service was running, and was written again",
	database_targets_corrupt: "targets.db was damaged and is kept under another name: add the targets again",
	database_targets_restored:
		"targets.db was damaged and is kept under another name; its last good copy has taken its place: check the disk",
	database_targets_missing: "targets.db was missing; its last good copy has taken its place",
	database_targets_lost: "targets.db was missing: add the targets again",
	database_targets_removed: "targets.db was deleted or replaced while the service was running, and was written again",
};
