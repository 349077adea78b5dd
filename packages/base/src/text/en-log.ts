import { codeNames, faultNames, jumpText } from "./en.ts";
import { asTyped } from "./launch.ts";
import { counted } from "./units.ts";

type Fields = Readonly<Record<string, unknown>>;

const seconds = (ms: unknown) => Math.round(Number(ms) / 1000);

/** Reasons why a program's cookie was not used. */
const cookieIgnored: Readonly<Record<string, string>> = {
	kept: "the room has already been added and keeps its own login",
	remote: "cookies are only accepted from this machine",
	unreadable: "it can't be read",
};

/** Reasons why a room is not connected, by the code of its `reason`. */
const waitingLines: Readonly<Record<string, string>> = {
	offline: "The room is offline; waiting for the next broadcast",
	no_room: "The account has no room; waiting for a broadcast",
	hidden: "Only selected viewers can see the room; waiting for a public broadcast",
	not_found: "The room was not found; it will be looked up again later",
	closed: "The room's account was closed; it will be looked up again later",
	broadcast_ended: "The broadcast has ended; waiting for the next one",
};

const reasonNames: Readonly<Record<string, string>> = codeNames.reason;

/** Lines of the English log, by `event`. The other fields of an entry follow a warning. */
export const englishLines: Readonly<Record<string, string | ((fields: Fields) => string)>> = {
	manager_started: "Connection manager started",
	health_checks_started: "Health checks started",
	room_added: ({ live_id }) => `Connecting to room ${live_id}`,
	room_stopped: ({ live_id }) => `Stopped room ${live_id}`,
	room_not_started: "A room could not be started",
	service_stopped: "livekeeper has stopped",
	listening: ({ address }) => `livekeeper is listening on ${String(address)}`,
	events_lost: "Some messages could not be written to the event log",
	storage_failing: ({ fault }) =>
		`The event log can't be written (${faultNames[fault as keyof typeof faultNames] ?? String(fault)})`,
	storage_recovered: "The event log can be written again",
	login_ended: "A login has expired and receives no gifts: update its cookie",
	login_ending: "A login is about to expire: update its cookie",
	process_warning: "Node.js reported a warning",
	request_failed: "A request failed",
	page_not_built: "The web page is not built, so the address serves the API only: run npm start or npm run build",
	target_failed: "A delivery to a target failed",
	target_dead_letter: ({ attempts }) =>
		`Messages for a target remain undelivered after ${counted(Number(attempts), "attempt")}`,
	target_paused: ({ failures }) =>
		`A target is paused after ${counted(Number(failures), "failure", "failures in a row")}`,
	target_resumed: "A paused target delivers again",
	room_not_released: "A room could not be handed over",
	node_back: "NATS is back; this node takes over rooms again",
	draining: "Handing over rooms to other nodes",
	not_drained: "Some rooms were not handed over in time; other nodes will take them over",
	node_of_other_version: "A node runs an incompatible version and is ignored: run the same version on all nodes",
	presence_failed: "This node could not renew its entry in NATS; retrying",
	node_not_asked: "The node that runs the room could not be asked",
	limits_changed: "Connection limits changed",
	gifts_unreadable: "Earlier gifts of this broadcast can't be read; later ones are counted as usual",
	tokens_not_read: "Changes to overlay tokens can't be read at the moment; retrying",
	official_task_failed: "The open platform's push could not be started; retrying",
	official_task_running: "The open platform is pushing",
	export_cut: "An export was interrupted",
	log_unreadable: "The event log can't be read; retrying",
	client_failed: "A client's connection failed and was closed",
	target_unreadable: "A target's URL and secret can't be decrypted: enter both again",
	target_missed: "Messages for a target are missing: they were deleted or lost before they could be sent",
	target_delivers: "A target delivers this room's messages again",
	listener_missed: "Messages for a DouyinBarrageGrab program may be missing; the room's page shows where",
	visited_room_released: "No program reads this room any more; stopped it",
	address_not_written: "The listening address could not be written to the data folder",
	hosts_unreadable: "The record of Douyin's servers can't be read; starting a new one",
	way_refused: "Douyin refuses this lookup method; retrying later",
	updates_unreadable: "The record of updates can't be read; requesting it again",
	updates_refused: "The update service's answer can't be used",
	version_changes: "Another version is installed; restarting into it",
	updates_known: "The update service has answered",
	updates_not_stored: "The record of updates can't be stored",
	site_drift: "Douyin sends something that this version does not know",
	drift_unreadable: "The record of Douyin's changes can't be read; starting a new one",
	drift_not_stored: "The record of Douyin's changes can't be stored",
	site_file_refused: "A file that describes Douyin or its signature can't be used; the previous one stays in use",
	site_file_in_force: "A file that describes Douyin or its signature is now in use",
	way_works_again: "This lookup method works again",
	many_rooms_watched: "Too many offline rooms for the lookups Douyin allows: add proxies or logins",
	visitors_unreadable: "Visitor cookies can't be read; requesting new ones from Douyin",
	watching_unreadable: "The record of lookups can't be read; rooms are looked up again",
	rests_unreadable: "The record of paused logins can't be read; connecting as usual",
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
	view_changed: "The nodes of the cluster have changed",
	node_cut_off: "NATS has been unreachable for too long: disconnecting all rooms",
	node_replaced:
		"Another process runs under this node's name, so this one no longer runs rooms: stop one of them, or give each its own name",
	secrets_unreadable:
		"A room's cookie or proxy can't be decrypted (the key has changed): enter it again. Using the default login meanwhile",
	slow_reader: "A Socket.IO client read nothing for too long and was disconnected",
	client_flooded: "A client kept sending requests after being refused and was disconnected",
	sync_not_known:
		"NATS does not report whether writes reach the disk: check that every server has sync_interval: always (livekeeper doctor shows how)",
	lookups_raised: "lookups_per_minute is above 5: Douyin may ban this network",
	listener_failed: "A room's status could not be handled",
	node_message_failed: "A message from another node could not be handled",
	doctor_failed: "The check could not be finished",
	token_use_not_stored: "The last use of an overlay token could not be stored",
	official_let_go: "Another node now receives the open platform's data",
	export_file_left: "The temporary file of an export could not be deleted",
	client_not_closed: "A client's connection could not be closed properly",
	client_not_served: "Messages could not be delivered to a WebSocket client",
	listener_not_served: "Messages could not be delivered to a program",
	listener_cookie_ignored: ({ why }) =>
		`The cookie from a program was not used: ${cookieIgnored[String(why)] ?? String(why)}`,
	listeners_served: ({ what, address }) => `Programs written for ${String(what)} can connect: ${String(address)}`,
	listener_places_lost:
		"Programs' positions can't be read or stored; they continue with new messages after reconnecting",
	visited_room_not_released: "A room that a program opened could not be stopped; retrying",
	change_not_taken_up: "Changes made on another node can't be read at the moment; retrying",
	hosts_not_stored: "The record of Douyin's servers could not be stored; retrying",
	run_not_noted: "The service's running time could not be stored; the reported downtime may be wrong",
	look_listener_failed: "The result of a lookup could not be handled",
	visitors_not_stored: "Visitor cookies could not be stored; after a restart new ones are requested from Douyin",
	watching_not_stored: "The record of lookups could not be stored; after a restart rooms are looked up again",
	rests_not_stored:
		"The record of paused logins could not be stored; after a restart they are used before their pause is over",
	log_listener_failed: "A message from the event log could not be handled",
	clock_note_unreadable:
		"The record of the clock can't be read: nothing is deleted by age until the clock has been steady",
	replicas_kept: ({ replicas, asked }) =>
		`The cluster's data is stored on ${String(replicas)} NATS servers, although this node's cluster_replicas is ${String(asked)}: it stays on ${String(replicas)}`,
	database_not_closed: "The event database could not be closed properly",
	upkeep_failed: "Maintenance of the event database failed; retrying",
	event_not_counted: ({ seq }) => `Message ${String(seq)} could not be added to the statistics and was skipped`,
	sums_corrupt: "Some statistics of a room were damaged and are calculated again from its messages",
	origin_refused: ({ origin }) =>
		`Refused a web page from ${String(origin)}: add its origin to cors_origins if it is yours`,
	request_refused: ({ code }) => `Refused a request: ${String(code)}`,
	events_not_stored: "Messages could not be written to the event log",
	official_unreadable: "The progress of the open platform's data could not be read; retrying",
	official_not_remembered: "The progress of the open platform's data could not be stored; retrying",
	official_ack_failed: "The open platform's data could not be acknowledged; retrying",
	official_look_up_failed: "Failed deliveries from the open platform could not be looked up; retrying",
	client_script_unreadable: "The file of the Socket.IO client can't be read",
	web_socket_failed: "A WebSocket client's connection failed",
	target_changes_failed: ({ retry_ms }) =>
		`Changes to targets can't be read at the moment; retrying in ${seconds(retry_ms)} s`,
	target_position_taken: ({ retry_ms }) =>
		`Another node wrote this target's position in the room; continuing from there in ${seconds(retry_ms)} s`,
	target_storage_failed: ({ retry_ms }) => `Storage failed; the target waits ${seconds(retry_ms)} s`,
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
	room_connected: "Connected, receiving messages",
	room_waiting: ({ reason }) => waitingLines[String(reason)] ?? "Waiting for the next broadcast",
	room_recovered: "The connection works again",
	room_reconnecting: ({ reason }) => `Disconnected (${reasonNames[String(reason)] ?? String(reason)}), reconnecting`,
	room_blocked: ({ delay_ms }) => `Refused by Douyin, retrying in ${seconds(delay_ms)} s`,
	room_preempted: "The room gave its connection to another room and is waiting for a free one",
	connection_lost: "One connection of the room was lost; the others continue to receive",
	polling_began: "The live connection was refused several times: polling for new messages instead",
	polling_ended: "The live connection works again: no longer polling",
	room_silent: "No messages for too long: the connection may have failed",
	kind_silent: ({ kind }) => `Connected, but no messages of type ${String(kind)} for a long time`,
	messages_undecodable: "Some messages of the room can't be decoded",
	upstream_started_over: "Douyin has started numbering this room's messages from the beginning again",
	unexpected_error: "An unexpected error ended the connection; retrying",
	silence_check_failed: "A connection without messages could not be checked; it will be checked again",
	session_overdue: "A connection did not end when asked to; no longer waiting for it",
	health_check_failed: "A room's health could not be checked",
	identity_unusable: "A room can't use its current login",
	identity_rests: ({ hours }) =>
		`Douyin probably restricts this login: several connections received nothing. It is paused for ${String(hours)} h`,
	identity_rest_over: "A login is tried again after its pause",
	identity_rest_lifted: "A paused login is used again",
	upstream_not_closed: "A connection to Douyin could not be closed properly",
	outage_began: "Most rooms were disconnected at once; one room tries to reconnect first",
	outage_ended: "Connections work again; rooms reconnect one after the other",
};

/**
 * Returns an entry's line in English: that of its event, or else the event's name in words; `undefined` without an
 * event.
 */
export function englishLine(fields: unknown): string | undefined {
	const { event } = (fields ?? {}) as { event?: unknown };
	if (typeof event !== "string") return undefined;
	const line = Object.hasOwn(englishLines, event) ? englishLines[event] : undefined;
	if (line !== undefined) return asTyped(typeof line === "string" ? line : line(fields as Fields));
	const words = event.replaceAll("_", " ");
	return words.charAt(0).toUpperCase() + words.slice(1);
}
