import { LivekeeperError } from "@livekeeper/base/errors";
import { type Text, verbatim } from "@livekeeper/base/text";
import { JetStreamApiError, JetStreamError } from "@nats-io/jetstream";
import { clusterTexts } from "../../text/index.ts";
import type { StorageFault } from "../event-log.ts";
import { WrongSequence } from "./room-subject.ts";

/** Names of library errors that mean that NATS does not answer at the moment. */
const away = new Set([
	...["TimeoutError", "NoRespondersError", "RequestError", "ConnectionError", "ClosedConnectionError"],
	...[
		"DrainingConnectionError",
		"ProtocolError",
		"JetStreamNotEnabled",
		"JetStreamStatusError",
		"Unsettled",
		"InDoubt",
		"ReplicaBehind",
		"SilentConsumer",
	],
]);
/** API error codes that mean no storage is left. */
const noSpace = new Set([10_023, 10_028, 10_047, 10_077, 10_122]);
/** API error code: no suitable peers for placement. */
const noSuitablePeers = 10_005;
/** API error codes for an election, another append of the room, missing servers, or a stream being recreated. */
const notNow = new Set([10_004, noSuitablePeers, 10_008, 10_009, 10_059, 10_118, 10_158, 10_164, 10_202]);

/** API error code: several replicas were requested from a single server. */
const replicasOfOne = 10_074;

/** Returns the fault of the log that a failure of NATS means. Everything but fencing is retried. */
export function faultOf(error: unknown): StorageFault {
	if (error instanceof JetStreamApiError) {
		if (noSpace.has(error.code)) return "disk_full";
		const isNow = error.status < 500 || error.code === replicasOfOne;
		return isNow && !notNow.has(error.code) ? "internal" : "unreachable";
	}
	if (error instanceof JetStreamError || error instanceof WrongSequence) return "unreachable";
	return error instanceof Error && away.has(error.name) ? "unreachable" : "internal";
}

/** Whether streams need more replicas than JetStream counts servers. */
export function isShortOfServers(error: unknown): boolean {
	return error instanceof JetStreamApiError && error.code === noSuitablePeers;
}

export function textOf(error: unknown): Text {
	if (isShortOfServers(error)) return clusterTexts.tooFewServers;
	if (error instanceof LivekeeperError) return error.text;
	if (!(error instanceof Error)) return verbatim(String(error));
	return verbatim(error.message === "" ? error.name : error.message);
}
