import type { LogLines } from "@livekeeper/base/text";
import { codeNames } from "@livekeeper/base/text/en";
import { seconds } from "@livekeeper/base/text/log-lines";

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
export const englishLines: LogLines["en"] = {
	manager_started: "Connection manager started",
	health_checks_started: "Health checks started",
	room_added: ({ live_id }) => `Connecting to room ${live_id}`,
	login_ended: "A login has expired and receives no gifts: update its cookie",
	login_ending: "A login is about to expire: update its cookie",
	way_refused: "Douyin refuses this lookup method; retrying later",
	way_works_again: "This lookup method works again",
	many_rooms_watched: "Too many offline rooms for the lookups Douyin allows: add proxies or logins",
	watching_unreadable: "The record of lookups can't be read; rooms are looked up again",
	listener_failed: "A room's status could not be handled",
	look_listener_failed: "The result of a lookup could not be handled",
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
