import { faultNames, jumpText } from "./en.ts";
import { asTyped } from "./launch.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Lines that contain more than the name of their event. The other fields of an entry follow a warning. */
const englishLines: Readonly<Record<string, (fields: Fields) => string>> = {
	manager_started: () => "Connection manager started",
	health_checks_started: () => "Health checks started",
	room_added: ({ live_id }) => `Connecting to room ${live_id}`,
	room_stopped: ({ live_id }) => `Stopped room ${live_id}`,
	room_not_started: () => "A room could not be started",
	service_stopped: () => "livekeeper has stopped",
	events_lost: () => "Some messages could not be written to the event log",
	storage_failing: ({ fault }) =>
		`The event log can't be written (${faultNames[fault as keyof typeof faultNames] ?? String(fault)})`,
	storage_recovered: () => "The event log can be written again",
	login_ended: () => "A login has expired and receives no gifts: update its cookie",
	login_ending: () => "A login is about to expire: update its cookie",
	process_warning: () => "Node.js reported a warning",
	request_failed: () => "A request failed",
	page_not_built: () => "The web page is not built, so the address serves the API only: run npm start or npm run build",
	target_failed: () => "A delivery to a target failed",
	target_dead_letter: ({ attempts }) => `A delivery to a target was abandoned after ${attempts} attempts`,
	target_paused: ({ failures }) => `A target is paused after ${failures} failures in a row`,
	target_resumed: () => "A paused target delivers again",
	room_not_released: () => "A room could not be handed over",
	node_back: () => "NATS is back; rooms are taken over again",
	draining: () => "Handing over rooms to other nodes",
	not_drained: () => "Some rooms were not handed over in time; other nodes will take them over",
	node_of_other_version: () => "A node runs an incompatible version and is ignored: run the same version on all nodes",
	presence_failed: () => "This node could not renew its entry in NATS; retrying",
	node_not_asked: () => "The node that runs the room could not be asked",
	limits_changed: () => "Connection limits changed",
	gifts_unreadable: () => "Earlier gifts of this broadcast can't be read; later ones are counted as usual",
	tokens_not_read: () => "Changes of overlay tokens can't be read at the moment; retrying",
	official_task_failed: () => "The open platform's push could not be started; retrying",
	official_task_running: () => "The open platform is pushing",
	export_cut: () => "An export was interrupted",
	log_unreadable: () => "The event log can't be read; retrying",
	client_failed: () => "A client's connection failed and was closed",
	target_unreadable: () => "A target's URL and secret can't be decrypted: enter both again",
	target_missed: () => "Messages for a target are missing: they were deleted or lost before they could be sent",
	target_delivers: () => "A target delivers this room's messages again",
	listener_missed: () => "Messages for a DouyinBarrageGrab program may be missing; the room's page shows where",
	visited_room_released: () => "No program reads this room any more; stopped it",
	address_not_written: () => "The listening address could not be written to the data folder",
	hosts_unreadable: () => "The record of Douyin's servers can't be read; starting a new one",
	way_refused: () => "Douyin refuses this kind of lookup; it is retried later",
	way_works_again: () => "This kind of lookup works again",
	many_rooms_watched: () => "Too many offline rooms for the lookups Douyin allows: add proxies or logins",
	visitors_unreadable: () => "Visitor cookies can't be read; requesting new ones from Douyin",
	watching_unreadable: () => "The record of lookups can't be read; rooms are looked up again",
	rests_unreadable: () => "The record of paused logins can't be read; connecting as usual",
	clock_believed: () => "The clock has been steady long enough: deleting by age again",
	clock_jumped: ({ jumped_ms }) =>
		`The clock jumped ${jumpText(Number(jumped_ms))}: nothing is deleted by age for a while`,
	nats_refused: () => "NATS no longer accepts this node; retrying",
	nats_not_ready: () => "JetStream is not ready yet; waiting",
	room_fenced: () => "Another node has taken over this room",
	stream_lost: () => "Data stored in NATS is lost",
	event_corrupt: () => "Messages are damaged on disk and marked as missing; all others are unaffected",
	index_repaired: () => "A damaged index of the database was rebuilt; all messages are there. Check the disk",
	permissions_tightened: () => "Other users could access this file; now only this user can",
	permissions_loose: () => "Other users can access this file, and its permissions can't be changed: restrict them",
	view_changed: () => "The nodes of the cluster have changed",
	node_cut_off: () => "NATS has been unreachable for too long: disconnecting all rooms",
	node_replaced: () => "Another process runs under this node's name; this one runs no more rooms",
	secrets_unreadable: () =>
		"A room's cookie or proxy can't be decrypted (the key has changed): enter it again. Using the default login meanwhile",
	slow_reader: () => "A Socket.IO client read nothing for too long and was disconnected",
	client_flooded: () => "A client kept sending requests after being refused and was disconnected",
	sync_not_known: () =>
		"NATS does not report whether writes reach the disk: check that every server has sync_interval: always (livekeeper doctor shows how)",
	lookups_raised: () => "More than 5 lookups per minute: Douyin may ban this network",
};

/**
 * Returns an entry's line in English: that of its event, or else the event's name in words; `undefined` without an
 * event.
 */
export function englishLine(fields: unknown): string | undefined {
	const { event } = (fields ?? {}) as { event?: unknown };
	if (typeof event !== "string") return undefined;
	if (Object.hasOwn(englishLines, event)) return asTyped(englishLines[event]?.(fields as Fields) ?? "");
	const words = event.replaceAll("_", " ");
	return words.charAt(0).toUpperCase() + words.slice(1);
}
